package ledger

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mulin/internal/clock"
	"mulin/internal/store"
)

// Key signs checkpoints.
type Key struct {
	name     string
	signer   note.Signer
	verifier string
}

// NewKey makes the key of a 32-byte Ed25519 seed. name says whose it is, like a host name: no spaces, no plus.
func NewKey(name string, seed []byte) (*Key, error) {
	if len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("the ledger's key has %d bytes, want %d", len(seed), ed25519.SeedSize)
	}
	verifier, err := note.NewEd25519VerifierKey(name, ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey))
	if err != nil {
		return nil, err
	}
	hash, _, _ := strings.Cut(strings.TrimPrefix(verifier, name+"+"), "+")
	signer, err := note.NewSigner("PRIVATE+KEY+" + name + "+" + hash + "+" + base64.StdEncoding.EncodeToString(append([]byte{1}, seed...)))
	if err != nil {
		return nil, fmt.Errorf("the ledger's key %q: %w", name, err)
	}
	return &Key{name, signer, verifier}, nil
}

// Verifier is the public half as text, to be published: receipts are checked with it.
func (k *Key) Verifier() string { return k.verifier }

// Verifier is the public half of the tree's key; "" without one.
func (t *Tree) Verifier() string {
	if t.key == nil {
		return ""
	}
	return t.key.Verifier()
}

// Checkpoint is what a city signed at a time: its ledger had so many entries with this root.
type Checkpoint struct {
	Origin string // "name/city"
	Size   int64
	Root   tlog.Hash
	At     int64  // µs UTC
	Note   string // the signed text, a note as by C2SP tlog-checkpoint
}

// text is what is signed: the lines of a tlog-checkpoint and one of our own, the time.
func (c *Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\ntime %s\n", c.Origin, c.Size, c.Root, clock.Time(c.At).Format(time.RFC3339Nano))
}

// ReadCheckpoint checks the signature of a checkpoint and reads it.
func ReadCheckpoint(signed string, by ...note.Verifier) (Checkpoint, error) {
	n, err := note.Open([]byte(signed), note.VerifierList(by...))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: %w", err)
	}
	c := Checkpoint{Note: signed}
	lines := strings.Split(n.Text, "\n")
	if len(lines) < 5 {
		return c, errors.New("checkpoint: lines are missing")
	}
	c.Origin = lines[0]
	when, timed := strings.CutPrefix(lines[3], "time ")
	at, err1 := time.Parse(time.RFC3339Nano, when)
	var err2, err3 error
	c.Size, err2 = strconv.ParseInt(lines[1], 10, 64)
	c.Root, err3 = tlog.ParseHash(lines[2])
	if c.At = clock.Micros(at); err1 != nil || err2 != nil || err3 != nil || !timed || c.Size < 0 || c.text() != n.Text {
		return c, errors.New("checkpoint: it can't be read")
	}
	return c, nil
}

func (t *Tree) origin() string { return t.key.name + "/" + strconv.FormatInt(t.city.ID, 10) }

// Latest reads the newest checkpoint, or store.ErrNone.
func (t *Tree) Latest(ctx context.Context) (Checkpoint, error) {
	signed, err := store.Value[string](ctx, t.city, `select note from ledger_checkpoint where city = ? order by size desc limit 1`, t.city.ID)
	if err != nil {
		return Checkpoint{}, err
	}
	return ReadCheckpoint(signed, t.all...)
}

// Checkpoint signs what the ledger holds now and keeps it. If nothing has happened since the newest one, that stands. It signs only what continues the
// newest one: a ledger whose past was changed gets no signature.
func (t *Tree) Checkpoint(ctx context.Context) (Checkpoint, error) {
	if t.key == nil {
		return Checkpoint{}, errors.New("checkpoint: there is no key")
	}
	last, err := t.Latest(ctx)
	if err != nil && !errors.Is(err, store.ErrNone) {
		return last, err
	}
	known := err == nil
	size, err := Head(ctx, t.city, t.city.ID)
	if err != nil || known && size == last.Size {
		return last, err
	}
	if size < last.Size {
		return last, &Altered{Seq: size + 1, Last: last.Size, What: "entries are missing that were signed"}
	}
	c := Checkpoint{Origin: t.origin(), Size: size, At: clock.Micros(t.city.Clock().Now())}
	hashes := t.reader(ctx, size)
	if c.Root, err = tlog.TreeHash(size, hashes); err != nil {
		return c, err
	}
	if last.Size > 0 {
		proof, err := tlog.ProveTree(size, last.Size, hashes)
		if err == nil {
			err = tlog.CheckTree(proof, size, c.Root, last.Size, last.Root)
		}
		if err != nil {
			return c, &Altered{Seq: 1, Last: last.Size, What: "the ledger does not continue what was signed"}
		}
	}
	signed, err := note.Sign(&note.Note{Text: c.text()}, t.key.signer)
	if err != nil {
		return c, fmt.Errorf("checkpoint: %w", err)
	}
	c.Note = string(signed)
	return c, t.city.Upkeep(ctx, func(tx *store.Tx) error {
		tx.Exec(`insert into ledger_checkpoint (city, size, at, note) values (?, ?, ?, ?) on conflict (city, size) do nothing`, tx.City, c.Size, c.At, c.Note)
		return nil
	})
}

// Checkpoints reads up to limit checkpoints behind a size, smallest first: what is published.
func (t *Tree) Checkpoints(ctx context.Context, size int64, limit int) ([]Checkpoint, error) {
	return store.All(ctx, t.city, func(r store.Row) (c Checkpoint, err error) {
		var signed string
		if err = r.Scan(&signed); err == nil {
			c, err = ReadCheckpoint(signed, t.all...)
		}
		return c, err
	}, `select note from ledger_checkpoint where city = ? and size > ? order by size limit ?`, t.city.ID, size, limit)
}
