package sensitive_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"mulin/internal/sensitive"
)

func TestRestore(t *testing.T) {
	const clear = "1、3号楼2单元501室漏水，电话13800001234。2、3号楼2单元602室太吵，找13911115678。"
	masked := sensitive.Mask(clear)
	if strings.Contains(masked, "501") || strings.Contains(masked, "0000") {
		t.Fatalf("nothing to restore in %s", masked)
	}
	first, second, _ := strings.Cut(masked, "2、")
	_, second, _ = strings.Cut("2、"+second, "、")
	for _, c := range []struct{ what, piece, want string }{
		{"the whole", masked, clear},
		{"the first part", first, "1、3号楼2单元501室漏水，电话13800001234。"},
		{"the second part", second, "3号楼2单元602室太吵，找13911115678。"},
		{"both the other way round", second + "\n" + first, "3号楼2单元602室太吵，找13911115678。\n1、3号楼2单元501室漏水，电话13800001234。"},
		{"with words of the clerk's", "据来信：" + second + "请今天去", "据来信：3号楼2单元602室太吵，找13911115678。请今天去"},
		{"with a number the clerk typed", "13577778888问：" + first, "13577778888问：1、3号楼2单元501室漏水，电话13800001234。"},
		{"nothing of it", "路灯坏了", "路灯坏了"},
		{"another's number", "电话133****0000", "电话133****0000"},
		{"one that lost a sign", "电话138***1234", "电话138***1234"},
		{"empty", "", ""},
	} {
		if got := sensitive.Restore(c.piece, clear); got != c.want {
			t.Errorf("%s: %q became %q, want %q", c.what, c.piece, got, c.want)
		}
	}
}

// TestRestoreDoesNotGuess: two numbers that are masked alike, with nothing around to tell which is meant.
func TestRestoreDoesNotGuess(t *testing.T) {
	const clear = "甲13800001234，乙13899991234"
	for piece, want := range map[string]string{
		"138****1234":      "138****1234",
		"甲138****1234":     "甲13800001234",
		"乙138****1234":     "乙13899991234",
		"丙138****1234":     "丙138****1234",
		"乙138****1234，丙不知": "乙138****1234，丙不知",
	} {
		if got := sensitive.Restore(piece, clear); got != want {
			t.Errorf("%q became %q, want %q", piece, got, want)
		}
	}
}

// FuzzRestore: whatever piece somebody makes of a text, what they get back tells no more than they saw.
func FuzzRestore(f *testing.F) {
	f.Add("3号楼2单元501室漏水，电话13800001234", "号楼*单元***室漏水，电话138****1234")
	f.Add("13800001234", "x138****12345")
	f.Fuzz(func(t *testing.T, clear, piece string) {
		if !utf8.ValidString(clear) || !utf8.ValidString(piece) {
			return // no text that anybody stores
		}
		piece = sensitive.Mask(piece)
		if got := sensitive.Restore(piece, clear); sensitive.Mask(got) != sensitive.Mask(piece) {
			t.Errorf("of %q, %q became %q, which is seen as %q", clear, piece, got, sensitive.Mask(got))
		}
	})
}
