package gram

import (
	"slices"
	"strings"
	"testing"
)

func TestUnitsStandWhereTheyStand(t *testing.T) {
	text := "Ａ3区 路灯，No.7坏了"
	var got []string
	for _, u := range Units(nil, text) {
		s := u.Text
		if u.Joined {
			s = "+" + s
		}
		got = append(got, s)
		if back := text[u.From:u.To]; !strings.EqualFold(back, u.Text) && back != "Ａ3" {
			t.Errorf("unit %q stands at %q", u.Text, back)
		}
	}
	if want := []string{"a3", "+区", "路", "+灯", "no", "7", "+坏", "+了"}; !slices.Equal(got, want) {
		t.Errorf("units %q, want %q", got, want)
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
	if got := Shingles("路灯"); len(got) != 1 || got[0] != 0xf3aef9c22e466993 {
		t.Errorf("%#x", got)
	}
}

func FuzzShingles(f *testing.F) {
	f.Add("A3区路灯，坏了\xff")
	f.Fuzz(func(t *testing.T, s string) {
		for _, u := range Units(nil, s) {
			if u.From < 0 || u.To > len(s) || u.From >= u.To || u.Text == "" {
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
