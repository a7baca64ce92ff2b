// Package messages brings in citizens' messages that were answered elsewhere: each row of a CSV file becomes a case through the same verbs as everyone's,
// at its own past time, with the reply as its answer. A row is known by its id, so that a file can be read again after any interruption.
package messages

import (
	"context"
	"errors"
	"io"
	"time"

	"golang.org/x/sync/errgroup"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/sheet"
	"mulin/internal/store"
	"mulin/town/casework"
)

// Channel is the channel of imported cases; with the row's id it is unique in a city.
const Channel = "import"

const (
	window      = 512      // rows looked up together
	windowBytes = 16 << 20 // of their cells, at most
	workers     = 128      // rows on their way at once, so that writes share commits
	// rest is the pause after a window: a server on the same SQLite file waits for the lock in steps of up to 100 ms and gives up after 3 s.
	rest = 120 * time.Millisecond
)

// Importer files messages in one city.
type Importer struct {
	Desk   *casework.Desk
	Zone   *time.Location // in which the file's times are
	Words  *i18n.Words    // of the reasons in the rejects file
	Report func(Count)    // told after every window; may be nil
}

// Count is how far an import has come. Skipped rows were there already.
type Count struct {
	Bytes                       int64
	Imported, Skipped, Rejected int
}

// Run reads the whole file. Rows that can't be taken go to rejects with the reason. After an error nothing is half done that the next run doesn't complete.
func (im *Importer) Run(ctx context.Context, in io.Reader, rejects *Rejects) (Count, error) {
	var n Count
	r, err := sheet.NewReader(&counter{in, &n.Bytes})
	if err != nil {
		return n, err
	}
	t, err := readTable(r, needed, im.Zone, clock.Micros(im.Desk.City().Clock().Now()))
	if err != nil {
		return n, err
	}
	rejects.header(t.names)
	for {
		rows, end := t.next(window, windowBytes)
		if end != nil && !errors.Is(end, io.EOF) {
			return n, end
		}
		if err := im.window(ctx, rows, &n, rejects); err != nil {
			return n, err
		}
		if im.Report != nil {
			im.Report(n)
		}
		if end != nil {
			return n, rejects.Close()
		}
		if err := pause(ctx); err != nil {
			return n, err
		}
	}
}

func pause(ctx context.Context) error {
	timer := time.NewTimer(rest)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// window files some rows, all at once but begun in the file's order, and counts them.
func (im *Importer) window(ctx context.Context, rows []row, n *Count, rejects *Rejects) error {
	var ids []string
	for i := range rows {
		if rows[i].bad == nil {
			ids = append(ids, rows[i].id)
		}
	}
	known := map[string]casework.Sourced{}
	if len(ids) > 0 {
		var err error
		if known, err = im.Desk.OfSources(ctx, Channel, ids); err != nil {
			return err
		}
	}
	done := make([]bool, len(rows))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(workers)
	for i := range rows {
		r := &rows[i]
		if r.bad != nil {
			continue
		}
		g.Go(func() (err error) {
			done[i], err = im.file(gctx, r, known[r.id])
			if own, ok := fault.As(err); ok && own[0].Kind == fault.Invalid {
				r.bad, err = own, nil
			}
			return err
		})
	}
	err := g.Wait()
	for i := range rows {
		switch {
		case rows[i].bad != nil:
			n.Rejected++
			if werr := rejects.add(rows[i].cells, im.say(rows[i].bad)); werr != nil {
				return werr
			}
		case done[i]:
			n.Imported++
		case err == nil:
			n.Skipped++
		}
	}
	return err
}

func (im *Importer) say(l fault.List) string {
	s := ""
	for i, f := range l {
		if i > 0 {
			s += " "
		}
		s += im.Words.Fault(f)
	}
	return s
}

// file opens the case unless it is there and gives it its answer unless it has one. It tells whether anything was done.
func (im *Importer) file(ctx context.Context, r *row, was casework.Sourced) (bool, error) {
	who := access.System(im.Desk.City().ID)
	done := false
	if was.ID == 0 {
		rec, err := im.Desk.Open(ctx, who, casework.Report{Title: r.title, Text: r.text, Channel: Channel, Source: r.id, OpenedAt: r.at})
		if errors.Is(err, store.ErrDuplicate) {
			return false, nil // another import of the same file was faster and will answer it
		}
		if err != nil {
			return false, err
		}
		was, done = casework.Sourced{ID: rec.ID, Status: casework.New}, true
	}
	if r.reply == "" || was.Status != casework.New {
		return done, nil
	}
	err := im.answer(ctx, who, was.ID, r)
	if errors.Is(err, casework.ErrStale) {
		return done, nil // somebody here has taken it up meanwhile: theirs is the newer answer
	}
	return err == nil, err
}

// answer answers and closes in one write: between the two, the case would wait for a rating that is years late.
func (im *Importer) answer(ctx context.Context, who access.Actor, id int64, r *row) error {
	return im.Desk.City().Write(ctx, func(tx *store.Tx) error {
		_, err := im.Desk.Apply(ctx, tx, who, id, casework.Answer, casework.Step{Note: r.reply, DoneAt: r.replyAt, ClientRef: Channel}, nil)
		if err != nil {
			return err
		}
		_, err = im.Desk.Apply(ctx, tx, who, id, casework.Archive, casework.Step{DoneAt: r.replyAt}, nil)
		return err
	})
}

// counter counts the bytes that pass.
type counter struct {
	io.Reader
	n *int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	*c.n += int64(n)
	return n, err
}
