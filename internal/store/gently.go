package store

import (
	"context"
	"time"
)

const (
	busyShare = 4 // one part in so many spent in commits is much
	restTimes = 32
	maxRest   = 500 * time.Millisecond
)

// Gently runs a batch of work that only follows what is written, and leaves the machine to intake: while the writers have much to do, it rests thirty-two times
// as long as the batch took, at most half a second, before it returns. Its error is that of f, else that of ctx.
func (c *City) Gently(ctx context.Context, f func() error) error {
	began, busy := c.db.clk.Now(), c.db.Stats().Busy
	if err := f(); err != nil {
		return err
	}
	took := c.db.clk.Now().Sub(began)
	if took <= 0 || c.db.Stats().Busy-busy < took/busyShare {
		return ctx.Err()
	}
	timer := time.NewTimer(min(restTimes*took, maxRest))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
