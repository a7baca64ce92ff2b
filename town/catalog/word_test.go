package catalog

import (
	"slices"
	"testing"

	"mulin/internal/memory"
)

func TestHear(t *testing.T) {
	c := &Catalog{lists: memory.New(nil, "catalog", &state{listener: newListener([]Urgency{{Code: "2h", Words: "煤气+味 爆裂 水管爆裂 + gas"}, {Code: "24h", Words: "停电 气＋表 爆裂"}, {Code: "7d"}}, "举报 匿名 报")}, nil)}
	for _, x := range []struct {
		text, code    string
		words, secret []string
	}{
		{"", "", nil, nil},
		{"路灯不亮", "", nil, nil},
		{"闻到一股味，是煤气", "2h", []string{"煤气", "味"}, nil},
		{"煤气表坏了", "24h", []string{"气", "表"}, nil},
		{"水管爆裂，水管又爆裂", "2h", []string{"爆裂", "水管爆裂"}, nil},
		{"smell of gas", "2h", []string{"gas"}, nil},
		{"匿名举报停电", "24h", []string{"停电"}, []string{"举报", "匿名", "报"}},
		{"\xe7停\x80停电\xe5", "24h", []string{"停电"}, nil},
		{"电停", "", nil, nil},
	} {
		h := c.Hear(x.text)
		u, words, ok := h.Urgency()
		if u.Code != x.code || !slices.Equal(words, x.words) || ok != (x.code != "") || !slices.Equal(h.Secret(), x.secret) {
			t.Errorf("Hear(%q) = %q %q %t, %q, want %q %q, %q", x.text, u.Code, words, ok, h.Secret(), x.code, x.words, x.secret)
		}
	}
}
