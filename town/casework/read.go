package casework

import (
	"context"
	"errors"
	"slices"

	"mulin/internal/access"
	"mulin/internal/life"
	"mulin/internal/sensitive"
	"mulin/internal/store"
)

// Happened is one line of a case's timeline.
type Happened struct {
	life.Happened
	Sort *Resorted // of Classify
}

// File is a case with its whole timeline and photos of the opening.
type File struct {
	Case
	Photos []Photo
	Steps  []Happened
	Main   *File // the case it was merged into, as one who joined reads it; only for the one who reported
}

// Get reads a case that the actor may see, by its public number.
func (d *Desk) Get(ctx context.Context, who access.Actor, number string) (File, error) {
	if err := d.ours(who); err != nil {
		return File{}, err
	}
	c, err := d.byNumber(ctx, number)
	if err != nil {
		return File{}, err
	}
	if err := who.May(See, c.At()); err != nil {
		return File{}, ErrNotFound
	}
	f, err := d.file(ctx, c)
	f.Cover()
	return f, err
}

// mostReads is how often a case is read before it is shown as it is: somebody works on it at this very moment.
const mostReads = 3

// Steady has read what goes with a case that was read before. If a step was done meanwhile, again reads the case anew and read starts over: otherwise what has
// just been done would stand beside forms that can't be sent any more.
func (d *Desk) Steady(ctx context.Context, file File, again func() (File, error), read func(File) error) error {
	for n := 1; ; n++ {
		if err := read(file); err != nil {
			return err
		}
		moved, err := d.moved(ctx, &file.Case)
		if err != nil || !moved || n == mostReads {
			return err
		}
		if file, err = again(); err != nil {
			return err
		}
	}
}

// moved tells whether a step has been done since a case was read.
func (d *Desk) moved(ctx context.Context, c *Case) (bool, error) {
	version, err := store.One(ctx, d.city, func(r store.Row) (n int64, err error) { return n, r.Scan(&n) }, `select version from cases where city = ? and id = ?`, d.city.ID, c.ID)
	return version != c.Version, err
}

func (d *Desk) byNumber(ctx context.Context, number string) (Case, error) {
	c, err := store.One(ctx, d.city, scan, `select `+columns+` from cases c where c.city = ? and c.number = ?`, d.city.ID, clean(number))
	if errors.Is(err, store.ErrNone) {
		return Case{}, ErrNotFound
	}
	return c, err
}

// Track reads a case for the one who reported it or joined it, by number and secret or verified phone: the same answer for a wrong number and a wrong claim.
func (d *Desk) Track(ctx context.Context, number string, claim Claim) (File, error) {
	var p proof
	keys := d.keysOf(claim)
	c, err := store.One(ctx, d.city, func(r store.Row) (Case, error) { return scanClear(r, p.fields()...) },
		`select `+columns+`, `+proofColumns+` from cases c where c.city = ? and c.number = ?`, keys.secret, keys.phone, d.city.ID, clean(number))
	if err != nil && !errors.Is(err, store.ErrNone) {
		return File{}, err
	}
	mine := p.owns(access.Nobody(d.city.ID), keys) == nil
	if err != nil || !mine && p.joined == 0 {
		return File{}, ErrSecret
	}
	f, err := d.file(ctx, c)
	f.redact()
	if err != nil {
		return f, err
	}
	if !mine {
		since, err := d.openSince(ctx, c.ID, keys)
		if err != nil {
			return f, err
		}
		f = d.share(f, since)
	}
	return d.withMain(ctx, f, keys)
}

// file adds timeline and photos, its notes in clear: who gives it away covers or redacts it.
func (d *Desk) file(ctx context.Context, c Case) (File, error) {
	f := File{Case: c}
	all, first, err := life.Timeline(ctx, d.city, d.city.ID, c.ID)
	if err != nil {
		return f, err
	}
	f.Photos = first
	for _, h := range all {
		f.Steps = append(f.Steps, Happened{Happened: h})
	}
	if err := d.sortings(ctx, &f); err != nil {
		return f, err
	}
	f.measure()
	return f, nil
}

// Cover masks the words of the case and of everybody who worked on it.
func (f *File) Cover() {
	f.Case.Cover()
	for i := range f.Steps {
		f.Covered |= f.Steps[i].cover()
	}
}

func (h *Happened) cover() (kinds sensitive.Set) {
	h.Note, kinds = sensitive.MaskKinds(h.Note)
	why, more := sensitive.MaskKinds(h.Why)
	h.Why = why
	return kinds | more
}

// aside are the steps that others don't wait for.
var aside = []Verb{Note, Warn, Contacted, Classify, revealed, looked, Say, Absorb, Release}

// measure says how long after the step before each one came; notes don't count.
func (f *File) measure() {
	last := f.OpenedAt
	for i := range f.Steps {
		h := &f.Steps[i]
		h.Took = max(0, h.At-last)
		if !slices.Contains(aside, h.Verb) {
			last = h.At
		}
	}
}

// redact keeps what the resident may read: no inner notes, no names of workers, no places of people. Their own words and what was written to them stay in
// clear; what workers wrote for each other is masked.
func (f *File) redact() {
	f.Steps = slices.DeleteFunc(f.Steps, func(h Happened) bool { return h.Verb == Note || h.Verb == Say || h.Verb == Classify || h.Verb == Warn })
	for i := range f.Steps {
		h := &f.Steps[i]
		h.Person, h.Point, h.Despite, h.Why = 0, nil, nil, ""
		if h.Verb == Done || h.Verb == HandIn {
			h.cover()
		}
		if !h.Public && h.Verb != Done && h.Verb != HandIn && law[h.Verb].Right != "" {
			h.Note, h.Reason = "", ""
			if h.Verb != ReportIn { // that they came to the spot is seen in its photo
				h.Photos = nil
			}
		}
	}
}

// HasPhoto tells whether the photo is one that whoever got the file may see; the gate asks before it serves one.
func (f *File) HasPhoto(hash string) bool {
	is := func(p Photo) bool { return p.Hash == hash }
	return f.Main != nil && f.Main.HasPhoto(hash) || slices.ContainsFunc(f.Photos, is) || slices.ContainsFunc(f.Steps, func(h Happened) bool { return slices.ContainsFunc(h.Photos, is) })
}

// withMain adds to a merged case what has become of the one that goes on.
func (d *Desk) withMain(ctx context.Context, f File, k keys) (File, error) {
	if f.Merged == 0 {
		return f, nil
	}
	c, err := d.Load(ctx, d.city, f.Merged)
	if err != nil {
		return f, err
	}
	since, err := d.openSince(ctx, c.ID, k)
	if err != nil {
		return f, err
	}
	main, err := d.file(ctx, c)
	main.redact()
	main = d.share(main, since)
	f.Main = &main
	return f, err
}
