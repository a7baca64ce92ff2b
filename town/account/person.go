package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

var (
	errTaken = fault.Field("login", "account.login.taken")
	errOld   = fault.Field("old", "account.password.old")
	errSame  = fault.Field("password", "account.password.same")
)

// NewPerson is somebody of the staff to be made. Without a password they can't sign in until it is reset.
type NewPerson struct {
	Login    string
	Name     string
	Phone    string // of their work, shown to those who need them; may be empty
	Password string // to be changed at the first sign-in
	Settled  bool   // the password was chosen by its owner and stays: for programs only
}

func (n *NewPerson) check() error {
	n.Login, n.Name = foldLogin(n.Login), strings.TrimSpace(n.Name)
	var bad fault.List
	bad.Check(validLogin(n.Login), "login", "account.login.form")
	bad.Check(n.Name != "" && validName(n.Name), "name", "account.name")
	n.Phone = strings.TrimSpace(n.Phone)
	bad.Check(validWorkPhone(n.Phone), "phone", "account.workphone")
	if n.Password != "" {
		var weak fault.List
		if errors.As(strong("password", n.Login, n.Password), &weak) {
			bad = append(bad, weak...)
		}
	}
	return bad.Or()
}

// Bounds of what is said of a person.
const (
	MaxLogin     = 60 // also what the page to sign in takes
	maxName      = 60
	maxWorkPhone = 40
)

func validName(s string) bool {
	return utf8.RuneCountInString(s) <= maxName && !strings.ContainsFunc(s, unicode.IsControl)
}

func validWorkPhone(s string) bool {
	return len(s) <= maxWorkPhone && strings.Trim(s, "+0123456789 -()") == ""
}

func validLogin(s string) bool {
	n := utf8.RuneCountInString(s)
	return utf8.ValidString(s) && n >= 2 && n <= MaxLogin && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-@", r)
	})
}

// Create makes a person without posts.
func (a *Accounts) Create(ctx context.Context, who access.Actor, n NewPerson) (Person, error) {
	if err := a.has(who, Edit); err != nil {
		return Person{}, err
	}
	if n.Settled && !who.Program {
		return Person{}, access.ErrDenied
	}
	if err := n.check(); err != nil {
		return Person{}, err
	}
	d, err := a.draft(ctx, n)
	if err != nil {
		return Person{}, err
	}
	var p Person
	err = a.city.Write(ctx, func(tx *store.Tx) (err error) {
		p, err = d.insert(ctx, tx, who)
		return err
	})
	if err != nil {
		return Person{}, err
	}
	a.staff.Refresh(ctx)
	return p, nil
}

// draft is a checked person with everything slow done.
type draft struct {
	NewPerson
	hash   string
	sealed []byte
}

func (a *Accounts) draft(ctx context.Context, n NewPerson) (d draft, err error) {
	d.NewPerson = n
	if n.Password != "" {
		if d.hash, err = a.hash(ctx, n.Password); err != nil {
			return d, err
		}
	}
	if n.Phone != "" {
		d.sealed = a.box.Seal(n.Phone)
	}
	return d, nil
}

func (d draft) insert(ctx context.Context, tx *store.Tx, who access.Actor) (Person, error) {
	_, err := store.Value[int64](ctx, tx, `select id from account_person where city = ? and login = ? and login <> ''`, tx.City, d.Login)
	if err == nil {
		return Person{}, errTaken
	}
	if !errors.Is(err, store.ErrNone) {
		return Person{}, fmt.Errorf("create person: %w", err)
	}
	p := Person{ID: tx.NewID(), Login: d.Login, Name: d.Name, Active: true, MustChange: d.hash != "" && !d.Settled}
	tx.Exec(`insert into account_person (city, id, login, name, resident, phone, phone_blind, password, must_change, active, made_at, last_in)
		values (?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?, 0)`, tx.City, p.ID, p.Login, p.Name, false, d.sealed, d.hash, p.MustChange, true, tx.Now)
	ledger.Append(tx, who, "account.create", ledger.Subject{Kind: "person", ID: p.ID}, map[string]any{"changes": changes(nil, &Member{Name: d.Name, Phone: d.Phone})})
	return p, nil
}

// Person gives somebody with the posts they hold: oneself, or others with those of their posts that one may see.
func (a *Accounts) Person(ctx context.Context, who access.Actor, id int64) (Person, []Post, error) {
	own := who.City == a.city.ID && who.Person == id && id != 0
	if err := a.has(who, See); err != nil && !own {
		return Person{}, nil, err
	}
	p, err := findPerson(ctx, a.city, a.city.ID, id)
	if err != nil {
		return Person{}, nil, err
	}
	posts, err := held(ctx, a.city, a.city.ID, id, a.now())
	if err != nil {
		return Person{}, nil, fmt.Errorf("find posts: %w", err)
	}
	if !own && (p.Resident || !a.sees(who, posts)) {
		return Person{}, nil, ErrNoPerson // whoever may not see them learns nothing
	}
	if !own {
		posts = a.within(who, posts)
	}
	return p, posts, nil
}

// sees tells whether the actor may see somebody with these posts; those without any are seen by all who see anybody, so that they can be appointed.
func (a *Accounts) sees(who access.Actor, posts []Post) bool {
	for _, p := range posts {
		if a.may(who, See, a.path(p.Place)) == nil {
			return true
		}
	}
	return len(posts) == 0
}

// CreateFirstAdmin makes an administrator of the whole city, from the command line: the first one, or one more when nobody can sign in any longer.
func (a *Accounts) CreateFirstAdmin(ctx context.Context, login, password string) (Person, error) {
	who := access.System(a.city.ID)
	n := NewPerson{Login: login, Name: login, Password: password, Settled: true}
	if password == "" {
		return Person{}, fault.Field("password", "account.password.short", minPassword)
	}
	if err := n.check(); err != nil {
		return Person{}, err
	}
	root, ok := a.places.Root()
	if !ok {
		return Person{}, fault.New(fault.Conflict, "account.noplaces")
	}
	d, err := a.draft(ctx, n)
	if err != nil {
		return Person{}, err
	}
	var p Person
	err = a.city.Write(ctx, func(tx *store.Tx) (err error) {
		if p, err = d.insert(ctx, tx, who); err != nil {
			return err
		}
		before, err := roleRights(ctx, tx, Admin)
		if errors.Is(err, errNoRole) || err == nil && before[Edit] != access.Territory {
			rights := map[access.Right]access.Scope{Edit: access.Territory, See: access.Territory}
			for r, s := range before {
				rights[r] = s
			}
			rights[Edit] = access.Territory
			writeRole(tx, who, Admin, before, rights)
			err = nil
		}
		if err != nil {
			return err
		}
		a.insertPost(tx, who, Post{Person: p.ID, Role: Admin, Place: root.ID}, root.Path)
		return nil
	})
	if err != nil {
		return Person{}, err
	}
	a.staff.Refresh(ctx)
	return p, nil
}
