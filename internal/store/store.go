// Package store keeps the rows: one SQL text on SQLite and PostgreSQL, readers apart from writers, and writes grouped into few commits.
//
// A City is the handle an area holds. Reads go to a pool; Write hands a function to the city's writer, which runs all that wait in one
// transaction, commits once and then answers all of them. An acknowledged write is on disk; on SQLite the next group works while the one before gets there.
package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/schema"
)

// ErrNone says that a query that should give a row gave none.
var ErrNone = errors.New("no such row")

// ErrDuplicate says that a row with this key, or with this value of a unique index, stands already.
var ErrDuplicate = errors.New("such a row exists already")

// Faults of the database itself, told to people in their language.
var (
	ErrBusy        = fault.New(fault.Unavailable, "store.busy")        // another process holds the file
	ErrReadOnly    = fault.New(fault.Unavailable, "store.readonly")    // the file or server takes no writes
	ErrUnreachable = fault.New(fault.Unavailable, "store.unreachable") // the server does not answer
	ErrUnsure      = fault.New(fault.Unavailable, "store.unsure")      // the server fell silent at the commit, and nobody can tell whether the write stands
	ErrFull        = fault.New(fault.Unavailable, "store.full")        // no room left on the disk
	ErrBroken      = fault.New(fault.Unavailable, "store.broken")      // the disk failed once; nothing more is written until a restart
)

// Row is what a scan function reads one row from.
type Row interface {
	Scan(dest ...any) error
}

// Rows are the rows of one query; close them.
type Rows interface {
	Row
	Next() bool
	Err() error
	Close()
}

// Querier reads rows: a City from its pool, a Tx together with what the write has queued so far.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (Rows, error)
}

// engine is what differs between the databases.
type engine interface {
	kind() schema.Engine
	query(ctx context.Context, sql string, args []any) (Rows, error)
	// begin starts a transaction. The commit of a group's may return as soon as it stands and everybody sees it; flush brings it to the disk.
	begin(ctx context.Context, group bool) (session, error)
	// flush returns when all that was committed before lies on the disk.
	flush(ctx context.Context) error
	migrate(ctx context.Context, files []schema.File, now int64) error
	explain(ctx context.Context, sql string, args []any) (string, error)
	close() error
}

// session is one transaction on the engine.
type session interface {
	// send runs the statements in order and, if read is not nil, gives its rows; all travel together.
	send(ctx context.Context, queue []stmt, read *stmt) (Rows, error)
	// commit sends the last statements and commits with them. A refused error means that nothing of the transaction stands; any other leaves it open whether it does.
	commit(ctx context.Context, queue []stmt) error
	rollback()
}

// finder is a session of which one can still find out what became of its commit.
type finder interface {
	// stands tells whether the transaction that left the city's head as h stands, once that is known.
	stands(ctx context.Context, city int64, h head) (stands, known bool, err error)
}

// refused wraps the error of a statement or commit that the engine has turned down: the transaction is certainly not committed.
type refused struct{ error }

func (r refused) Unwrap() error { return r.error }

type stmt struct {
	sql  string
	args []any
	more int // rows it carries beyond the first
}

// rows counts the rows that statements carry.
func rows(queue []stmt) int {
	n := len(queue)
	for _, s := range queue {
		n += s.more
	}
	return n
}

// DB is an open database with its newest schema.
type DB struct {
	engine engine
	clk    clock.Clock
	mu     sync.Mutex
	cities map[int64]*City
	stats  stats
	broken brokenFlag
}

// Open opens (and if need be makes) the database: a file path, ":memory:" is not supported, or a postgres:// URL. It brings the schema up to date.
func Open(ctx context.Context, dsn string, clk clock.Clock) (*DB, error) {
	return OpenAt(ctx, dsn, clk, "~")
}

// OpenAt opens a database and brings its schema up to the files whose names come before one: as an earlier release did, for tests of migrations.
func OpenAt(ctx context.Context, dsn string, clk clock.Clock, before string) (*DB, error) {
	var e engine
	var err error
	if IsPostgres(dsn) {
		e, err = openPostgres(ctx, dsn)
	} else {
		e, err = openSQLite(ctx, dsn)
	}
	if err != nil {
		return nil, err
	}
	files, err := schema.For(e.kind())
	files = slices.DeleteFunc(files, func(f schema.File) bool { return f.Name >= before })
	if err == nil {
		err = e.migrate(ctx, files, clock.Micros(clk.Now()))
	}
	if err != nil {
		e.close()
		return nil, fmt.Errorf("bring the schema up to date: %w", err)
	}
	return &DB{engine: e, clk: clk, cities: map[int64]*City{}}, nil
}

// IsPostgres tells whether a DSN names a PostgreSQL server rather than a file.
func IsPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// Engine says which database runs; only schema and view/search may care.
func (db *DB) Engine() schema.Engine { return db.engine.kind() }

// Ping asks the database for a sign of life, and whether it takes writes: a transaction is begun, and ErrBroken is said once the disk has failed.
func (db *DB) Ping(ctx context.Context) error {
	ses, err := db.begin(ctx, false)
	if err != nil {
		return err
	}
	defer ses.rollback()
	_, err = ses.send(ctx, []stmt{{sql: `update ledger_head set seq = seq where city = -1`}}, nil)
	return err
}

// begin begins a transaction unless the disk has failed, which is asked again when the turn has come: whoever waited for it must not slip through.
func (db *DB) begin(ctx context.Context, group bool) (session, error) {
	if err := db.broken.err(); err != nil {
		return nil, err
	}
	ses, err := db.engine.begin(ctx, group)
	if err != nil {
		return nil, err
	}
	if err := db.broken.err(); err != nil {
		ses.rollback()
		return nil, err
	}
	return ses, nil
}

// Query reads across cities; pages and areas use a City instead.
func (db *DB) Query(ctx context.Context, sql string, args ...any) (Rows, error) {
	return db.engine.query(ctx, sql, args)
}

// Explain gives the engine's plan of a query as text, for tests of indexes.
func (db *DB) Explain(ctx context.Context, sql string, args ...any) (string, error) {
	return db.engine.explain(ctx, sql, args)
}

// Close waits for running writes and closes the database. After the disk has failed an SQLite file is left as it lies: to close it would fold the log into it,
// and what of the log reached the disk is for the next start to find out by its checksums.
func (db *DB) Close() error {
	db.mu.Lock()
	cities := db.cities
	db.cities = map[int64]*City{}
	db.mu.Unlock()
	for _, c := range cities {
		c.writer.stop()
	}
	if err := db.broken.err(); err != nil && db.Engine() == schema.SQLite {
		return err
	}
	return db.engine.close()
}

// Cities lists the ids of all cities in the database.
func (db *DB) Cities(ctx context.Context) ([]int64, error) {
	return All(ctx, db, column[int64], `select city from ledger_head order by city`)
}

// Found makes room for a new city; founding it twice changes nothing.
func (db *DB) Found(ctx context.Context, city int64) error {
	return db.City(city).Upkeep(ctx, func(tx *Tx) error {
		tx.Exec(`insert into ledger_head (city, seq, at, last_id, serial) values (?, 0, 0, 0, 0) on conflict (city) do nothing`, city)
		return nil
	})
}

// City is the handle on one city's rows. Every query of an area carries its ID as the first part of the key.
type City struct {
	ID     int64
	db     *DB
	writer *writer
	feed   feed
	dry    *dry // nil but for measuring
}

// City returns the handle for a founded city; the same id gives the same handle.
func (db *DB) City(id int64) *City {
	db.mu.Lock()
	defer db.mu.Unlock()
	if c := db.cities[id]; c != nil {
		return c
	}
	c := &City{ID: id, db: db}
	c.writer = newWriter(c)
	db.cities[id] = c
	return c
}

// DB is the database the city lives in.
func (c *City) DB() *DB { return c.db }

// Clock is the clock the database was opened with.
func (c *City) Clock() clock.Clock { return c.db.clk }

// Query reads from the pool: committed rows only.
func (c *City) Query(ctx context.Context, sql string, args ...any) (Rows, error) {
	return c.db.engine.query(ctx, sql, args)
}

// Changed gives a channel that is closed at the next commit of this process in the city: a wake-up, which may be missed when another process wrote.
func (c *City) Changed() <-chan struct{} { return c.feed.wait() }

// One reads exactly one row, or ErrNone.
func One[T any](ctx context.Context, q Querier, scan func(Row) (T, error), sql string, args ...any) (T, error) {
	var zero T
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return zero, err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return zero, err
		}
		return zero, ErrNone
	}
	v, err := scan(rows)
	if err != nil {
		return zero, err
	}
	for rows.Next() { // drain: the connection goes back clean
	}
	return v, rows.Err()
}

// All reads every row of a query that is bounded by its limit.
func All[T any](ctx context.Context, q Querier, scan func(Row) (T, error), sql string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// IfNone makes of ErrNone what it means to the caller, nil for nothing wrong; other errors stay what they are.
func IfNone(err, means error) error {
	if errors.Is(err, ErrNone) {
		return means
	}
	return err
}

// Value reads one column of one row, or ErrNone.
func Value[T any](ctx context.Context, q Querier, sql string, args ...any) (T, error) {
	return One(ctx, q, column[T], sql, args...)
}

// Values reads one column of every row.
func Values[T any](ctx context.Context, q Querier, sql string, args ...any) ([]T, error) {
	return All(ctx, q, column[T], sql, args...)
}

func column[T any](r Row) (T, error) {
	var v T
	err := r.Scan(&v)
	return v, err
}

// In writes "?, ?, ?" for n values of an in (…) list.
func In(n int) string {
	if n <= 0 {
		return "null"
	}
	return strings.Repeat("?, ", n-1) + "?"
}

// Padded repeats the last id until the list has one of few lengths, so that few statements have to be prepared.
func Padded(ids []int64) []int64 {
	for n := 8; len(ids) > 0; n *= 2 {
		if len(ids) > n {
			continue
		}
		all := make([]int64, n)
		for i := copy(all, ids); i < n; i++ {
			all[i] = ids[len(ids)-1]
		}
		return all
	}
	return ids
}

// groupLimit is how long one group may take; a city's head is locked meanwhile.
const groupLimit = 10 * time.Second
