package app

import (
	"context"
	"time"

	"mulin/internal/job"
	"mulin/internal/life"
	"mulin/town/triage"
)

// work is what happens without anybody asking.
func (a *App) work(t *Town) {
	t.Jobs = job.New(t.City, a.Log, 2)
	t.Jobs.Every("life.sweep", time.Minute, func(ctx context.Context) error { _, err := life.Sweep(ctx, t.Laws); return err })
	t.Jobs.Every("account.sweep", 10*time.Minute, t.Accounts.Sweep)
	t.Jobs.Every("ledger.checkpoint", 10*time.Minute, func(ctx context.Context) error { _, err := t.Tree.Checkpoint(ctx); return err })
	zone := func() *time.Location { return t.Catalog.Calendar().Zone }
	t.Jobs.Daily("triage.nightly", 3*time.Hour, zone, t.Triage.Nightly)
	t.Jobs.Daily("search.tidy", 4*time.Hour, zone, t.Search.Tidy)
	t.Jobs.Handle(triage.Job, t.Triage.Answer, triage.JobOptions)
	t.Jobs.Every("store.checkpoint", 15*time.Minute, a.DB.Checkpoint)
}
