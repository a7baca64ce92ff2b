package search

import (
	"context"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"mulin/internal/access"
	"mulin/internal/gram"
	"mulin/internal/sensitive"
	"mulin/internal/store"
	"mulin/town/casework"
)

// edition of the way tokens are made; raising it builds every index anew.
const edition = 3 // 2: words are masked before they are cut; 3: runs of three characters

// mark begins every token that nobody can type: a character for private use, which gram takes for a gap.
const mark = "\ue000"

// doc is what is indexed of a case.
type doc struct {
	id     int64
	sum    int64
	tokens []string
}

// want is what an index is asked for: every one of all, and of each group in any at least one.
type want struct {
	all []string
	any [][]string
}

// text is all that is searched in a case, its parts apart so that no word reaches from one into the next.
func text(c *casework.Case, notes []string) string {
	digits := strings.ReplaceAll(c.Number, "-", "")
	_, serial, _ := strings.Cut(c.Number, "-")
	parts := append([]string{c.Number, digits, strings.TrimLeft(serial, "0"), c.Title, c.Text, c.Address, c.Answer}, notes...)
	return strings.Join(parts, "；")
}

// docOf makes the tokens of a case: its words, the places it lies in, the bodies that take part, and what of a filter would leave too few.
func docOf(city int64, c *casework.Case, notes []string) doc {
	d := doc{id: c.ID, tokens: gram.Terms(text(c, notes))}
	d.tokens = append(d.tokens, cityMark(city))
	for _, id := range places(c.Path) {
		d.tokens = append(d.tokens, placeMark(city, id))
	}
	for _, id := range c.Bodies {
		d.tokens = append(d.tokens, bodyMark(city, id))
	}
	d.tokens = append(d.tokens, stateMark(c.Open, c.Status), valueMark("k", string(c.Kind)), valueMark("u", c.Urgency))
	h := fnv.New64a()
	for _, t := range d.tokens {
		_, _ = h.Write([]byte(t))
		_, _ = h.Write([]byte{0})
	}
	d.sum = int64(h.Sum64())
	return d
}

// wanted asks for the words, for the filter as far as it is indexed, and for the actor's reach.
func wanted(city int64, words []string, reach access.Reach, f casework.Filter) want {
	w := want{all: words}
	if f.Place != 0 {
		w.all = append(w.all, placeMark(city, f.Place))
	}
	if f.Kind != "" {
		w.all = append(w.all, valueMark("k", string(f.Kind)))
	}
	if f.Urgency != "" {
		w.all = append(w.all, valueMark("u", f.Urgency))
	}
	if states := stateMarks(f); states != nil {
		w.any = append(w.any, states)
	}
	if reach.All {
		w.all = append(w.all, cityMark(city))
		return w
	}
	var within []string
	for _, p := range reach.Paths {
		ids := places(p)
		if len(ids) == 0 { // "/": everything
			within = append(within, cityMark(city))
			continue
		}
		within = append(within, placeMark(city, ids[len(ids)-1]))
	}
	for _, b := range reach.Bodies {
		within = append(within, bodyMark(city, b))
	}
	w.any = append(w.any, within)
	return w
}

func cityMark(city int64) string { return mark + "c" + strconv.FormatInt(city, 10) }

func placeMark(city, id int64) string { return cityMark(city) + "p" + strconv.FormatInt(id, 10) }

func bodyMark(city, id int64) string { return cityMark(city) + "b" + strconv.FormatInt(id, 10) }

// valueMark is one for a value that anybody may have typed into an address: as a number, so that it is always a single token.
func valueMark(what, value string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(value))
	return mark + what + strconv.FormatUint(h.Sum64(), 36)
}

// stateMark is one for all open cases, so that a step inside the work leaves the index alone.
func stateMark(open bool, s casework.Status) string {
	if open {
		return mark + "s"
	}
	return mark + "s" + string(s)
}

// stateMarks are those of which a case that passes the filter has one; nil if any will do.
func stateMarks(f casework.Filter) []string {
	among := f.Among
	if f.Status != "" {
		among = []casework.Status{f.Status}
	}
	if len(among) == 0 {
		among = casework.Statuses
	}
	var marks []string
	for _, s := range among {
		open := !casework.Over(s)
		if open && f.Tab == casework.Ended || !open && (f.Late || f.Tab == casework.Open || f.Tab == casework.Mine) {
			continue
		}
		if m := stateMark(open, s); !slices.Contains(marks, m) {
			marks = append(marks, m)
		}
	}
	switch len(marks) {
	case 0:
		return []string{mark} // no case has it, as none can pass
	case allStates:
		return nil
	}
	return marks
}

// allStates counts the marks there are: open, closed, declined, merged.
const allStates = 4

// places lists the ids of a path, root first.
func places(path string) []int64 {
	var ids []int64
	for s := range strings.SplitSeq(path, "/") {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// docs reads the cases and makes what is to be indexed of them.
func (x *Index) docs(ctx context.Context, ids []int64) ([]doc, error) {
	ids = store.Padded(ids)
	cases, err := store.All(ctx, x.city, scanCase, `select id, number, title, text, address, answer, path, bodies, kind, urgency, status, open
		from cases where city = ? and id in (`+store.In(len(ids))+`) order by id`, x.args(ids)...)
	if err != nil {
		return nil, err
	}
	notes, err := x.notes(ctx, ids)
	if err != nil {
		return nil, err
	}
	all := make([]doc, len(cases))
	for i := range cases {
		all[i] = docOf(x.city.ID, &cases[i], notes[cases[i].ID])
	}
	return all, nil
}

func scanCase(r store.Row) (c casework.Case, err error) {
	var bodies string
	err = r.Scan(&c.ID, &c.Number, &c.Title, &c.Text, &c.Address, &c.Answer, &c.Path, &bodies, &c.Kind, &c.Urgency, &c.Status, &c.Open)
	for s := range strings.FieldsSeq(bodies) {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil {
			c.Bodies = append(c.Bodies, id)
		}
	}
	c.Cover() // what nobody is shown must not be found either
	return c, err
}

// notes reads what the reporters of these cases have been told.
func (x *Index) notes(ctx context.Context, ids []int64) (map[int64][]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	type note struct {
		id   int64
		text string
	}
	ids = store.Padded(ids)
	all, err := store.All(ctx, x.city, func(r store.Row) (n note, err error) { return n, r.Scan(&n.id, &n.text) },
		`select subject, note from step where city = ? and subject in (`+store.In(len(ids))+`) and public and note <> '' order by subject, seq`, x.args(ids)...)
	by := map[int64][]string{}
	for _, n := range all {
		by[n.id] = append(by[n.id], sensitive.Mask(n.text))
	}
	return by, err
}

func (x *Index) args(ids []int64) []any {
	args := []any{x.city.ID}
	for _, id := range ids {
		args = append(args, id)
	}
	return args
}
