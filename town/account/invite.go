package account

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// inviteLife is how long an invitation works. inviteMost is how many one write gives.
const (
	inviteLife = 7 * 24 * time.Hour
	inviteMost = 500
)

// Faults of invitations.
var (
	ErrInvitation = fault.New(fault.Missing, "account.invitation")          // used, expired, replaced by a newer one or never given
	ErrSettled    = fault.New(fault.Conflict, "account.invitation.settled") // who has a password needs none
)

// Invitation is the way in for somebody who has no password yet. The code is told once; what is kept of it is a hash.
type Invitation struct {
	Person
	Code  string
	Until int64
}

// Invite gives somebody of the staff who has no password a code by which they choose one; one given before stops working. Only who could give all their
// posts may do so.
func (a *Accounts) Invite(ctx context.Context, who access.Actor, person int64) (Invitation, error) {
	all, err := a.invite(ctx, who, func(context.Context, *store.Tx) ([]int64, error) { return []int64{person}, nil })
	if err != nil {
		return Invitation{}, err
	}
	return all[0], nil
}

// InviteAll invites whoever has no password, no invitation that still works, and no post that the actor couldn't give: all whom an import has brought.
func (a *Accounts) InviteAll(ctx context.Context, who access.Actor) ([]Invitation, error) {
	return a.invite(ctx, who, func(ctx context.Context, tx *store.Tx) (mine []int64, err error) {
		all, err := store.Values[int64](ctx, tx, `select id from account_person p where city = ? and login <> '' and password = '' and active
			and not exists (select 1 from account_invitation i where i.city = p.city and i.person = p.id and i.until > ?) order by id limit ?`, tx.City, tx.Now, inviteMost)
		for _, id := range all {
			if _, err := a.mayHandle(ctx, tx, who, id); err == nil {
				mine = append(mine, id)
			}
		}
		return mine, err
	})
}

func (a *Accounts) invite(ctx context.Context, who access.Actor, whom func(context.Context, *store.Tx) ([]int64, error)) (all []Invitation, err error) {
	if err := a.has(who, Edit); err != nil {
		return nil, err
	}
	err = a.city.Write(ctx, func(tx *store.Tx) error {
		ids, err := whom(ctx, tx)
		if err != nil {
			return err
		}
		all = nil
		for _, id := range ids {
			one, err := a.inviteOne(ctx, tx, who, id)
			if err != nil {
				return err
			}
			all = append(all, one)
		}
		return nil
	})
	return all, err
}

func (a *Accounts) inviteOne(ctx context.Context, tx *store.Tx, who access.Actor, person int64) (Invitation, error) {
	p, err := a.mayHandle(ctx, tx, who, person)
	if err != nil {
		return Invitation{}, err
	}
	stored, err := store.Value[string](ctx, tx, `select password from account_person where city = ? and id = ?`, tx.City, person)
	switch {
	case err != nil:
		return Invitation{}, fmt.Errorf("invite: %w", err)
	case p.Resident:
		return Invitation{}, ErrResident
	case !p.Active:
		return Invitation{}, ErrInactive
	case stored != "":
		return Invitation{}, ErrSettled
	}
	one := Invitation{p.Person, strings.ToLower(rand.Text()), tx.Now + inviteLife.Microseconds()}
	tx.Exec(`insert into account_invitation (city, person, code, until) values (?, ?, ?, ?)
		on conflict (city, person) do update set code = excluded.code, until = excluded.until`, tx.City, person, a.inviteHash(one.Code), one.Until)
	ledger.Append(tx, who, "account.invite", ledger.Subject{Kind: "person", ID: person}, nil)
	return one, nil
}

func (a *Accounts) inviteHash(code string) string {
	return a.blind("invitation", strings.ToLower(strings.TrimSpace(code)))
}

// Invited tells whom a code invites, as long as it works. A code has 130 bits: nobody guesses one, so nobody counts.
func (a *Accounts) Invited(ctx context.Context, code string) (Person, error) {
	return a.invited(ctx, a.city, code, a.now())
}

func (a *Accounts) invited(ctx context.Context, q store.Querier, code string, now int64) (Person, error) {
	p, err := store.One(ctx, q, scanPerson, `select `+personColumns+` from account_person where city = ? and password = '' and active
		and id in (select person from account_invitation where city = ? and code = ? and until > ?)`, a.city.ID, a.city.ID, a.inviteHash(code), now)
	if errors.Is(err, store.ErrNone) {
		return p, ErrInvitation
	}
	return p, err
}

// Accept sets the password that the invited person has chosen and signs them in. The code works once, however often it is sent at the same time.
func (a *Accounts) Accept(ctx context.Context, code, password string) (Session, error) {
	p, err := a.Invited(ctx, code)
	if err != nil {
		return Session{}, err
	}
	if err := strong("password", p.Login, password); err != nil {
		return Session{}, err
	}
	hash, err := a.hash(ctx, password)
	if err != nil {
		return Session{}, err
	}
	err = a.city.Write(ctx, func(tx *store.Tx) error {
		if p, err = a.invited(ctx, tx, code, tx.Now); err != nil {
			return err
		}
		tx.Exec(`update account_person set password = ?, must_change = ? where city = ? and id = ?`, hash, false, tx.City, p.ID)
		tx.Exec(`delete from account_invitation where city = ? and person = ?`, tx.City, p.ID)
		ledger.Append(tx, access.Actor{City: tx.City, Person: p.ID, Name: p.Name}, "account.accept", ledger.Subject{Kind: "person", ID: p.ID}, nil)
		return nil
	})
	if err != nil {
		return Session{}, err
	}
	return a.start(ctx, credentials{p, hash}, ErrInactive)
}
