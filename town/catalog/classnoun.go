package catalog

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/register"
	"mulin/internal/store"
)

// ClassEntry is a class of requests as lists, forms and sheets show it.
type ClassEntry struct {
	register.Head
	Parent        int64
	Above         string // in Parent's stead: the full name of one that is made with it where it isn't there yet
	Name, Urgency string
	Says          string
}

// ClassNoun is the tree of requests as pages and sheets work on it. One that comes again is brought back.
func (c *Catalog) ClassNoun() *register.Register[ClassEntry] {
	own := of[ClassEntry](c, "class", []register.Field{
		register.Line("name", MaxName, func(x *ClassEntry) *string { return &x.Name }).Needed().Unique("parent").Listed().Found().Sorts(),
		parentField().Fixed().Sieve(),
		urgencyField(c, func(x *ClassEntry) *string { return &x.Urgency }).Listed().Sieve(),
		saysField(func(x *ClassEntry) *string { return &x.Says }).Found(),
	})
	classes := own.Refs["class"]
	classes.Makes = true
	own.Refs["class"] = classes
	own.Check = func(_ context.Context, _ store.Querier, x *ClassEntry, bad *fault.List) {
		parent, _ := c.Class(x.Parent)
		bad.Check(parent.Depth() < MaxDepth, "parent", "catalog.class.deep", MaxDepth)
	}
	return register.Adapt(c.city, register.Own[ClassEntry]{
		Of: own, All: c.classEntries, Put: putClass,
		End: func(ctx context.Context, tx *store.Tx, who access.Actor, x *ClassEntry, reason string) error {
			return retireClass(ctx, tx, who, x.ID, reason)
		},
		Told: func(ctx context.Context, x *ClassEntry) ([]ledger.Entry, error) { return c.toldOfClass(ctx, x.ID) },
	})
}

// toldOfClass are the ledger's entries of a class, the oldest first. An import of an earlier release stands under the number 0 with many; of it only this one is told.
func (c *Catalog) toldOfClass(ctx context.Context, id int64) ([]ledger.Entry, error) {
	all, err := ledger.Of(ctx, c.city, c.city.ID, "class", id, 0, 500)
	if err != nil {
		return nil, err
	}
	imports, err := ledger.Of(ctx, c.city, c.city.ID, "class", 0, 0, 500)
	for _, e := range imports {
		var many struct{ Before, After []Class }
		_ = json.Unmarshal(e.Body, &many) // what says nothing of classes has none
		var one change
		for _, x := range many.Before {
			if x.ID == id {
				one.Before = x
			}
		}
		for _, x := range many.After {
			if x.ID == id {
				one.After = x
				e.Body = json.RawMessage(text(one))
				all = append(all, e)
			}
		}
	}
	slices.SortFunc(all, func(a, b ledger.Entry) int { return int(a.Seq - b.Seq) })
	return all, err
}

// putClass saves a class, and first those above it that aren't there.
func putClass(ctx context.Context, tx *store.Tx, who access.Actor, old, x *ClassEntry) error {
	form := *x
	for _, name := range register.Names(x.Above) {
		up, err := grow(ctx, tx, who, form.Parent, name)
		if err != nil {
			return err
		}
		form.Parent = up.ID
	}
	if old == nil {
		twin, err := classNamed(ctx, tx, form.Parent, form.Name)
		if err != nil {
			return err
		}
		if !twin.Live() || twin.Own == "" && twin.Says == "" { // it comes back, or was made because something lies below it
			form.ID = twin.ID
		}
	}
	saved, err := saveClass(ctx, tx, who, form)
	if err == nil && old != nil && !old.Live() {
		err = restoreBelow(ctx, tx, who, saved, old.Until)
	}
	x.ID = saved.ID
	return err
}

// grow is the class of a name below another one: made, or brought back, if it isn't there.
func grow(ctx context.Context, tx *store.Tx, who access.Actor, parent int64, name string) (Class, error) {
	x, err := classNamed(ctx, tx, parent, name)
	if err != nil || x.ID != 0 && x.Live() {
		return x, err
	}
	return saveClass(ctx, tx, who, ClassEntry{Head: register.Head{ID: x.ID}, Parent: parent, Name: name, Urgency: x.Own, Says: x.Says})
}

// parentField is the class above by its number, or by the names of one that isn't there yet.
func parentField() register.Field {
	f := register.As("parent", register.Way[ClassEntry]{
		Sort: register.SortRef,
		Put:  func(x ClassEntry) []any { return []any{x.Parent} },
		Dest: func(x *ClassEntry) []any { return []any{&x.Parent} },
		Parts: func(x ClassEntry) []string {
			if x.Above != "" || x.Parent == 0 {
				return []string{x.Above}
			}
			return []string{strconv.FormatInt(x.Parent, 10)}
		},
		Read: func(x *ClassEntry, parts []string) string {
			x.Parent, x.Above = 0, ""
			if n, err := strconv.ParseInt(parts[0], 10, 64); err == nil {
				x.Parent = n
				return ""
			}
			names := register.Names(parts[0])
			if len(names) >= MaxDepth || slices.ContainsFunc(names, func(s string) bool { return s == "" || utf8.RuneCountInString(s) > MaxName }) {
				return "catalog.class.above"
			}
			x.Above = parts[0]
			return ""
		},
	}, func(x *ClassEntry) *ClassEntry { return x })
	f.Ref, f.Max = "class", 1
	return f
}

// saysField are phrases, one a line.
func saysField[T any](at func(*T) *string) register.Field {
	f := register.As("says", register.Plain(register.SortText, func(says string) string { return strings.ReplaceAll(says, "；", "\n") },
		func(text string) (string, string) { return phrases(text), "" }), at)
	f.Max = maxText
	return f
}

// classEntries are all classes, each parent before its children, retired ones last.
func (c *Catalog) classEntries() (all []*ClassEntry) {
	s := c.lists.Now()
	entry := func(x Class) *ClassEntry {
		return &ClassEntry{Head: register.Head{ID: x.ID, Until: x.Until}, Parent: x.Parent, Name: x.Name, Urgency: x.Own, Says: x.Says}
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
