package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"mulin/app"
	"mulin/app/demo"
	"mulin/bench"
	"mulin/gate/api"
	"mulin/internal/clock"
	"mulin/internal/store"
	"mulin/town/account"
	"mulin/town/casework"
)

type benchCmd struct {
	Cases    int      `help:"Generated cases for lists, pages and search." default:"200000"`
	Seconds  float64  `help:"Length of one measurement." default:"5"`
	Rounds   int      `help:"Rounds, interleaved; the table shows medians." default:"3"`
	Only     []string `help:"Measure only these parts: raw, handler, intake, import, reads, same." placeholder:"PART"`
	Markdown bool     `help:"Write the table as Markdown."`
	Profiles string   `help:"Keep CPU and heap profiles of the servers in this folder." placeholder:"DIR"`
	Part     bool     `hidden:"" help:"Be a server or clients of a run."`
}

// Run measures. With --db=postgres://… also on that server, on databases of their own that are dropped afterwards; an existing city is never touched.
func (b *benchCmd) Run(ctx context.Context, c *common) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	kit := bench.Kit{Raise: raise, Exec: []string{self, "bench", "--part"}}
	if b.Part {
		return bench.Part(ctx, kit, os.Stdin, os.Stdout)
	}
	if b.Rounds < 1 || b.Seconds <= 0 || b.Cases < 1000 {
		return fmt.Errorf("at least one round, a time and 1000 cases are needed")
	}
	o := bench.Options{Cases: b.Cases, Time: time.Duration(b.Seconds * float64(time.Second)), Rounds: b.Rounds, Only: b.Only, Markdown: b.Markdown, Keep: b.Profiles}
	if store.IsPostgres(c.DB) {
		o.Postgres = c.DB
	}
	if b.Profiles != "" {
		if err := os.MkdirAll(b.Profiles, 0o750); err != nil {
			return err
		}
	}
	return bench.Run(ctx, kit, o, os.Stdout, os.Stderr)
}

// raise opens a demo-sized installation as `mulin serve` does, but with no limits per address.
func raise(ctx context.Context, data, db string) (*bench.Site, error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	a, err := app.Open(ctx, app.Config{Data: data, DB: db, Unlimited: true}, clock.System, log)
	if err != nil {
		return nil, err
	}
	t, err := a.Found(ctx, demo.ID)
	if err != nil {
		a.Close()
		return nil, err
	}
	return &bench.Site{
		Areas: t.Areas, DB: a.DB, Search: t.Search,
		Handler: a.Handler(app.Door{}),
		Intake: func(desk *casework.Desk) http.Handler {
			calls := api.API{Desk: desk, Words: a.Words, Log: log}
			return calls.Handler()
		},
		Seed: func(ctx context.Context) error {
			return demo.Seed(ctx, t, a.Photos, demo.Small, func(string, int, int) {})
		},
		Run: t.Run,
		Staff: func(ctx context.Context, role string, body, place int64) (string, error) {
			return staff(ctx, t, role, body, place)
		},
		CatchUp: t.Feed.CatchUp,
		Close:   a.Close,
	}, nil
}

// staff makes somebody with a post and signs them in.
func staff(ctx context.Context, t *app.Town, role string, body, place int64) (cookie string, err error) {
	login := fmt.Sprintf("bench-%s-%d", role, clock.System.Now().UnixNano())
	p, err := t.Accounts.Create(ctx, t.System(), account.NewPerson{Login: login, Name: role})
	if err != nil {
		return "", err
	}
	if _, err := t.Accounts.Appoint(ctx, t.System(), p.ID, role, body, place); err != nil {
		return "", err
	}
	t.Accounts.AllowOneClick()
	s, err := t.Accounts.SignInAs(ctx, login)
	return "session=" + s.Token, err
}
