package app

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"

	"mulin/gate/notify"
	"mulin/gate/web"
	"mulin/gate/web/live"
	"mulin/internal/job"
	"mulin/internal/ledger"
	"mulin/internal/register"
	"mulin/internal/sse"
	"mulin/internal/store"
	"mulin/town"
	"mulin/town/account"
	"mulin/town/place"
	"mulin/view/search"
)

// Town is one city with its areas, its views and its ways in.
type Town struct {
	*town.Areas
	ID     int64
	Search *search.Index
	Feed   *ledger.Feed
	Tree   *ledger.Tree
	Jobs   *job.Runner
	Hub    *sse.Hub
	Pages  *web.House
	Sent   *notify.Outbox // a demo's messages

	handler http.Handler
}

// raise builds a city from the ground up.
func (a *App) raise(ctx context.Context, id int64) (*Town, error) {
	city := a.DB.City(id)
	t := &Town{ID: id, Hub: sse.NewHub(), Sent: notify.NewOutbox()}
	t.Areas = town.Join(city, a.box, a.sender(t))
	for _, begin := range []func(context.Context) error{t.Load, t.Offer, t.answerRules} {
		if err := begin(ctx); err != nil {
			return nil, fmt.Errorf("begin city %d: %w", id, err)
		}
	}
	var err error
	if t.Search, err = search.New(ctx, a.DB, city, t.Desk, a.Config.DB); err != nil {
		return nil, fmt.Errorf("open the search of city %d: %w", id, err)
	}
	if err := a.follow(ctx, t); err != nil {
		return nil, err
	}
	a.work(t)
	a.doors(t)
	a.towns[id] = t
	a.order = append(a.order, id)
	return t, nil
}

// follow lets everything that comes after a write follow the ledger.
func (a *App) follow(ctx context.Context, t *Town) error {
	t.Feed = ledger.NewFeed(t.City, a.Log)
	if err := t.Follow(ctx, t.Feed); err != nil {
		return err
	}
	if err := t.Feed.Local(ctx, live.Follower(t.Hub)); err != nil {
		return err
	}
	var err error
	if t.Tree, err = a.tree(t.City); err != nil {
		return err
	}
	t.Feed.Lasting(t.Tree)
	t.Feed.Lasting(t.Search.Follower())
	t.Feed.Lasting(t.Desk.Ladders.Replan(t.Laws...))
	t.Issues.OnChange(func(path string) { live.Heated(t.Hub, path) })
	t.Feed.Lasting(t.Issues.Follower())
	t.Feed.Lasting(t.Desk.Rezone())
	t.Feed.Lasting(register.Mover(t.City, place.Moves, t.Nouns(), t.Moving()...))
	return nil
}

// tree folds the ledger and signs its checkpoints, with a key that comes from the master key.
func (a *App) tree(city *store.City) (*ledger.Tree, error) {
	seed, err := hex.DecodeString(a.box.Blind(fmt.Sprint("ledger checkpoints of city ", city.ID)))
	if err != nil {
		return nil, err
	}
	key, err := ledger.NewKey(fmt.Sprintf("mulin-%d", city.ID), seed)
	if err != nil {
		return nil, err
	}
	return ledger.NewTree(city, key)
}

// sender sends phone codes: through the gateway of the settings, or into a demo's outbox, or not at all.
func (a *App) sender(t *Town) account.Sender {
	switch {
	case a.Demo:
		return t.Sent
	case a.SMS != "":
		return notify.NewGateway(a.SMS, a.SMSKey)
	}
	return nil
}

// Run follows the ledger and works until ctx ends.
func (t *Town) Run(ctx context.Context) {
	done := make(chan struct{})
	go func() { defer close(done); t.Jobs.Run(ctx) }()
	t.Feed.Run(ctx)
	<-done
}

// Name names a city that has just been founded: in its settings and as the root of its places.
func (t *Town) Name(ctx context.Context, name string) error {
	s := t.Catalog.Settings()
	s.CityName = name
	if err := t.Catalog.SaveSettings(ctx, t.System(), s); err != nil {
		return err
	}
	if root, ok := t.Places.Root(); ok {
		_, err := t.Places.Rename(ctx, t.System(), root.ID, name, "")
		return err
	}
	_, err := t.Places.Add(ctx, t.System(), place.Details{Kind: place.City, Code: strconv.FormatInt(t.ID, 10), Name: name})
	return err
}

func (t *Town) close() {
	t.Hub.Close()
	if t.Search != nil {
		t.Search.Close()
	}
}
