package messages_test

import (
	"strings"
	"testing"

	"mulin/gate/messages"
	"mulin/internal/fault"
)

func TestLabelled(t *testing.T) {
	text := "\ufefflabel,id,Detail,title\r\n城建,1,\"三天了，\n没人管\",路灯不亮\r\n,2,没有类别,x\r\n环保,3,,\r\n环保,4\r\n环保,5,河水发臭,\r\n"
	rows, unusable, err := messages.ReadLabelled(strings.NewReader(text))
	if err != nil || unusable != 3 || len(rows) != 2 {
		t.Fatalf("%v, %d, %q", rows, unusable, err)
	}
	if rows[0].Text != "路灯不亮\n三天了，\n没人管" || rows[0].Label != "城建" || rows[1].Text != "河水发臭" {
		t.Errorf("%+v", rows)
	}
	rows, _, err = messages.ReadLabelled(strings.NewReader("tokens,label\n路灯 不亮,城建\n"))
	if err != nil || len(rows) != 1 || rows[0].Text != "路灯 不亮" {
		t.Errorf("%+v, %v", rows, err)
	}
	rows, unusable, err = messages.ReadLabelled(strings.NewReader("tokens,label\n路灯 不亮,城建\n\"停水,城建\n"))
	if err != nil || unusable != 1 || len(rows) != 1 || rows[0].Line != 2 {
		t.Errorf("%+v, %d, %v", rows, unusable, err)
	}
	rows, unusable, err = messages.ReadLabelled(strings.NewReader("tokens,label\n路\xff灯,城建\n停电\x00了,供电\n"))
	if err != nil || unusable != 1 || len(rows) != 1 || rows[0].Text != "停电了" {
		t.Errorf("%+v, %d, %v", rows, unusable, err)
	}
	for text, key := range map[string]string{"": "import.empty", "title,label\n": "import.columns", "tokens,text\n": "import.columns", "label,tokens,label\n": "import.column.twice"} {
		_, _, err := messages.ReadLabelled(strings.NewReader(text))
		if l, ok := fault.As(err); !ok || l[0].Key != key {
			t.Errorf("%q: %v, want %s", text, err, key)
		}
	}
}
