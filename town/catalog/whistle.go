package catalog

import (
	"context"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/register"
	"mulin/internal/store"
	"mulin/town/body"
)

// Level is who blows the whistle.
type Level string

// The levels: each calls the one above it.
const (
	Grid      Level = "grid"      // calls the community
	Community Level = "community" // calls the street office
	Street    Level = "street"    // calls the departments
)

// Levels are all levels, from below.
var Levels = []Level{Grid, Community, Street}

// WhistleItem is one line of the whistle list: what a level may whistle for, who must come and how soon.
type WhistleItem struct {
	register.Head
	Level     Level
	Class     string
	Item      string
	Bodies    []int64     // the answering units; the first one leads
	BodyKind  body.Kind   `json:"body_kind"` // when the unit depends on the place: the unit of this kind that serves it
	Limit     clock.Limit // report in
	Work      clock.Limit // finish
	Condition string      // when it may be closed
	Basis     string      // the document it rests on
	Demo      bool        // made up for the demo city
}

// WhistleFields describe a line of the whistle list.
var WhistleFields = []register.Field{
	register.One("level", Levels, func(w *WhistleItem) *Level { return &w.Level }).Needed().Listed().Sieve(),
	register.Line("class", MaxName, func(w *WhistleItem) *string { return &w.Class }).Needed().Listed().Found().Sieve(),
	register.Line("item", maxText, func(w *WhistleItem) *string { return &w.Item }).Needed().Listed().Found(),
	register.Refs("bodies", "body", 5, func(w *WhistleItem) *[]int64 { return &w.Bodies }).Listed().Sieve(),
	register.One("body_kind", body.Kinds, func(w *WhistleItem) *body.Kind { return &w.BodyKind }).Sieve(),
	register.Limit("limit", func(w *WhistleItem) *clock.Limit { return &w.Limit }).Needed().Listed(),
	register.Limit("work", func(w *WhistleItem) *clock.Limit { return &w.Work }).Needed().Listed(),
	register.Line("condition", maxText, func(w *WhistleItem) *string { return &w.Condition }),
	register.Line("basis", maxText, func(w *WhistleItem) *string { return &w.Basis }).Found(),
	register.Flag("demo", func(w *WhistleItem) *bool { return &w.Demo }),
}

// whistleList is the register of the whistle list; bodies are those that may be called.
func (c *Catalog) whistleList(bodies register.Directory) *register.Register[WhistleItem] {
	return register.New(c.city, register.Of[WhistleItem]{
		Name: "whistle_item", Verbs: "catalog.whistle", Fields: WhistleFields, See: Edit, Edit: Edit, Refs: map[string]register.Directory{"body": bodies}, Then: c.Load,
		Check: func(_ context.Context, _ store.Querier, w *WhistleItem, bad *fault.List) {
			bad.Check(len(w.Bodies) > 0 || w.BodyKind != "", "bodies", "catalog.whistle.unit")
		},
	})
}

func (c *Catalog) loadWhistles(ctx context.Context, s *state) error {
	return c.WhistleList.Each(ctx, access.System(c.city.ID), register.Query{State: register.Both}, func(x any) error {
		w := *x.(*WhistleItem)
		if s.item[w.ID] = w; w.Live() {
			s.items[w.Level] = append(s.items[w.Level], w)
		}
		return nil
	})
}

// Whistles is the list of a level as it is in force.
func (c *Catalog) Whistles(level Level) []WhistleItem { return c.lists.Now().items[level] }

// Whistle is the newest version of an item, in force or retired.
func (c *Catalog) Whistle(id int64) (WhistleItem, bool) {
	w, ok := c.lists.Now().item[id]
	return w, ok
}
