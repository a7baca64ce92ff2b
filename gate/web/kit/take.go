package kit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/job"
	"mulin/internal/register"
	"mulin/internal/sheet"
	"mulin/internal/store"
	"mulin/internal/tray"
)

// match finds out what the sheets' columns are: as the person has said before of such a header, or by their names.
func (p *Pages) match(ctx context.Context, person int64, book *sheet.Book) (all []matched, err error) {
	for _, name := range book.Sheets[:min(len(book.Sheets), 20)] {
		var rows []sheet.Row
		for row, err := range book.Rows(name) {
			if err != nil {
				return nil, err
			}
			if rows = append(rows, row); len(rows) == heads {
				break
			}
		}
		if len(rows) == 0 {
			continue
		}
		m := matched{Name: name}
		at, cols := p.headings().Head(rows)
		m.Head, m.Heads, m.Cols = rows[at].Line, rows[at].Cells, cols
		said, err := p.Imports.Tray.Habit(ctx, person, p.Name, p.shape(m.Heads))
		if err != nil {
			return nil, err
		}
		if json.Unmarshal(said, &cols) == nil && len(cols) == len(p.theirs(m.Heads)) {
			m.Cols = append(cols, make([]string, len(m.Heads)-len(cols))...)
		}
		m.Use = p.enough(m.Cols)
		all = append(all, m)
	}
	return all, nil
}

// enough tells whether things can be made of the columns: they are named, or all that is needed is there.
func (p *Pages) enough(cols []string) bool {
	missing := p.Those(func(is register.Traits) bool { return is.Needed })
	missing = slices.DeleteFunc(missing, func(f *register.Field) bool {
		return slices.Contains(cols, f.Name) || f.Name == p.Title && slices.Contains(cols, levels[0].Name)
	})
	return len(missing) == 0 || slices.Contains(cols, numberCol.Name) && slices.Contains(cols, versionCol.Name)
}

// theirs are the headings without the column that we have added to a file given back.
func (p *Pages) theirs(headings []string) []string {
	if n := len(headings); n > 0 && slices.ContainsFunc(p.Langs(), func(w *i18n.Words) bool { return w.T("kit.wrong") == headings[n-1] }) {
		return headings[:n-1]
	}
	return headings
}

func (p *Pages) shape(headings []string) string {
	sum := sha256.Sum256([]byte(strings.Join(p.theirs(headings), "\x00")))
	return hex.EncodeToString(sum[:16])
}

// errLong says that a sheet is too long to be judged while somebody waits.
var errLong = errors.New("more rows than are judged at once")

// judge finds what taking the file would do, without the city's lock, and writes it down. A limit of rows other than 0 ends it with errLong.
func (r *reading) judge(ctx context.Context, limit int) (map[int]string, error) {
	was, why := *r.load, map[int]string{}
	next := &load{Stage: judged, Lang: was.Lang, Sheets: slices.Clone(was.Sheets)}
	r.load = next
	if err := r.order(); err != nil {
		return nil, err
	}
	trial := r.Trial()
	err := r.pieces(atOnce+1, func(lines []drawn) error {
		if next.Rows += len(lines); limit > 0 && next.Rows > limit {
			return errLong
		}
		if err := r.draw(ctx, lines); err != nil {
			return err
		}
		if err := r.try(ctx, trial, lines); err != nil {
			return err
		}
		for _, l := range lines {
			r.count(l, why)
		}
		return job.Progress(ctx, int64(next.Rows), 0)
	})
	if next.Left = r.left; err != nil {
		r.load = &was
		return why, err
	}
	return why, r.beside(ctx, &was, why)
}

// try asks the register about rows.
func (r *reading) try(ctx context.Context, trial *register.Trial, lines []drawn) error {
	var things []any
	var at []int
	for i, l := range lines {
		if l.x != nil && l.err == nil {
			things, at = append(things, l.x), append(at, i)
		}
	}
	counts, err := trial.Try(ctx, r.who, things...)
	var bad register.Bad
	if err != nil && !errors.As(err, &bad) {
		return err
	}
	for _, b := range bad {
		lines[at[b.Index]].err = b.Unwrap()
	}
	r.load.New, r.load.Changed, r.load.Same = r.load.New+counts.New, r.load.Changed+counts.Changed, r.load.Same+counts.Same
	return nil
}

// count takes note of what is wrong with a row, or that it changes nothing.
func (r *reading) count(l drawn, why map[int]string) {
	switch {
	case l.err != nil:
		why[l.at] = r.say(l.err)
		if r.load.Wrong++; len(r.load.First) < told {
			r.load.First = append(r.load.First, r.where(l)+why[l.at])
		}
	case l.x == nil:
		r.load.Same++
	}
}

func (r *reading) say(err error) string {
	faults, ok := fault.As(err)
	if !ok {
		faults = fault.List{fault.New(fault.Invalid, "error.invalid")}
	}
	texts := make([]string, len(faults))
	for i, f := range faults {
		texts[i] = r.words[0].Fault(f)
	}
	return strings.Join(texts, "；")
}

// where says which row it is.
func (r *reading) where(l drawn) string {
	if len(r.load.Sheets) > 1 {
		return r.words[0].T("kit.import.row.sheet", l.sheet.Name, l.row.Line)
	}
	return r.words[0].T("kit.import.row", l.row.Line)
}

// beside writes down how far the file has come and what is wrong with its rows.
func (r *reading) beside(ctx context.Context, was *load, why map[int]string) error {
	raw, err := json.Marshal(why)
	if err != nil {
		return err
	}
	return r.Imports.Tray.Beside(ctx, r.id, whys, raw, was, r.load)
}

func (r *reading) wrong(ctx context.Context) (map[int]string, error) {
	why := map[int]string{}
	raw, err := r.Imports.Tray.Body(ctx, r.id, whys)
	if err == nil && len(raw) > 0 {
		err = json.Unmarshal(raw, &why)
	}
	return why, err
}

// take saves the good rows: up to a thousand in one write, all or none; more in pieces, of which each stands with the note that it does. It goes on where an
// earlier attempt ended, and stops at the first piece that is refused.
func (r *reading) take(ctx context.Context) error {
	why, err := r.wrong(ctx)
	if err != nil {
		return err
	}
	size := some
	if r.load.Rows <= atOnce {
		size = atOnce
	}
	err = r.pieces(size, func(lines []drawn) error {
		last := lines[len(lines)-1].at + 1
		lines = slices.DeleteFunc(lines, func(l drawn) bool { return l.at < r.load.Took || why[l.at] != "" })
		if last <= r.load.Took {
			return nil
		}
		if err := r.draw(ctx, lines); err != nil {
			return err
		}
		was, next := *r.load, *r.load
		next.Took = last
		refused, err := r.save(ctx, lines, func(tx *store.Tx) error { return tray.Advance(ctx, tx, r.id, was, next) })
		if refused != nil {
			return r.stop(ctx, refused, why)
		}
		if err == nil {
			r.load = &next
			err = job.Progress(ctx, int64(last), int64(next.Rows))
		}
		return err
	})
	if errors.Is(err, errStopped) && r.load.Stage == stopped {
		return nil
	}
	if err != nil {
		return err
	}
	was := *r.load
	r.load.Stage, r.load.Took = done, r.load.Rows
	return r.beside(ctx, &was, why)
}

// save writes one piece; refused are its rows that are wrong after all.
func (r *reading) save(ctx context.Context, lines []drawn, more func(*store.Tx) error) (refused []drawn, err error) {
	var things []any
	var at []drawn
	for _, l := range lines {
		switch {
		case l.err != nil:
			refused = append(refused, l)
		case l.x != nil:
			things, at = append(things, l.x), append(at, l)
		}
	}
	if len(refused) > 0 {
		return refused, nil
	}
	err = r.SaveWith(ctx, r.who, more, things...)
	var bad register.Bad
	if errors.As(err, &bad) {
		for _, b := range bad {
			at[b.Index].err = b.Unwrap()
			refused = append(refused, at[b.Index])
		}
		return refused, nil
	}
	return nil, err
}

// errStopped ends the reading of a file that has stopped.
var errStopped = errors.New("stopped")

// stop says where and why nothing more is taken. What comes behind goes into the file that is given back.
func (r *reading) stop(ctx context.Context, refused []drawn, why map[int]string) error {
	was := *r.load
	for _, l := range refused {
		why[l.at] = r.say(l.err)
	}
	r.load.Stage, r.load.Stopped = stopped, r.where(refused[0])+why[refused[0].at]
	return errors.Join(errStopped, r.beside(ctx, &was, why))
}
