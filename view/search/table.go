package search

import (
	"cmp"
	"context"
	"errors"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"mulin/internal/store"
)

// table is the index on PostgreSQL. A GIN index knows no order, so every document also carries the marks of the parts it stands in: runs of 2 048
// documents, of 16 384 and so on, counted as they came. Search asks for the newest part first and for wider ones while it finds little: a common word
// is found in the first, and no question gathers more than a part holds.
type table struct{ city *store.City }

// levels are the sizes of parts as powers of two.
var levels = []int{11, 14, 17, 20, 23}

func partMark(city int64, level int, part int64) string {
	return cityMark(city) + "t" + strconv.Itoa(level) + "." + strconv.FormatInt(part, 10)
}

// findInTable gives the newest documents of a part that hold all that is wanted.
func findInTable(groups int) string {
	return `with hit as materialized (select city, id, nth from search_doc where words @> ?::int[]` + strings.Repeat(` and words && ?::int[]`, groups) + `)
	select id from hit where city = ? and id < ? and nth <= ? order by id desc limit ?`
}

func (t *table) newest(ctx context.Context, w want, before int64, n int) ([]int64, error) {
	top, err := store.Value[int64](ctx, t.city, `select nth from search_doc where city = ? and id < ? order by id desc limit 1`, t.city.ID, before)
	if errors.Is(err, store.ErrNone) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	args := asked(w, cityMark(t.city.ID))
	all, sql := args[0].([]int32), findInTable(len(w.any))
	var ids []int64
	for i := 0; top >= 0; i = min(i+1, len(levels)-1) {
		level := levels[i]
		part := top >> level
		args[0] = append(all[:len(all):len(all)], hashed(partMark(t.city.ID, level, part)))
		more, err := store.Values[int64](ctx, t.city, sql, append(args[:len(args):len(args)], t.city.ID, before, top, n-len(ids))...)
		if err != nil {
			return nil, err
		}
		ids = append(ids, more...)
		if len(ids) >= n {
			return ids, nil
		}
		top = part<<level - 1
	}
	return ids, nil
}

// asked are the arguments of findInTable for the words: all, and each group. The city's own mark would only cost time: that of the part holds no other
// city.
func asked(w want, city string) []any {
	all := hashes(slices.DeleteFunc(slices.Clone(w.all), func(t string) bool { return t == city }))
	args := []any{all}
	for _, group := range w.any {
		args = append(args, hashes(group))
	}
	return args
}

// hashed is the number that stands for a token in the table. Two tokens may share one: what search finds is held against the case anyway.
func hashed(token string) int32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(token))
	return int32(h.Sum32())
}

func hashes(tokens []string) []int32 {
	all := make([]int32, len(tokens))
	for i, t := range tokens {
		all[i] = hashed(t)
	}
	return all
}

func (t *table) sums(ctx context.Context, ids []int64) (map[int64]int64, error) {
	ids = store.Padded(ids)
	all, err := store.All(ctx, t.city, func(r store.Row) (d doc, err error) { return d, r.Scan(&d.id, &d.sum) },
		`select id, sum from search_doc where city = ? and id in (`+store.In(len(ids))+`)`, t.args(ids)...)
	by := map[int64]int64{}
	for _, d := range all {
		by[d.id] = d.sum
	}
	return by, err
}

type row struct{ id, nth int64 }

func scanRow(r store.Row) (p row, err error) { return p, r.Scan(&p.id, &p.nth) }

// put numbers what is new behind what is there, and keeps the number of what is not. One that comes late takes that of the next newer one.
func (t *table) put(ctx context.Context, docs []doc) error {
	slices.SortFunc(docs, func(a, b doc) int { return cmp.Compare(a.id, b.id) })
	ids := make([]int64, len(docs))
	for i, d := range docs {
		ids[i] = d.id
	}
	return t.city.Upkeep(ctx, func(tx *store.Tx) error {
		ids := store.Padded(ids)
		there, err := store.All(ctx, tx, scanRow, `select id, nth from search_doc where city = ? and id in (`+store.In(len(ids))+`)`, t.args(ids)...)
		if err != nil {
			return err
		}
		nths := map[int64]int64{}
		for _, r := range there {
			nths[r.id] = r.nth
		}
		last, err := store.One(ctx, tx, scanRow, `select id, nth from search_doc where city = ? order by id desc limit 1`, tx.City)
		if errors.Is(err, store.ErrNone) {
			last, err = row{-1, -1}, nil
		}
		if err != nil {
			return err
		}
		for _, d := range docs {
			nth, ok := nths[d.id]
			switch {
			case ok:
			case d.id > last.id:
				last = row{d.id, last.nth + 1}
				nth = last.nth
			default:
				if nth, err = store.Value[int64](ctx, tx, `select nth from search_doc where city = ? and id > ? order by id limit 1`, tx.City, d.id); err != nil {
					return err
				}
			}
			t.insert(tx, d, nth)
		}
		return nil
	})
}

func (t *table) args(ids []int64) []any {
	args := []any{t.city.ID}
	for _, id := range ids {
		args = append(args, id)
	}
	return args
}

func (t *table) insert(tx *store.Tx, d doc, nth int64) {
	words := hashes(d.tokens)
	for _, level := range levels {
		words = append(words, hashed(partMark(tx.City, level, nth>>level)))
	}
	slices.Sort(words)
	tx.Exec(`insert into search_doc (city, id, nth, sum, words) values (?, ?, ?, ?, ?)
		on conflict (city, id) do update set sum = excluded.sum, words = excluded.words`, tx.City, d.id, nth, d.sum, slices.Compact(words))
}

func (t *table) cursor(ctx context.Context) (int64, error) {
	seq, err := store.Value[int64](ctx, t.city, `select seq from ledger_cursor where city = ? and name = ?`, t.city.ID, followerName)
	if errors.Is(err, store.ErrNone) {
		return 0, nil
	}
	return seq, err
}

func (t *table) close() error { return nil }
