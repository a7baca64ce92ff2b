package kit

import (
	"context"
	"errors"
	"slices"

	"mulin/internal/job"
	"mulin/internal/register"
	"mulin/internal/store"
	"mulin/internal/tray"
)

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
