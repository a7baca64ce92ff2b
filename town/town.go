// Package town joins the areas of a city. The app builds its cities with it and the tests theirs, so that a new noun is made, loaded and kept in step
// everywhere by its line in Join.
package town

import (
	"context"
	"fmt"

	"mulin/internal/access"
	"mulin/internal/ledger"
	"mulin/internal/life"
	"mulin/internal/memory"
	"mulin/internal/register"
	"mulin/internal/seal"
	"mulin/internal/store"
	"mulin/town/account"
	"mulin/town/answer"
	"mulin/town/body"
	"mulin/town/campaign"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/duty"
	"mulin/town/issue"
	"mulin/town/place"
	"mulin/town/station"
	"mulin/town/task"
	"mulin/town/triage"
	"mulin/town/whistle"
	"mulin/town/wish"
)

// Areas are all areas of one city.
type Areas struct {
	City      *store.City
	Places    *place.Register
	Bodies    *body.Bodies
	Accounts  *account.Accounts
	Catalog   *catalog.Catalog
	Desk      *casework.Desk
	Whistles  *whistle.Post
	Triage    *triage.Reader
	Answers   *answer.Answers
	Issues    *issue.Issues
	Tasks     *task.Tasks
	Stations  *station.Stations
	Duties    *duty.List
	Campaigns *campaign.Campaigns
	Wishes    *wish.Wall
	Laws      []life.Door // of all that has a life

	kept []memory.Kept // in order
}

// Join makes the areas of a city, each with those it stands on. Those that keep rows in memory are empty until Load.
func Join(city *store.City, box *seal.Box, send account.Sender) *Areas {
	a := &Areas{City: city}
	a.Places = keep(a, place.New(city))
	a.Bodies = keep(a, body.New(city, a.Places))
	a.Accounts = keep(a, account.New(city, a.Places, a.Bodies.Directory(), box, send))
	a.Catalog = keep(a, catalog.New(city, a.Bodies.Directory()))
	a.Desk = casework.NewDesk(city, a.Places, a.Bodies, a.Catalog, box)
	keep(a, a.Desk.Ladders)
	a.Whistles = whistle.New(city, a.Desk, a.Places, a.Bodies, a.Catalog)
	a.Triage = keep(a, triage.New(city, a.Desk, a.Places, a.Bodies, a.Catalog))
	a.Answers = keep(a, answer.New(city, a.Desk, a.Places, a.Bodies, a.Catalog, a.Triage))
	a.Issues = issue.New(city, a.Desk, a.Places, a.Catalog)
	a.Tasks = task.New(city, a.Bodies, a.Issues)
	a.Stations = station.New(city, a.Places, a.Bodies)
	a.Duties = keep(a, duty.New(city, a.Bodies, a.Catalog))
	a.Campaigns = campaign.New(city, a.Places)
	a.Wishes = wish.New(city, a.Places, a.Catalog, a.Campaigns, box, a.Desk.Ladders)
	a.Laws = []life.Door{a.Desk.Door(), a.Whistles.Door(), a.Tasks.Door(), a.Wishes}
	return a
}

// keep notes an area that has something in memory.
func keep[A memory.Kept](a *Areas, area A) A {
	a.kept = append(a.kept, area)
	return area
}

// Load reads into memory what the areas keep there.
func (a *Areas) Load(ctx context.Context) error {
	for _, area := range a.kept {
		if err := area.Load(ctx); err != nil {
			return fmt.Errorf("load city %d: %w", a.City.ID, err)
		}
	}
	return nil
}

// Follow lets what the areas keep in memory follow the ledger.
func (a *Areas) Follow(ctx context.Context, feed *ledger.Feed) error {
	for _, area := range a.kept {
		if err := feed.Local(ctx, area.Follower()); err != nil {
			return err
		}
	}
	return nil
}

// Nouns are the registers that have tables of their own.
func (a *Areas) Nouns() []*register.Noun {
	return []*register.Noun{a.Catalog.WhistleList.Noun, a.Answers.RuleList.Noun, a.Stations.Noun, a.Duties.Noun, a.Campaigns.Noun}
}

// Moving are the other tables whose rows lie at a place and move when places merge or split. Cases have a follower of their own, and whistles go with them.
func (a *Areas) Moving() []register.Lying {
	return []register.Lying{{Table: "wish", Place: true}, {Table: "triage_issue"}, {Table: "triage_task"}}
}

// Looks are the ledger's verbs by which somebody looked at personal data: those who protect it find them all by these.
func (a *Areas) Looks() []string {
	return []string{string(casework.Contact), string(casework.Clear), "wish.look"}
}

// System is the city's own program.
func (a *Areas) System() access.Actor { return access.System(a.City.ID) }
