package app_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"mulin/app"
	"mulin/internal/clock"
	"mulin/internal/seal"
	"mulin/internal/storetest"
)

// TestTheDatabaseGoesAway takes the database from under a running site: the resident reads what happened in their language, and what they typed is still there.
func TestTheDatabaseGoesAway(t *testing.T) {
	dsn := storetest.Postgres(t)
	c := serve(t, dsn)
	conn, err := pgx.Connect(t.Context(), os.Getenv("MULIN_TEST_POSTGRES"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	name := dsn[strings.LastIndex(strings.SplitN(dsn, "?", 2)[0], "/")+1:]
	name, _, _ = strings.Cut(name, "?")
	if _, err := conn.Exec(t.Context(), `drop database `+name+` with (force)`); err != nil {
		t.Fatal(err)
	}
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar}
	res, err := client.PostForm(c.url+"/report", url.Values{"text": {"路灯坏了两盏，天黑看不见路"}, "address": {"幸福里"}, "lang": {"zh"}})
	if err != nil {
		t.Fatal(err)
	}
	body := read(t, res)
	if res.StatusCode != http.StatusServiceUnavailable && res.StatusCode != http.StatusInternalServerError {
		t.Errorf("status %d", res.StatusCode)
	}
	if !strings.Contains(body, "路灯坏了两盏") {
		t.Errorf("what was typed is lost: %.600s", body)
	}
	if strings.Contains(body, "pgconn") || strings.Contains(body, "FATAL") || strings.Contains(body, name) {
		t.Errorf("inner text is shown: %.600s", body)
	}
	if res, err := http.Get(c.url + "/readyz"); err != nil || res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("readyz: %v, %v", res.StatusCode, err)
	}
	if res, err := http.Get(c.url + "/healthz"); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("healthz: %v, %v", res.StatusCode, err)
	}
}

// TestTheKeyIsGone: where a city stands without the key of its names and phones nothing starts, and no other key takes its place (F53).
func TestTheKeyIsGone(t *testing.T) {
	for name, dsn := range map[string]string{"sqlite": storetest.SQLite(t), "postgres": storetest.Postgres(t)} {
		data := t.TempDir()
		open := func() (*app.App, error) {
			return app.Open(t.Context(), app.Config{Data: data, DB: dsn}, clock.System, slog.New(slog.DiscardHandler))
		}
		a, err := open()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := a.Found(t.Context(), 1); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		a.Close()
		if err := os.Remove(filepath.Join(data, "key")); err != nil {
			t.Fatal(err)
		}
		_, err = open()
		if !errors.Is(err, seal.ErrNoKey) || !strings.Contains(err.Error(), "backup") {
			t.Errorf("%s without the key: %v", name, err)
		}
		if _, err := os.Stat(filepath.Join(data, "key")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: another key stands there: %v", name, err)
		}
	}
}
