package sheet

import "testing"

func TestFormulasAreDisarmed(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "水费": "水费", "3-1": "3-1", "=1+1": "'=1+1", "+86": "'+86", "-1": "'-1", "@x": "'@x", " =1": "' =1", "\t=1": "'\t=1", "\n1": "'\n1", "＝1": "'＝1",
		"\u3000＝1": "'\u3000＝1", "\ufeff=1": "'\ufeff=1", "\x00=1": "'=1", "\xff": "\xff",
	} {
		if got := Safe(in); got != want {
			t.Errorf("Safe(%q) = %q, want %q", in, got, want)
		}
	}
}
