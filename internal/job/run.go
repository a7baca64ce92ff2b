package job

import (
	"context"
	"sync"
	"time"

	"mulin/internal/clock"
)

// Run works until Stop is called or ctx ends; call it once. When ctx ends the jobs at work are told to end too, and are given back.
func (r *Runner) Run(ctx context.Context) {
	if r.begun.Swap(true) {
		panic("job: a runner runs once")
	}
	defer close(r.gone)
	work, abort := context.WithCancel(ctx)
	defer abort()
	r.mu.Lock()
	r.abort = abort
	r.mu.Unlock()

	ready := make(chan *held, 2*maxHeld)
	ended := make(chan outcome, 2*maxHeld)
	var workers, settler, heart sync.WaitGroup
	for range r.workers {
		workers.Go(func() {
			for h := range ready {
				select {
				case <-r.quit:
					ended <- outcome{held: h, back: true}
				default:
					ended <- r.do(h)
				}
			}
		})
	}
	settler.Go(func() { r.settleAll(work, ended) })
	alive, die := context.WithCancel(context.WithoutCancel(ctx))
	heart.Go(func() { r.keep(alive) })

	r.fetch(work, ready)
	close(ready)
	workers.Wait()
	close(ended)
	settler.Wait()
	die()
	heart.Wait()
}

// Stop lets the jobs at work finish and takes no more. If ctx ends first they are told to end, and run again elsewhere.
func (r *Runner) Stop(ctx context.Context) {
	r.halt.Do(func() { close(r.quit) })
	if !r.begun.Load() {
		return
	}
	select {
	case <-r.gone:
		return
	case <-ctx.Done():
	}
	r.mu.Lock()
	abort := r.abort
	r.mu.Unlock()
	abort()
	<-r.gone
}

// fetch claims jobs as the workers get through them. Short jobs are claimed many at a time; of long ones no more than the workers can take soon,
// so that other nodes get their share.
func (r *Runner) fetch(ctx context.Context, ready chan<- *held) {
	want, last := r.workers, r.city.Clock().Now()
	wait := poll
	for {
		changed := r.city.Changed()
		room := want - r.holding()
		if room >= (want+1)/2 {
			jobs, err := r.claim(ctx, ctx, room)
			for _, h := range jobs {
				ready <- h
			}
			now := r.city.Clock().Now()
			switch {
			case ctx.Err() != nil:
				return
			case err != nil:
				wait, changed = min(2*wait, 30*time.Second), nil
				r.log.Error("jobs can't be claimed", "city", r.city.ID, "again_in", wait, "error", err)
			case len(jobs) == room && now.Sub(last) < time.Second:
				want, wait = min(2*want, maxHeld), 0
			default:
				want, wait = max(want/2, r.workers), r.pause(ctx)
			}
			last = now
		} else {
			wait, changed = poll, nil
		}
		if wait > gathering && !r.rest(ctx, gathering, nil) { // a busy city commits hundreds of times a second
			return
		}
		if !r.rest(ctx, wait, changed) {
			return
		}
		if wait == 0 {
			wait = poll
		}
	}
}

func (r *Runner) holding() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.held)
}

// pause is how long there is certainly nothing to do, unless somebody says so.
func (r *Runner) pause(ctx context.Context) time.Duration {
	at, ok, err := r.due(ctx)
	if err != nil || !ok {
		return poll
	}
	return max(10*time.Millisecond, min(poll, clock.Time(at).Sub(r.city.Clock().Now())))
}

// rest waits for a commit, a free worker or the time; false when the runner is to end.
func (r *Runner) rest(ctx context.Context, d time.Duration, changed <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-r.quit:
		return false
	case <-changed:
	case <-r.freed:
	case <-timer.C:
	}
	return true
}

// settleAll writes outcomes as they come; whatever waits goes into one transaction.
func (r *Runner) settleAll(ctx context.Context, ended <-chan outcome) {
	for o := range ended {
		all := []outcome{o}
		for more := true; more && len(all) < maxHeld; {
			select {
			case o, ok := <-ended:
				if more = ok; ok {
					all = append(all, o)
				}
			default:
				more = false
			}
		}
		if err := r.settle(ctx, all); err != nil {
			r.log.Error("outcomes of jobs are lost, they will run again", "city", r.city.ID, "error", err)
		}
	}
}

// keep renews leases until ctx ends.
func (r *Runner) keep(ctx context.Context) {
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := r.beat(ctx); err != nil && ctx.Err() == nil {
			r.log.Error("leases of jobs not renewed", "city", r.city.ID, "error", err)
		}
	}
}
