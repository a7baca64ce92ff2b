package bench

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	_ "modernc.org/sqlite" // the driver

	"mulin/internal/clock"
	"mulin/internal/store"
)

// headSQL is what the store itself adds to each commit.
const headSQL = `update ledger_head set seq = seq + 1, serial = serial + 1 where city = ?`

// group commits the same rows through the store, in process, with 64 writers.
func (b *bench) group(ctx context.Context, e engine) error {
	return b.on(ctx, e, func(path string) error {
		db, err := store.Open(ctx, path, clock.System)
		if err != nil {
			return err
		}
		defer db.Close()
		ids, err := db.Cities(ctx)
		if err != nil {
			return err
		}
		city := db.City(ids[0])
		var next, done atomic.Int64
		var failed atomic.Value
		var g sync.WaitGroup
		start := clock.System.Now()
		for range 64 {
			g.Go(func() {
				for clock.System.Now().Sub(start) < b.Time {
					i := int(next.Add(1)) - 1
					if i >= len(b.rows.writes) {
						return
					}
					if err := city.Write(ctx, func(tx *store.Tx) error {
						for _, s := range b.rows.writes[i] {
							tx.Exec(s.SQL, slices.Clone(s.Args)...)
						}
						return nil
					}); err != nil {
						failed.Store(err)
						return
					}
					done.Add(1)
				}
			})
		}
		g.Wait()
		if err, ok := failed.Load().(error); ok {
			return err
		}
		b.note(e.name+" group commit in process", float64(done.Load())/clock.System.Now().Sub(start).Seconds())
		return nil
	})
}

// single commits the same rows one by one on a connection of its own, as a program without groups would.
func (b *bench) single(ctx context.Context, e engine) error {
	if e.url != "" {
		return nil
	}
	return b.on(ctx, e, func(path string) error {
		db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=wal_autocheckpoint(10000)&_pragma=cache_size(-16000)&_txlock=immediate")
		if err != nil {
			return err
		}
		defer db.Close()
		db.SetMaxOpenConns(1)
		conn, err := db.Conn(ctx)
		if err != nil {
			return err
		}
		defer conn.Close()
		prepared := map[string]*sql.Stmt{}
		run := func(text string, args ...any) error {
			st := prepared[text]
			if st == nil {
				if st, err = conn.PrepareContext(ctx, text); err != nil {
					return err
				}
				prepared[text] = st
			}
			_, err := st.ExecContext(ctx, args...)
			return err
		}
		n, start := 0, clock.System.Now()
		for ; n < len(b.rows.writes) && clock.System.Now().Sub(start) < b.Time; n++ {
			if err := run(`begin immediate`); err != nil {
				return err
			}
			for _, s := range b.rows.writes[n] {
				if err := run(s.SQL, s.Args...); err != nil {
					return err
				}
			}
			if err := run(headSQL, b.rows.writes[n][0].Args[0]); err != nil {
				return err
			}
			if err := run(`commit`); err != nil {
				return err
			}
		}
		b.note("SQLite single commit", float64(n)/clock.System.Now().Sub(start).Seconds())
		return nil
	})
}

// pgbench lets PostgreSQL's own tool run the same inserts: as a transaction of single statements, and all in one statement. The city's head is left out,
// its lock would make them wait for each other.
func (b *bench) pgbench(ctx context.Context, e engine) error {
	if e.url == "" {
		return nil
	}
	tool, err := exec.LookPath("pgbench")
	if err != nil {
		fmt.Fprintln(b.say, "  pgbench is not installed: left out")
		return nil
	}
	inserts := scripted(b.rows.twins[0], b.rows.twins[1])
	random := "\\set id random(1, 4503599627370495)\n"
	var with []string
	for i, s := range inserts[:len(inserts)-1] {
		with = append(with, fmt.Sprintf("x%d as (%s)", i, s))
	}
	for _, script := range []struct{ name, text string }{
		{"pgbench", random + "begin;\n" + strings.Join(inserts, ";\n") + ";\ncommit;\n"},
		{"pgbench, one statement", random + "with " + strings.Join(with, ", ") + " " + inserts[len(inserts)-1] + ";\n"},
	} {
		file := filepath.Join(b.dir, "pgbench.sql")
		if err := os.WriteFile(file, []byte(script.text), 0o600); err != nil {
			return err
		}
		for _, n := range []int{8, 64, 128} {
			if err := b.on(ctx, e, func(db string) error {
				cmd := exec.CommandContext(ctx, tool, "-n", "-M", "prepared", "-f", file, "-c", strconv.Itoa(n), "-j", "2", "-T", strconv.Itoa(max(1, int(b.Time.Seconds()))), db)
				out, err := cmd.CombinedOutput()
				if err != nil {
					return fmt.Errorf("pgbench: %w: %s", err, tail(out))
				}
				m := tpsPattern.FindSubmatch(out)
				if m == nil {
					return fmt.Errorf("pgbench says nothing of tps: %s", tail(out))
				}
				tps, err := strconv.ParseFloat(string(m[1]), 64)
				b.note(fmt.Sprintf("%s %d", script.name, n), tps)
				return err
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

var tpsPattern = regexp.MustCompile(`tps = ([0-9.]+)`)

func tail(b []byte) string { return string(b[max(0, len(b)-500):]) }

// scripted writes the statements of one filing with their values; what differs from another filing's must be unique and is made from pgbench's :id.
func scripted(one, other []store.Statement) []string {
	all := make([]string, len(one))
	for i, s := range one {
		args := s.Args
		n := 0
		all[i] = strings.Join(strings.Fields(placeholder.ReplaceAllStringFunc(s.SQL, func(string) string {
			v := literal(args[n], other[i].Args[n])
			n++
			return v
		})), " ")
	}
	return all
}

var placeholder = regexp.MustCompile(`\?`)

func literal(v, other any) string {
	switch v := v.(type) {
	case int64:
		if o, ok := other.(int64); ok && o != v {
			return ":id"
		}
		return strconv.FormatInt(v, 10)
	case int:
		return strconv.Itoa(v)
	case bool:
		return strconv.FormatBool(v)
	case []byte:
		if v == nil {
			return "null"
		}
		return fmt.Sprintf(`'\x%x'`, v)
	case *float64:
		if v == nil {
			return "null"
		}
		return strconv.FormatFloat(*v, 'f', -1, 64)
	case *int64:
		if v == nil {
			return "null"
		}
		return strconv.FormatInt(*v, 10)
	case *string:
		if v == nil {
			return "null"
		}
		return quoted(*v)
	case nil:
		return "null"
	}
	s, o := fmt.Sprint(v), fmt.Sprint(other)
	if s != o && len(s) <= 40 {
		return "'n' || (:id)::text"
	}
	return quoted(s)
}

func quoted(s string) string { return `'` + strings.ReplaceAll(s, `'`, `''`) + `'` }
