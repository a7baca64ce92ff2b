package job

import "context"

// Take claims up to n jobs and leaves them lying, as a node does that dies; done writes their success later.
func (r *Runner) Take(ctx context.Context, n int) (taken int, done func() error, err error) {
	jobs, err := r.claim(ctx, ctx, n)
	all := make([]outcome, len(jobs))
	for i, h := range jobs {
		all[i] = outcome{held: h}
	}
	return len(jobs), func() error { return r.settle(ctx, all) }, err
}

// Beat renews the leases.
func (r *Runner) Beat(ctx context.Context) error { return r.beat(ctx) }
