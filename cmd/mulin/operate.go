package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"mulin/internal/clock"
	"mulin/internal/ledger"
	"mulin/internal/life"
)

type migrateCmd struct{}

// Run brings the schema up to date: opening does it.
func (migrateCmd) Run(ctx context.Context, c *common) error {
	a, err := c.open(ctx, c.log())
	if err != nil {
		return err
	}
	fmt.Println("the schema is up to date")
	return a.Close()
}

type foundCmd struct {
	ID   int64  `help:"Number of the city: its division code, GB/T 2260." required:""`
	Name string `help:"Name, shown on every page." required:""`
}

// Run founds a city with the standard roles; lists and places are then imported or typed in the site.
func (f *foundCmd) Run(ctx context.Context, c *common) error {
	a, err := c.open(ctx, c.log())
	if err != nil {
		return err
	}
	defer a.Close()
	t, err := a.Found(ctx, f.ID)
	if err != nil {
		return err
	}
	if err := t.Name(ctx, f.Name); err != nil {
		return err
	}
	fmt.Printf("city %d %s is founded; next: mulin admin create --city %d --login NAME\n", f.ID, f.Name, f.ID)
	return nil
}

type adminCmd struct {
	City  int64  `help:"The city; default: the only one." placeholder:"ID"`
	Login string `help:"Name to sign in with." required:""`
}

// Run creates the first administrator.
func (ad *adminCmd) Run(ctx context.Context, c *common) error {
	a, t, err := c.town(ctx, c.log(), ad.City)
	if err != nil {
		return err
	}
	defer a.Close()
	password := os.Getenv("MULIN_PASSWORD")
	if password == "" {
		if password, err = askPassword(); err != nil {
			return err
		}
	}
	if _, err := t.Accounts.CreateFirstAdmin(ctx, ad.Login, password); err != nil {
		return err
	}
	fmt.Printf("%s may now sign in and appoint others\n", ad.Login)
	return nil
}

// askPassword reads a password twice without showing it; from a pipe, one line.
func askPassword() (string, error) {
	fd := int(os.Stdin.Fd())
	if !term.IsTerminal(fd) {
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if err != nil && line == "" {
			return "", errors.New("no password: type one, or set MULIN_PASSWORD")
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	var typed [2]string
	for i, ask := range []string{"Password: ", "Once more: "} {
		fmt.Fprint(os.Stderr, ask)
		b, err := term.ReadPassword(fd)
		fmt.Fprintln(os.Stderr)
		if err != nil {
			return "", err
		}
		typed[i] = string(b)
	}
	if typed[0] != typed[1] {
		return "", errors.New("the two passwords differ")
	}
	return typed[0], nil
}

type verifyCmd struct {
	File     string `arg:"" help:"The proof: receipt-….json."`
	Said     string `help:"A file of what was sent, the title in its first line and the text below: is it that of the proof?" placeholder:"FILE"`
	Verifier string `help:"The city's key, from https://its-site/ledger/key, best kept since before the proof was made." required:"" placeholder:"KEY"`
}

// Run says what the proof proves.
func (v *verifyCmd) Run() error {
	b, err := os.ReadFile(v.File)
	if err != nil {
		return err
	}
	var r ledger.Receipt
	if err := json.Unmarshal(b, &r); err != nil {
		return fmt.Errorf("%s is no proof: %w", v.File, err)
	}
	if err := r.Check(strings.TrimSpace(v.Verifier)); err != nil {
		return err
	}
	fmt.Printf("proved: %s %s stands as entry %d in the ledger of city %d, at %s\n", r.Verb, r.Number, r.Seq, r.City, clock.Time(r.At).Format(time.RFC3339))
	if v.Said == "" {
		return nil
	}
	return v.words(r)
}

// words holds what was sent against the digest in the proof.
func (v *verifyCmd) words(r ledger.Receipt) error {
	said, err := os.ReadFile(v.Said)
	if err != nil {
		return err
	}
	var body struct{ Digest string }
	if err := json.Unmarshal([]byte(r.Body), &body); err != nil {
		return err
	}
	title, text, _ := strings.Cut(strings.TrimSuffix(string(said), "\n"), "\n")
	if of := (&life.Life{ID: r.Subject, Salt: r.Salt}); of.Digest(title, text) != body.Digest {
		return errors.New("other words than these were sent")
	}
	fmt.Println("proved: these words were sent")
	return nil
}

type checkCmd struct {
	City int64 `help:"The city; default: the only one." placeholder:"ID"`
}

// Run reads the ledger from the first entry on.
func (ck *checkCmd) Run(ctx context.Context, c *common) error {
	a, t, err := c.town(ctx, c.log(), ck.City)
	if err != nil {
		return err
	}
	defer a.Close()
	n, err := ledger.Head(ctx, t.City, t.ID)
	if err != nil {
		return err
	}
	if _, err := t.Tree.Verify(ctx); err != nil {
		return err
	}
	fmt.Printf("%d entries, none altered, none missing\n", n)
	return nil
}
