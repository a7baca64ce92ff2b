// Package account knows the people who use the system: staff with a login, residents with a phone, the posts they hold, what each role may do,
// and who is signed in. Every other area gets an access.Actor from here and asks it.
package account

import (
	"context"
	"strings"
	"sync/atomic"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/memory"
	"mulin/internal/register"
	"mulin/internal/seal"
	"mulin/internal/store"
	"mulin/town/place"
)

// The rights of this area.
const (
	Edit access.Right = "account.edit" // create people, appoint and dismiss, reset passwords
	See  access.Right = "account.see"  // look through people and posts
)

// Admin is the role that may give any role inside its territory; over the whole city it also edits roles.
const Admin = "admin"

// What can go wrong, told to people.
var (
	ErrWrong      = fault.New(fault.Denied, "account.wrong")         // login or password; nobody learns which
	ErrLocked     = fault.New(fault.TooMany, "account.locked")       // too many misses; argument: minutes to wait
	ErrNoSession  = fault.New(fault.Denied, "account.session")       // not signed in, or no longer
	ErrInactive   = fault.New(fault.Denied, "account.inactive")      // the account is closed
	ErrCode       = fault.New(fault.Invalid, "account.code.wrong")   // wrong, used, expired or never sent
	ErrOften      = fault.New(fault.TooMany, "account.code.often")   // too many codes; argument: minutes to wait
	ErrUnsent     = fault.New(fault.Unavailable, "account.code.off") // no message could be sent
	ErrPhone      = fault.Field("phone", "account.phone")
	ErrNoOneClick = fault.New(fault.Denied, "account.oneclick") // outside of a demo
	ErrNoPerson   = fault.New(fault.Missing, "account.person.none")
	ErrNoPost     = fault.New(fault.Missing, "account.post.none")
	ErrBeyond     = fault.New(fault.Denied, "account.beyond")      // the role may do more than the one who gives it
	ErrLastAdmin  = fault.New(fault.Conflict, "account.lastadmin") // nobody would be left to appoint
	ErrResident   = fault.New(fault.Invalid, "account.resident")   // residents have neither password nor posts
)

// Person is somebody with an account. A resident has no login and no name here.
type Person struct {
	ID         int64
	Login      string
	Name       string
	Active     bool
	MustChange bool // the password was chosen by somebody else
	Resident   bool
}

// Post is a role held at a body over a subtree of places. Until is 0 while it is held.
type Post struct {
	ID, Person  int64
	Role        string
	Body, Place int64
	From, Until int64
}

// Sender brings a code to a phone.
type Sender interface {
	Send(ctx context.Context, phone, code string) error
}

// Places tells where places lie in the tree; *place.Register does.
type Places interface {
	Get(id int64) (place.Place, bool)
	Current(id int64) (place.Place, bool) // what a merged place has become
	Former(id int64) []int64              // what was merged into a place
	Root() (place.Place, bool)
}

// Accounts are the people, posts, roles and sessions of one city. It is safe for concurrent use.
type Accounts struct {
	city     *store.City
	places   Places
	bodies   register.Directory
	box      *seal.Box
	send     Sender
	hashes   chan struct{} // room for the hashes that run at once
	stripes  [256]chan struct{}
	oneClick atomic.Bool

	sessions cache
	memory.Kept
	staff *memory.Copy[*snapshot]
}

// New makes the accounts of a city. Without a sender residents can't sign in.
func New(city *store.City, places Places, bodies register.Directory, box *seal.Box, send Sender) *Accounts {
	a := &Accounts{city: city, places: places, bodies: bodies, box: box, send: send, hashes: make(chan struct{}, maxHashes)}
	a.staff = memory.New(city, "account", &snapshot{}, a.read, "account.").Except(joined).Lazily()
	a.Kept, a.sessions.staff = a.staff, a.staff
	for i := range a.stripes {
		a.stripes[i] = make(chan struct{}, 1)
	}
	return a
}

// may asks for the right and refuses actors of another city.
func (a *Accounts) may(who access.Actor, r access.Right, path string) error {
	if who.City != a.city.ID {
		return access.ErrDenied
	}
	return who.May(r, access.At{Path: path})
}

// has is may without a place: the right somewhere.
func (a *Accounts) has(who access.Actor, r access.Right) error {
	if who.City != a.city.ID || !who.Has(r) {
		return access.ErrDenied
	}
	return nil
}

// path of a place; "" is below nobody's territory.
func (a *Accounts) path(id int64) string {
	p, _ := a.places.Get(id)
	return p.Path
}

func (a *Accounts) now() int64 { return clock.Micros(a.city.Clock().Now()) }

// whole tells that a path is the root of the tree.
func whole(path string) bool { return path != "" && strings.Count(path, "/") <= 2 }

const personColumns = `id, login, name, active, must_change, resident`

func scanPerson(r store.Row) (p Person, err error) {
	return p, r.Scan(&p.ID, &p.Login, &p.Name, &p.Active, &p.MustChange, &p.Resident)
}

func findPerson(ctx context.Context, q store.Querier, city, id int64) (Person, error) {
	p, err := store.One(ctx, q, scanPerson, `select `+personColumns+` from account_person where city = ? and id = ?`, city, id)
	return p, missing(err, ErrNoPerson)
}

const postColumns = `id, person, role, body, place, from_at, until`

func scanPost(r store.Row) (p Post, err error) {
	return p, r.Scan(&p.ID, &p.Person, &p.Role, &p.Body, &p.Place, &p.From, &p.Until)
}

// held lists the posts of a person that have not ended, also those that are still to begin.
func held(ctx context.Context, q store.Querier, city, person, now int64) ([]Post, error) {
	return store.All(ctx, q, scanPost, `select `+postColumns+` from account_post
		where city = ? and person = ? and (until = 0 or until > ?) order by id`, city, person, now)
}

// missing puts a readable fault for a row that is not there.
func missing(err error, f *fault.Fault) error {
	if err == store.ErrNone {
		return f
	}
	return err
}
