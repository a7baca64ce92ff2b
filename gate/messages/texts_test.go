package messages_test

import (
	"strings"
	"testing"

	"mulin/gate/messages"
)

func TestTextsAndPairs(t *testing.T) {
	texts := map[string]messages.Text{}
	unusable, err := messages.ReadTexts(strings.NewReader("\ufeffdetail,id,title\n灯不亮,1,路灯\n少一格,2\n,,空\n"), texts)
	if err != nil || unusable != 2 || texts["1"] != (messages.Text{Title: "路灯", Detail: "灯不亮"}) {
		t.Errorf("%v, %d, %v", texts, unusable, err)
	}
	if _, err := messages.ReadTexts(strings.NewReader("id,title\n"), texts); err == nil {
		t.Error("a file without the text")
	}
	pairs, err := messages.ReadPairs(strings.NewReader("id_a,id_b,same\n1,2,1\n1,3,maybe\n2,3,0\n"))
	if err != nil || len(pairs) != 2 || !pairs[0].Same || pairs[1].Same || pairs[0].Weight != "" {
		t.Errorf("%v, %v", pairs, err)
	}
	if pairs, err = messages.ReadPairs(strings.NewReader("weight,id_a,id_b,same\n2.5,1,2,1\n")); err != nil || pairs[0].Weight != "2.5" {
		t.Errorf("%v, %v", pairs, err)
	}
	if _, err := messages.ReadPairs(strings.NewReader("")); err == nil {
		t.Error("an empty file")
	}
}
