package gram

import (
	"slices"
	"testing"
)

func TestUnitsStandWhereTheyStand(t *testing.T) {
	text := "Ａ3区 路灯，No.7坏了…『乱象』"
	var got []string
	for _, u := range Units(nil, text) {
		s := text[u.From:u.To]
		if u.Joined {
			s = "+" + s
		}
		got = append(got, s)
	}
	if want := []string{"Ａ3", "+区", "路", "+灯", "No", "7", "+坏", "+了", "乱", "+象"}; !slices.Equal(got, want) {
		t.Errorf("units %q, want %q", got, want)
	}
}

func TestUnitsAlike(t *testing.T) {
	ids := func(text string) (all []uint64) {
		for _, u := range Units(nil, text) {
			all = append(all, u.ID)
		}
		return all
	}
	for _, same := range [][2]string{{"A3区", "ａ３区"}, {"①号楼", "1号楼"}, {"é", "e\u0301"}, {"路\u200b灯", "路灯"}} {
		if !slices.Equal(ids(same[0]), ids(same[1])) {
			t.Errorf("%q and %q differ", same[0], same[1])
		}
	}
	for _, other := range [][2]string{{"A3", "A4"}, {"12", "21"}, {"路", "灯"}, {"a路", "路a"}} {
		if slices.Equal(ids(other[0]), ids(other[1])) {
			t.Errorf("%q and %q are alike", other[0], other[1])
		}
	}
}

func TestOverlap(t *testing.T) {
	for _, c := range []struct {
		a, b                     string
		minJ, maxJ, minIn, maxIn float64
	}{
		{"路灯不亮三天了", "路灯，不亮 三天了！", 1, 1, 1, 1},
		{"路灯不亮三天了", "路灯不亮三天了。小区门口很黑，老人出门怕摔", 0.2, 0.5, 1, 1},
		{"路灯不亮三天了", "公交车改线没有通知", 0, 0, 0, 0},
		{"3号楼漏水", "5号楼漏水", 0.4, 0.9, 0.5, 0.9},
		{"", "路灯", 0, 0, 0, 0},
		{"水", "水", 1, 1, 1, 1},
	} {
		j, in := Overlap(Shingles(c.a), Shingles(c.b))
		if j < c.minJ || j > c.maxJ || in < c.minIn || in > c.maxIn {
			t.Errorf("%q and %q: %.2f, %.2f", c.a, c.b, j, in)
		}
		j2, in2 := Overlap(Shingles(c.b), Shingles(c.a))
		if j != j2 || in != in2 {
			t.Errorf("%q and %q: not the same both ways", c.a, c.b)
		}
	}
}

func TestShinglesStayTheSame(t *testing.T) {
	if got := Shingles("路灯"); len(got) != 1 || got[0] != 0xe3f9982895281ae6 {
		t.Errorf("%#x", got)
	}
}

func FuzzShingles(f *testing.F) {
	f.Add("A3区路灯，坏了\xff")
	f.Fuzz(func(t *testing.T, s string) {
		for _, u := range Units(nil, s) {
			if u.From < 0 || int(u.To) > len(s) || u.From >= u.To {
				t.Fatalf("%q: %+v", s, u)
			}
		}
		all := Shingles(s)
		if !slices.IsSorted(all) {
			t.Fatal("not sorted")
		}
		if j, in := Overlap(all, all); len(all) > 0 && (j != 1 || in != 1) {
			t.Fatalf("%q is not like itself: %v %v", s, j, in)
		}
	})
}
