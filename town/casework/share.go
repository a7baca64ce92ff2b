package casework

import (
	"context"
	"slices"

	"mulin/internal/sensitive"
	"mulin/internal/store"
	"mulin/town/place"
)

// Joinable tells whether others may see that the case is told already and say "mine too": what is being worked on, unless the reporter asked to stay
// unknown or reported somebody.
func (c *Case) Joinable() bool {
	return !c.Hidden && c.Kind != Informs && slices.Contains(joinable, c.Status)
}

// joinable are the statuses before it is said to be done: who meets a thing after that reports it anew.
var joinable = []Status{New, Accepted, Dispatched, Working, Whistled, Reported}

// Joinables reads those of the cases that may be joined, whole: whoever asks shows no more of them than Shared.
func (d *Desk) Joinables(ctx context.Context, ids []int64) ([]Case, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	q := d.among(ids)
	all, err := store.All(ctx, d.city, scan, `select `+columns+` from cases c where `+q.conditions(), q.args...)
	return slices.DeleteFunc(all, func(c Case) bool { return !c.Joinable() }), err
}

// Shared is a case as others may know it: neither what the first reporter wrote and rated, nor the exact place.
func (d *Desk) Shared(c Case) Case {
	c.Shared = true
	c.Title, c.Path, c.Place = sensitive.Mask(c.Title), d.publicPath(c.Path), 0
	c.Text, c.Address, c.Point, c.Source, c.Stars, c.Hidden = "", "", nil, "", 0, false
	c.Answer = sensitive.Mask(c.Answer)
	return c
}

// share is a file as those who joined read it: what was done and answered, and the photos of the work.
// Of those who opened contacts it tells from when on theirs was among them, 0 for never.
func (d *Desk) share(f File, since int64) File {
	f.Case, f.Photos, f.Main = d.Shared(f.Case), nil, nil
	f.Steps = slices.DeleteFunc(f.Steps, func(h Happened) bool {
		return h.Verb == revealed && (since == 0 || h.Noted < since) || h.Verb == looked || h.Verb == Rate || h.Verb == Contacted
	})
	for i := range f.Steps {
		h := &f.Steps[i]
		if h.Note = sensitive.Mask(h.Note); law[h.Verb].Right == "" && h.Verb != revealed {
			h.Note, h.Photos = "", nil
		}
	}
	return f
}

// publicPath ends at the estate: the building, entrance and home are nobody else's business.
func (d *Desk) publicPath(path string) string {
	for _, p := range slices.Backward(d.places.Lineage(path)) {
		if place.Depth(p.Kind) <= place.Depth(place.Estate) {
			return p.Path
		}
	}
	return path
}
