package towntest

import (
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/geo"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town"
	"mulin/town/casework"
	"mulin/town/task"
)

// Plant are messages about one thing, by title and text; all made up.
var Plant = [][2]string{
	{"翠屏新城旁边的搅拌站噪音扰民", "翠屏新城东侧新开了一家混凝土搅拌站，夜里机器轰鸣，全家睡不着。"},
	{"投诉翠屏新城附近搅拌站", "搅拌站离翠屏新城不到一百米，粉尘飘进屋里，桌子一天擦三遍。"},
	{"请关停翠屏新城边上的搅拌站", "我是翠屏新城业主，搅拌站凌晨两点还在生产，孩子被吵醒。"},
	{"翠屏新城业主要求搬迁搅拌站", "混凝土搅拌站扬尘严重，老人咳嗽不止，要求搬走。"},
}

// Followed is a small city whose hot issues follow its ledger.
type Followed struct {
	*Town
	Clock *clock.Fake
	t     *testing.T
	feed  *ledger.Feed
}

// NewFollowed makes one in an empty database.
func NewFollowed(t *testing.T, db *store.DB, clk *clock.Fake, id int64) *Followed {
	t.Helper()
	if err := db.Found(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	w := &Followed{Town: Build(t, db.City(id)), t: t, Clock: clk}
	w.Restart()
	return w
}

// EachFollowed runs f on one of each engine.
func EachFollowed(t *testing.T, f func(t *testing.T, w *Followed)) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Fake) { f(t, NewFollowed(t, db, clk, 1)) })
}

// Restart forgets all that was in memory, as a new process has; the lease of the old one has run out by then.
func (w *Followed) Restart() {
	w.Clock.Advance(time.Minute)
	w.Areas = town.Join(w.City, w.Box, nil)
	if err := w.Load(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	w.feed = ledger.NewFeed(w.City, slog.New(slog.NewTextHandler(io.Discard, nil)))
	w.feed.Lasting(w.Issues.Follower())
}

// Follow lets the issues catch up with the ledger.
func (w *Followed) Follow() {
	w.t.Helper()
	if err := w.feed.CatchUp(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// Report opens a case at a point.
func (w *Followed) Report(who access.Actor, at geo.Point, title, text, phone string) int64 {
	w.t.Helper()
	rec, err := w.Desk.Open(w.t.Context(), who, casework.Report{Title: title, Text: text, Point: &at, Phone: phone})
	if err != nil {
		w.t.Fatal(err)
	}
	return rec.ID
}

// Nobody is somebody who has not signed in.
func (w *Followed) Nobody() access.Actor { return access.Nobody(w.City.ID) }

// Plants opens the messages about the plant, each from another phone.
func (w *Followed) Plants() []int64 {
	var ids []int64
	for i, m := range Plant {
		ids = append(ids, w.Report(w.Nobody(), Inside, m[0], m[1], fmt.Sprintf("1390000000%d", i)))
	}
	return ids
}

// Leader reads, dispatches and leads special tasks over the whole city.
func (w *Followed) Leader() access.Actor {
	return w.actor(31, "leader", 0, w.Root.Path, map[access.Right]access.Scope{casework.See: territory, casework.Handle: territory, task.Lead: territory})
}
