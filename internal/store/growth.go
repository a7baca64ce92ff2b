package store

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// growth keeps the planner's figures of a young database up to date. PostgreSQL keeps the plan of a prepared statement that it made when the tables were
// empty, and then any index seems as good as the right one; its own analyze comes a minute after it was needed. So we ask for it whenever a young database
// has grown fourfold.
type growth struct {
	young bool
	mu    sync.Mutex
	seen  int // statements committed by this process
	next  int
	busy  atomic.Bool
	gone  sync.WaitGroup
}

const (
	youngRows   = 20_000 // of its largest table
	firstGrowth = 500
)

func (g *growth) look(ctx context.Context, p *pgxpool.Pool) error {
	g.next = firstGrowth
	return p.QueryRow(ctx, `select coalesce(max(reltuples), 0) < $1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = current_schema() and c.relkind = 'r'`, youngRows).Scan(&g.young)
}

// note counts statements and now and then has the tables measured, beside everything else.
func (g *growth) note(n int, p *pgxpool.Pool) {
	if !g.young {
		return
	}
	g.mu.Lock()
	g.seen += n
	due := g.seen >= g.next
	if due {
		g.next *= 4
	}
	g.mu.Unlock()
	if !due || !g.busy.CompareAndSwap(false, true) {
		return
	}
	g.gone.Go(func() {
		defer g.busy.Store(false)
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		_, _ = p.Exec(ctx, `analyze`) // autovacuum does it in the end
	})
}

func (g *growth) wait() { g.gone.Wait() }
