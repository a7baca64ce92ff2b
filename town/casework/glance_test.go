package casework

import "testing"

func TestMasked(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"身份证 11010519491231002X，请核对": "身份证 110105********002X，请核对",
		"110105194912310021":         "110105194912310021", // wrong check digit
		"电表 370481202613450012":      "电表 370481202613450012",
		"13806320001":                "13806320001",
	} {
		if got := Words(in); got != want {
			t.Errorf("Words(%q) = %q, want %q", in, got, want)
		}
		if got := Erased(Words(in)); got != (in != want) {
			t.Errorf("Erased(%q) = %v", Words(in), got)
		}
	}
}
