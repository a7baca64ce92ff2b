package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/memory"
	"mulin/internal/store"
)

// How long a session lives, how often its last use is noted, and how long this process believes what it has read of it.
const (
	idle     = 12 * time.Hour
	absolute = 7 * 24 * time.Hour
	noteSeen = 5 * time.Minute
	believe  = time.Second
)

// Session is somebody signed in. Token is known only when the session begins.
type Session struct {
	Token      string
	Person     int64
	Name       string
	Resident   bool
	MustChange bool // show the page for a new password: until then the actor holds no posts
	MadeAt     int64
	SeenAt     int64 // at most five minutes old
	Until      int64
}

// tokenKey is what is stored of a token; the city is part of it, so a token means nothing elsewhere.
type tokenKey [sha256.Size]byte

func (a *Accounts) key(token string) (k tokenKey, ok bool) {
	var b [8 + 32]byte
	binary.BigEndian.PutUint64(b[:8], uint64(a.city.ID))
	if len(token) != base64.RawURLEncoding.EncodedLen(32) {
		return k, false
	}
	if n, err := base64.RawURLEncoding.Decode(b[8:], []byte(token)); err != nil || n != 32 {
		return k, false
	}
	return sha256.Sum256(b[:]), true
}

// start opens a session if the person is still active with the very password that was checked, and begins to count misses anew.
func (a *Accounts) start(ctx context.Context, c credentials, refuse *fault.Fault, names ...counted) (Session, error) {
	var raw [32]byte
	rand.Read(raw[:])
	s := Session{Token: base64.RawURLEncoding.EncodeToString(raw[:]), Person: c.ID, Name: c.Name, Resident: c.Resident}
	key, _ := a.key(s.Token)
	err := a.city.Upkeep(ctx, func(tx *store.Tx) error {
		// The update holds the row until the session is there: whoever closes the account or resets the password comes before or after, never between.
		tx.Exec(`update account_person set last_in = ? where city = ? and id = ? and password = ? and active`, tx.Now, tx.City, c.ID, c.password)
		p, err := store.One(ctx, tx, scanPerson, `select `+personColumns+` from account_person where city = ? and id = ? and password = ? and active`,
			tx.City, c.ID, c.password)
		if err != nil {
			return missing(err, refuse)
		}
		s.MustChange = p.MustChange
		s.MadeAt, s.SeenAt, s.Until = tx.Now, tx.Now, tx.Now+absolute.Microseconds()
		tx.Exec(`insert into account_session (city, token, person, made_at, seen_at, until) values (?, ?, ?, ?, ?, ?)`,
			tx.City, key[:], s.Person, s.MadeAt, s.SeenAt, s.Until)
		forget(tx, names...)
		return nil
	})
	if err != nil {
		return Session{}, err
	}
	return s, nil
}

// Session tells who holds the token, with the posts they hold now; ErrNoSession if nobody does. What this process has read is believed for a second at
// most and forgotten at once when it or another one changes something.
func (a *Accounts) Session(ctx context.Context, token string) (access.Actor, Session, error) {
	key, ok := a.key(token)
	if !ok {
		return access.Actor{}, Session{}, ErrNoSession
	}
	now := a.now()
	e := a.sessions.get(key, now)
	if e == nil {
		var err error
		if e, err = a.look(ctx, key, now); err != nil {
			return access.Actor{}, Session{}, err
		}
	}
	seen := e.seen.Load()
	if now >= e.session.Until || now-seen >= idle.Microseconds() {
		return access.Actor{}, Session{}, ErrNoSession
	}
	if now-seen >= noteSeen.Microseconds() && e.seen.CompareAndSwap(seen, now) {
		a.noteSeen(ctx, key, now)
	}
	s := e.session
	s.SeenAt = e.seen.Load()
	return e.actor, s, nil
}

// look reads the session and the actor, and remembers them.
func (a *Accounts) look(ctx context.Context, key tokenKey, now int64) (*entry, error) {
	e := &entry{version: a.sessions.version(), checked: now}
	s, err := store.One(ctx, a.city, scanSession, `select s.person, p.name, p.resident, p.must_change, s.made_at, s.seen_at, s.until
		from account_session s join account_person p on p.city = s.city and p.id = s.person
		where s.city = ? and s.token = ? and p.active`, a.city.ID, key[:])
	if errors.Is(err, store.ErrNone) {
		return nil, ErrNoSession
	}
	if err != nil {
		return nil, fmt.Errorf("find session: %w", err)
	}
	e.session = s
	e.seen.Store(s.SeenAt)
	e.actor = access.Actor{City: a.city.ID, Person: s.Person, Name: s.Name}
	if !s.MustChange && !s.Resident {
		if e.actor.Posts, err = a.posts(ctx, s.Person, now); err != nil {
			return nil, fmt.Errorf("find posts: %w", err)
		}
	}
	a.sessions.put(key, e)
	return e, nil
}

func scanSession(r store.Row) (s Session, err error) {
	return s, r.Scan(&s.Person, &s.Name, &s.Resident, &s.MustChange, &s.MadeAt, &s.SeenAt, &s.Until)
}

// Actor is who a person is now, for work that goes on when they have left: nobody if they may not come in any more.
func (a *Accounts) Actor(ctx context.Context, person int64) (access.Actor, error) {
	c, err := a.credentials(ctx, `id = ?`, person)
	if err != nil || !c.Active || c.MustChange {
		return access.Nobody(a.city.ID), err
	}
	who := access.Actor{City: a.city.ID, Person: person, Name: c.Name}
	who.Posts, err = a.posts(ctx, person, a.now())
	return who, err
}

// posts are what the person may do now.
func (a *Accounts) posts(ctx context.Context, person, now int64) ([]access.Post, error) {
	type row struct {
		Post
		right, scope string
	}
	rows, err := store.All(ctx, a.city, func(r store.Row) (x row, err error) {
		return x, r.Scan(&x.ID, &x.Role, &x.Body, &x.Place, &x.right, &x.scope)
	}, `select p.id, p.role, p.body, p.place, coalesce(r.name, ''), coalesce(r.scope, '')
		from account_post p left join account_role_right r on r.city = p.city and r.role = p.role
		where p.city = ? and p.person = ? and p.from_at <= ? and (p.until = 0 or p.until > ?) order by p.id`,
		a.city.ID, person, now, now)
	var all []access.Post
	for _, x := range rows {
		if n := len(all); n == 0 || all[n-1].ID != x.ID {
			rights := map[access.Right]access.Scope{}
			for _, body := range a.serves(x.Body) {
				for _, path := range a.paths(x.Place) {
					all = append(all, access.Post{ID: x.ID, Role: x.Role, Body: body, Path: path, Rights: rights})
				}
			}
		}
		if x.right != "" {
			all[len(all)-1].Rights[access.Right(x.right)] = access.Scope(x.scope)
		}
	}
	return all, err
}

// paths are where a post at a place counts: there, and in what the place has become by a merge. A place that isn't there counts nowhere.
func (a *Accounts) paths(id int64) []string {
	p, _ := a.places.Get(id)
	if now, ok := a.places.Current(id); ok && now.Path != p.Path {
		return []string{p.Path, now.Path}
	}
	return []string{p.Path}
}

// serves are the bodies that a post serves: what its body has become by a merge, and the old one, whose open work is still its own.
func (a *Accounts) serves(body int64) []int64 {
	if heir := a.bodies.Current(body); heir != body {
		return []int64{heir, body}
	}
	return []int64{body}
}

// noteSeen keeps the time of last use. A page must not fail because this can't be written; the next one tries again.
func (a *Accounts) noteSeen(ctx context.Context, key tokenKey, now int64) {
	_ = a.city.Upkeep(ctx, func(tx *store.Tx) error {
		tx.Exec(`update account_session set seen_at = ? where city = ? and token = ? and seen_at <= ?`, now, tx.City, key[:], now-noteSeen.Microseconds())
		return nil
	})
}

// SignOut ends one session. Another process may believe in it for a second more.
func (a *Accounts) SignOut(ctx context.Context, token string) error {
	key, ok := a.key(token)
	if !ok {
		return nil
	}
	err := a.city.Upkeep(ctx, func(tx *store.Tx) error {
		tx.Exec(`delete from account_session where city = ? and token = ?`, tx.City, key[:])
		return nil
	})
	if err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	a.sessions.ended.Add(1)
	return nil
}

// SignOutAll ends all sessions of a person: one's own, or those of somebody whose posts one could give.
func (a *Accounts) SignOutAll(ctx context.Context, who access.Actor, person int64) error {
	own := who.City == a.city.ID && who.Person == person && person != 0
	if err := a.has(who, Edit); err != nil && !own {
		return err
	}
	err := a.city.Write(ctx, func(tx *store.Tx) error {
		if !own {
			if _, err := a.mayHandle(ctx, tx, who, person); err != nil {
				return err
			}
		}
		endSessions(tx, person)
		ledger.Append(tx, who, "account.signout", ledger.Subject{Kind: "person", ID: person}, nil)
		return nil
	})
	if err != nil {
		return err
	}
	a.sessions.ended.Add(1)
	return nil
}

func endSessions(tx *store.Tx, person int64) {
	tx.Exec(`delete from account_session where city = ? and person = ?`, tx.City, person)
}

// entry is a session as it was read, with the version of everything that it was read under.
type entry struct {
	actor   access.Actor
	session Session
	seen    atomic.Int64
	checked int64
	version int64
}

// cache remembers sessions. A change raises the version, and everything read before is stale, also what is being read right now.
type cache struct {
	ended atomic.Int64 // sessions that this process has ended
	staff *memory.Copy[*snapshot]
	mu    sync.RWMutex
	by    map[tokenKey]*entry
}

func (c *cache) version() int64 { return c.ended.Load() + c.staff.Asked() }

// maxCached bounds the memory; beyond it everything is read once more.
const maxCached = 50_000

// get gives a fresh entry or nil. A clock that went back makes entries stale too.
func (c *cache) get(key tokenKey, now int64) *entry {
	c.mu.RLock()
	e := c.by[key]
	c.mu.RUnlock()
	if e == nil || e.version != c.version() || now < e.checked || now-e.checked >= believe.Microseconds() {
		return nil
	}
	return e
}

func (c *cache) put(key tokenKey, e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by == nil || len(c.by) >= maxCached {
		c.by = map[tokenKey]*entry{}
	}
	c.by[key] = e
}

// prune drops what is stale.
func (c *cache) prune(now int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for k, e := range c.by {
		if e.version != c.version() || now-e.checked >= believe.Microseconds() {
			delete(c.by, k)
		}
	}
}
