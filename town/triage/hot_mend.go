package triage

import (
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/sensitive"
	"mulin/internal/store"
	"mulin/town/casework"
)

// MaxTitle is how long a title may be that people give.
const MaxTitle = 100

// none makes of "no such row" what it means here.
func none(err, instead error) error {
	if errors.Is(err, store.ErrNone) {
		return instead
	}
	return err
}

// oneLine is typed text as it is kept: one line without control characters, personal data masked.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' && r != '\n' || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return sensitive.Mask(strings.Join(strings.Fields(s), " "))
}

func issueSubject(s standing) ledger.Subject {
	return ledger.Subject{Kind: "issue", ID: s.id, Path: s.path}
}

// Rename gives an issue a title that stays.
func (r *Reader) Rename(ctx context.Context, who access.Actor, id int64, title string) error {
	title = oneLine(title)
	var l fault.List
	l.Check(title != "", "title", "hot.title.missing")
	l.Check(utf8.RuneCountInString(title) <= MaxTitle, "title", "case.title.long", MaxTitle)
	return r.mend(ctx, who, id, func(tx *store.Tx, s standing) error {
		if err := l.Or(); err != nil {
			return err
		}
		tx.Exec(`update triage_issue set title = ? where city = ? and id = ?`, title, tx.City, s.id)
		ledger.Append(tx, who, "issue.rename", issueSubject(s), mended{Title: true})
		return nil
	})
}

// mend runs f on an issue that the actor may put right: whoever dispatches over all of its ground.
func (r *Reader) mend(ctx context.Context, who access.Actor, id int64, f func(tx *store.Tx, s standing) error) error {
	return r.city.Write(ctx, func(tx *store.Tx) error {
		s, err := standsIn(ctx, tx, tx.City, id)
		if err != nil {
			return err
		}
		if err := mayMend(who, s.path); err != nil {
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
	return ErrNoIssue
}

// Merge makes one issue of two: from goes into into.
func (r *Reader) Merge(ctx context.Context, who access.Actor, from, into int64) error {
	return r.mend(ctx, who, from, func(tx *store.Tx, a standing) error {
		b, err := standsIn(ctx, tx, tx.City, into)
		if err != nil {
			return fault.Field("into", ErrNoIssue.Key)
		}
		if err := mayMend(who, b.path); err != nil {
			return err
		}
		if a.id == b.id {
			return fault.Field("into", "hot.merge.same")
		}
		unite(tx, a.id, b.id)
		keep(tx, commonPath(a.path, b.path), b.id)
		ledger.Append(tx, who, "issue.merge", issueSubject(b), mended{From: a.id, Into: b.id})
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
func (r *Reader) TakeOut(ctx context.Context, who access.Actor, id int64) error {
	return r.move(ctx, who, id, 0)
}

// MoveTo puts a case into another issue.
func (r *Reader) MoveTo(ctx context.Context, who access.Actor, id, issue int64) error {
	return r.move(ctx, who, id, issue)
}

func (r *Reader) move(ctx context.Context, who access.Actor, id, issue int64) error {
	return r.city.Write(ctx, func(tx *store.Tx) error {
		c, err := r.desk.Load(ctx, tx, id)
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
		if err = none(err, nil); err != nil {
			return err
		}
		from, err := standsIn(ctx, tx, tx.City, was)
		if err = ignoring(err, ErrNoIssue); err != nil {
			return err
		}
		to := standing{id: tx.NewID(), path: c.Path}
		if issue != 0 {
			if to, err = standsIn(ctx, tx, tx.City, issue); err != nil {
				return fault.Field("issue", ErrNoIssue.Key)
			}
			if to.id == from.id {
				return fault.Field("issue", "hot.move.same")
			}
			if mayMend(who, to.path) != nil && !holdsMine(who, to.path) {
				return fault.Field("issue", ErrNoIssue.Key)
			}
		} else {
			found(tx, to.id, &Item{ID: id, Path: c.Path, At: c.OpenedAt}, true)
		}
		tx.Exec(`insert into triage_issue_case (city, case_id, issue, at, held) values (?, ?, ?, ?, true)
			on conflict (city, case_id) do update set issue = excluded.issue, held = true`, tx.City, id, to.id, c.OpenedAt)
		if from.id != 0 {
			keep(tx, from.path, from.id)
		}
		keep(tx, commonPath(to.path, c.Path), to.id)
		ledger.Append(tx, who, "issue.move", issueSubject(to), mended{Case: id, From: from.id, Into: to.id})
		return nil
	})
}

// holdsMine tells whether an issue is so wide that it holds ground of the actor's.
func holdsMine(who access.Actor, path string) bool {
	for _, root := range who.Reach(casework.Handle).Paths {
		if pathIn(root, path) {
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
