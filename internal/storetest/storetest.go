// Package storetest gives tests an empty database with the newest schema, on both engines.
package storetest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"mulin/internal/clock"
	"mulin/internal/store"
	"mulin/schema"
)

// Start is what the clock of every test shows at first: a Monday morning in Shanghai.
var Start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("CST", 8*3600))

// Rounds is how often something is tried that finds more the longer it runs, such as a random walk or a kill in the middle of writes: few times in `make test`,
// many times in `make long`, which sets MULIN_TEST_LONG.
func Rounds(few, many int) int {
	if os.Getenv("MULIN_TEST_LONG") != "" {
		return many
	}
	return few
}

// Each runs f on an empty SQLite file and on an empty PostgreSQL database, as parallel subtests, each with its own clock.
func Each(t *testing.T, f func(t *testing.T, db *store.DB, clk *clock.Fake)) {
	t.Helper()
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": SQLite, "postgres": Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clk := clock.New(Start)
			f(t, Open(t, dsn(t), clk), clk)
		})
	}
}

// Released runs f with city 1 in a database that an earlier release has made, with the schema files before one, and seed has filled, after it was brought up to date.
func Released(t *testing.T, before, seed string, f func(t *testing.T, city *store.City)) {
	t.Helper()
	for name, dsn := range map[string]func(testing.TB) string{
		"sqlite":   func(t testing.TB) string { return filepath.Join(t.TempDir(), "mulin.db") },
		"postgres": func(t testing.TB) string { return copied(t, "template1") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, ctx := dsn(t), context.Background()
			old, err := store.OpenAt(ctx, at, clock.New(Start), before)
			if err != nil {
				t.Fatal(err)
			}
			city := Found(t, old, 1)
			if err := city.Write(ctx, func(tx *store.Tx) error { tx.Exec(seed); return nil }); err != nil {
				t.Fatal(err)
			}
			if err := old.Close(); err != nil {
				t.Fatal(err)
			}
			f(t, Open(t, at, clock.New(Start)).City(1))
		})
	}
}

// Open opens a database for the length of a test.
func Open(t testing.TB, dsn string, clk clock.Clock) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), dsn, clk)
	if err != nil {
		t.Fatalf("open %s: %v", dsn, err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// NewCity founds city 1.
func NewCity(t testing.TB, db *store.DB) *store.City {
	t.Helper()
	return Found(t, db, 1)
}

// Found founds a city of any number, for tests with two.
func Found(t testing.TB, db *store.DB, id int64) *store.City {
	t.Helper()
	if err := db.Found(context.Background(), id); err != nil {
		t.Fatalf("found city %d: %v", id, err)
	}
	return db.City(id)
}

// sqliteTemplate is an empty migrated database file, made once for the process.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "mulin-template")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "empty.db")
	db, err := store.Open(context.Background(), path, clock.New(Start))
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// SQLite gives the path of an empty database file with the newest schema.
func SQLite(t testing.TB) string {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "mulin.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// server is the PostgreSQL that `make test` starts for the tests.
func server() string { return os.Getenv("MULIN_TEST_POSTGRES") }

var made atomic.Int64

// postgresTemplate is an empty migrated database on the server, made once for all processes that run the same schema and never opened again.
var postgresTemplate = sync.OnceValues(func() (string, error) {
	ctx := context.Background()
	name, err := templateName()
	if err != nil {
		return "", err
	}
	conn, err := pgx.Connect(ctx, server())
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx) // gives back the lock, which keeps other processes from making the same
	if _, err := conn.Exec(ctx, `select pg_advisory_lock(hashtext($1))`, name); err != nil {
		return "", err
	}
	made := false
	if err := conn.QueryRow(ctx, `select exists (select 1 from pg_database where datname = $1 and not datallowconn)`, name).Scan(&made); err != nil || made {
		return name, err
	}
	if err := admin(`drop database if exists `+name+` with (force)`, `create database `+name); err != nil {
		return "", err
	}
	db, err := store.Open(ctx, database(name), clock.New(Start))
	if err != nil {
		return "", err
	}
	if err := db.Close(); err != nil {
		return "", err
	}
	return name, admin(`alter database ` + name + ` with allow_connections false`)
})

// templateName is the same for the same schema.
func templateName() (string, error) {
	files, err := schema.For(schema.Postgres)
	return fmt.Sprintf("mulin_template_%x", sha256.Sum256(fmt.Append(nil, files)))[:40], err
}

// Postgres gives the URL of an empty database with the newest schema; it is dropped after the test. With -short (`make quick`) the test ends here.
func Postgres(t testing.TB) string {
	t.Helper()
	wantServer(t)
	template, err := postgresTemplate()
	if err != nil {
		t.Fatalf("make the template database: %v", err)
	}
	return copied(t, template)
}

func wantServer(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("no PostgreSQL with -short")
	}
	if server() == "" {
		t.Fatal("MULIN_TEST_POSTGRES is not set: run `make test`, which starts a PostgreSQL, or set it to a postgres:// URL whose user may create databases")
	}
}

// copied gives the URL of a copy of a database, which is dropped after the test.
func copied(t testing.TB, template string) string {
	t.Helper()
	wantServer(t)
	name := fmt.Sprintf("mulin_test_%d_%d", os.Getpid(), made.Add(1))
	if err := admin(`create database ` + name + ` template ` + template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin(`drop database if exists ` + name + ` with (force)`); err != nil {
			t.Error(err)
		}
	})
	return database(name)
}

func admin(statements ...string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server())
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, s := range statements {
		if _, err := conn.Exec(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// database is the server's URL with another database name.
func database(name string) string {
	url, query, _ := strings.Cut(server(), "?")
	at := strings.LastIndex(url, "/")
	url = url[:at+1] + name
	if query != "" {
		url += "?" + query
	}
	return url
}
