package triage

import (
	"context"
	"strconv"
	"strings"

	"mulin/internal/access"
	"mulin/internal/store"
	"mulin/town/casework"
)

// IssueFile is one issue with its cases.
type IssueFile struct {
	HotRow
	Whole   string // the place that holds all cases, also those outside of the reader's reach: where it may be put right
	Weights Weights
	Page    []casework.Case
	Next    string
	Tasks   []Task
}

// IssueOf reads an issue: its measure over a period and a page of its cases, the newest first.
func (r *Reader) IssueOf(ctx context.Context, who access.Actor, id int64, p Period, after string) (IssueFile, error) {
	var f IssueFile
	reach := territory(who)
	if reach.Empty() {
		return f, access.ErrDenied
	}
	whole, err := r.stands(ctx, id)
	if err != nil {
		return f, err
	}
	if f.Weights, err = r.Weights(ctx); err != nil {
		return f, err
	}
	all, err := r.members(ctx, reach, []int64{whole.id}, 0)
	if err != nil {
		return f, err
	}
	if all[whole.id] == nil {
		return f, ErrNoIssue
	}
	f.HotRow, f.Whole = row(whole.id, all[whole.id], f.Weights, p, r.city.Clock().Now().UnixMicro()), whole.path
	if f.Page, f.Next, err = r.casesOf(ctx, who, whole.id, reach, after); err != nil {
		return f, err
	}
	f.Tasks, err = r.tasksOf(ctx, who, whole.id)
	return f, err
}

// standing is an issue as its row holds it.
type standing struct {
	id   int64
	path string
	kept bool
}

// stands finds the issue that goes on where this one was merged into another.
func (r *Reader) stands(ctx context.Context, id int64) (standing, error) {
	return standsIn(ctx, r.city, r.city.ID, id)
}

func standsIn(ctx context.Context, q store.Querier, city, id int64) (s standing, err error) {
	for range 20 {
		var merged int64
		s, err = store.One(ctx, q, func(row store.Row) (s standing, err error) { return s, row.Scan(&s.id, &s.path, &s.kept, &merged) },
			`select id, path, kept, merged from triage_issue where city = ? and id = ?`, city, id)
		if err != nil || merged == 0 {
			break
		}
		id = merged
	}
	return s, none(err, ErrNoIssue)
}

const issuePage = 30

func (r *Reader) casesOf(ctx context.Context, who access.Actor, issue int64, reach access.Reach, after string) ([]casework.Case, string, error) {
	before, err := strconv.ParseInt(after, 36, 64)
	if err != nil || before <= 0 {
		before = 1 << 62
	}
	where, more := reach.Where("c.path", "")
	ids, err := store.Values[int64](ctx, r.city, `select c.id from triage_issue_case i join cases c on c.city = i.city and c.id = i.case_id
		where i.city = ? and i.issue = ? and i.case_id < ? and c.merged = 0 and `+where+` order by c.id desc limit `+strconv.Itoa(issuePage+1), append([]any{r.city.ID, issue, before}, more...)...)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(ids) > issuePage {
		ids = ids[:issuePage]
		next = strconv.FormatInt(ids[issuePage-1], 36)
	}
	page, err := r.desk.ByIDs(ctx, who, ids, casework.Filter{Tab: "all"})
	return page, next, err
}

// IssueOfCase is the issue a case belongs to, 0 if it is alone.
func (r *Reader) IssueOfCase(ctx context.Context, id int64) (int64, error) {
	issue, err := store.Value[int64](ctx, r.city, `select i.issue from triage_issue_case i join triage_issue x on x.city = i.city and x.id = i.issue
		where i.city = ? and i.case_id = ? and (x.cases > 1 or x.backed)`, r.city.ID, id)
	return issue, none(err, nil)
}

// pathIn tells whether a path lies below another.
func pathIn(path, root string) bool { return root != "" && strings.HasPrefix(path, root) }
