package ledger

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mulin/internal/store"
)

// step is how many levels of the tree one stored block spans: 2^8 entries, or 2^8 blocks of the level below.
const (
	step  = 8
	width = 1 << step
)

// Tree is the Merkle tree (RFC 6962) over a city's entries; the first size of them have one root. It is a Lasting follower that stores the hashes of complete
// blocks; without them everything still holds, only slower.
type Tree struct {
	city *store.City
	key  *Key
	all  []note.Verifier
}

// NewTree makes the tree of a city. key signs its checkpoints and may be nil where none are made; old are verifier keys of checkpoints signed before a change of keys.
func NewTree(city *store.City, key *Key, old ...string) (*Tree, error) {
	t := &Tree{city: city, key: key}
	if key != nil {
		old = append([]string{key.verifier}, old...)
	}
	for _, k := range old {
		v, err := note.NewVerifier(k)
		if err != nil {
			return nil, fmt.Errorf("verifier key %q: %w", k, err)
		}
		t.all = append(t.all, v)
	}
	return t, nil
}

// Name keys the cursor.
func (t *Tree) Name() string { return "ledger.tree" }

// Follow stores the blocks that the entries complete. A block that stands already stays as it is.
func (t *Tree) Follow(ctx context.Context, entries []Entry) error {
	first, last := entries[0].Seq, entries[len(entries)-1].Seq
	for level := step; last>>level > 0; level += step {
		var blocks []tlog.Hash
		lo, hi := (first-1)>>level, last>>level
		for n := lo; n < hi; n++ {
			below, err := t.row(ctx, level-step, n<<step, (n+1)<<step)
			if err != nil {
				return err
			}
			blocks = append(blocks, fold(below))
		}
		if len(blocks) == 0 {
			break
		}
		err := t.city.Upkeep(ctx, func(tx *store.Tx) error {
			for i, h := range blocks {
				tx.Exec(`insert into ledger_block (city, level, n, hash) values (?, ?, ?, ?) on conflict (city, level, n) do nothing`, tx.City, level, lo+int64(i), h[:])
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("store blocks: %w", err)
		}
	}
	return nil
}

// fold is the root of a complete subtree.
func fold(row []tlog.Hash) tlog.Hash {
	row = append([]tlog.Hash(nil), row...)
	for len(row) > 1 {
		for i := range len(row) / 2 {
			row[i] = tlog.NodeHash(row[2*i], row[2*i+1])
		}
		row = row[:len(row)/2]
	}
	return row[0]
}

// row reads hashes lo to hi (without) of a level that is a multiple of step: entries at 0, blocks above. Blocks not stored yet are computed.
func (t *Tree) row(ctx context.Context, level int, lo, hi int64) ([]tlog.Hash, error) {
	row := make([]tlog.Hash, hi-lo)
	have := make([]bool, hi-lo)
	query, args := `select n, hash from ledger_block where city = ? and n >= ? and n < ? and level = ?`, []any{t.city.ID, lo, hi, level}
	if level == 0 {
		query, args = `select seq - 1, hash from ledger_entry where city = ? and seq > ? and seq <= ?`, args[:3]
	}
	_, err := store.All(ctx, t.city, func(r store.Row) (none struct{}, err error) {
		var n int64
		var hash []byte
		err = r.Scan(&n, &hash)
		if err == nil && len(hash) == tlog.HashSize {
			copy(row[n-lo][:], hash)
			have[n-lo] = true
		}
		return none, err
	}, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read hashes: %w", err)
	}
	for i, ok := range have {
		if ok {
			continue
		}
		n := lo + int64(i)
		if level == 0 {
			return nil, &Altered{Seq: n + 1, Last: n + 1, What: "the entry is missing"}
		}
		below, err := t.row(ctx, level-step, n<<step, (n+1)<<step)
		if err != nil {
			return nil, err
		}
		row[i] = fold(below)
	}
	return row, nil
}

// reader gives tlog the hashes it asks for, for a tree of the size; every row of up to 256 is read once.
func (t *Tree) reader(ctx context.Context, size int64) tlog.HashReader {
	type tile struct {
		level int
		n     int64
	}
	seen := map[tile][]tlog.Hash{}
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			level, n := tlog.SplitStoredHashIndex(index)
			base := level / step * step
			lo := n << (level - base)
			at := tile{base, lo >> step}
			row, ok := seen[at]
			if !ok {
				var err error
				if row, err = t.row(ctx, base, at.n<<step, min((at.n+1)<<step, size>>base)); err != nil {
					return nil, err
				}
				seen[at] = row
			}
			lo -= at.n << step
			out[i] = fold(row[lo : lo+1<<(level-base)])
		}
		return out, nil
	})
}

// errSize says that a proof was asked for that no tree can give.
var errSize = errors.New("no such entry or size of the ledger")

func (t *Tree) within(ctx context.Context, seq, size int64) error {
	head, err := Head(ctx, t.city, t.city.ID)
	if err == nil && (seq < 1 || seq > size || size > head) {
		err = errSize
	}
	return err
}

// Root is the hash over the first size entries.
func (t *Tree) Root(ctx context.Context, size int64) (tlog.Hash, error) {
	if size != 0 {
		if err := t.within(ctx, 1, size); err != nil {
			return tlog.Hash{}, err
		}
	}
	return tlog.TreeHash(size, t.reader(ctx, size))
}
