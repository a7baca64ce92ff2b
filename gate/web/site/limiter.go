package site

import (
	"container/list"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limiter bounds how often one key, mostly an address, may do something. It remembers at most limiterKeys of them, the most recent ones.
type Limiter struct {
	rate  rate.Limit
	burst int
	keys  int

	mu    sync.Mutex
	byKey map[string]*list.Element
	order list.List // most recent in front
}

type counter struct {
	key string
	*rate.Limiter
}

// limiterKeys is how many keys a Limiter remembers.
const limiterKeys = 20000

// NewLimiter allows burst at once and then one every so often.
func NewLimiter(burst int, every time.Duration) *Limiter {
	return &Limiter{rate: rate.Every(every), burst: burst, keys: limiterKeys, byKey: map[string]*list.Element{}}
}

// Allow tells whether key may go on now. IPv6 addresses count by their /64, since one subscriber has all of it.
func (l *Limiter) Allow(key string, now time.Time) bool {
	if a, err := netip.ParseAddr(key); err == nil && a.Is6() {
		p, _ := a.WithZone("").Prefix(64)
		key = p.String()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.byKey[key]
	if !ok {
		e = l.order.PushFront(counter{key, rate.NewLimiter(l.rate, l.burst)})
		l.byKey[key] = e
	}
	l.order.MoveToFront(e)
	if l.order.Len() > l.keys {
		old := l.order.Remove(l.order.Back()).(counter)
		delete(l.byKey, old.key)
	}
	return e.Value.(counter).AllowN(now, 1)
}
