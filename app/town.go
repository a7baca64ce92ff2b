package app

import (
	"context"
	"encoding/hex"
	"encoding/json"
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
	"mulin/internal/access"
	"mulin/internal/job"
	"mulin/internal/ledger"
	"mulin/internal/register"
	"mulin/internal/sse"
	"mulin/internal/store"
	"mulin/internal/tray"
	"mulin/town/account"
	"mulin/town/answer"
	"mulin/town/body"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/issue"
	"mulin/town/place"
	"mulin/town/rights"
	"mulin/town/station"
	"mulin/town/task"
	"mulin/town/triage"
	"mulin/town/whistle"
	"mulin/view/search"
)

// Town is one city with its areas in order, its views and its ways in.
type Town struct {
	ID       int64
	City     *store.City
	Places   *place.Register
	Bodies   *body.Bodies
	Accounts *account.Accounts
	Catalog  *catalog.Catalog
	Desk     *casework.Desk
	Whistles *whistle.Post
	Triage   *triage.Reader
	Answers  *answer.Answers
	Issues   *issue.Issues
	Tasks    *task.Tasks
	Stations *station.Stations
	Rights   *rights.List
	Search   *search.Index
	Feed     *ledger.Feed
	Tree     *ledger.Tree
	Jobs     *job.Runner
	Hub      *sse.Hub
	Pages    *web.Pages
	Sent     *notify.Outbox // a demo's messages

	handler http.Handler
}

// raise builds a city from the ground up.
func (a *App) raise(ctx context.Context, id int64) (*Town, error) {
	city := a.DB.City(id)
	t := &Town{ID: id, City: city, Hub: sse.NewHub(), Sent: notify.NewOutbox()}
	t.Places = place.New(city)
	t.Bodies = body.New(city, t.Places)
	t.Accounts = account.New(city, t.Places, a.box, a.sender(t))
	t.Catalog = catalog.New(city)
	t.Desk = casework.NewDesk(city, t.Places, t.Bodies, t.Catalog, a.box)
	t.Whistles = whistle.New(city, t.Desk, t.Places, t.Bodies, t.Catalog)
	t.Triage = triage.New(city, t.Desk, t.Places, t.Bodies, t.Catalog)
	t.Answers = answer.New(city, t.Desk, t.Places, t.Bodies, t.Catalog, t.Triage)
	t.Issues = issue.New(city, t.Desk, t.Places, t.Catalog)
	t.Tasks = task.New(city, t.Bodies, t.Issues)
	t.Stations = station.New(city, t.Places, t.Bodies)
	t.Rights = rights.New(city, t.Bodies, t.Catalog)
	for _, load := range []func(context.Context) error{t.Places.Load, t.Bodies.Load, t.Accounts.Load, t.Catalog.Load, t.Triage.Load, t.Rights.Load, t.roles, t.answerRules} {
		if err := load(ctx); err != nil {
			return nil, fmt.Errorf("load city %d: %w", id, err)
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
	for _, f := range []ledger.Follower{t.Places.Follower(), t.Bodies.Follower(), t.Accounts.Follower(), t.Catalog.Follower(), t.Triage.Follower(), t.Answers.Follower(), t.Rights.Follower(), t.live()} {
		if err := t.Feed.Local(ctx, f); err != nil {
			return err
		}
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

// work is what happens without anybody asking.
func (a *App) work(t *Town) {
	t.Jobs = job.New(t.City, a.Log, 2)
	t.Jobs.Every("case.sweep", time.Minute, func(ctx context.Context) error { _, err := t.Desk.Sweep(ctx); return err })
	t.Jobs.Every("account.sweep", 10*time.Minute, t.Accounts.Sweep)
	t.Jobs.Every("ledger.checkpoint", 10*time.Minute, func(ctx context.Context) error { _, err := t.Tree.Checkpoint(ctx); return err })
	zone := func() *time.Location { return t.Catalog.Calendar().Zone }
	t.Jobs.Daily("triage.nightly", 3*time.Hour, zone, t.Triage.Nightly)
	t.Jobs.Daily("search.tidy", 4*time.Hour, zone, t.Search.Tidy)
	t.Jobs.Handle(triage.Job, t.Triage.Answer, triage.JobOptions)
	t.Jobs.Every("store.checkpoint", 15*time.Minute, a.DB.Checkpoint)
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

// live tells open pages what has changed.
func (t *Town) live() ledger.Follower {
	return ledger.Func("live", func(_ context.Context, entries []ledger.Entry) error {
		for _, e := range entries {
			for _, topic := range topics(e) {
				t.Hub.Publish(topic, "change", e.Verb)
			}
		}
		return nil
	})
}

// heated tells open boards of hot issues that a case has found its issue there.
func (t *Town) heated(path string) {
	for _, topic := range below("hot/", path) {
		t.Hub.Publish(topic, "change", "issue")
	}
}

// below names the topics of all places of a path.
func below(kind, path string) []string {
	var all []string
	for _, p := range place.IDs(path) {
		all = append(all, fmt.Sprint(kind, p))
	}
	return all
}

// topics are the pages an entry concerns: the case's own, those of the places above it, those of the bodies that take part.
func topics(e ledger.Entry) []string {
	if e.Subject.Kind == "issue" || e.Subject.Kind == "task" {
		return below("hot/", e.Subject.Path)
	}
	if e.Subject.Kind != "case" && e.Subject.Kind != "whistle" {
		return nil
	}
	var b struct {
		Case   int64   `json:"case"`
		Bodies []int64 `json:"bodies"`
		Units  []int64 `json:"units"`
	}
	_ = json.Unmarshal(e.Body, &b) // a body that says nothing of them leaves them empty
	id := e.Subject.ID
	if e.Subject.Kind == "whistle" {
		id = b.Case
	}
	all := append([]string{fmt.Sprint("case/", id)}, below("place/", e.Subject.Path)...)
	for _, unit := range append(b.Bodies, b.Units...) {
		all = append(all, fmt.Sprint("body/", unit))
	}
	return all
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

// System is the city's own program.
func (t *Town) System() access.Actor { return access.System(t.ID) }

func (t *Town) close() {
	t.Hub.Close()
	if t.Search != nil {
		t.Search.Close()
	}
}
