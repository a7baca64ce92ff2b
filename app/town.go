package app

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"mulin/gate/notify"
	"mulin/gate/web"
	"mulin/gate/web/duties"
	"mulin/gate/web/kit"
	"mulin/gate/web/site"
	"mulin/gate/web/stations"
	"mulin/internal/job"
	"mulin/internal/ledger"
	"mulin/internal/register"
	"mulin/internal/sse"
	"mulin/internal/store"
	"mulin/internal/tray"
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
	Pages  *web.Pages
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
	if err := t.Feed.Local(ctx, t.live()); err != nil {
		return err
	}
	var err error
	if t.Tree, err = a.tree(t.City); err != nil {
		return err
	}
	t.Feed.Lasting(t.Tree)
	t.Feed.Lasting(t.Search.Follower())
	t.Issues.OnChange(t.heated)
	t.Feed.Lasting(t.Issues.Follower())
	t.Feed.Lasting(register.Mover(t.City, place.Moves, t.Nouns()...))
	return nil
}

// Nouns are the registers that have tables of their own.
func (t *Town) Nouns() []*register.Noun {
	return []*register.Noun{t.Stations.Noun, t.Rights.Noun}
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

// doors are the ways in.
func (a *App) doors(t *Town) {
	t.Pages = &web.Pages{
		Site:   site.Site{Words: a.Words, Clock: a.Clock, Log: a.Log, Trusted: a.proxy, Secure: a.Secure, City: t.ID, Box: a.box, TileOrigin: func() string { return origin(t.Catalog.Settings().TileURL) }},
		Places: t.Places, Bodies: t.Bodies, Accounts: t.Accounts, Catalog: t.Catalog, Desk: t.Desk, Whistles: t.Whistles, Triage: t.Triage,
		Answers: t.Answers, Issues: t.Issues, Tasks: t.Tasks,
		Search: t.Search, Tree: t.Tree, Photos: a.Photos, Hub: t.Hub,
	}
	in := &kit.Imports{City: t.City, Tray: tray.New(t.City), Actor: t.Accounts.Actor}
	t.Jobs.Handle(kit.ImportJob, in.Run, kit.ImportOptions)
	t.Jobs.Every("tray.sweep", time.Hour, in.Tray.Sweep)
	of := kit.Pages{Words: a.Words, Person: t.Accounts.Name, Imports: in}
	t.Pages.Further = append((&stations.Pages{Stations: t.Stations, Kit: of}).Routes(), (&duties.Pages{List: t.Rights, Kit: of}).Routes()...)
	if !a.Unlimited {
		t.Pages.Intake, t.Pages.Secrets, t.Pages.Typing = site.NewLimiter(30, 2*time.Second), site.NewLimiter(10, 6*time.Second), site.NewLimiter(60, time.Second)
	}
	if a.drafts != nil {
		t.Pages.Draft, t.Pages.Drafting = a.drafts, site.NewLimiter(5, 20*time.Second)
	}
	if a.Demo {
		t.Accounts.AllowOneClick()
		t.Pages.Code = t.Sent.Last
	}
}

// origin is scheme and host of an address.
func origin(address string) string {
	u, err := url.Parse(strings.NewReplacer("{", "", "}", "").Replace(address))
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
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
