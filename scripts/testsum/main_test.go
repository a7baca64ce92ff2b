package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestSummary(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		events, want string
		ok           bool
	}{
		"pass": {`{"Action":"run","Package":"p","Test":"A"}
{"Action":"output","Package":"p","Test":"A","Output":"quiet\n"}
{"Action":"pass","Package":"p","Test":"A"}
{"Action":"output","Package":"p","Output":"ok  \tp\n"}
{"Action":"pass","Package":"p"}`, "ok  \tp\n\n1 passed, 0 failed\n", true},
		"fail": {`{"Action":"run","Package":"p","Test":"A"}
{"Action":"output","Package":"p","Test":"A","Output":"why\n"}
{"Action":"fail","Package":"p","Test":"A"}
{"Action":"fail","Package":"p"}`, "why\n\nfailed:\n  p A\n\n0 passed, 1 failed\n", false},
		"died in a test": {`{"Action":"run","Package":"p","Test":"A"}
{"Action":"output","Package":"p","Test":"A","Output":"panic\n"}
{"Action":"fail","Package":"p"}`, "panic\n\nfailed:\n  p\n\n0 passed, 1 failed\n", false},
		"not built": {`{"Action":"build-output","ImportPath":"p","Output":"undefined: x\n"}
{"Action":"fail","Package":"p"}`, "undefined: x\n\nfailed:\n  p\n\n0 passed, 1 failed\n", false},
		"no tests at all": {"go: no module\n", "go: no module\n\n0 passed, 0 failed\n", false},
		"times": {`{"Action":"run","Package":"p","Test":"A"}
{"Action":"pass","Package":"p","Test":"A","Elapsed":2}
{"Action":"pass","Package":"p","Elapsed":2.04}
{"Action":"skip","Package":"none","Elapsed":0}
{"Action":"pass","Package":"q","Elapsed":83.21}`, "\nseconds:\n   83.2  q\n    2.0  p\n\n1 passed, 0 failed\n", true},
		"skip": {`{"Action":"run","Package":"p","Test":"A"}
{"Action":"skip","Package":"p","Test":"A"}
{"Action":"run","Package":"p","Test":"B"}
{"Action":"pass","Package":"p","Test":"B"}`, "\n1 passed, 0 failed, 1 skipped\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			s := newSummary(&out)
			if err := s.read(strings.NewReader(c.events)); err != nil {
				t.Fatal(err)
			}
			if ok := s.finish(); ok != c.ok || out.String() != c.want {
				t.Errorf("%v, said %q, want %v and %q", ok, out.String(), c.ok, c.want)
			}
		})
	}
}
