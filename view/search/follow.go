package search

import (
	"context"
	"fmt"
	"slices"

	"mulin/internal/ledger"
	"mulin/internal/store"
)

// batch is how many cases are indexed in one go: enough to be cheap, few enough to be short.
const batch = 64

// Follower keeps the index in step with the ledger; give it to a feed as a lasting one. On SQLite it keeps its own cursor inside the index's file
// and writes nothing to the database; there, a feed that asks for the cursor also has a missing or damaged index built anew.
func (x *Index) Follower() ledger.Follower {
	if f, ok := x.in.(*file); ok {
		return &keeper{x, f}
	}
	return ledger.Func(followerName, x.follow)
}

// followerName keys the cursor: a new edition begins at the beginning.
var followerName = fmt.Sprintf("search-%d", edition)

// follow indexes the cases that the entries speak of, each once.
func (x *Index) follow(ctx context.Context, entries []ledger.Entry) error {
	x.work.Lock()
	defer x.work.Unlock()
	return x.index(ctx, casesOf(entries))
}

func casesOf(entries []ledger.Entry) []int64 {
	var ids []int64
	for i := range entries {
		if s := entries[i].Subject; s.Kind == "case" {
			ids = append(ids, s.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// index reads the cases again and puts those whose words have changed, oldest first, in batches with room between them.
func (x *Index) index(ctx context.Context, ids []int64) error {
	for some := range slices.Chunk(ids, batch) {
		if err := x.city.Gently(ctx, func() error { return x.renew(ctx, some) }); err != nil {
			return err
		}
	}
	return nil
}

// renew indexes those of the cases whose words have changed.
func (x *Index) renew(ctx context.Context, ids []int64) error {
	docs, err := x.docs(ctx, ids)
	if err != nil {
		return err
	}
	old, err := x.in.sums(ctx, ids)
	if err != nil {
		return err
	}
	docs = slices.DeleteFunc(docs, func(d doc) bool { sum, ok := old[d.id]; return ok && sum == d.sum })
	if len(docs) == 0 {
		return nil
	}
	return x.in.put(ctx, docs)
}

// Rebuild reads every case again and mends the index; searches go on meanwhile.
func (x *Index) Rebuild(ctx context.Context) error {
	x.work.Lock()
	defer x.work.Unlock()
	return x.fill(ctx)
}

// fill indexes all cases in the order of their ids.
func (x *Index) fill(ctx context.Context) error {
	var last int64
	for {
		ids, err := store.Values[int64](ctx, x.city, `select id from cases where city = ? and id > ? order by id limit 1000`, x.city.ID, last)
		if err != nil || len(ids) == 0 {
			return err
		}
		if err := x.index(ctx, ids); err != nil {
			return err
		}
		last = ids[len(ids)-1]
	}
}

// Tidy joins the parts that an index in a file has been written in since the last time; a table needs none of it. It is work for the night: searches go on
// meanwhile, and find sooner afterwards.
func (x *Index) Tidy(ctx context.Context) error {
	if f, ok := x.in.(*file); ok {
		return f.join(ctx)
	}
	return nil
}

// keeper follows with the cursor in the index's own file.
type keeper struct {
	x *Index
	f *file
}

func (k *keeper) Name() string { return followerName }

// Cursor is how far the file has come. A file that is not whole is first filled from the rows; what happens meanwhile is followed afterwards.
func (k *keeper) Cursor(ctx context.Context) (int64, error) {
	k.x.work.Lock()
	defer k.x.work.Unlock()
	if err := k.f.mend(ctx); err != nil {
		return 0, err
	}
	seq, err := k.f.cursor(ctx)
	if err != nil || seq >= 0 {
		return seq, err
	}
	head, err := newestEntry(ctx, k.x.city)
	if err != nil {
		return 0, err
	}
	if err := k.x.fill(ctx); err != nil {
		return 0, fmt.Errorf("build the index of search: %w", err)
	}
	if err := k.f.join(ctx); err != nil {
		return 0, fmt.Errorf("join the parts of the index of search: %w", err)
	}
	return head.Seq, k.f.move(ctx, head)
}

func (k *keeper) Follow(ctx context.Context, entries []ledger.Entry) error {
	k.x.work.Lock()
	defer k.x.work.Unlock()
	if err := k.x.index(ctx, casesOf(entries)); err != nil {
		return err
	}
	return k.f.move(ctx, entries[len(entries)-1])
}

// newestEntry is the ledger's last line, an empty one for an empty ledger.
func newestEntry(ctx context.Context, city *store.City) (ledger.Entry, error) {
	head, err := ledger.Head(ctx, city, city.ID)
	if err != nil || head == 0 {
		return ledger.Entry{}, err
	}
	all, err := ledger.After(ctx, city, city.ID, head-1, 1)
	if err != nil || len(all) == 0 {
		return ledger.Entry{}, err
	}
	return all[0], nil
}
