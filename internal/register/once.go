package register

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"mulin/internal/access"
	"mulin/internal/store"
)

// SaveOnce is Save of one thing under the sender's own reference: a new one that the same person has sent with it before, with the same in it, is the first.
func (n *Noun) SaveOnce(ctx context.Context, who access.Actor, ref string, x any) error {
	if ref == "" || HeadOf(x).ID != 0 {
		return n.Save(ctx, who, x)
	}
	if err := n.fit(who, []any{x}).or(); err != nil {
		return err
	}
	key, head := n.reference(who, ref, x), *HeadOf(x)
	return n.done(ctx, n.city.Write(ctx, func(tx *store.Tx) error {
		*HeadOf(x) = head
		first, err := store.Value[int64](ctx, tx, `select subject from step_ref where city = ? and ref = ?`, tx.City, key)
		if err == nil {
			return n.again(ctx, tx, who, first, x)
		}
		if errors.Is(err, store.ErrNone) {
			err = n.put(ctx, tx, who, false, []any{x})
		}
		if err == nil {
			tx.Exec(`insert into step_ref (city, ref, subject) values (?, ?, ?)`, tx.City, key, HeadOf(x).ID)
		}
		return err
	}))
}

// again makes x the thing that was saved first, as it stands now.
func (n *Noun) again(ctx context.Context, tx *store.Tx, who access.Actor, first int64, x any) error {
	HeadOf(x).ID = first
	old, err := n.get(ctx, tx, who, first)
	if err == nil {
		*HeadOf(x) = *HeadOf(old)
	}
	if errors.Is(err, ErrMissing) { // an area's memory may not have it yet
		return nil
	}
	return err
}

// reference is how a sender's own mark is kept: bound to the sender and to what was sent, of which it tells nothing.
func (n *Noun) reference(who access.Actor, ref string, x any) string {
	h := HeadOf(x)
	said := []string{ref, id(h.Place), id(h.Since)}
	for i := range n.Fields {
		said = append(said, strings.Join(n.Fields[i].Parts(x), "\x01"))
	}
	sum := sha256.Sum256([]byte(strings.Join(said, "\x00")))
	return n.Name + "/" + strconv.FormatInt(who.Person, 10) + "/" + hex.EncodeToString(sum[:16])
}
