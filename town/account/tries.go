package account

import (
	"context"
	"hash/fnv"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"mulin/internal/fault"
	"mulin/internal/store"
)

// allowed is how often something may be tried. A sliding window begins anew with each try until the limit is reached; a fixed one with the first.
type allowed struct {
	most   int64
	window time.Duration
	slides bool
}

// Misses at signing in, and codes sent and tried. One code at a time is checked ≤ codeTries times besides.
var (
	signInTries = allowed{5, 15 * time.Minute, true}
	phoneTries  = []allowed{{1, time.Minute, false}, {5, time.Hour, false}, {10, 24 * time.Hour, false}}
	sendTries   = []allowed{{20, time.Hour, false}, {100, 24 * time.Hour, false}}
	verifyTries = []allowed{{50, time.Hour, false}}
)

// counted is one name with how often it may be tried.
type counted struct {
	name string
	allowed
}

// every puts a name under several limits.
func every(name string, limits []allowed) []counted {
	all := make([]counted, len(limits))
	for i, l := range limits {
		all[i] = counted{name + "/" + strconv.FormatInt(int64(l.window/time.Second), 10), l}
	}
	return all
}

// take counts one try under each name, before its outcome is known, so that tries sent at once don't slip through together.
// If one of them is used up nothing is counted and refuse comes back with the minutes to wait.
func take(ctx context.Context, tx *store.Tx, refuse *fault.Fault, names ...counted) error {
	for _, n := range names {
		extends := int64(0)
		if n.slides {
			extends = n.most
		}
		tx.Exec(`insert into account_try (city, name, taken, until) values (?, ?, 1, ?)
			on conflict (city, name) do update set
				taken = case when account_try.until <= ? then 1 else account_try.taken + 1 end,
				until = case when account_try.until <= ? or account_try.taken < ? then excluded.until else account_try.until end`,
			tx.City, n.name, tx.Now+n.window.Microseconds(), tx.Now, tx.Now, extends)
		t, err := store.One(ctx, tx, scanTaken, `select taken, until from account_try where city = ? and name = ?`, tx.City, n.name)
		if err != nil {
			return err
		}
		if t.count > n.most {
			minute := time.Minute.Microseconds()
			return refuse.With((t.until - tx.Now + minute - 1) / minute)
		}
	}
	return nil
}

// alone waits until no other sign-in of this process runs under one of the names. Else six people who sign in from one office in the same moment would
// be six tries with unknown outcome, and the last one locked out.
func (a *Accounts) alone(ctx context.Context, names []counted) (done func(), err error) {
	var which []int
	for _, n := range names {
		h := fnv.New32a()
		h.Write([]byte(n.name))
		which = append(which, int(h.Sum32()%uint32(len(a.stripes))))
	}
	slices.Sort(which) // always in one order, so that two never wait for each other
	which = slices.Compact(which)
	held := 0
	done = func() {
		for _, i := range which[:held] {
			<-a.stripes[i]
		}
	}
	for _, i := range which {
		select {
		case a.stripes[i] <- struct{}{}:
			held++
		case <-ctx.Done():
			done()
			return nil, ctx.Err()
		}
	}
	return done, nil
}

// forget begins counting anew.
func forget(tx *store.Tx, names ...counted) {
	for _, n := range names {
		tx.Exec(`delete from account_try where city = ? and name = ?`, tx.City, n.name)
	}
}

type taken struct{ count, until int64 }

func scanTaken(r store.Row) (t taken, err error) { return t, r.Scan(&t.count, &t.until) }

// secretName hides what is counted: neither logins nor addresses are kept.
func (a *Accounts) secretName(kind, of string) string {
	return kind + ":" + a.blind(kind, of)
}

// blind is a keyed hash that differs from city to city and from use to use.
func (a *Accounts) blind(use, value string) string {
	return a.box.Blind("account|" + strconv.FormatInt(a.city.ID, 10) + "|" + use + "|" + value)
}

// byAddress counts what comes from an address; one household has a whole /64 of IPv6. Without an address (the command line) nothing is counted.
func (a *Accounts) byAddress(kind, addr string, limits ...allowed) []counted {
	if addr == "" {
		return nil
	}
	if ap, err := netip.ParseAddrPort(addr); err == nil {
		addr = ap.Addr().String()
	}
	if ip, err := netip.ParseAddr(addr); err == nil {
		ip = ip.Unmap().WithZone("")
		if ip.Is6() {
			p, _ := ip.Prefix(64)
			ip = p.Addr()
		}
		addr = ip.String()
	}
	return every(a.secretName(kind, addr), limits)
}
