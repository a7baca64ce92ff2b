package tray_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"mulin/internal/clock"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/internal/tray"
)

func TestTray(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		ctx := context.Background()
		city, other := storetest.NewCity(t, db), storetest.Found(t, db, 2)
		files := tray.New(city)
		big := bytes.Repeat([]byte("工作簿\x00"), 200_000)
		id, err := files.Add(ctx, tray.File{Person: 7, Kind: "x", Name: "a.xlsx"}, 1, big)
		if err != nil {
			t.Fatal(err)
		}
		f, err := files.Get(ctx, 7, "x", id)
		if err != nil || f.Name != "a.xlsx" || string(f.About) != "1" {
			t.Fatalf("%+v, %v", f, err)
		}
		if got, err := files.Body(ctx, id, 0); err != nil || !bytes.Equal(got, big) {
			t.Fatalf("%d bytes came back of %d: %v", len(got), len(big), err)
		}
		for _, err := range []error{get(files.Get(ctx, 8, "x", id)), get(files.Get(ctx, 7, "y", id)), get(tray.New(other).Get(ctx, 7, "x", id))} {
			if !errors.Is(err, tray.ErrMissing) {
				t.Errorf("somebody else's file: %v, want %v", err, tray.ErrMissing)
			}
		}
		if err := files.Beside(ctx, id, 1, []byte("{}"), 1, 2); err != nil {
			t.Fatal(err)
		}
		if got, err := files.Body(ctx, id, 1); err != nil || string(got) != "{}" {
			t.Errorf("beside it stands %q, %v", got, err)
		}
		if all, err := files.Mine(ctx, 7, "x"); err != nil || len(all) != 1 || string(all[0].About) != "2" {
			t.Errorf("mine are %+v, %v", all, err)
		}
		step := func(was, is int) error {
			return city.Write(ctx, func(tx *store.Tx) error { return tray.Advance(ctx, tx, id, was, is) })
		}
		if err := errors.Join(step(2, 3), step(3, 4)); err != nil {
			t.Fatal(err)
		}
		if err := step(3, 4); !errors.Is(err, tray.ErrMoved) {
			t.Errorf("the same step again: %v, want %v", err, tray.ErrMoved)
		}
		for _, said := range []string{"a", "b"} {
			if err := files.Learn(ctx, 7, "x", "shape", said); err != nil {
				t.Fatal(err)
			}
		}
		if said, err := files.Habit(ctx, 7, "x", "shape"); err != nil || string(said) != `"b"` {
			t.Errorf("the habit is %s, %v", said, err)
		}
		if said, err := files.Habit(ctx, 8, "x", "shape"); err != nil || len(said) != 0 {
			t.Errorf("somebody else's habit is %s, %v", said, err)
		}
		clk.Advance(47 * time.Hour)
		second, err := files.Add(ctx, tray.File{Person: 7, Kind: "x"}, nil, []byte("b"))
		if err != nil {
			t.Fatal(err)
		}
		clk.Advance(2 * time.Hour)
		if err := files.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if all, err := files.Mine(ctx, 7, "x"); err != nil || len(all) != 1 || all[0].ID != second {
			t.Errorf("after the sweep: %+v, %v", all, err)
		}
		if got, err := files.Body(ctx, id, 0); err != nil || len(got) > 0 {
			t.Errorf("%d bytes survive the sweep, %v", len(got), err)
		}
		if err := files.Drop(ctx, second); err != nil || !errors.Is(get(files.Get(ctx, 7, "x", second)), tray.ErrMissing) {
			t.Errorf("dropped: %v", err)
		}
	})
}

func get(_ tray.File, err error) error { return err }
