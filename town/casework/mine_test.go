package casework_test

import (
	"testing"

	"mulin/internal/clock"
	"mulin/town/towntest"
)

func TestOfSecrets(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		a, b := open(t, w, report()), open(t, w, report())
		for name, x := range map[string]struct {
			secrets map[string]string
			want    int
		}{
			"none":                 {nil, 0},
			"both":                 {map[string]string{a.Number: a.Secret, b.Number: b.Secret}, 2},
			"somebody else's":      {map[string]string{a.Number: a.Secret, b.Number: a.Secret}, 1},
			"no such number":       {map[string]string{"000000-00000": a.Secret}, 0},
			"without their secret": {map[string]string{a.Number: ""}, 0},
		} {
			got, err := w.Desk.OfSecrets(t.Context(), x.secrets)
			if err != nil || len(got) != x.want {
				t.Errorf("%s: %d cases, %v, want %d", name, len(got), err, x.want)
			}
			if len(got) == 2 && got[0].Number != b.Number {
				t.Errorf("%s: the newest isn't first", name)
			}
		}
	})
}

// A mobile is found again however it was typed.
func TestPhoneFolds(t *testing.T) {
	each(t, func(t *testing.T, w *towntest.Town, _ *clock.Fake) {
		for _, typed := range []string{"138 0000 1234", "+8613800001234", "138-0000-1234", "１３８００００１２３４"} {
			r := report()
			r.Phone = typed
			open(t, w, r)
		}
		if got, err := w.Desk.OfPhone(t.Context(), "13800001234", 0, 10); err != nil || len(got) != 4 {
			t.Errorf("%d cases of the phone, %v, want 4", len(got), err)
		}
	})
}
