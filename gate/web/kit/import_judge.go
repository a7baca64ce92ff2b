package kit

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"mulin/internal/fault"
	"mulin/internal/job"
	"mulin/internal/register"
)

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
	if len(r.load.Sheets) == 1 && l.row.Bad != nil { // which says it itself
		return ""
	}
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
