package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"

	"golang.org/x/term"

	"mulin/app"
	"mulin/app/demo"
	"mulin/gate/web/session"
	"mulin/gate/words"
	"mulin/internal/clock"
)

type demoCmd struct {
	Addr     string `help:"Address to listen on; a demo lets anybody in, so only on this machine." default:"127.0.0.1:8080" env:"MULIN_ADDR"`
	drafting `embed:""`
	Size     string `help:"How large a city: small, or the whole city with 450 grids." default:"small" enum:"small,city"`
}

// Run makes the demo city if it isn't there yet, serves it and says where to look.
func (d *demoCmd) Run(ctx context.Context, c *common) error {
	if err := loopback(d.Addr); err != nil {
		return err
	}
	l, err := app.Listen(d.Addr)
	if err != nil {
		return err
	}
	cfg := c.app()
	cfg.Demo = true
	cfg.DraftURL, cfg.DraftKey, cfg.DraftModel = d.DraftURL, d.DraftKey, d.DraftModel
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	a, err := app.Open(ctx, cfg, clock.System, log)
	if err != nil {
		l.Close()
		return err
	}
	defer a.Close()
	t, err := a.Found(ctx, demo.ID)
	if err != nil {
		return err
	}
	if err := demo.Seed(ctx, t, a.Photos, d.Size, seeding()); err != nil {
		return err
	}
	if t.Pages.Session.OneClick, err = demo.Guests(ctx, t); err != nil {
		return err
	}
	welcome(l.Addr().String(), t.Pages.Session.OneClick)
	return a.Serve(ctx, l, app.Door{Addr: d.Addr})
}

// loopback refuses an address that others could reach.
func loopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("--addr %q: want host:port", addr)
	}
	ip, err := netip.ParseAddr(host)
	if host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return errors.New("the demo lets anybody sign in as anybody, so it listens on this machine only: use 127.0.0.1, or `mulin serve` for others")
	}
	return nil
}

// seeding writes a line a part; on a terminal the line counts up in place.
func seeding() demo.Progress {
	live := term.IsTerminal(int(os.Stderr.Fd()))
	last := ""
	var mu sync.Mutex // the parts are made by many at once
	return func(part string, done, total int) {
		mu.Lock()
		defer mu.Unlock()
		if live {
			const width = 30
			n := width * done / max(1, total)
			fmt.Fprintf(os.Stderr, "\r%-10s %s%s %d/%d  ", part, strings.Repeat("█", n), strings.Repeat("░", width-n), done, total)
			if done == total {
				fmt.Fprintln(os.Stderr)
			}
			return
		}
		if part != last || done == total {
			fmt.Fprintf(os.Stderr, "%s %d/%d\n", part, done, total)
			last = part
		}
	}
}

// welcome prints the pages and whom one may become.
func welcome(addr string, guests []session.OneClick) {
	w, err := words.Load()
	if err != nil {
		return
	}
	zh, en := w.Words("zh"), w.Words("en")
	base := "http://" + addr
	fmt.Printf("\n睦邻 Mulin  %s\n\n", base)
	for _, p := range []struct{ path, zh, en string }{
		{"/", "居民首页", "for residents"}, {"/report", "上报", "report something"}, {"/follow", "查询进度", "follow a case"}, {"/signin", "工作人员登录", "staff"},
	} {
		fmt.Printf("  %-32s %s  %s\n", base+p.path, p.zh, p.en)
	}
	fmt.Printf("\n一键登录 One-click sign-in (%s/signin)\n\n", base)
	for _, g := range guests {
		fmt.Printf("  %s/signin?as=%-28s %s · %s  %s\n", base, g.Login, zh.T("role."+g.Role), g.Where, en.T("role."+g.Role))
	}
	fmt.Print("\nCtrl+C stops it. 按 Ctrl+C 停止。\n\n")
}
