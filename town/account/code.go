package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"mulin/internal/access"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// MaxMobile and MaxCode are how long the number that a code is sent to and a code may be as they are typed, with blanks.
const (
	MaxMobile = 20
	MaxCode   = 8
)

// A code lives for five minutes and five tries.
const (
	codeLife  = 5 * time.Minute
	codeTries = 5
)

// SendCode sends six digits to a phone, whether or not anybody has signed in with it before. A new code replaces the one before.
func (a *Accounts) SendCode(ctx context.Context, phone, addr string) error {
	phone, err := foldPhone(phone)
	if err != nil {
		return err
	}
	if a.send == nil {
		return ErrUnsent
	}
	code, blind := newCode(), a.blind("phone", phone)
	names := append(every("phone:"+blind, phoneTries), a.byAddress("send", addr, sendTries...)...)
	err = a.city.Upkeep(ctx, func(tx *store.Tx) error {
		if err := take(ctx, tx, ErrOften, names...); err != nil {
			return err
		}
		tx.Exec(`insert into account_code (city, phone, code, tries, until) values (?, ?, ?, 0, ?)
			on conflict (city, phone) do update set code = excluded.code, tries = 0, until = excluded.until`,
			tx.City, blind, a.codeHash(blind, code), tx.Now+codeLife.Microseconds())
		return nil
	})
	if err != nil {
		return err
	}
	if err := a.send.Send(ctx, phone, code); err != nil {
		return fmt.Errorf("send code: %w: %w", ErrUnsent, err)
	}
	return nil
}

// VerifyCode opens a session for the resident with this phone, who gets an account with the first one. A code works once, however often it is sent at once.
func (a *Accounts) VerifyCode(ctx context.Context, phone, code, addr string) (Session, error) {
	phone, err := foldPhone(phone)
	if err != nil {
		return Session{}, err
	}
	blind := a.blind("phone", phone)
	ok, err := a.useCode(ctx, blind, strings.TrimSpace(norm.NFKC.String(code)), addr)
	if err != nil {
		return Session{}, err
	}
	if !ok {
		return Session{}, ErrCode
	}
	c, err := a.resident(ctx, phone, blind)
	if err != nil {
		return Session{}, fmt.Errorf("find resident: %w", err)
	}
	return a.start(ctx, c, ErrInactive)
}

// useCode counts a try and takes the code away if it is the right one. The update holds the row, so that parallel tries come one after another.
func (a *Accounts) useCode(ctx context.Context, blind, code, addr string) (ok bool, err error) {
	type stored struct {
		code         string
		tries, until int64
	}
	scan := func(r store.Row) (s stored, err error) { return s, r.Scan(&s.code, &s.tries, &s.until) }
	want := a.codeHash(blind, code)
	err = a.city.Upkeep(ctx, func(tx *store.Tx) error {
		ok = false
		if err := take(ctx, tx, ErrLocked, a.byAddress("verify", addr, verifyTries...)...); err != nil {
			return err
		}
		tx.Exec(`update account_code set tries = tries + 1 where city = ? and phone = ?`, tx.City, blind)
		s, err := store.One(ctx, tx, scan, `select code, tries, until from account_code where city = ? and phone = ?`, tx.City, blind)
		if errors.Is(err, store.ErrNone) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("check code: %w", err)
		}
		ok = s.tries <= codeTries && s.until > tx.Now && subtle.ConstantTimeCompare([]byte(s.code), []byte(want)) == 1
		if ok {
			tx.Exec(`delete from account_code where city = ? and phone = ?`, tx.City, blind)
		}
		return nil
	})
	return ok && err == nil, err
}

// resident finds the person of a phone, or makes one.
func (a *Accounts) resident(ctx context.Context, phone, blind string) (credentials, error) {
	c, err := a.credentials(ctx, `phone_blind = ? and phone_blind <> ''`, blind)
	if err != nil || c.ID != 0 {
		return c, err
	}
	sealed := a.box.Seal(phone)
	err = a.city.Write(ctx, func(tx *store.Tx) error {
		id, err := store.Value[int64](ctx, tx, `select id from account_person where city = ? and phone_blind = ? and phone_blind <> ''`, tx.City, blind)
		if err == nil {
			c.ID = id
			return nil
		}
		if !errors.Is(err, store.ErrNone) {
			return err
		}
		c.ID = tx.NewID()
		tx.Exec(`insert into account_person (city, id, login, name, resident, phone, phone_blind, password, must_change, active, made_at, last_in)
			values (?, ?, '', '', ?, ?, ?, '', ?, ?, ?, 0)`, tx.City, c.ID, true, sealed, blind, false, true, tx.Now)
		ledger.Append(tx, access.Actor{City: tx.City, Person: c.ID}, joined, ledger.Subject{Kind: "person", ID: c.ID}, nil)
		return nil
	})
	c.Resident = true
	return c, err
}

// Phone is the actor's own phone, "" for none.
func (a *Accounts) Phone(ctx context.Context, who access.Actor) (string, error) {
	if who.City != a.city.ID || who.Person == 0 {
		return "", access.ErrDenied
	}
	sealed, err := store.Value[[]byte](ctx, a.city, `select phone from account_person where city = ? and id = ?`, a.city.ID, who.Person)
	if err != nil || len(sealed) == 0 {
		return "", missing(err, ErrNoPerson)
	}
	return a.box.Open(sealed)
}

func (a *Accounts) codeHash(blind, code string) string { return a.blind("code", blind+"|"+code) }

func newCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // never since Go 1.24
	}
	return fmt.Sprintf("%06d", n)
}

// A Chinese mobile number without its country, or any number with it.
var (
	mobile = regexp.MustCompile(`^(?:\+?86|0086)?(1[3-9][0-9]{9})$`)
	abroad = regexp.MustCompile(`^\+[1-9][0-9]{7,14}$`)
	filler = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", "\u00a0", "", "\t", "")
)

// foldPhone makes one form of a phone number however it was typed.
func foldPhone(s string) (string, error) {
	if utf8.RuneCountInString(s) > MaxMobile {
		return "", ErrPhone
	}
	s = filler.Replace(norm.NFKC.String(s))
	if m := mobile.FindStringSubmatch(s); m != nil {
		return m[1], nil
	}
	if abroad.MatchString(s) && !strings.HasPrefix(s, "+86") {
		return s, nil
	}
	return "", ErrPhone
}
