package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/store"
	"mulin/town/body"
)

// Faults of the whistle list.
var (
	ErrNoItem    = fault.New(fault.Missing, "catalog.whistle.missing")
	ErrStaleItem = fault.New(fault.Conflict, "catalog.whistle.stale") // somebody has saved a newer version
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
	ID        int64       `json:"id"`
	Level     Level       `json:"level"`
	Class     string      `json:"class"`
	Item      string      `json:"item"`
	Bodies    []int64     `json:"bodies,omitempty"`    // the answering units; the first one leads
	BodyKind  body.Kind   `json:"body_kind,omitempty"` // when the unit depends on the place: the unit of this kind that serves it
	Limit     clock.Limit `json:"limit"`               // report in
	Work      clock.Limit `json:"work"`                // finish
	Condition string      `json:"condition,omitempty"` // when it may be closed
	Basis     string      `json:"basis,omitempty"`     // the document it rests on
	Version   int         `json:"version"`             // 1 for the first
	Demo      bool        `json:"demo,omitempty"`      // made up for the demo city
	Since     int64       `json:"since"`               // of this version, µs
	Until     int64       `json:"until,omitempty"`     // 0: in force
}

// Live tells whether the item is in force.
func (w WhistleItem) Live() bool { return w.Until == 0 }

// Whistles is the list of a level as it is in force.
func (c *Catalog) Whistles(level Level) []WhistleItem { return c.lists.Now().items[level] }

// Whistle is the newest version of an item, in force or retired.
func (c *Catalog) Whistle(id int64) (WhistleItem, bool) {
	w, ok := c.lists.Now().item[id]
	return w, ok
}

// WhistleVersions are all versions of an item, the oldest first.
func (c *Catalog) WhistleVersions(ctx context.Context, id int64) ([]WhistleItem, error) {
	return store.All(ctx, c.city, scanItem, `select `+itemColumns+` from catalog_whistle where city = ? and id = ? order by version`, c.city.ID, id)
}

const itemColumns = `id, version, level, class, item, bodies, body_kind, amount, unit, work_amount, work_unit, condition, basis, demo, since, until`

func scanItem(r store.Row) (w WhistleItem, err error) {
	var bodies string
	err = r.Scan(&w.ID, &w.Version, &w.Level, &w.Class, &w.Item, &bodies, &w.BodyKind, &w.Limit.Amount, &w.Limit.Unit, &w.Work.Amount, &w.Work.Unit,
		&w.Condition, &w.Basis, &w.Demo, &w.Since, &w.Until)
	if err != nil {
		return w, err
	}
	return w, json.Unmarshal([]byte(bodies), &w.Bodies)
}

func insertItem(tx *store.Tx, w WhistleItem) {
	tx.Exec(`insert into catalog_whistle (city, newest, `+itemColumns+`) values (?, true, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.City, w.ID, w.Version, string(w.Level), w.Class, w.Item, text(w.Bodies), string(w.BodyKind), w.Limit.Amount, string(w.Limit.Unit),
		w.Work.Amount, string(w.Work.Unit), w.Condition, w.Basis, w.Demo, w.Since, w.Until)
}

func (s *state) loadWhistles(ctx context.Context, city *store.City) error {
	all, err := store.All(ctx, city, scanItem, `select `+itemColumns+` from catalog_whistle where city = ? and newest order by id`, city.ID)
	for _, w := range all {
		s.item[w.ID] = w
		if w.Live() {
			s.items[w.Level] = append(s.items[w.Level], w)
		}
	}
	return err
}

// SaveWhistle adds an item (ID 0) or a new version of one; the old version stays on record. The item's Version must be the newest one, so that
// nobody overwrites what they haven't seen. Saving a retired item brings it back.
func (c *Catalog) SaveWhistle(ctx context.Context, who access.Actor, w WhistleItem) (WhistleItem, error) {
	saved, err := c.SaveWhistles(ctx, who, []WhistleItem{w})
	if err != nil {
		return WhistleItem{}, err
	}
	return saved[0], nil
}

// SaveWhistles is SaveWhistle for many in one write: all or none.
func (c *Catalog) SaveWhistles(ctx context.Context, who access.Actor, items []WhistleItem) ([]WhistleItem, error) {
	if err := c.may(who); err != nil {
		return nil, err
	}
	checked := make([]WhistleItem, len(items))
	for i, w := range items {
		if err := w.check(); err != nil {
			return nil, err
		}
		checked[i] = w
	}
	saved := make([]WhistleItem, len(items))
	err := c.write(ctx, "save whistle item", func(tx *store.Tx) (err error) {
		for i, w := range checked {
			if saved[i], err = saveItem(ctx, tx, who, w); err != nil {
				return err
			}
		}
		return nil
	})
	return saved, err
}

func saveItem(ctx context.Context, tx *store.Tx, who access.Actor, w WhistleItem) (WhistleItem, error) {
	w.Since, w.Until = tx.Now, 0
	if w.ID == 0 {
		w.ID, w.Version = tx.NewID(), 1
		insertItem(tx, w)
		record(tx, who, "catalog.whistle.save", "whistle_item", w.ID, change{After: w})
		return w, nil
	}
	old, err := newestItem(ctx, tx, w.ID)
	if err != nil {
		return w, err
	}
	if old.Version != w.Version {
		return w, ErrStaleItem
	}
	w.Since = old.Since
	if !differs(old, w) {
		return old, nil
	}
	w.Since, w.Version = tx.Now, old.Version+1
	until := old.Until
	if until == 0 {
		until = tx.Now
	}
	tx.Exec(`update catalog_whistle set newest = false, until = ? where city = ? and id = ? and version = ?`, until, tx.City, old.ID, old.Version)
	insertItem(tx, w)
	record(tx, who, "catalog.whistle.save", "whistle_item", w.ID, change{Before: old, After: w})
	return w, nil
}

func newestItem(ctx context.Context, tx *store.Tx, id int64) (WhistleItem, error) {
	w, err := store.One(ctx, tx, scanItem, `select `+itemColumns+` from catalog_whistle where city = ? and id = ? and newest`, tx.City, id)
	if errors.Is(err, store.ErrNone) {
		return w, ErrNoItem
	}
	return w, err
}

// check trims the texts and refuses an item that couldn't be answered.
func (w *WhistleItem) check() error {
	var all fault.List
	all.Check(slices.Contains(Levels, w.Level), "level", "catalog.whistle.level")
	w.Class = filled(&all, "class", w.Class, maxName)
	w.Item = filled(&all, "item", w.Item, maxText)
	w.Condition = clean(&all, "condition", w.Condition, maxText)
	w.Basis = clean(&all, "basis", w.Basis, maxText)
	w.Bodies = slices.Clone(w.Bodies)
	if len(w.Bodies) == 0 {
		w.Bodies = nil
	}
	all.Check(len(w.Bodies) > 0 || w.BodyKind != "", "bodies", "catalog.whistle.unit")
	all.Check(w.BodyKind == "" || slices.Contains(body.Kinds, w.BodyKind), "body_kind", "catalog.whistle.unit")
	for i, b := range w.Bodies {
		if b <= 0 || slices.Contains(w.Bodies[:i], b) {
			all.Check(false, "bodies", "catalog.whistle.twice")
			break
		}
	}
	checkLimit(&all, "limit", w.Limit)
	checkLimit(&all, "work", w.Work)
	return all.Or()
}

// checkLimit adds what is wrong with one of several limits of a form: its fields are "work_amount" and "work_unit".
func checkLimit(all *fault.List, field string, l clock.Limit) {
	bad, _ := fault.As(l.Check())
	for _, f := range bad {
		*all = append(*all, &fault.Fault{Kind: f.Kind, Field: field + "_" + f.Field, Key: f.Key, Args: f.Args})
	}
}

// RetireWhistle takes an item off the list. Whistles blown for it go on.
func (c *Catalog) RetireWhistle(ctx context.Context, who access.Actor, id int64) error {
	if err := c.may(who); err != nil {
		return err
	}
	return c.write(ctx, "retire whistle item", func(tx *store.Tx) error {
		old, err := newestItem(ctx, tx, id)
		if err != nil || !old.Live() {
			return err
		}
		after := old
		after.Until = tx.Now
		tx.Exec(`update catalog_whistle set until = ? where city = ? and id = ? and version = ?`, after.Until, tx.City, id, old.Version)
		record(tx, who, "catalog.whistle.retire", "whistle_item", id, change{Before: old, After: after})
		return nil
	})
}
