package catalog

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/register"
	"mulin/internal/store"
)

// ClassEntry is a class of requests as lists, forms and sheets show it.
type ClassEntry struct {
	register.Head
	Parent        int64
	Name, Urgency string
	Says          string
}

// ClassNoun is the tree of requests as pages and sheets work on it.
func (c *Catalog) ClassNoun() *register.Register[ClassEntry] {
	return register.Adapt(c.city, register.Own[ClassEntry]{
		Of: of[ClassEntry](c, "class", []register.Field{
			register.Line("name", maxName, func(x *ClassEntry) *string { return &x.Name }).Needed().Listed().Found().Sorts(),
			register.Ref("parent", "class", func(x *ClassEntry) *int64 { return &x.Parent }).Listed().Sieve(),
			urgencyField(c, func(x *ClassEntry) *string { return &x.Urgency }).Listed().Sieve(),
			register.Text("says", maxText, func(x *ClassEntry) *string { return &x.Says }).Found(),
		}),
		All: c.classEntries,
		Put: func(ctx context.Context, tx *store.Tx, who access.Actor, _, x *ClassEntry) error {
			form := ClassForm{ID: x.ID, Parent: x.Parent, Name: x.Name, Urgency: x.Urgency, Says: phrases(x.Says)}
			saved, err := saveClass(ctx, tx, who, form)
			x.ID = saved.ID
			return err
		},
		End: func(ctx context.Context, tx *store.Tx, who access.Actor, x *ClassEntry, reason string) error {
			return retireClass(ctx, tx, who, x.ID, reason)
		},
	})
}

// of is what the catalogue's nouns have in common.
func of[T any](c *Catalog, name string, fields []register.Field) register.Of[T] {
	return register.Of[T]{Name: name, Fields: fields, See: Edit, Edit: Edit,
		Refs: map[string]register.Directory{"class": c.ClassDirectory(), "urgency": c.urgencyDirectory()},
		Then: func(ctx context.Context) error { c.lists.Refresh(ctx); return nil }}
}

// classEntries are all classes, each parent before its children, retired ones last.
func (c *Catalog) classEntries() (all []*ClassEntry) {
	s := c.lists.Now()
	entry := func(x Class) *ClassEntry {
		return &ClassEntry{register.Head{ID: x.ID, Until: x.Until}, x.Parent, x.Name, x.Own, x.Says}
	}
	for _, x := range s.classes {
		all = append(all, entry(x))
	}
	inUse := len(all)
	for _, n := range s.nodes {
		if !n.Live() {
			all = append(all, entry(n.Class))
		}
	}
	slices.SortFunc(all[inUse:], func(a, b *ClassEntry) int { return int(a.ID - b.ID) })
	return all
}

// ReasonEntry is a reason as lists, forms and sheets show it.
type ReasonEntry struct {
	register.Head
	Kind, Code, Name string
	Rank             int64
}

// ReasonNoun is the lists of reasons as pages and sheets work on them. Kind and code are its key and stay.
func (c *Catalog) ReasonNoun() *register.Register[ReasonEntry] {
	return register.Adapt(c.city, register.Own[ReasonEntry]{
		Of: of[ReasonEntry](c, "reason", []register.Field{
			register.One("kind", ReasonKinds, func(x *ReasonEntry) *string { return &x.Kind }).Needed().Listed().Sieve(),
			register.Line("code", MaxCode, func(x *ReasonEntry) *string { return &x.Code }).Needed().Listed().Found(),
			register.Line("name", maxName, func(x *ReasonEntry) *string { return &x.Name }).Needed().Listed().Found(),
			register.Count("rank", "", maxRank, func(x *ReasonEntry) *int64 { return &x.Rank }).Listed(),
		}),
		All: c.reasonEntries,
		Put: func(ctx context.Context, tx *store.Tx, who access.Actor, old, x *ReasonEntry) error {
			r := Reason{Kind: x.Kind, Code: x.Code, Name: x.Name, Rank: x.Rank}
			var bad fault.List
			bad.Check(word(r.Code), "code", "catalog.code.word")
			bad.Check(old == nil || old.Kind == r.Kind, "kind", "catalog.key")
			bad.Check(old == nil || old.Code == r.Code, "code", "catalog.key")
			if err := bad.Or(); err != nil {
				return err
			}
			x.ID = r.id()
			return nextReason(ctx, tx, who, "catalog.reason.save", r.Kind, r.Code, "", func(before *Reason, _ int64) (Reason, error) {
				if old == nil && before != nil {
					return Reason{}, fault.Field("code", "catalog.key.taken")
				}
				return r, nil
			})
		},
		End: func(ctx context.Context, tx *store.Tx, who access.Actor, x *ReasonEntry, reason string) error {
			return nextReason(ctx, tx, who, "catalog.reason.retire", x.Kind, x.Code, reason, endReason)
		},
		Told: func(ctx context.Context, x *ReasonEntry) ([]ledger.Entry, error) {
			return told(ctx, c, "reason", x.ID, Reason.id)
		},
	})
}

func (c *Catalog) reasonEntries() (all []*ReasonEntry) {
	s := c.lists.Now()
	for _, r := range s.reason {
		all = append(all, &ReasonEntry{register.Head{ID: r.id(), Until: r.Until}, r.Kind, r.Code, r.Name, r.Rank})
	}
	slices.SortFunc(all, func(a, b *ReasonEntry) int {
		return cmp.Or(slices.Index(ReasonKinds, a.Kind)-slices.Index(ReasonKinds, b.Kind), int(a.Rank-b.Rank), strings.Compare(a.Code, b.Code))
	})
	return all
}

// LimitEntry is a limit as lists, forms and sheets show it.
type LimitEntry struct {
	register.Head
	Rule
}

// LimitNoun is the limits as pages and sheets work on them. Step, class and urgency are its key and stay; what is removed is gone, and the next more
// general limit holds.
func (c *Catalog) LimitNoun() *register.Register[LimitEntry] {
	return register.Adapt(c.city, register.Own[LimitEntry]{
		Of: of[LimitEntry](c, "limit", []register.Field{
			register.One("step", c.Steps(), func(x *LimitEntry) *string { return &x.Step }).Needed().Listed().Sieve(),
			register.Ref("class", "class", func(x *LimitEntry) *int64 { return &x.Class }).Listed().Sieve(),
			urgencyField(c, func(x *LimitEntry) *string { return &x.Urgency }).Listed().Sieve(),
			register.Limit("limit", func(x *LimitEntry) *clock.Limit { return &x.Limit }).Needed().Listed(),
		}),
		Final: true,
		All: func() (all []*LimitEntry) {
			for _, r := range c.Limits() {
				all = append(all, &LimitEntry{register.Head{ID: r.id()}, r})
			}
			return all
		},
		Put: func(ctx context.Context, tx *store.Tx, who access.Actor, old, x *LimitEntry) error {
			if old != nil && old.key() != x.key() {
				return fault.Field("step", "catalog.key")
			}
			before, err := ruleOf(ctx, tx, x.Rule)
			if err != nil {
				return err
			}
			if old == nil && before != nil {
				return fault.Field("step", "catalog.key.taken")
			}
			x.ID = x.id()
			return saveLimit(ctx, tx, who, x.Rule)
		},
		End: func(ctx context.Context, tx *store.Tx, who access.Actor, x *LimitEntry, reason string) error {
			return removeLimit(ctx, tx, who, x.Rule, reason)
		},
		Told: func(ctx context.Context, x *LimitEntry) ([]ledger.Entry, error) {
			return told(ctx, c, "limit", x.ID, Rule.id)
		},
	})
}

// told are the ledger's entries of a thing whose key is no number. Those of earlier releases stand under the number 0 and are known by what they say.
func told[T any](ctx context.Context, c *Catalog, kind string, id int64, idOf func(T) int64) ([]ledger.Entry, error) {
	early, err := ledger.Of(ctx, c.city, c.city.ID, kind, 0, 0, 500)
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(early, func(e ledger.Entry) bool {
		var b struct{ Before, After *T }
		if json.Unmarshal(e.Body, &b) != nil {
			return true
		}
		return !(b.After != nil && idOf(*b.After) == id || b.Before != nil && idOf(*b.Before) == id)
	})
	late, err := ledger.Of(ctx, c.city, c.city.ID, kind, id, 0, 500)
	return append(all, late...), err
}

// urgencyField is a degree of urgency by its code, picked by its name.
func urgencyField[T any](c *Catalog, at func(*T) *string) register.Field {
	f := register.As("urgency", register.Way[string]{
		Sort: register.SortRef,
		Put:  func(code string) []any { return []any{urgencyID(code)} },
		Dest: func(code *string) []any { return []any{code} },
		Parts: func(code string) []string {
			if code == "" {
				return []string{""}
			}
			return []string{strconv.FormatInt(urgencyID(code), 10)}
		},
		Read: func(code *string, parts []string) string {
			*code = ""
			for _, u := range c.lists.Now().urgencies {
				if strconv.FormatInt(urgencyID(u.Code), 10) == parts[0] {
					*code = u.Code
				}
			}
			if *code == "" && parts[0] != "" {
				return "register.unknown"
			}
			return ""
		},
	}, at)
	f.Ref, f.Max = "urgency", 1
	return f
}

func urgencyID(code string) int64 {
	if code == "" {
		return 0
	}
	return register.Key("urgency", code)
}

// urgencyDirectory lets nouns name degrees of urgency.
func (c *Catalog) urgencyDirectory() register.Directory {
	name := func(u Urgency) string {
		if u.Name != "" {
			return u.Name
		}
		return u.Code
	}
	return register.Directory{Few: true,
		Name: func(id int64) string {
			for _, u := range c.lists.Now().urgencies {
				if urgencyID(u.Code) == id {
					return name(u)
				}
			}
			return ""
		},
		Live: func(id int64) bool {
			return slices.ContainsFunc(c.Urgencies(), func(u Urgency) bool { return urgencyID(u.Code) == id })
		},
		Find: func(text string, most int) (all []register.Named) {
			for _, u := range c.Urgencies() {
				if len(all) < most && (text == "" || u.Code == text || name(u) == text) {
					all = append(all, register.Named{ID: urgencyID(u.Code), Name: name(u), Hint: u.Code})
				}
			}
			return all
		},
	}
}
