package account

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"mulin/internal/access"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// SignIn opens a session with a new token. A wrong password and a login that doesn't exist give the same answer in the same time, and five misses
// close the login and the address for a quarter of an hour.
func (a *Accounts) SignIn(ctx context.Context, login, password, addr string) (Session, error) {
	login = foldLogin(login)
	names := a.misses(login, addr)
	done, err := a.alone(ctx, names)
	if err != nil {
		return Session{}, err
	}
	defer done()
	if err := a.tryOnce(ctx, names); err != nil {
		return Session{}, err
	}
	c, err := a.credentials(ctx, `login = ? and login <> ''`, login)
	if err != nil {
		return Session{}, err
	}
	ok, err := a.verify(ctx, c.password, password)
	if err != nil {
		return Session{}, fmt.Errorf("sign in: %w", err)
	}
	if !ok || !c.Active {
		return Session{}, ErrWrong
	}
	return a.start(ctx, c, ErrWrong, names...)
}

// AllowOneClick lets SignInAs work: a demo calls it, nothing else does.
func (a *Accounts) AllowOneClick() { a.oneClick.Store(true) }

// SignInAs opens a session without a password, in a demo only.
func (a *Accounts) SignInAs(ctx context.Context, login string) (Session, error) {
	if !a.oneClick.Load() {
		return Session{}, ErrNoOneClick
	}
	c, err := a.credentials(ctx, `login = ? and login <> ''`, foldLogin(login))
	if err != nil {
		return Session{}, err
	}
	if c.ID == 0 {
		return Session{}, ErrWrong
	}
	return a.start(ctx, c, ErrWrong)
}

// ChangePassword replaces the actor's own password. Every session of theirs ends; the one returned, with a new token, goes on in their place.
func (a *Accounts) ChangePassword(ctx context.Context, who access.Actor, old, password string) (Session, error) {
	if who.City != a.city.ID || who.Person == 0 || who.Program {
		return Session{}, access.ErrDenied
	}
	c, err := a.credentials(ctx, `id = ?`, who.Person)
	if err != nil {
		return Session{}, err
	}
	if c.Resident || c.ID == 0 {
		return Session{}, ErrResident
	}
	if err := a.proveOld(ctx, c, old); err != nil {
		return Session{}, err
	}
	if err := strong("password", c.Login, password); err != nil {
		return Session{}, err
	}
	if old == password {
		return Session{}, errSame
	}
	hash, err := a.hash(ctx, password)
	if err != nil {
		return Session{}, err
	}
	if err := a.setPassword(ctx, who, c, hash, false, "account.password", nil); err != nil {
		return Session{}, err
	}
	c.password = hash
	return a.start(ctx, c, ErrWrong)
}

// proveOld asks for the present password, counting misses as at signing in: a borrowed screen is no oracle.
func (a *Accounts) proveOld(ctx context.Context, c credentials, old string) error {
	names := a.misses(c.Login, "")
	if err := a.tryOnce(ctx, names); err != nil {
		return err
	}
	ok, err := a.verify(ctx, c.password, old)
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	if !ok {
		return errOld
	}
	return a.city.Upkeep(ctx, func(tx *store.Tx) error {
		forget(tx, names...)
		return nil
	})
}

// ResetPassword gives a person of the staff a password to be changed at the first sign-in, and ends their sessions. Only who could give all their posts may do so.
func (a *Accounts) ResetPassword(ctx context.Context, who access.Actor, person int64) (temporary string, err error) {
	if err := a.has(who, Edit); err != nil {
		return "", err
	}
	c, err := a.credentials(ctx, `id = ?`, person)
	if err != nil {
		return "", err
	}
	if c.ID == 0 {
		return "", ErrNoPerson
	}
	if c.Resident {
		return "", ErrResident
	}
	temporary = newPassword()
	hash, err := a.hash(ctx, temporary)
	if err != nil {
		return "", err
	}
	err = a.setPassword(ctx, who, c, hash, true, "account.reset", func(tx *store.Tx) error {
		_, err := a.mayHandle(ctx, tx, who, person)
		return err
	})
	if err != nil {
		return "", err
	}
	return temporary, nil
}

// setPassword writes it, ends all sessions and forgets the misses. The person's row comes first: a sign-in that runs meanwhile waits for it and finds
// its password outdated, or is already there to be ended.
func (a *Accounts) setPassword(ctx context.Context, who access.Actor, c credentials, hash string, mustChange bool, verb string, check func(*store.Tx) error) error {
	err := a.city.Write(ctx, func(tx *store.Tx) error {
		if check != nil {
			if err := check(tx); err != nil {
				return err
			}
		}
		still, err := store.Value[string](ctx, tx, `select password from account_person where city = ? and id = ?`, tx.City, c.ID)
		if err != nil {
			return missing(err, ErrNoPerson)
		}
		if still != c.password && !mustChange {
			return errOld
		}
		tx.Exec(`update account_person set password = ?, must_change = ? where city = ? and id = ?`, hash, mustChange, tx.City, c.ID)
		endSessions(tx, c.ID)
		forget(tx, a.misses(c.Login, "")...)
		ledger.Append(tx, who, verb, ledger.Subject{Kind: "person", ID: c.ID}, nil)
		return nil
	})
	if err != nil {
		return err
	}
	a.staff.Refresh(ctx)
	return nil
}

// credentials are a person with the stored password.
type credentials struct {
	Person
	password string
}

// credentials finds them; nobody is the zero value, so that the caller goes on to hash.
func (a *Accounts) credentials(ctx context.Context, where string, arg any) (credentials, error) {
	scan := func(r store.Row) (c credentials, err error) {
		return c, r.Scan(&c.ID, &c.Login, &c.Name, &c.Active, &c.MustChange, &c.Resident, &c.password)
	}
	c, err := store.One(ctx, a.city, scan, `select `+personColumns+`, password from account_person where city = ? and `+where, a.city.ID, arg)
	if err != nil && !errors.Is(err, store.ErrNone) {
		return c, fmt.Errorf("find account: %w", err)
	}
	return c, nil
}

// misses are the names under which a sign-in is counted.
func (a *Accounts) misses(login, addr string) []counted {
	return append(every(a.secretName("login", login), []allowed{signInTries}), a.byAddress("addr", addr, signInTries)...)
}

func (a *Accounts) tryOnce(ctx context.Context, names []counted) error {
	return a.city.Upkeep(ctx, func(tx *store.Tx) error { return take(ctx, tx, ErrLocked, names...) })
}

// foldLogin makes one form of a login however it was typed.
func foldLogin(s string) string {
	return strings.ToLower(strings.TrimFunc(norm.NFKC.String(s), unicode.IsSpace))
}

// newPassword is 16 characters that can be read out on the phone.
func newPassword() string { return strings.ToLower(rand.Text()[:16]) }
