package catalog

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/register"
	"mulin/internal/store"
)

// ErrNoClass says that there is no such class.
var ErrNoClass = fault.New(fault.Missing, "catalog.class.missing")

// MaxDepth is how many levels the tree of requests may have.
const MaxDepth = 5

// Class is one class of the tree of requests.
type Class struct {
	ID      int64  `json:"id"`
	Parent  int64  `json:"parent"` // 0 for the first level
	Path    string `json:"path"`   // "/1/4/17/": every ancestor, then the class itself
	Name    string `json:"name"`
	Urgency string `json:"-"`                 // in force: its own or the nearest ancestor's; "" for none
	Own     string `json:"urgency,omitempty"` // its own; "" takes the parent's
	Says    string `json:"says,omitempty"`    // what a message of it may say, with "；" between
	Leaf    bool   `json:"-"`                 // nothing in use lies below
	Until   int64  `json:"until,omitempty"`   // when it was retired, µs; 0: in use
}

// Live tells whether the class is in use.
func (c Class) Live() bool { return c.Until == 0 }

// Phrases are what a message of the class may say.
func (c Class) Phrases() []string {
	return strings.FieldsFunc(c.Says, func(r rune) bool { return r == '；' })
}

// phrases puts one "；" between phrases that stand on lines of their own or have some other semicolon between.
func phrases(text string) string {
	all := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || r == '；' || r == ';' })
	out := all[:0]
	for _, p := range all {
		if p = strings.TrimSpace(p); p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return strings.Join(out, "；")
}

// Depth is the level of the class: 1 for the first.
func (c Class) Depth() int { return strings.Count(c.Path, "/") - 1 }

// node is a class with what reading it quickly needs.
type node struct {
	Class
	up   *node
	full string // "城乡建设 / 供水 / 水管爆裂"
}

// Classes are the classes in use, each parent before its children.
func (c *Catalog) Classes() []Class { return c.lists.Now().classes }

// Class is one class, in use or retired.
func (c *Catalog) Class(id int64) (Class, bool) {
	n := c.lists.Now().nodes[id]
	if n == nil {
		return Class{}, false
	}
	return n.Class, true
}

// FullName is the name of a class with its ancestors' before it, "城乡建设 / 供水 / 水管爆裂"; "" if there is none.
func (c *Catalog) FullName(id int64) string {
	if n := c.lists.Now().nodes[id]; n != nil {
		return n.full
	}
	return ""
}

// ByFullName finds a class in use by its full name.
func (c *Catalog) ByFullName(name string) (Class, bool) {
	id, ok := c.lists.Now().named[name]
	if !ok {
		return Class{}, false
	}
	return c.Class(id)
}

// Under are a class and all below it, in use or retired: what a list narrows itself to. Nothing for a class that isn't there.
func (c *Catalog) Under(id int64) []int64 {
	s := c.lists.Now()
	top := s.nodes[id]
	if top == nil {
		return nil
	}
	all := []int64{id}
	for _, n := range s.nodes {
		if n.ID != id && strings.HasPrefix(n.Path, top.Path) {
			all = append(all, n.ID)
		}
	}
	slices.Sort(all)
	return all
}

const classColumns = `id, parent, path, name, urgency, examples, until`

func scanClass(r store.Row) (c Class, err error) {
	err = r.Scan(&c.ID, &c.Parent, &c.Path, &c.Name, &c.Own, &c.Says, &c.Until)
	return c, err
}

func (s *state) loadClasses(ctx context.Context, city *store.City) error {
	all, err := store.All(ctx, city, scanClass, `select `+classColumns+` from catalog_class where city = ? order by id`, city.ID) // each parent before its children
	if err != nil {
		return err
	}
	below := map[int64][]*node{}
	for _, c := range all {
		n := &node{Class: c, up: s.nodes[c.Parent], full: c.Name}
		n.Urgency = c.Own
		if n.up != nil {
			n.full = register.FullName(n.up.full, c.Name)
			if c.Own == "" {
				n.Urgency = n.up.Urgency
			}
		}
		s.nodes[c.ID] = n
		if c.Live() {
			s.named[n.full] = c.ID
			below[c.Parent] = append(below[c.Parent], n)
		}
	}
	s.classes = make([]Class, 0, len(all))
	s.walk(below, 0)
	return nil
}

// walk lists what lies below a class, depth first.
func (s *state) walk(below map[int64][]*node, id int64) {
	for _, n := range below[id] {
		n.Leaf = len(below[n.ID]) == 0
		s.classes = append(s.classes, n.Class)
		s.walk(below, n.ID)
	}
}

// saveClass adds a class, or renames one, gives it another urgency, or brings a retired one back. It never moves, for old cases know it by its name.
// Somebody else may have been faster since the entry was judged.
func saveClass(ctx context.Context, tx *store.Tx, who access.Actor, x ClassEntry) (Class, error) {
	if err := checkUrgency(ctx, tx, x.Urgency); err != nil {
		return Class{}, err
	}
	before, err := classOf(ctx, tx, `id = ?`, x.ID)
	if err != nil {
		return Class{}, err
	}
	parent, err := classOf(ctx, tx, `id = ?`, x.Parent)
	if err != nil {
		return Class{}, err
	}
	twin, err := classNamed(ctx, tx, x.Parent, x.Name)
	switch {
	case err != nil:
		return Class{}, err
	case twin.ID != 0 && twin.Live() && twin.ID != x.ID:
		return Class{}, fault.Field("name", "catalog.class.twice", x.Name)
	case x.Parent != 0 && (parent.ID == 0 || !parent.Live()):
		return Class{}, fault.Field("parent", "catalog.class.parent")
	}
	if x.ID == 0 {
		return addClass(ctx, tx, who, parent, x)
	}
	after := before
	after.Name, after.Own, after.Says, after.Until = x.Name, x.Urgency, x.Says, 0
	if before != after {
		tx.Exec(`update catalog_class set name = ?, urgency = ?, examples = ?, until = 0 where city = ? and id = ?`, after.Name, after.Own, after.Says, tx.City, after.ID)
		record(tx, who, "catalog.class.save", "class", after.ID, change{Before: before, After: after})
	}
	return after, nil
}

// classOf reads the first class of which a condition holds, none if there is none.
func classOf(ctx context.Context, tx *store.Tx, where string, args ...any) (Class, error) {
	x, err := store.One(ctx, tx, scanClass, `select `+classColumns+` from catalog_class where city = ? and `+where+` limit 1`, append([]any{tx.City}, args...)...)
	if errors.Is(err, store.ErrNone) {
		err = nil
	}
	return x, err
}

// classNamed is the class of a name right below another one; one in use comes before those that were retired.
func classNamed(ctx context.Context, tx *store.Tx, parent int64, name string) (Class, error) {
	return classOf(ctx, tx, `parent = ? and name = ? order by until = 0 desc, id desc`, parent, name)
}

func addClass(ctx context.Context, tx *store.Tx, who access.Actor, parent Class, form ClassEntry) (Class, error) {
	last, err := store.Value[int64](ctx, tx, `select coalesce(max(id), 0) from catalog_class where city = ?`, tx.City)
	if err != nil {
		return Class{}, err
	}
	path := cmp.Or(parent.Path, "/") + strconv.FormatInt(last+1, 10) + "/"
	x := Class{ID: last + 1, Parent: parent.ID, Path: path, Name: form.Name, Own: form.Urgency, Says: form.Says}
	tx.Exec(`insert into catalog_class (city, id, parent, path, name, urgency, examples, until) values (?, ?, ?, ?, ?, ?, ?, 0)`,
		tx.City, x.ID, x.Parent, x.Path, x.Name, x.Own, x.Says)
	record(tx, who, "catalog.class.save", "class", x.ID, change{After: x})
	return x, nil
}

// retireClass takes a class and all below it out of use. Cases that have it keep it.
func retireClass(ctx context.Context, tx *store.Tx, who access.Actor, id int64, reason string) error {
	x, err := classOf(ctx, tx, `id = ?`, id)
	switch {
	case err != nil || !x.Live():
		return err
	case x.ID == 0:
		return ErrNoClass
	}
	below, err := classesBelow(ctx, tx, x, 0)
	for _, one := range append([]Class{x}, below...) {
		after := one
		after.Until = tx.Now
		tx.Exec(`update catalog_class set until = ? where city = ? and id = ?`, after.Until, tx.City, one.ID)
		record(tx, who, "catalog.class.retire", "class", one.ID, change{one, after, reason})
	}
	return err
}

// restoreBelow brings back what was retired together with a class.
func restoreBelow(ctx context.Context, tx *store.Tx, who access.Actor, x Class, until int64) error {
	below, err := classesBelow(ctx, tx, x, until)
	for _, one := range below {
		after := one
		after.Until = 0
		tx.Exec(`update catalog_class set until = 0 where city = ? and id = ?`, tx.City, one.ID)
		record(tx, who, "catalog.class.save", "class", one.ID, change{Before: one, After: after})
	}
	return err
}

// classesBelow are those below a class that were retired at that moment; 0: those in use.
func classesBelow(ctx context.Context, tx *store.Tx, x Class, until int64) ([]Class, error) {
	return store.All(ctx, tx, scanClass, `select `+classColumns+` from catalog_class where city = ? and path > ? and path < ? and until = ? order by path`,
		tx.City, x.Path, access.After(x.Path), until)
}
