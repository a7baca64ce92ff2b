package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
)

// engine is a database with the filled city to copy from.
type engine struct {
	name string
	url  string // of the server; empty: SQLite
	base string // the filled city
}

// fresh gives an empty database, or a copy of the one at from.
func (b *bench) fresh(ctx context.Context, e engine, from string) (string, error) {
	b.made++
	if e.url == "" {
		path := filepath.Join(b.dir, fmt.Sprintf("%d.db", b.made))
		if from == "" {
			return path, nil
		}
		return path, copyFile(from, path)
	}
	name := fmt.Sprintf("mulin_bench_%d_%d", os.Getpid(), b.made)
	sql := `create database ` + name
	if from != "" {
		sql += ` template ` + from[strings.LastIndex(cutQuery(from), "/")+1:len(cutQuery(from))]
	}
	return database(e.url, name), b.admin(ctx, e.url, sql)
}

func cutQuery(url string) string {
	path, _, _ := strings.Cut(url, "?")
	return path
}

// database is the server's URL with another database.
func database(url, name string) string {
	path := cutQuery(url)
	return path[:strings.LastIndex(path, "/")+1] + name + url[len(path):]
}

func (b *bench) admin(ctx context.Context, url, sql string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err = conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return nil
}

// discard removes a database.
func (b *bench) discard(e engine, db string) {
	if e.url == "" {
		old, _ := filepath.Glob(strings.TrimSuffix(db, ".db") + "*")
		for _, f := range old {
			_ = os.Remove(f)
		}
		return
	}
	path := cutQuery(db)
	if err := b.admin(context.Background(), e.url, `drop database if exists `+path[strings.LastIndex(path, "/")+1:]+` with (force)`); err != nil {
		fmt.Fprintln(b.say, err)
	}
}

func (b *bench) drop() {
	for _, e := range b.engines {
		b.discard(e, e.base)
	}
}

// on runs f on a copy of the filled city.
func (b *bench) on(ctx context.Context, e engine, f func(db string) error) error {
	db, err := b.fresh(ctx, e, e.base)
	if err != nil {
		return err
	}
	defer b.discard(e, db)
	return f(db)
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
