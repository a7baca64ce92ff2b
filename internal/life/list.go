package life

import (
	"context"
	"slices"
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

const pageRows = 50

// List reads one page of what the actor may see; next is the cursor behind it.
func (r *Room[T]) List(ctx context.Context, who access.Actor, tab Tab, after string) (all []T, next string, err error) {
	if who.City != r.City.ID {
		return nil, "", access.ErrDenied
	}
	a := alias(r.Table)
	where, args := a+`.city = ? and `+a+`.open`, []any{r.City.ID}
	key, cmp, order := a+`.step_due_at`, `>`, a+`.step_due_at, `+a+`.id`
	var sql string
	var more []any
	switch tab {
	case Ended:
		where = a + `.city = ? and not ` + a + `.open`
		key, cmp, order = a+`.updated_at`, `<`, a+`.updated_at desc, `+a+`.id desc`
		fallthrough
	case InHand:
		sql, more = who.Reach(r.See).Where(r.Path, r.Takes)
	default:
		sql, more = r.mine(who)
	}
	where, args = where+` and `+sql, append(args, more...)
	if at, id, ok := cut(after); ok {
		where, args = where+` and (`+key+`, `+a+`.id) `+cmp+` (?, ?)`, append(args, at, id)
	}
	all, err = store.All(ctx, r.City, func(row store.Row) (T, error) { return r.Scan(row) },
		`select `+r.Columns+` from `+r.Table+` where `+where+` order by `+order+` limit `+strconv.Itoa(pageRows+1), args...)
	if len(all) > pageRows {
		all = all[:pageRows]
		l := life(&all[pageRows-1])
		at := l.StepDueAt
		if tab == Ended {
			at = l.UpdatedAt
		}
		next = strconv.FormatInt(at, 36) + "." + strconv.FormatInt(l.ID, 36)
	}
	return all, next, err
}

// mine writes the table of steps as a condition: what the actor could move on now.
func (r *Room[T]) mine(who access.Actor) (string, []any) {
	a := alias(r.Table)
	or, args := []string{"false"}, []any(nil)
	for _, v := range r.Order {
		rule := r.Law[v]
		if rule.Aside || rule.Internal {
			continue
		}
		one := a + `.status in (` + store.In(len(rule.From)) + `)`
		some := states(rule.From)
		switch rule.Clock {
		case Pause:
			one += ` and ` + a + `.paused_at = 0`
		case Resume:
			one += ` and ` + a + `.paused_at <> 0`
		}
		if rule.Right != "" {
			if !who.Has(rule.Right) {
				continue
			}
			sql, more := who.Reach(rule.Right).Where(r.Path, r.Takes)
			one, some = one+` and `+sql, append(some, more...)
		}
		if rule.By != nil && !who.Program {
			if rule.By.Where == nil {
				continue
			}
			sql, more := rule.By.Where(who)
			one, some = one+` and `+sql, append(some, more...)
		}
		or, args = append(or, `(`+one+`)`), append(args, some...)
	}
	return `(` + strings.Join(or, ` or `) + `)`, args
}

func states(all []State) (args []any) {
	for _, s := range all {
		args = append(args, s)
	}
	return args
}

func cut(s string) (at, id int64, ok bool) {
	a, b, found := strings.Cut(s, ".")
	at, err1 := strconv.ParseInt(a, 36, 64)
	id, err2 := strconv.ParseInt(b, 36, 64)
	return at, id, found && err1 == nil && err2 == nil
}

// Waits tells the same as the list of what is mine, for one thing: a test holds the two together.
func (r *Room[T]) Waits(t *T, who access.Actor) bool {
	return life(t).Open && slices.ContainsFunc(r.Offers(t, who), func(o Offer) bool { return !o.Aside })
}
