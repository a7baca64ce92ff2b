package ledger_test

import (
	"context"
	"strings"
	"testing"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/internal/storetest"
)

func TestFind(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		ctx, city := context.Background(), storetest.NewCity(t, db)
		who := access.System(1)
		err := city.Write(ctx, func(tx *store.Tx) error {
			ledger.Append(tx, who, "place.add", ledger.Subject{Kind: "place", ID: 4, Path: "/1/4/"}, nil)
			ledger.Append(tx, who, "case.open", ledger.Subject{Kind: "case", ID: 9, Path: "/1/4/7/"}, nil)
			ledger.Append(tx, access.Actor{City: 1, Person: 5}, "account.role", ledger.Subject{Kind: "role"}, nil)
			ledger.Append(tx, who, "place.end", ledger.Subject{Kind: "place", ID: 5, Path: "/1/5/"}, nil)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		all := access.Reach{All: true}
		for _, c := range []struct {
			reach access.Reach
			f     ledger.Filter
			want  string
		}{
			{all, ledger.Filter{}, "place.end account.role case.open place.add"},
			{all, ledger.Filter{Office: true}, "place.end account.role place.add"},
			{all, ledger.Filter{Before: 3}, "case.open place.add"},
			{all, ledger.Filter{Verbs: []string{"place."}}, "place.end place.add"},
			{all, ledger.Filter{Verbs: []string{"place.add", "account."}}, "account.role place.add"},
			{all, ledger.Filter{Verbs: []string{"x", "' or 1=1 --"}}, ""},
			{all, ledger.Filter{Person: 5}, "account.role"},
			{all, ledger.Filter{Kind: "place", ID: 4}, "place.add"},
			{access.Reach{Paths: []string{"/1/4/"}}, ledger.Filter{}, "case.open place.add"},
			{access.Reach{}, ledger.Filter{}, ""},
		} {
			found, err := ledger.Find(ctx, city, 1, c.reach, c.f, 10)
			var verbs []string
			for _, e := range found {
				verbs = append(verbs, e.Verb)
			}
			if got := strings.Join(verbs, " "); err != nil || got != c.want {
				t.Errorf("Find(%+v, %+v) = %q, %v, want %q", c.reach, c.f, got, err, c.want)
			}
		}
	})
}

func TestReason(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		" 网格\n调整 ": "网格 调整", "按 2026 年第 12 号文": "按 2026 年第 12 号文", "": "ledger.reason.empty", "\t": "ledger.reason.empty",
		"电话 138 0013 8000": "ledger.reason.private", "370481199001011234": "ledger.reason.private", strings.Repeat("长", 201): "ledger.reason.long", "a\x00b": "ledger.reason.long",
	} {
		got, err := ledger.Reason(text)
		if bad, ok := fault.As(err); ok {
			got = bad[0].Key
		}
		if got != want {
			t.Errorf("Reason(%q) = %q, want %q", text, got, want)
		}
	}
}
