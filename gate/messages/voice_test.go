package messages_test

import (
	"strings"
	"testing"
	"time"

	"mulin/gate/messages"
	"mulin/internal/fault"
)

func TestVoices(t *testing.T) {
	text := "id,user,title,time,detail,likes\n1,u,路灯不亮,2024-03-01 08:00:00,三天了,7\n2,,没有人,2024-03-02,也算,\n3,u,赞数不对,2024-03-02,x,many\n3,u,负数,2024-03-02,x,-1\n4,u,,2024-03-02,,1\n,u,没有编号,2024-03-02,x,1\n1,u,重复,2024-03-02,x,1\n5,u,明天,2030-01-01,x,1\n"
	now := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	all, unusable, err := messages.ReadVoices(strings.NewReader(text), time.UTC, now)
	if err != nil || len(all) != 2 || unusable != 6 {
		t.Fatalf("%+v, %d, %v", all, unusable, err)
	}
	if v := all[0]; v.ID != "1" || v.User != "u" || v.Likes != 7 || v.Dislikes != 0 || v.At != time.Date(2024, 3, 1, 8, 0, 0, 0, time.UTC).UnixMicro() {
		t.Errorf("%+v", v)
	}
	for text, key := range map[string]string{"": "import.empty", "id,title,time,detail\n": "import.columns", "id,user,user,title,time,detail\n": "import.column.twice"} {
		_, _, err := messages.ReadVoices(strings.NewReader(text), time.UTC, now)
		if l, ok := fault.As(err); !ok || l[0].Key != key {
			t.Errorf("%q: %v, want %s", text, err, key)
		}
	}
}
