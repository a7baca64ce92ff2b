package ledger

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"mulin/internal/store"
)

// Altered says where the ledger no longer is what it was: at one entry, or somewhere from Seq to Last.
type Altered struct {
	Seq, Last int64
	What      string
}

// Error names the place.
func (a *Altered) Error() string {
	if a.Seq == a.Last {
		return fmt.Sprintf("ledger altered at entry %d: %s", a.Seq, a.What)
	}
	return fmt.Sprintf("ledger altered between entries %d and %d: %s", a.Seq, a.Last, a.What)
}

// Verify reads every entry again and compares: its words with its hash, the hashes with the blocks stored, the roots with the checkpoints signed.
// It returns how many entries it found good, and *Altered for the first that is not.
func (t *Tree) Verify(ctx context.Context) (good int64, err error) {
	head, err := Head(ctx, t.city, t.city.ID)
	if err != nil {
		return 0, err
	}
	v := verifier{Tree: t}
	if err := v.nextSigned(ctx); err != nil {
		return 0, err
	}
	for v.size < head {
		entries, err := After(ctx, t.city, t.city.ID, v.size, min(width, int(head-v.size)))
		if err != nil {
			return v.size, err
		}
		if len(entries) == 0 {
			return v.size, &Altered{Seq: v.size + 1, Last: v.size + 1, What: "the entry is missing"}
		}
		for i := range entries {
			if err := v.add(ctx, &entries[i]); err != nil {
				return v.good, err
			}
		}
	}
	if v.signed != nil {
		return v.size, &Altered{Seq: v.size + 1, Last: v.signed.Size, What: "entries are missing that were signed"}
	}
	return v.size, v.surplus(ctx, head)
}

// verifier rebuilds the tree from the entries.
type verifier struct {
	*Tree
	size   int64
	good   int64       // the end of the newest block or checkpoint that agreed
	edge   []tlog.Hash // roots of the complete subtrees of size's bits, biggest first
	signed *Checkpoint // the next to be reached
}

func (v *verifier) add(ctx context.Context, e *Entry) error {
	here := func(what string) error { return &Altered{Seq: v.size + 1, Last: v.size + 1, What: what} }
	if e.Seq != v.size+1 {
		return here("the entry is missing")
	}
	leaf := e.leaf(v.city.ID)
	if leaf != e.Hash {
		v.good = v.size
		return here("its words don't fit its hash")
	}
	v.edge = append(v.edge, leaf)
	v.size++
	level := 0
	for n := v.size; n&1 == 0; n >>= 1 {
		k := len(v.edge) - 2
		v.edge = append(v.edge[:k], tlog.NodeHash(v.edge[k], v.edge[k+1]))
		if level++; level%step == 0 {
			if err := v.block(ctx, level, n>>1-1); err != nil {
				return err
			}
		}
	}
	return v.checkpoint(ctx)
}

// block compares the newest complete subtree with what is stored of it.
func (v *verifier) block(ctx context.Context, level int, n int64) error {
	stored, err := store.Values[[]byte](ctx, v.city, `select hash from ledger_block where city = ? and level = ? and n = ?`, v.city.ID, level, n)
	if err != nil || len(stored) == 0 { // not stored yet
		return err
	}
	if h := v.edge[len(v.edge)-1]; string(stored[0]) != string(h[:]) {
		if v.good == v.size { // the smaller blocks in it fit: it is the block that was altered
			v.good = n << level
		}
		return &Altered{Seq: max(v.good, n<<level) + 1, Last: v.size, What: "the entries don't fit the stored block"}
	}
	v.good = v.size
	return nil
}

// checkpoint compares the root with what was signed at this size.
func (v *verifier) checkpoint(ctx context.Context) error {
	if v.signed == nil || v.signed.Size != v.size {
		return nil
	}
	root := v.edge[len(v.edge)-1]
	for i := len(v.edge) - 2; i >= 0; i-- {
		root = tlog.NodeHash(v.edge[i], root)
	}
	if root != v.signed.Root {
		return &Altered{Seq: v.good + 1, Last: v.size, What: "the entries don't fit the signed checkpoint"}
	}
	v.good = v.size
	return v.nextSigned(ctx)
}

func (v *verifier) nextSigned(ctx context.Context) error {
	next, err := v.Checkpoints(ctx, v.size, 1)
	if err != nil {
		return fmt.Errorf("after entry %d: %w", v.size, err)
	}
	if v.signed = nil; len(next) == 1 {
		v.signed = &next[0]
	}
	return nil
}

// surplus looks for entries or blocks behind the head, which no write can have made.
func (t *Tree) surplus(ctx context.Context, head int64) error {
	seqs, err := store.Values[int64](ctx, t.city, `select seq from ledger_entry where city = ? and seq > ? order by seq limit 1`, t.city.ID, head)
	if err != nil || len(seqs) == 0 {
		return err
	}
	if now, err := Head(ctx, t.city, t.city.ID); err != nil || seqs[0] <= now {
		return err // written meanwhile
	}
	return &Altered{Seq: seqs[0], Last: seqs[0], What: "the entry is not known to the city"}
}
