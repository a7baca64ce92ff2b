package body_test

import (
	"fmt"
	"testing"

	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/register/registertest"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/body"
)

// TestNoun holds bodies to what every register promises.
func TestNoun(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		city := storetest.NewCity(t, db)
		w := newLand(t, city)
		registertest.Run(t, city, w.Noun().Noun, func(i int, x any) {
			u := x.(*body.Unit)
			u.Name, u.Phone = fmt.Sprintf("%s-%d", u.Name, i), fmt.Sprintf("0632-%d", i)
			if u.Parent = 0; u.Code != "" {
				u.Code = fmt.Sprint("X", i)
			}
		})
	})
}

// TestAmend changes a unit as a form does: what is said of it and what it serves.
func TestAmend(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		city := storetest.NewCity(t, db)
		w := newTown(t, city)
		all := w.Noun()
		u, err := all.Get(ctx, w.who, w.by["D2"].ID)
		if err != nil {
			t.Fatal(err)
		}
		u.Name, u.Parent, u.Places = "综合行政执法局", w.by["D1"].ID, []int64{w.at["K1"].ID, w.at["S"].ID}
		if err := all.Save(ctx, w.who, u); err != nil {
			t.Fatal(err)
		}
		now, _ := w.Get(u.ID)
		if now.Name != "综合行政执法局" || now.Parent != w.by["D1"].ID || len(w.Places(u.ID)) != 2 {
			t.Errorf("after the change %+v, serving %v", now, w.Places(u.ID))
		}
		if was := w.History(u.ID); len(was) != 1 || was[0].Name != "城市管理局" {
			t.Errorf("earlier names %+v", was)
		}
		up, err := all.Get(ctx, w.who, w.by["D1"].ID)
		if err != nil {
			t.Fatal(err)
		}
		up.Parent = u.ID
		err = all.Save(ctx, w.who, up)
		if l, _ := fault.As(err); len(l) != 1 || l[0].Key != "body.parent.bad" || l[0].Field != "parent" {
			t.Errorf("a unit below its own part: %v", err)
		}
	})
}
