package search_test

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"testing"

	"mulin/internal/access"
	"mulin/internal/ledger"
	"mulin/internal/seal"
	"mulin/internal/store"
	"mulin/internal/storetest"
	joined "mulin/town"
	"mulin/town/body"
	"mulin/town/casework"
	"mulin/town/place"
	"mulin/view/search"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// town is a city with its desk, its search and the feed between them.
type town struct {
	city   *store.City
	places *place.Register
	bodies *body.Bodies
	desk   *casework.Desk
	index  *search.Index
	feed   *ledger.Feed

	at           map[string]place.Place
	water, order int64
}

func newTown(t testing.TB, db *store.DB, dsn string) *town { return foundTown(t, db, dsn, 1) }

func foundTown(t testing.TB, db *store.DB, dsn string, id int64) *town {
	t.Helper()
	tn := &town{city: storetest.Found(t, db, id)}
	areas := joined.Join(tn.city, seal.New(make([]byte, 32)), nil)
	if err := areas.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	tn.places, tn.bodies, tn.desk = areas.Places, areas.Bodies, areas.Desk
	tn.open(t, db, dsn)
	return tn
}

// settle gives the town two streets with a community and a grid each, and two departments.
func (tn *town) settle(t *testing.T) {
	t.Helper()
	who := access.System(tn.city.ID)
	all, err := tn.places.AddAll(t.Context(), who, []place.Details{
		{Kind: place.City, Code: "C", Name: "某市"},
		{Kind: place.Street, ParentCode: "C", Code: "S1", Name: "东街道"},
		{Kind: place.Street, ParentCode: "C", Code: "S2", Name: "西街道"},
		{Kind: place.Community, ParentCode: "S1", Code: "K1", Name: "东社区"},
		{Kind: place.Community, ParentCode: "S2", Code: "K2", Name: "西社区"},
		{Kind: place.Grid, ParentCode: "K1", Code: "east", Name: "东网格"},
		{Kind: place.Grid, ParentCode: "K2", Code: "west", Name: "西网格"},
	})
	if err != nil {
		t.Fatal(err)
	}
	tn.at = map[string]place.Place{}
	for _, p := range all {
		tn.at[p.Code] = p
	}
	units, err := tn.bodies.AddAll(t.Context(), who, []body.Details{{Kind: body.Department, Name: "水务局"}, {Kind: body.Department, Name: "城管局"}})
	if err != nil {
		t.Fatal(err)
	}
	tn.water, tn.order = units[0].ID, units[1].ID
	if err := tn.places.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// file opens a case in the grid of that code.
func (tn *town) file(t *testing.T, code, text string) casework.Receipt {
	t.Helper()
	r, err := tn.desk.Open(t.Context(), access.System(tn.city.ID), casework.Report{Text: text, Place: tn.at[code].ID, Address: "学院路12号"})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (tn *town) act(t *testing.T, id int64, v casework.Verb, s casework.Step) {
	t.Helper()
	if _, err := tn.desk.Act(t.Context(), access.System(tn.city.ID), id, v, s); err != nil {
		t.Fatalf("%s: %v", v, err)
	}
}

func (tn *town) follow(t *testing.T) {
	t.Helper()
	if err := tn.feed.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// finds checks which cases a search gives, newest first.
func (tn *town) finds(t *testing.T, who access.Actor, q search.Query, want ...int64) search.Result {
	t.Helper()
	r, err := tn.index.Find(t.Context(), who, q)
	if err != nil {
		t.Fatalf("Find(%q): %v", q.Text, err)
	}
	var got []int64
	for _, c := range r.Cases {
		got = append(got, c.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("Find(%q, %+v) = %v, want %v", q.Text, q.Filter, got, want)
	}
	return r
}

// over is somebody who sees a territory; of is somebody who sees what a body takes part in.
func (tn *town) over(code string) access.Actor {
	return actor(tn.city.ID, access.Post{ID: 1, Path: tn.at[code].Path, Rights: map[access.Right]access.Scope{casework.See: access.Territory}})
}

func (tn *town) of(body int64) access.Actor {
	return actor(tn.city.ID, access.Post{ID: 1, Body: body, Path: "/", Rights: map[access.Right]access.Scope{casework.See: access.Body}})
}

// open opens the search as a start of the program does.
func (tn *town) open(t testing.TB, db *store.DB, dsn string) {
	t.Helper()
	index, err := search.New(context.Background(), db, tn.city, tn.desk, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close() })
	tn.index = index
	tn.feed = ledger.NewFeed(tn.city, quiet)
	tn.feed.Lasting(index.Follower())
}

func actor(city int64, posts ...access.Post) access.Actor {
	return access.Actor{City: city, Person: 9, Name: "沈静", Posts: posts}
}
