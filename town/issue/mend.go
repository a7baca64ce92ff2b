package issue

import (
	"context"
	"errors"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/sensitive"
	"mulin/internal/store"
	"mulin/town/casework"
	"mulin/town/place"
)

// MaxTitle is how long a title may be that people give.
const MaxTitle = 100

func subject(s Standing) ledger.Subject {
	return ledger.Subject{Kind: "issue", ID: s.ID, Path: s.Path}
}

// Rename gives an issue a title that stays.
func (is *Issues) Rename(ctx context.Context, who access.Actor, id int64, title string) error {
	title = sensitive.Line(title)
	var l fault.List
	l.Check(title != "", "title", "hot.title.missing")
	l.Within(title, MaxTitle, "title", "case.title.long")
	return is.mend(ctx, who, id, func(tx *store.Tx, s Standing) error {
		if err := l.Or(); err != nil {
			return err
		}
		tx.Exec(`update triage_issue set title = ? where city = ? and id = ?`, title, tx.City, s.ID)
		ledger.Append(tx, who, "issue.rename", subject(s), mended{Title: true})
		return nil
	})
}

// mend runs f on an issue that the actor may put right: whoever dispatches over all of its ground.
func (is *Issues) mend(ctx context.Context, who access.Actor, id int64, f func(tx *store.Tx, s Standing) error) error {
	return is.city.Write(ctx, func(tx *store.Tx) error {
		s, err := Stands(ctx, tx, tx.City, id)
		if err != nil {
			return err
		}
		if err := mayMend(who, s.Path); err != nil {
			return err
		}
		return f(tx, s)
	})
}

// mayMend hides an issue from those who see nothing there.
func mayMend(who access.Actor, path string) error {
	at := access.At{Path: path}
	if who.May(casework.Handle, at) == nil {
		return nil
	}
	if who.May(casework.See, at) == nil {
		return access.ErrDenied
	}
	return ErrMissing
}

// Merge makes one issue of two: from goes into into.
func (is *Issues) Merge(ctx context.Context, who access.Actor, from, into int64) error {
	return is.mend(ctx, who, from, func(tx *store.Tx, a Standing) error {
		b, err := Stands(ctx, tx, tx.City, into)
		if err != nil {
			return fault.Field("into", ErrMissing.Key)
		}
		if err := mayMend(who, b.Path); err != nil {
			return err
		}
		if a.ID == b.ID {
			return fault.Field("into", "hot.merge.same")
		}
		is.unite(tx, a.ID, b.ID)
		keep(tx, commonPath(a.Path, b.Path), b.ID)
		ledger.Append(tx, who, "issue.merge", subject(b), mended{From: a.ID, Into: b.ID})
		return nil
	})
}

// keep marks an issue as put right by people and takes its figures anew.
func keep(tx *store.Tx, path string, id int64) {
	const of = `from triage_issue_case i where i.city = triage_issue.city and i.issue = triage_issue.id`
	tx.Exec(`update triage_issue set kept = true, path = ?, cases = (select count(*) `+of+`), first_at = coalesce((select min(i.at) `+of+`), first_at),
		last_at = coalesce((select max(i.at) `+of+`), last_at) where city = ? and id = ?`, path, tx.City, id)
}

// TakeOut gives a case an issue of its own; the grouping doesn't bring it back.
func (is *Issues) TakeOut(ctx context.Context, who access.Actor, id int64) error {
	return is.move(ctx, who, id, 0)
}

// MoveTo puts a case into another issue.
func (is *Issues) MoveTo(ctx context.Context, who access.Actor, id, issue int64) error {
	return is.move(ctx, who, id, issue)
}

func (is *Issues) move(ctx context.Context, who access.Actor, id, issue int64) error {
	return is.city.Write(ctx, func(tx *store.Tx) error {
		c, err := is.desk.Load(ctx, tx, id)
		if err != nil {
			return err
		}
		if who.May(casework.Handle, c.At()) != nil {
			if who.May(casework.See, c.At()) != nil {
				return casework.ErrNotFound
			}
			return access.ErrDenied
		}
		was, err := store.Value[int64](ctx, tx, `select issue from triage_issue_case where city = ? and case_id = ?`, tx.City, id)
		if err = store.IfNone(err, nil); err != nil {
			return err
		}
		from, err := Stands(ctx, tx, tx.City, was)
		if err = ignoring(err, ErrMissing); err != nil {
			return err
		}
		to := Standing{ID: tx.NewID(), Path: c.Path}
		if issue != 0 {
			if to, err = Stands(ctx, tx, tx.City, issue); err != nil {
				return fault.Field("issue", ErrMissing.Key)
			}
			if to.ID == from.ID {
				return fault.Field("issue", "hot.move.same")
			}
			if mayMend(who, to.Path) != nil && !holdsMine(who, to.Path) {
				return fault.Field("issue", ErrMissing.Key)
			}
		} else {
			found(tx, to.ID, &Item{ID: id, Path: c.Path, At: c.OpenedAt}, true)
		}
		tx.Exec(`insert into triage_issue_case (city, case_id, issue, at, held) values (?, ?, ?, ?, true)
			on conflict (city, case_id) do update set issue = excluded.issue, held = true`, tx.City, id, to.ID, c.OpenedAt)
		if from.ID != 0 {
			keep(tx, from.Path, from.ID)
		}
		keep(tx, commonPath(to.Path, c.Path), to.ID)
		ledger.Append(tx, who, "issue.move", subject(to), mended{Case: id, From: from.ID, Into: to.ID})
		return nil
	})
}

// holdsMine tells whether an issue is so wide that it holds ground of the actor's.
func holdsMine(who access.Actor, path string) bool {
	for _, root := range who.Reach(casework.Handle).Paths {
		if place.Within(root, path) {
			return true
		}
	}
	return false
}

func ignoring(err, known error) error {
	if errors.Is(err, known) {
		return nil
	}
	return err
}
