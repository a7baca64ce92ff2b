package issue

import (
	"context"
	"strconv"

	"mulin/internal/access"
	"mulin/internal/store"
	"mulin/town/casework"
)

// File is one issue with its cases.
type File struct {
	Row
	Whole   string // the place that holds all cases, also those outside of the reader's reach: where it may be put right
	Weights Weights
	Page    []casework.Case
	Next    string
}

// File reads an issue: its measure over a period and a page of its cases, the newest first.
func (is *Issues) File(ctx context.Context, who access.Actor, id int64, p Period, after string) (File, error) {
	var f File
	reach := territory(who)
	if reach.Empty() {
		return f, access.ErrDenied
	}
	whole, err := is.stands(ctx, id)
	if err != nil {
		return f, err
	}
	if f.Weights, err = is.Weights(ctx); err != nil {
		return f, err
	}
	all, err := is.members(ctx, reach, []int64{whole.ID}, 0)
	if err != nil {
		return f, err
	}
	if all[whole.ID] == nil {
		return f, ErrMissing
	}
	f.Row, f.Whole = row(whole.ID, all[whole.ID], f.Weights, p, is.city.Clock().Now().UnixMicro()), whole.Path
	f.Page, f.Next, err = is.casesOf(ctx, who, whole.ID, reach, after)
	return f, err
}

// Standing is an issue as its row holds it.
type Standing struct {
	ID   int64
	Path string // the lowest place that holds all its cases
	kept bool
}

// stands finds the issue that goes on where this one was merged into another.
func (is *Issues) stands(ctx context.Context, id int64) (Standing, error) {
	return Stands(ctx, is.city, is.city.ID, id)
}

// Stands finds the issue that goes on where this one was merged into another, as part of a write too.
func Stands(ctx context.Context, q store.Querier, city, id int64) (s Standing, err error) {
	for range 20 {
		var merged int64
		s, err = store.One(ctx, q, func(row store.Row) (s Standing, err error) { return s, row.Scan(&s.ID, &s.Path, &s.kept, &merged) },
			`select id, path, kept, merged from triage_issue where city = ? and id = ?`, city, id)
		if err != nil || merged == 0 {
			break
		}
		id = merged
	}
	return s, store.IfNone(err, ErrMissing)
}

const pageRows = 30

func (is *Issues) casesOf(ctx context.Context, who access.Actor, issue int64, reach access.Reach, after string) ([]casework.Case, string, error) {
	before, err := strconv.ParseInt(after, 36, 64)
	if err != nil || before <= 0 {
		before = 1 << 62
	}
	where, more := reach.Where("c.path", "")
	ids, err := store.Values[int64](ctx, is.city, `select c.id from triage_issue_case i join cases c on c.city = i.city and c.id = i.case_id
		where i.city = ? and i.issue = ? and i.case_id < ? and c.merged = 0 and `+where+` order by c.id desc limit `+strconv.Itoa(pageRows+1), append([]any{is.city.ID, issue, before}, more...)...)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(ids) > pageRows {
		ids = ids[:pageRows]
		next = strconv.FormatInt(ids[pageRows-1], 36)
	}
	page, err := is.desk.ByIDs(ctx, who, ids, casework.Filter{Tab: "all"})
	return page, next, err
}

// OfCase is the issue a case belongs to, 0 if it is alone.
func (is *Issues) OfCase(ctx context.Context, id int64) (int64, error) {
	issue, err := store.Value[int64](ctx, is.city, `select i.issue from triage_issue_case i join triage_issue x on x.city = i.city and x.id = i.issue
		where i.city = ? and i.case_id = ? and (x.cases > 1 or x.backed)`, is.city.ID, id)
	return issue, store.IfNone(err, nil)
}
