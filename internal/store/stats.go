package store

import (
	"sync/atomic"
	"time"
)

// Stats is how the writers have fared since the start.
type Stats struct {
	Writes  int64         // members of all groups
	Groups  int64         // groups begun
	Commits int64         // groups committed
	Alone   int64         // members run again one by one
	Busy    time.Duration // time spent inside committed groups
}

type stats struct {
	writes, groups, commits, alone, busy atomic.Int64
}

func (s *stats) group(n int) {
	s.groups.Add(1)
	s.writes.Add(int64(n))
}

func (s *stats) commit(d time.Duration) {
	s.commits.Add(1)
	s.busy.Add(int64(d))
}

// Stats tells how the writers have fared.
func (db *DB) Stats() Stats {
	s := &db.stats
	return Stats{s.writes.Load(), s.groups.Load(), s.commits.Load(), s.alone.Load(), time.Duration(s.busy.Load())}
}

// brokenFlag remembers the first failure of the disk: after a failed fsync the next one may lie, so nothing more is written.
type brokenFlag struct{ v atomic.Bool }

func (b *brokenFlag) note(err error) {
	if isDiskFailure(err) {
		b.v.Store(true)
	}
}

func (b *brokenFlag) err() error {
	if b.v.Load() {
		return ErrBroken
	}
	return nil
}
