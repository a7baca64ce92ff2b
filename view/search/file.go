package search

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"mulin/internal/ledger"
	"mulin/internal/store"
)

// file is the index on SQLite: a database of its own, so that indexing never waits for the writer nor makes it wait. Its cursor is committed together
// with the words. The tokens stand in an FTS5 table without content and without positions.
type file struct {
	city *store.City
	path string

	mu      sync.RWMutex // held while the handles are exchanged
	write   *sql.DB
	read    *sql.DB
	find    *sql.Stmt
	seq     int64 // -1: not whole yet
	damaged bool
}

// unbuilt is the cursor of a file that has to be filled first.
const unbuilt = -1

// The tokens reach FTS5 cut and folded; its ascii tokenizer splits them at blanks only. hash lets a stale file be told: it is that of the cursor's entry.
const fileSchema = `
create virtual table if not exists doc using fts5(words, content='', contentless_delete=1, detail='none', tokenize='ascii');
create table if not exists sum (id integer primary key, sum integer not null);
create table if not exists cursor (one integer primary key check (one = 1), edition integer not null, seq integer not null, hash blob not null);
insert into cursor (one, edition, seq, hash) values (1, ?, ?, x'') on conflict do nothing`

// open opens the file, or makes it anew if it can't be used.
func (f *file) open(ctx context.Context) error {
	err := f.connect(ctx)
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return err
	}
	f.disconnect()
	if err := f.remove(); err != nil {
		return err
	}
	return f.connect(ctx)
}

// errForeign says that the file belongs to another edition or another ledger.
var errForeign = errors.New("the index of search doesn't belong to this ledger")

func (f *file) connect(ctx context.Context) (err error) {
	if f.write, err = sql.Open("sqlite", f.dsn()); err != nil {
		return err
	}
	f.write.SetMaxOpenConns(1)
	if _, err = f.write.ExecContext(ctx, fileSchema, edition, unbuilt); err != nil {
		return err
	}
	if f.read, err = sql.Open("sqlite", f.dsn("query_only(on)")); err != nil {
		return err
	}
	n := max(4, runtime.NumCPU()) // each keeps its own 4 MB of pages
	f.read.SetMaxOpenConns(n)
	f.read.SetMaxIdleConns(n)
	if f.find, err = f.read.PrepareContext(ctx, `select rowid from doc where doc match ? and rowid < ? order by rowid desc limit ?`); err != nil {
		return err
	}
	f.damaged = false
	return f.check(ctx)
}

// dsn: normal is enough, a power cut may cost the last batches, which are then followed again.
func (f *file) dsn(more ...string) string {
	q := url.Values{"_pragma": append([]string{
		"busy_timeout(3000)", "journal_mode(wal)", "synchronous(normal)", "wal_autocheckpoint(4000)", "cache_size(-4000)", "temp_store(memory)",
	}, more...), "_txlock": {"immediate"}}
	return "file:" + (&url.URL{Path: f.path}).EscapedPath() + "?" + q.Encode()
}

// check holds the cursor against the ledger: an older backup has another history.
func (f *file) check(ctx context.Context) error {
	var made int64
	var hash []byte
	if err := f.read.QueryRowContext(ctx, `select edition, seq, hash from cursor`).Scan(&made, &f.seq, &hash); err != nil {
		return err
	}
	var id int64
	if err := f.find.QueryRowContext(ctx, `"`+cityMark(f.city.ID)+`"`, int64(1)<<62, 1).Scan(&id); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if made != edition {
		return errForeign
	}
	if f.seq <= 0 {
		return nil
	}
	at, err := ledger.After(ctx, f.city, f.city.ID, f.seq-1, 1)
	if err != nil {
		return err
	}
	if len(at) == 0 || string(at[0].Hash[:]) != string(hash) {
		return errForeign
	}
	return nil
}

func (f *file) disconnect() {
	if f.find != nil {
		f.find.Close()
	}
	if f.read != nil {
		f.read.Close()
	}
	if f.write != nil {
		f.write.Close()
	}
	f.find, f.read, f.write = nil, nil, nil
}

func (f *file) remove() error {
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(f.path + end); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (f *file) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.disconnect()
	return nil
}

// mend makes the file anew once something in it could not be read.
func (f *file) mend(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.damaged {
		return nil
	}
	f.disconnect()
	if err := f.remove(); err != nil {
		return err
	}
	return f.connect(ctx)
}

// use runs g on the open handles and notices damage.
func (f *file) use(g func() error) error {
	f.mu.RLock()
	if f.find == nil {
		f.mu.RUnlock()
		return store.ErrUnreachable
	}
	err := g()
	f.mu.RUnlock()
	if isDamage(err) {
		f.mu.Lock()
		f.damaged = true
		f.mu.Unlock()
	}
	return err
}

func isDamage(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	code := e.Code() & 0xff
	return code == sqlite3.SQLITE_CORRUPT || code == sqlite3.SQLITE_NOTADB
}

func (f *file) newest(ctx context.Context, w want, before int64, n int) (ids []int64, err error) {
	match := f.match(w)
	return ids, f.use(func() error {
		rows, err := f.find.QueryContext(ctx, match, before, n)
		if err != nil {
			return err
		}
		ids, err = scanIDs(rows)
		return err
	})
}

func scanIDs(rows *sql.Rows) (ids []int64, err error) {
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// match writes the question in FTS5's language, every token quoted. The city's own mark would only cost time: the file holds no other.
func (f *file) match(w want) string {
	city := cityMark(f.city.ID)
	var and []string
	for _, t := range w.all {
		if t != city {
			and = append(and, quoted(t))
		}
	}
	for _, group := range w.any {
		var or []string
		for _, t := range group {
			or = append(or, quoted(t))
		}
		and = append(and, "("+strings.Join(or, " OR ")+")")
	}
	return strings.Join(and, " AND ")
}

func quoted(t string) string { return `"` + strings.ReplaceAll(t, `"`, `""`) + `"` }

func (f *file) sums(ctx context.Context, ids []int64) (map[int64]int64, error) {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = strconv.FormatInt(id, 10)
	}
	by := map[int64]int64{}
	return by, f.use(func() error {
		rows, err := f.read.QueryContext(ctx, `select id, sum from sum where id in (`+strings.Join(list, ",")+`)`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id, sum int64
			if err := rows.Scan(&id, &sum); err != nil {
				return err
			}
			by[id] = sum
		}
		return rows.Err()
	})
}

func (f *file) put(ctx context.Context, docs []doc) error {
	return f.use(func() error {
		tx, err := f.write.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		put, err := tx.PrepareContext(ctx, `insert or replace into doc (rowid, words) values (?, ?)`)
		if err != nil {
			return err
		}
		defer put.Close()
		for _, d := range docs {
			if _, err := put.ExecContext(ctx, d.id, strings.Join(d.tokens, " ")); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `insert or replace into sum (id, sum) values (?, ?)`, d.id, d.sum); err != nil {
				return err
			}
		}
		return tx.Commit()
	})
}

// mergePages is how much of the index one step of join writes.
const mergePages = 2000

// join brings together the parts that the words were written in, step by step: a search then reads one list a word instead of one in each part.
func (f *file) join(ctx context.Context) error {
	changes := func() (n int64, err error) {
		return n, f.write.QueryRowContext(ctx, `select total_changes()`).Scan(&n)
	}
	return f.use(func() error {
		for pages := -mergePages; ; pages = mergePages { // a negative number lets parts of all sizes be joined
			before, err := changes()
			if err != nil {
				return err
			}
			if _, err := f.write.ExecContext(ctx, `insert into doc (doc, rank) values ('merge', ?)`, pages); err != nil {
				return err
			}
			after, err := changes()
			if err != nil || after-before < 2 { // as FTS5 tells that nothing is left to do
				return err
			}
		}
	})
}

func (f *file) cursor(context.Context) (int64, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.seq, nil
}

// move notes how far the ledger has been followed.
func (f *file) move(ctx context.Context, to ledger.Entry) error {
	err := f.use(func() error {
		_, err := f.write.ExecContext(ctx, `update cursor set seq = ?, hash = ?`, to.Seq, to.Hash[:])
		return err
	})
	if err == nil {
		f.mu.Lock()
		f.seq = to.Seq
		f.mu.Unlock()
	}
	return err
}
