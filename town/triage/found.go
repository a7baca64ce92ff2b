package triage

import (
	"strings"
	"sync"
	"sync/atomic"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/when"
	"mulin/town/casework"
	"mulin/town/place"
)

// Found is what a case's text names besides its matter.
type Found struct {
	Text    string // in which the places and times stand: the case's text, then its address
	Places  []Named
	Times   []when.Found
	Matters []Matter // fewer than two: it tells one
}

// gazettes keeps the gazetteer of the register as it is now.
type gazettes struct {
	mu  sync.Mutex // of making one
	now atomic.Pointer[dated]
}

type dated struct {
	*Gazetteer
	edition int64
}

// gazetteer is made anew when the register has changed, by the first who asks; the others wait the moment it takes.
func (r *Reader) gazetteer() *Gazetteer {
	if g := r.gazettes.now.Load(); g != nil && g.edition == r.places.Edition() {
		return g.Gazetteer
	}
	r.gazettes.mu.Lock()
	defer r.gazettes.mu.Unlock()
	if g := r.gazettes.now.Load(); g != nil && g.edition == r.places.Edition() {
		return g.Gazetteer
	}
	all, edition := r.places.Spoken()
	g := NewGazetteer(all)
	r.gazettes.now.Store(&dated{g, edition})
	return g
}

// Named gives the places that a text names; any text, with no case behind it.
func (r *Reader) Named(text string, around Around) []Named {
	return r.gazetteer().Find(text, around)
}

// Found reads a case for somebody at a desk. It writes nothing.
func (r *Reader) Found(who access.Actor, c *casework.Case) Found {
	f := Found{Text: c.Text}
	if f.Text == "" {
		f.Text = c.Title
	}
	said := f.Text
	if c.Address != "" {
		f.Text += "\n" + c.Address
	}
	f.Places = r.news(c, r.Named(f.Text, r.around(who, c)))
	f.Times = when.Find(said, clock.Time(c.OpenedAt).In(r.catalog.Calendar().Zone), when.Calendar(r.catalog.Calendar().Holidays))
	if c.Ready(casework.Split) {
		f.Matters = Matters(said, r.topClass)
	}
	return f
}

// around is what speaks for one of several places of a name: where the case lies, its point, the desk's territory.
func (r *Reader) around(who access.Actor, c *casework.Case) Around {
	a := Around{Path: c.Path}
	if c.Point != nil {
		if grid, ok := r.places.Locate(*c.Point); ok {
			a.Near = append(a.Near, grid.Path)
		}
	}
	for _, path := range who.Reach(casework.Handle).Paths {
		if len(a.Near) < 8 {
			a.Near = append(a.Near, path)
		}
	}
	return a
}

// news are the places that say more than where the case lies already.
func (r *Reader) news(c *casework.Case, all []Named) []Named {
	var out []Named
	for _, n := range all {
		if !strings.HasPrefix(c.Path, n.Path) {
			out = append(out, n)
		}
	}
	return out
}

// Single is the one place that a text names for sure, a grid or finer: what may be offered to who gave no place.
func (r *Reader) Single(text string) (place.Place, bool) {
	all := r.Named(text, Around{})
	if len(all) != 1 || !all[0].Sure {
		return place.Place{}, false
	}
	return r.places.Get(all[0].ID)
}

// topClass is what the model at work says of the top class of a text.
func (r *Reader) topClass(text string) (class int64, chance float64) {
	seems := r.consider(r.current(), text)
	defer seems.done()
	return seems.top()
}
