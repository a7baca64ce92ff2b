package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mulin/internal/geo"
	"mulin/internal/store"
)

// Receipt proves that an entry stands in the ledger as it was when the city signed it. It can be kept as a file and checked without the city.
type Receipt struct {
	City       int64      `json:"city"`
	Number     string     `json:"number,omitempty"` // of the case; the entry's body says the same
	Seq        int64      `json:"seq"`
	At         int64      `json:"at"` // µs UTC
	Person     int64      `json:"person"`
	Post       int64      `json:"post"`
	Verb       string     `json:"verb"`
	Kind       string     `json:"kind"`
	Subject    int64      `json:"subject"`
	Path       string     `json:"path,omitempty"`
	Point      *geo.Point `json:"point,omitempty"`
	Body       string     `json:"body"`           // JSON, to the byte as it was hashed
	Salt       string     `json:"salt,omitempty"` // under which the body's digest of what was said is made
	Checkpoint string     `json:"checkpoint"`     // signed note
	Proof      []string   `json:"proof"`          // hashes, base64
}

// Receipt makes the receipt of an entry, by the smallest checkpoint that covers it; if there is none yet, one is signed. number may be empty.
func (t *Tree) Receipt(ctx context.Context, number string, seq int64) (Receipt, error) {
	e, err := store.One(ctx, t.city, scan, `select `+columns+` from ledger_entry where city = ? and seq = ?`, t.city.ID, seq)
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt of entry %d: %w", seq, err)
	}
	if !e.Intact(t.city.ID) {
		return Receipt{}, &Altered{Seq: seq, Last: seq, What: "its words don't fit its hash"}
	}
	var c Checkpoint
	switch found, err := t.Checkpoints(ctx, seq-1, 1); {
	case err != nil:
		return Receipt{}, err
	case len(found) == 1:
		c = found[0]
	default:
		if c, err = t.Checkpoint(ctx); err != nil {
			return Receipt{}, err
		}
	}
	proof, err := t.Prove(ctx, seq, c.Size)
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt of entry %d: %w", seq, err)
	}
	r := Receipt{City: t.city.ID, Number: number, Seq: seq, At: e.At, Person: e.Person, Post: e.Post, Verb: e.Verb, Kind: e.Subject.Kind, Subject: e.Subject.ID,
		Path: e.Subject.Path, Point: e.Subject.Point, Body: string(e.Body), Checkpoint: c.Note, Proof: make([]string, len(proof))}
	for i, h := range proof {
		r.Proof[i] = h.String()
	}
	return r, nil
}

// Errors of a receipt that proves nothing.
var (
	ErrReceiptNumber = errors.New("receipt: the entry speaks of another number")
	ErrReceiptCity   = errors.New("receipt: the checkpoint is another city's")
)

// Check tells whether the receipt proves what it says, with the verifier key that the city publishes. It needs nothing else.
func (r Receipt) Check(verifierKey string) error {
	by, err := note.NewVerifier(verifierKey)
	if err != nil {
		return fmt.Errorf("receipt: verifier key: %w", err)
	}
	c, err := ReadCheckpoint(r.Checkpoint, by)
	if err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	if c.Origin != fmt.Sprintf("%s/%d", by.Name(), r.City) {
		return ErrReceiptCity
	}
	if r.Number != "" {
		var body struct{ Number string }
		if err := json.Unmarshal([]byte(r.Body), &body); err != nil || body.Number != r.Number {
			return ErrReceiptNumber
		}
	}
	proof := make(tlog.RecordProof, len(r.Proof))
	for i, s := range r.Proof {
		if proof[i], err = tlog.ParseHash(s); err != nil {
			return fmt.Errorf("receipt: proof: %w", err)
		}
	}
	if r.Seq < 1 || r.Seq > c.Size {
		return errors.New("receipt: the checkpoint does not cover the entry")
	}
	if strings.ContainsRune(r.Verb+r.Kind+r.Path, '\n') {
		return errors.New("receipt: it can't be read") // a line break could move words from one field into another
	}
	e := Entry{Seq: r.Seq, At: r.At, Person: r.Person, Post: r.Post, Verb: r.Verb, Body: json.RawMessage(r.Body),
		Subject: Subject{Kind: r.Kind, ID: r.Subject, Path: r.Path, Point: r.Point}}
	if err := tlog.CheckRecord(proof, c.Size, c.Root, r.Seq-1, e.leaf(r.City)); err != nil {
		return fmt.Errorf("receipt: the entry is not in the signed ledger: %w", err)
	}
	return nil
}

// Prove gives the hashes by which anyone can check that entry seq is in the tree of the size: tlog.CheckRecord(proof, size, root, seq-1, hash).
func (t *Tree) Prove(ctx context.Context, seq, size int64) (tlog.RecordProof, error) {
	if err := t.within(ctx, seq, size); err != nil {
		return nil, err
	}
	return tlog.ProveRecord(size, seq-1, t.reader(ctx, size))
}

// ProveTree gives the hashes by which anyone can check that the tree only grew from the old size to the new: tlog.CheckTree(proof, new, newRoot, old, oldRoot).
func (t *Tree) ProveTree(ctx context.Context, old, size int64) (tlog.TreeProof, error) {
	if err := t.within(ctx, old, size); err != nil {
		return nil, err
	}
	return tlog.ProveTree(size, old, t.reader(ctx, size))
}
