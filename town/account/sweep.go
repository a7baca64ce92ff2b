package account

import (
	"context"
	"fmt"
	"time"

	"mulin/internal/store"
)

// Sweep removes sessions, codes, invitations and counts that have run out. Nothing depends on it but the room they take; once an hour is enough.
// Counts stay an hour longer, so that it never meets those who count.
func (a *Accounts) Sweep(ctx context.Context) error {
	err := a.city.Upkeep(ctx, func(tx *store.Tx) error {
		tx.Exec(`delete from account_session where city = ? and (until <= ? or seen_at <= ?)`, tx.City, tx.Now, tx.Now-idle.Microseconds())
		tx.Exec(`delete from account_code where city = ? and until <= ?`, tx.City, tx.Now)
		tx.Exec(`delete from account_invitation where city = ? and until <= ?`, tx.City, tx.Now)
		tx.Exec(`delete from account_try where city = ? and until <= ?`, tx.City, tx.Now-time.Hour.Microseconds())
		return nil
	})
	if err != nil {
		return fmt.Errorf("sweep sessions: %w", err)
	}
	a.sessions.prune(a.now())
	return nil
}
