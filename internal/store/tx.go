package store

import (
	"context"
	"encoding/json"
	"fmt"
)

// Tx is a running transaction. A function that takes a Tx does its work as part of the caller's transaction.
// Inside: read, decide, queue. Reads see all that was queued before; writes return nothing and travel with the next read or with the commit.
type Tx struct {
	City int64
	Now  int64 // µs UTC, one for the whole write, never before the ledger's newest entry

	ctx    context.Context // of the group: a caller who hangs up must not break the others' transaction
	ses    session
	queue  []stmt
	head   *head // nil in upkeep
	sent   int   // statements that have left the queue
	broken error // the engine has refused something: the transaction is lost
}

// head is the city's row in ledger_head while its lock is held.
type head struct {
	seq, at, lastID, serial int64
}

// idEpoch is 2020-01-01 in Unix µs; ids are microseconds since then, so they stay below 2^53 until 2305 and travel through JavaScript unharmed.
const idEpoch = 1_577_836_800_000_000

// Exec queues a statement.
func (tx *Tx) Exec(sql string, args ...any) {
	for i, a := range args {
		if raw, ok := a.(json.RawMessage); ok {
			args[i] = string(raw)
		}
	}
	tx.queue = append(tx.queue, stmt{sql: sql, args: args})
}

// Query sends what is queued and reads.
func (tx *Tx) Query(ctx context.Context, sql string, args ...any) (Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if tx.broken != nil {
		return nil, tx.broken
	}
	rows, err := tx.ses.send(tx.ctx, gather(tx.queue), &stmt{sql: sql, args: args})
	tx.sent += len(tx.queue)
	tx.queue = tx.queue[:0]
	if err != nil {
		tx.broken = err
		return nil, err
	}
	return &watched{rows, tx}, nil
}

// NewID hands out an id: time-ordered, unique in the city.
func (tx *Tx) NewID() int64 {
	h := tx.locked()
	h.lastID = max(h.lastID+1, tx.Now-idEpoch)
	return h.lastID
}

// Serial hands out the next running number of the city.
func (tx *Tx) Serial() int64 {
	h := tx.locked()
	h.serial++
	return h.serial
}

// NextSeq hands out the next place in the ledger; only package ledger calls it.
func (tx *Tx) NextSeq() int64 {
	h := tx.locked()
	h.seq++
	h.at = tx.Now
	return h.seq
}

func (tx *Tx) locked() *head {
	if tx.head == nil {
		panic("store: ids and ledger places belong to Write, not to Upkeep")
	}
	return tx.head
}

// mark and reset let a failed member's queue be dropped as if it had never run.
type mark struct {
	queued, sent int
	head         head
}

func (tx *Tx) mark() mark {
	m := mark{queued: len(tx.queue), sent: tx.sent}
	if tx.head != nil {
		m.head = *tx.head
	}
	return m
}

// reset drops what was queued since m; false if part of it has been sent already, so that only a rollback helps.
func (tx *Tx) reset(m mark) bool {
	ownSent := tx.sent - m.sent - m.queued // statements queued before m were sent first
	if tx.sent == m.sent {
		tx.queue = tx.queue[:m.queued]
	} else if ownSent > 0 {
		return false
	} else {
		tx.queue = tx.queue[:0]
	}
	if tx.head != nil {
		*tx.head = m.head
	}
	return true
}

// watched marks the transaction broken when a row can't be read to its end.
type watched struct {
	Rows
	tx *Tx
}

func (w *watched) Err() error {
	err := w.Rows.Err()
	if err != nil && w.tx.broken == nil {
		w.tx.broken = err
	}
	return err
}

// run calls f and turns a panic into an error.
func (tx *Tx) run(f func(*Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a write: %v\n%s", p, stack())
		}
	}()
	return f(tx)
}
