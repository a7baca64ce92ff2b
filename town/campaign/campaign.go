// Package campaign keeps campaigns (P13): days on which many wishes are to be lit together.
package campaign

import (
	"context"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/register"
	"mulin/internal/store"
	"mulin/town/place"
)

// Edit is the right to keep campaigns; everybody on the staff may read them.
const Edit access.Right = "campaign.edit"

// Campaign gathers many wishes.
type Campaign struct {
	register.Head
	Title, About  string
	Opens, Closes string // days
	Aim           int64  // how many it wants to light
}

// Fields describe a campaign.
var Fields = []register.Field{
	register.Line("title", 40, func(c *Campaign) *string { return &c.Title }).Needed().Listed().Found().Sorts().Public(),
	register.Text("about", 500, func(c *Campaign) *string { return &c.About }).Found().Public(),
	register.Day("opens", func(c *Campaign) *string { return &c.Opens }).Needed().Listed().Sorts().Public(),
	register.Day("closes", func(c *Campaign) *string { return &c.Closes }).Listed().Public(),
	register.Count("aim", "", 100_000, func(c *Campaign) *int64 { return &c.Aim }).Listed().Public(),
}

// Campaigns are the campaigns of a city.
type Campaigns = register.Register[Campaign]

// New makes the register of campaigns.
func New(city *store.City, places *place.Register) *Campaigns {
	return register.New(city, register.Of[Campaign]{Name: "campaign", Fields: Fields, Edit: Edit, Refs: map[string]register.Directory{"place": places.Directory()},
		Check: func(_ context.Context, _ store.Querier, c *Campaign, bad *fault.List) {
			bad.Check(c.Closes == "" || c.Closes >= c.Opens, "closes", "campaign.closes.early")
		}})
}

// Running are the campaigns that are open on a day, those that opened first in front.
func Running(ctx context.Context, all *Campaigns, day string) ([]*Campaign, error) {
	var now []*Campaign
	err := all.Each(ctx, access.System(all.City()), register.Query{Sort: "opens"}, func(x any) error {
		if c := x.(*Campaign); c.Opens <= day && (c.Closes == "" || c.Closes >= day) {
			now = append(now, c)
		}
		return nil
	})
	return now, err
}
