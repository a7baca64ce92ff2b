package place

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/i18n"
	"mulin/internal/register"
	"mulin/internal/store"
)

// Ground is a place with the names people give it, as lists, forms and sheets show it. It lies in the place above it.
type Ground struct {
	register.Head
	Kind       Kind
	Name, Code string
	Aliases    []string
	Spot       *geo.Point
}

// Fields describe a place. Where it stands in the tree, its level and its pin stay; shapes, merges and splits are verbs of their own.
var Fields = []register.Field{
	register.One("kind", Kinds, func(g *Ground) *Kind { return &g.Kind }).Needed().Fixed().Listed().Sieve(),
	register.Line("name", MaxName, func(g *Ground) *string { return &g.Name }).Needed().Listed().Found().Sorts(),
	register.Line("code", MaxCode, func(g *Ground) *string { return &g.Code }).Unique().Listed().Found().Sorts(),
	register.As("aliases", register.Way[[]string]{
		Sort:  register.SortText,
		Put:   func(v []string) []any { return []any{strings.Join(v, "\n")} },
		Parts: func(v []string) []string { return []string{strings.Join(v, "\n")} },
		Read:  func(v *[]string, parts []string) string { *v = SplitNames(parts[0]); return "" },
	}, func(g *Ground) *[]string { return &g.Aliases }).Listed().Found(),
	register.Spot("spot", func(g *Ground) **geo.Point { return &g.Spot }).Fixed(),
}

// Noun is the places as pages and sheets work on them: those down to buildings are listed, entrances and homes are found by their numbers.
func (r *Register) Noun() *register.Register[Ground] {
	return register.Adapt(r.city, register.Own[Ground]{
		Of: register.Of[Ground]{Name: "place", Fields: Fields, See: Edit, Edit: Edit, Check: r.checkGround,
			Refs: map[string]register.Directory{"place": r.everywhere()},
			Then: func(ctx context.Context) error { r.rows.Refresh(ctx); return nil }},
		All: func() []*Ground { return r.rows.Now().grounds() }, Now: r.ground, Put: r.put, Final: true, Tell: tell,
		Sees: seen,
		End: func(ctx context.Context, tx *store.Tx, who access.Actor, g *Ground, reason string) error {
			b := r.newBatch(ctx, tx, who)
			p, err := b.change(g.ID)
			if err != nil {
				return err
			}
			return b.finish(p, reason)
		},
	})
}

// seen tells whether a place lies in a territory that the actor edits, or on the way to one.
func seen(who access.Actor, g *Ground) bool {
	own, reach := g.Path, who.Reach(Edit)
	if g.Kind != City {
		own += strconv.FormatInt(g.ID, 10) + "/"
	}
	return reach.All || slices.ContainsFunc(reach.Paths, func(top string) bool { return Within(own, top) || Within(top, own) })
}

// ground is the place as the noun has it.
func (p Place) ground(aliases []string) *Ground {
	return &Ground{register.Head{ID: p.ID, Since: p.From, Until: p.Until, Place: p.Parent, Path: p.above()}, p.Kind, p.Name, p.Code, aliases, p.Point}
}

// grounds are all places in memory: from the city down, ended ones last.
func (s *snapshot) grounds() []*Ground {
	s.listing.Do(func() {
		var ended []Place
		for _, p := range s.places {
			if !p.Live() {
				ended = append(ended, p)
			}
		}
		slices.SortFunc(ended, byCode)
		for _, k := range Kinds {
			for _, p := range s.pick(s.kinds[k]) {
				s.listed = append(s.listed, p.ground(s.aliases[p.ID]))
			}
		}
		for _, p := range ended {
			s.listed = append(s.listed, p.ground(s.aliases[p.ID]))
		}
	})
	return s.listed
}

// ground reads a place anew, nil for none.
func (r *Register) ground(ctx context.Context, q store.Querier, id int64) (*Ground, error) {
	p, err := load(ctx, q, r.city.ID, id)
	if errors.Is(err, ErrMissing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	aliases, err := aliasesOf(ctx, q, r.city.ID, id)
	return p.ground(aliases), err
}

// everywhere is Directory with entrances and homes, which are not in memory.
func (r *Register) everywhere() register.Directory {
	d := r.Directory()
	deep := func(id int64) (Place, bool) {
		if _, ok := r.Get(id); ok || id == 0 {
			return Place{}, false
		}
		p, err := r.Find(context.Background(), id)
		return p, err == nil
	}
	near := d
	d.Name = func(id int64) string {
		if p, ok := deep(id); ok {
			return r.Name(p.Path) + between + p.Name
		}
		return near.Name(id)
	}
	d.Live = func(id int64) bool { p, ok := deep(id); return ok && p.Live() || near.Live(id) }
	d.At = func(id int64) string {
		if p, ok := deep(id); ok {
			return p.Path
		}
		return near.At(id)
	}
	return d
}

// details are what is said of a new place.
func (g *Ground) details() Details {
	return Details{Parent: g.Place, Kind: g.Kind, Code: g.Code, Name: g.Name, Point: g.Spot, Aliases: g.Aliases}
}

// checkGround finds what can be found before the write: a level that doesn't fit, a name that a sibling has, a move.
func (r *Register) checkGround(ctx context.Context, _ store.Querier, g *Ground, bad *fault.List) {
	d := g.details()
	*bad = append(*bad, d.check()...)
	if g.ID != 0 {
		old, err := r.Find(ctx, g.ID)
		bad.Check(err != nil || old.Parent == g.Place, "place", "place.move", g.Name)
	}
	if g.Kind == City {
		bad.Check(g.ID != 0 && g.Place == 0, "kind", "place.root", g.Name)
	} else if g.Place == 0 {
		bad.Check(false, "place", "register.needed", i18n.Key("kit.place"))
	} else if up, err := r.Find(ctx, g.Place); err == nil {
		bad.Check(up.Kind == g.Kind.Above(), "place", "place.parent.kind", g.Name, g.Kind.Word(), g.Kind.Above().Word(), up.Kind.Word())
	}
	for _, c := range r.Children(g.Place) {
		bad.Check(c.ID == g.ID || c.Name != g.Name, "name", "place.name.taken", g.Name)
	}
}

// put adds a place, or gives one its names; an empty code keeps the one it has.
func (r *Register) put(ctx context.Context, tx *store.Tx, who access.Actor, old, g *Ground) error {
	b := r.newBatch(ctx, tx, who)
	if old == nil {
		p, err := b.found(g.details())
		g.ID, g.Code, g.Spot = p.ID, p.Code, p.Point
		return err
	}
	was, err := b.change(g.ID)
	if err == nil {
		err = b.prepare([]Details{{Name: g.Name, Code: g.Code, Parent: was.Parent}})
	}
	if err != nil {
		return err
	}
	p, err := b.rename(was, g.Name, g.Code)
	if err == nil && p.Kind.remembered() {
		_, err = b.call(p, append([]string{}, g.Aliases...))
	}
	g.Code = p.Code
	return err
}

// tell says what an entry of ours means for a place: "add", "save", "retire", or the verb's own last word.
func tell(ev *register.Event) {
	if ev.Did == "save" && ev.Verb != "place.rename" {
		ev.Did = strings.TrimPrefix(ev.Verb, "place.")
	}
	var c called
	if ev.Verb == "place.alias" && json.Unmarshal(ev.Body, &c) == nil {
		ev.Changes = map[string]register.Change{"aliases": {Before: []string{strings.Join(c.Before, "\n")}, After: []string{strings.Join(c.After, "\n")}}}
	}
}
