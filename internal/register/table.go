package register

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"mulin/internal/access"
	"mulin/internal/i18n"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// table keeps every version of every thing in a table that has the noun's name: the columns of Head, those of its fields, a key for each text that sorts,
// the words it is found by, and newest. It wants the indexes (city, id) and, for each field that sorts, (city, its column, id), all where newest.
type table struct {
	*Noun
	part, columns, insert string
}

// New makes a register of things that stand in a table of versions.
func New[T any](city *store.City, of Of[T]) *Register[T] {
	n := noun(city, of)
	n.Retires, n.Returns, n.Dated = true, true, true
	all, _ := n.Table()
	n.rows = &table{n, of.Part, strings.Join(all[2:slices.Index(all, "words")], ", "),
		`insert into ` + n.Name + ` (` + strings.Join(all, ", ") + `) values (` + store.In(len(all)) + `)`}
	return &Register[T]{n}
}

// Table are the columns that a noun's table has and those it is sorted by.
func (n *Noun) Table() (columns, sorts []string) {
	columns = []string{"city", "newest", "id", "version", "since", "until", "place", "path"}
	var keys []string
	for i := range n.Fields {
		f := &n.Fields[i]
		columns = append(columns, f.cols...)
		if f.Is.Sorted {
			sorts = append(sorts, f.order())
		}
		if f.key() {
			keys = append(keys, f.order())
		}
	}
	return append(append(columns, "words"), keys...), sorts
}

func (t *table) scan(r store.Row) (any, error) {
	x := t.New()
	h := HeadOf(x)
	dest := []any{&h.ID, &h.Version, &h.Since, &h.Until, &h.Place, &h.Path}
	for _, f := range t.Fields {
		dest = append(dest, f.dest(x)...)
	}
	return x, r.Scan(dest...)
}

func (t *table) all(ctx context.Context, q store.Querier, where string, args ...any) ([]any, error) {
	return store.All(ctx, q, t.scan, `select `+t.columns+` from `+t.Name+` where city = ? and `+where, append([]any{t.city.ID}, args...)...)
}

// piece is how many things are asked for at once.
const piece = 256

// among reads what has one of the values in a column.
func (t *table) among(ctx context.Context, q store.Querier, col string, values []any) (found []any, err error) {
	for part := range slices.Chunk(values, piece) {
		args := slices.Clone(part)
		for len(part) > 1 && len(args) < piece { // few statements to prepare
			args = append(args, args[0])
		}
		some, err := t.all(ctx, q, col+` in (`+store.In(len(args))+`)`, args...)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	return found, nil
}

func (t *table) newest(ctx context.Context, q store.Querier, ids []any) (map[int64]any, error) {
	some, err := t.among(ctx, q, "newest and id", ids)
	found := map[int64]any{}
	for _, x := range some {
		found[HeadOf(x).ID] = x
	}
	return found, err
}

func (t *table) having(ctx context.Context, q store.Querier, f *Field, values []any) ([]any, error) {
	return t.among(ctx, q, "newest and until = 0 and "+f.cols[0], values)
}

func (t *table) versions(ctx context.Context, id int64) ([]any, error) {
	return t.all(ctx, t.city, `id = ? order by version`, id)
}

func (t *table) told(ctx context.Context, x any) ([]ledger.Entry, error) {
	return ledger.Of(ctx, t.city, t.city.ID, t.Name, HeadOf(x).ID, 0, 500)
}

// where is the condition of a query within the actor's reach.
func (t *table) where(who access.Actor, q Query) (string, []any) {
	and, args := []string{"city = ?"}, []any{t.city.ID}
	add := func(sql string, more ...any) { and, args = append(and, sql), append(args, more...) }
	switch {
	case q.AsOf != 0:
		add("since <= ? and (until = 0 or until > ?)", q.AsOf, q.AsOf)
	case q.State == "":
		add("newest and until = 0")
	case q.State == Retired:
		add("newest and until <> 0")
	default:
		add("newest")
	}
	if who.City != t.city.ID || q.None {
		add("false")
	} else if t.See != "" {
		sql, more := who.Reach(t.See).Where("path || ''", t.part) // the lists' order has the index, not the reach
		add(sql, more...)
	}
	if path := q.Sieves["place"]; path != "" {
		add("path >= ? and path < ?", path, access.After(path))
	}
	for f, v := range t.sieves(q) {
		switch {
		case v == nil:
			add("false")
		case f.Sort == SortRefs:
			add(f.cols[0]+" like ?", "%"+v.(string)+"%")
		default:
			add(f.cols[0]+" = ?", v)
		}
	}
	for _, word := range strings.Fields(i18n.Fold(q.Words)) {
		add(`words like ? escape '\'`, "%"+escaped.Replace(word)+"%")
	}
	return strings.Join(and, " and "), args
}

var escaped = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// statement is the select of a page.
func (t *table) statement(who access.Actor, q Query, size int) (string, []any) {
	sql, args := t.where(who, q)
	sort, op, dir := "id", " > ", ""
	if f := t.sorting(q); f != nil {
		sort = f.order()
	}
	if q.Desc {
		op, dir = " < ", " desc"
	}
	if key, id, ok := t.after(q); ok && sort == "id" {
		sql, args = sql+" and id"+op+"?", append(args, id)
	} else if ok {
		sql, args = sql+" and ("+sort+", id)"+op+"(?, ?)", append(args, key, id)
	}
	return `select ` + t.columns + ` from ` + t.Name + ` where ` + sql + ` order by ` + sort + dir + `, id` + dir + ` limit ?`, append(args, size+1)
}

func (t *table) page(ctx context.Context, who access.Actor, q Query, counted bool) (p Page, err error) {
	size := q.size()
	sql, args := t.statement(who, q, size)
	if p.Things, err = store.All(ctx, t.city, t.scan, sql, args...); err != nil {
		return p, err
	}
	if p.Count = int64(len(p.Things)); len(p.Things) > size {
		p.Things = p.Things[:size]
		p.Next = mark(t.sorting(q).sortValue(p.Things[size-1]), HeadOf(p.Things[size-1]).ID)
	}
	if counted && (p.Next != "" || q.After != "") {
		sql, args := t.where(who, q)
		p.Count, err = store.Value[int64](ctx, t.city, `select count(*) from `+t.Name+` where `+sql, args...)
	}
	return p, err
}

// each reads a piece at a time: memory stays small however long the list is, and no connection waits for a slow reader.
func (t *table) each(ctx context.Context, who access.Actor, q Query, f func(x any) error) error {
	for q.Limit = 500; ; {
		p, err := t.page(ctx, who, q, false)
		if err != nil {
			return err
		}
		for _, x := range p.Things {
			if err := f(x); err != nil {
				return err
			}
		}
		if q.After = p.Next; p.Next == "" {
			return nil
		}
	}
}

// Sum adds up a number of all things of a query; only where they stand in a table.
func (n *Noun) Sum(ctx context.Context, who access.Actor, q Query, field string) (int64, error) {
	f, ok := n.Field(field)
	t, kept := n.rows.(*table)
	if !ok || !kept || f.Sort != SortNumber || f.Is.Sealed {
		return 0, fmt.Errorf("sum %s of %s: no such number", field, n.Name)
	}
	sql, args := t.where(who, q)
	return store.Value[int64](ctx, t.city, `select cast(coalesce(sum(`+f.cols[0]+`), 0) as bigint) from `+t.Name+` where `+sql, args...)
}
