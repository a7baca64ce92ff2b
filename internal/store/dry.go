package store

import (
	"sync"

	"mulin/internal/clock"
)

// Statement is what a write has queued.
type Statement struct {
	SQL  string
	Args []any
}

// Dry is a city without a database: Write runs its function, hands what it has queued to sink and forgets it. Nothing can be read.
// It measures what everything around the store costs, and tells which rows a verb writes.
func Dry(id int64, clk clock.Clock, sink func([]Statement)) *City {
	d := &dry{sink: sink, head: head{seq: 1 << 40, serial: 1 << 30}} // beyond any that a real city has given out
	return &City{ID: id, db: &DB{clk: clk}, dry: d}
}

type dry struct {
	mu   sync.Mutex
	head head
	sink func([]Statement)
}

// write keeps the head for itself only as long as f runs, as the real writer does.
func (d *dry) write(c *City, f func(*Tx) error) error {
	d.mu.Lock()
	tx := &Tx{City: c.ID, Now: clock.Micros(c.db.clk.Now()), head: &d.head}
	err := tx.run(f)
	d.mu.Unlock()
	if err != nil || d.sink == nil {
		return err
	}
	all := make([]Statement, len(tx.queue))
	for i, q := range tx.queue {
		all[i] = Statement{q.sql, q.args}
	}
	d.sink(all)
	return nil
}
