package issue

import (
	"cmp"
	"slices"

	"mulin/internal/store"
)

// merge puts the younger of two issues into the older.
func (g *Grouper) merge(a, b *group) Merged {
	if cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.id, b.id)) > 0 {
		a, b = b, a
	}
	g.absorb(a, b)
	return Merged{b.id, a.id}
}

// absorb puts b's messages into a.
func (g *Grouper) absorb(a, b *group) {
	a.take(b.title, b.text)
	for _, n := range b.names {
		a.name(n)
	}
	a.n += b.n
	a.path = commonPath(a.path, b.path)
	a.last = max(a.last, b.last)
	a.members = append(a.members, b.members...)
	for _, id := range b.members {
		g.of[id] = a.id
	}
	delete(g.issues, b.id)
	var terms []uint32
	for t := range b.seed {
		terms = append(terms, t)
	}
	slices.Sort(terms)
	g.post(a, terms)
}

// Move puts a message into an issue as people say, which then is merged with no other by itself; one that isn't there is made.
func (g *Grouper) Move(it *Item, issue int64) {
	if from := g.issues[g.of[it.ID]]; from != nil {
		from.kept = true
		g.leave(from, it.ID)
	}
	x := g.issues[issue]
	if x == nil {
		x = &group{id: issue, seed: map[uint32]bool{}}
		g.issues[issue] = x
	}
	x.kept = true
	ft := g.freq.weigh(read(it, g.known))
	g.put(x, it, &ft)
}

// leave takes a message out; its words fade as others come.
func (g *Grouper) leave(x *group, id int64) {
	delete(g.of, id)
	x.members = slices.DeleteFunc(x.members, func(m int64) bool { return m == id })
	if x.n--; x.n <= 0 {
		delete(g.issues, x.id)
	}
}

// Unite makes one issue of two as people say.
func (g *Grouper) Unite(from, into int64) {
	a, b := g.issues[into], g.issues[from]
	if a == nil || b == nil || a == b {
		return
	}
	g.absorb(a, b)
	a.kept = true
}

// Restore puts a message back where it was before a restart.
func (g *Grouper) Restore(it *Item, issue int64, kept bool) {
	if _, known := g.of[it.ID]; known {
		return
	}
	r := read(it, g.known)
	g.freq.count(r.counted())
	x := g.issues[issue]
	if x == nil {
		x = &group{id: issue, seed: map[uint32]bool{}}
		g.issues[issue] = x
	}
	x.kept = x.kept || kept
	ft := g.freq.weigh(r)
	g.put(x, it, &ft)
}

// Forget drops a message from memory.
func (g *Grouper) Forget(id int64) {
	if x := g.issues[g.of[id]]; x != nil {
		g.leave(x, id)
	}
}

// unite hands the cases of one issue to another, and what hangs on it.
func (is *Issues) unite(tx *store.Tx, from, into int64) {
	for _, f := range is.united {
		f(tx, from, into)
	}
	tx.Exec(`update triage_issue_case set issue = ? where city = ? and issue = ?`, into, tx.City, from)
	tx.Exec(`update triage_issue set merged = ?, cases = 0 where city = ? and id = ?`, into, tx.City, from)
}
