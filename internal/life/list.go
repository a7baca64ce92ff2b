package life

import (
	"context"
	"strconv"
	"strings"

	"mulin/internal/access"
	"mulin/internal/store"
)

// Tab is one of the three lists everything with a life has.
type Tab string

// The tabs.
const (
	Mine   Tab = "mine" // waits for this actor, most urgent first
	InHand Tab = "open" // all that is under way within reach, most urgent first
	Ended  Tab = "done" // newest first
)

const (
	pageRows = 50
	never    = 1<<53 - 1 // what has no limit stands behind all that has one
)

// List reads one page of what the actor may see; next is the cursor behind it, "" at the end.
func (r *Room[T]) List(ctx context.Context, who access.Actor, tab Tab, after string) (all []T, next string, err error) {
	if who.City != r.City.ID {
		return nil, "", access.ErrDenied
	}
	a := r.alias()
	key, than, way, open := `coalesce(nullif(`+a+`.step_due_at, 0), `+strconv.Itoa(never)+`)`, ` > `, ``, ` and `
	if tab == Ended {
		key, than, way, open = a+`.updated_at`, ` < `, ` desc`, ` and not `
	}
	reach, more := r.scope(who, tab)
	where, args := a+`.city = ?`+open+a+`.open and `+reach, append([]any{r.City.ID}, more...)
	if at, id, ok := store.Behind(after); ok {
		where, args = where+` and (`+key+`, `+a+`.id)`+than+`(?, ?)`, append(args, at, id)
	}
	all, err = store.All(ctx, r.City, func(row store.Row) (T, error) { return r.Scan(row) },
		`select `+r.Columns+` from `+r.Table+` where `+where+` order by `+key+way+`, `+a+`.id`+way+` limit `+strconv.Itoa(pageRows+1), args...)
	if len(all) > pageRows {
		all = all[:pageRows]
		next = cursor(lifeOf(&all[pageRows-1]), tab)
	}
	for i := range all {
		if err == nil && r.More != nil {
			err = r.More(ctx, r.City, &all[i])
		}
	}
	return all, next, err
}

// scope writes which things a tab may show the actor.
func (r *Room[T]) scope(who access.Actor, tab Tab) (string, []any) {
	switch {
	case tab == Mine:
		return r.mine(who)
	case r.Seen != nil:
		return r.Seen(who)
	}
	return who.Reach(r.See).Where(r.Path, r.Takes)
}

// mine writes the table of steps as a condition: what the actor could move on now.
func (r *Room[T]) mine(who access.Actor) (string, []any) {
	or, args := []string{`false`}, []any(nil)
	for _, v := range r.Order {
		rule := r.Law[v]
		if rule.Aside || rule.Internal {
			continue
		}
		if one, some, ok := r.may(&rule, who); ok {
			or, args = append(or, `(`+one+`)`), append(args, some...)
		}
	}
	return `(` + strings.Join(or, ` or `) + `)`, args
}

// may writes one rule as a condition; not ok if the actor can never do it.
func (r *Room[T]) may(rule *Rule[T], who access.Actor) (sql string, args []any, ok bool) {
	a := r.alias()
	sql, args = a+`.status in (`+store.In(len(rule.From))+`)`, states(rule.From)
	switch rule.Clock {
	case Pause:
		sql += ` and ` + a + `.paused_at = 0`
	case Resume:
		sql += ` and ` + a + `.paused_at <> 0`
	}
	if rule.Right != "" {
		if !who.Has(rule.Right) {
			return "", nil, false
		}
		reach, more := who.Reach(rule.Right).Where(r.Path, r.Takes)
		sql, args = sql+` and `+reach, append(args, more...)
	}
	if rule.By == nil || who.Program && !rule.By.Self {
		return sql, args, true
	}
	if rule.By.Where == nil {
		return "", nil, false
	}
	by, more := rule.By.Where(who)
	return sql + ` and ` + by, append(args, more...), true
}

func states(all []State) (args []any) {
	for _, s := range all {
		args = append(args, s)
	}
	return args
}

func cursor(l *Life, tab Tab) string {
	at := l.StepDueAt
	switch {
	case tab == Ended:
		at = l.UpdatedAt
	case at == 0:
		at = never
	}
	return store.Cursor(at, l.ID)
}
