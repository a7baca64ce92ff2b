package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"mulin/schema"
)

// sqliteEngine has one connection that writes and a pool that only reads.
type sqliteEngine struct {
	write *sql.DB
	read  *sql.DB
	conn  *sql.Conn     // the one writer
	turn  chan struct{} // holds one while somebody has the writer
	stmts map[string]*sql.Stmt
	prep  statements
	log   walFile
	fold  int // frames in the log from which it is folded into the file
}

// pragmas of every connection. busy_timeout comes before WAL; at NORMAL a commit only writes to the log, which flush brings to the disk.
// The log is folded into the file by us (fold): SQLite does so too, but keeps to itself when a sync fails there.
func sqliteDSN(path string, more ...string) string {
	q := url.Values{"_pragma": append([]string{
		"busy_timeout(3000)", "journal_mode(wal)", "synchronous(normal)", "foreign_keys(on)",
		"wal_autocheckpoint(0)", "cache_size(-8000)", "temp_store(memory)",
	}, more...), "_txlock": {"immediate"}}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func openSQLite(ctx context.Context, path string) (engine, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("make the folder of the database: %w", err)
	}
	e := &sqliteEngine{stmts: map[string]*sql.Stmt{}, turn: make(chan struct{}, 1), log: walFile{path: path + "-wal"}, fold: 10_000} // large steps measured faster than any driver change
	var err error
	if e.write, err = sql.Open("sqlite", sqliteDSN(path)); err != nil {
		return nil, err
	}
	e.write.SetMaxOpenConns(1)
	if e.conn, err = e.write.Conn(ctx); err != nil {
		e.write.Close()
		return nil, sqliteError(err)
	}
	n := max(4, 2*runtime.NumCPU())
	if e.read, err = sql.Open("sqlite", sqliteDSN(path, "query_only(on)")); err != nil {
		e.close()
		return nil, err
	}
	e.read.SetMaxOpenConns(n)
	e.read.SetMaxIdleConns(n)
	e.prep.db = e.read
	return e, nil
}

func (e *sqliteEngine) kind() schema.Engine { return schema.SQLite }

func (e *sqliteEngine) query(ctx context.Context, text string, args []any) (Rows, error) {
	rows, err := e.prep.query(ctx, text, args)
	if err != nil {
		return nil, sqliteError(err)
	}
	return sqlRows{rows}, nil
}

func (e *sqliteEngine) explain(ctx context.Context, text string, args []any) (string, error) {
	rows, err := e.read.QueryContext(ctx, "explain query plan "+text, args...)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			return "", err
		}
		plan.WriteString(detail + "\n")
	}
	return plan.String(), rows.Err()
}

func (e *sqliteEngine) close() error {
	if e.conn != nil {
		_ = e.take(context.Background())
		defer e.free()
		// Leave a small WAL behind: the next start need not replay it.
		_, _ = e.conn.ExecContext(context.Background(), `pragma wal_checkpoint(truncate)`)
		for _, st := range e.stmts {
			st.Close()
		}
		e.conn.Close()
	}
	if e.read != nil {
		e.prep.close()
		e.read.Close()
	}
	return errors.Join(e.write.Close(), e.log.close()) // in this order: who closes a file's handle drops the process's locks on it
}

// Checkpoint folds the write-ahead log into the file, so that it doesn't grow under constant readers; PostgreSQL does so by itself.
func (db *DB) Checkpoint(ctx context.Context) error {
	e, ok := db.engine.(*sqliteEngine)
	if !ok {
		return nil
	}
	if err := e.take(ctx); err != nil {
		return err
	}
	defer e.free()
	if err := db.broken.err(); err != nil {
		return err
	}
	_, err := e.conn.ExecContext(ctx, `pragma wal_checkpoint(truncate)`)
	db.broken.note(err)
	return sqliteError(err)
}

// take waits for the writer; free lets the next one have it.
func (e *sqliteEngine) take(ctx context.Context) error {
	select {
	case e.turn <- struct{}{}:
		if err := ctx.Err(); err != nil {
			e.free()
			return err
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *sqliteEngine) free() { <-e.turn }

func (e *sqliteEngine) begin(ctx context.Context, group bool) (session, error) {
	if err := e.take(ctx); err != nil {
		return nil, err
	}
	// Once asked for, it is waited for: a context that ended in between would leave the one connection inside a transaction. busy_timeout bounds the wait.
	if _, err := e.conn.ExecContext(context.WithoutCancel(ctx), `begin immediate`); err != nil {
		e.free()
		return nil, sqliteError(err)
	}
	return &sqliteSession{e: e, lag: group}, nil
}

type sqliteSession struct {
	e    *sqliteEngine
	lag  bool
	over bool
}

func (s *sqliteSession) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	if st := s.e.stmts[text]; st != nil {
		return st, nil
	}
	st, err := s.e.conn.PrepareContext(ctx, text)
	if err == nil {
		if len(s.e.stmts) >= maxStatements {
			for k, old := range s.e.stmts {
				old.Close()
				delete(s.e.stmts, k)
				break
			}
		}
		s.e.stmts[text] = st
	}
	return st, err
}

func (s *sqliteSession) flush(ctx context.Context, queue []stmt) error {
	for _, q := range queue {
		st, err := s.prepared(ctx, q.sql)
		if err == nil {
			_, err = st.ExecContext(ctx, q.args...)
		}
		if err != nil {
			return refused{fmt.Errorf("%w in %s", sqliteError(err), brief(q.sql))}
		}
	}
	return nil
}

func (s *sqliteSession) send(ctx context.Context, queue []stmt, read *stmt) (Rows, error) {
	if err := s.flush(ctx, queue); err != nil || read == nil {
		return nil, err
	}
	st, err := s.prepared(ctx, read.sql)
	if err != nil {
		return nil, refused{fmt.Errorf("%w in %s", err, brief(read.sql))}
	}
	rows, err := st.QueryContext(ctx, read.args...)
	if err != nil {
		return nil, refused{fmt.Errorf("%w in %s", sqliteError(err), brief(read.sql))}
	}
	return sqlRows{rows}, nil
}

func (s *sqliteSession) commit(ctx context.Context, queue []stmt) error {
	if err := s.flush(ctx, queue); err != nil {
		s.rollback()
		return err
	}
	if _, err := s.e.conn.ExecContext(ctx, `commit`); err != nil {
		s.rollback()
		return refused{sqliteError(err)}
	}
	err := s.e.foldLog(context.WithoutCancel(ctx))
	s.end()
	if isDiskFailure(err) {
		return err
	}
	// The transaction stands, so no other reason is told to those who wrote: on a full disk the log stays long, and the next commit tries again.
	if s.lag {
		return nil
	}
	return s.e.flush(ctx)
}

func (s *sqliteSession) rollback() {
	if s.over {
		return
	}
	_, _ = s.e.conn.ExecContext(context.Background(), `rollback`)
	s.end()
}

func (s *sqliteSession) end() {
	s.over = true
	s.e.free()
}

func (e *sqliteEngine) migrate(ctx context.Context, files []schema.File, now int64) error {
	if err := e.take(ctx); err != nil {
		return err
	}
	defer e.free()
	run := func(text string, args ...any) error {
		_, err := e.conn.ExecContext(ctx, text, args...)
		return sqliteError(err)
	}
	if err := run(`begin immediate`); err != nil {
		return err
	}
	err := apply(files, now, run, func() (map[string]string, error) {
		rows, err := e.conn.QueryContext(ctx, readVersions)
		if err != nil {
			return nil, err
		}
		return scanVersions(sqlRows{rows})
	})
	if err != nil {
		_ = run(`rollback`)
		return err
	}
	return run(`commit`)
}

// sqlRows adapts database/sql's rows.
type sqlRows struct{ *sql.Rows }

func (r sqlRows) Close() { r.Rows.Close() }

// maxStatements bounds the prepared statements kept; filters of lists make a few dozen.
const maxStatements = 500

// statements keeps prepared reads by their text, at most maxStatements that nobody uses.
type statements struct {
	db *sql.DB
	mu sync.RWMutex
	by map[string]*prepared
}

type prepared struct {
	*sql.Stmt
	users atomic.Int32 // who has begun to query and doesn't have rows yet: rows keep the statement by themselves
}

func (p *statements) query(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	st, err := p.take(ctx, text)
	if err != nil {
		return nil, err
	}
	defer st.users.Add(-1)
	return st.QueryContext(ctx, args...)
}

// take gives a statement with one user more.
func (p *statements) take(ctx context.Context, text string) (*prepared, error) {
	p.mu.RLock()
	st := p.by[text]
	if st != nil {
		st.users.Add(1)
	}
	p.mu.RUnlock()
	if st != nil {
		return st, nil
	}
	fresh, err := p.db.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if st = p.by[text]; st != nil {
		fresh.Close()
	} else {
		p.evict()
		st = &prepared{Stmt: fresh}
		p.by[text] = st
	}
	st.users.Add(1)
	return st, nil
}

// evict makes room for one more.
func (p *statements) evict() {
	if p.by == nil {
		p.by = map[string]*prepared{}
	}
	for text, old := range p.by {
		if len(p.by) < maxStatements {
			return
		}
		if old.users.Load() == 0 {
			old.Close()
			delete(p.by, text)
		}
	}
}

func (p *statements) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, st := range p.by {
		st.Close()
	}
	p.by = nil
}

// sqliteError puts the readable fault in front of what the driver says.
func sqliteError(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fmt.Errorf("%w: %w", ErrDuplicate, err)
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("%w: %w", ErrBusy, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return err
}

// isDiskFailure recognises a failed write or sync.
func isDiskFailure(err error) bool {
	var e *sqlite.Error
	return errors.Is(err, ErrBroken) || errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_IOERR
}
