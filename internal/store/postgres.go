package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"mulin/schema"
)

// postgresEngine has a pool for reads and one for writers, so that pages never wait behind a group nor a group behind pages.
type postgresEngine struct {
	read, write *pgxpool.Pool
	bound       sync.Map // text with ? → text with $n
	growth      growth
}

func openPostgres(ctx context.Context, dsn string) (engine, error) {
	read, err := pool(ctx, dsn, 16, map[string]string{"statement_timeout": "15000"})
	if err != nil {
		return nil, err
	}
	// A node that dies inside a group frees its city within seconds.
	write, err := pool(ctx, dsn, 8, map[string]string{
		"idle_in_transaction_session_timeout": "5000", "lock_timeout": "8000", "synchronous_commit": "on",
	})
	if err != nil {
		read.Close()
		return nil, err
	}
	e := &postgresEngine{read: read, write: write}
	if err := e.growth.look(ctx, read); err != nil {
		e.close()
		return nil, postgresError(err)
	}
	return e, nil
}

func pool(ctx context.Context, dsn string, size int32, params map[string]string) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("the database URL can't be read; it looks like postgres://user:password@host:5432/name")
	}
	cfg.MaxConns = size
	cfg.ConnConfig.ConnectTimeout = 5 * time.Second
	for k, v := range params {
		if _, set := cfg.ConnConfig.RuntimeParams[k]; !set {
			cfg.ConnConfig.RuntimeParams[k] = v
		}
	}
	p, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, postgresError(err)
	}
	if err := p.Ping(ctx); err != nil {
		p.Close()
		return nil, postgresError(err)
	}
	return p, nil
}

func (e *postgresEngine) kind() schema.Engine { return schema.Postgres }

// rebind writes $1, $2 … for the question marks outside of quotes.
func (e *postgresEngine) rebind(text string) string {
	if s, ok := e.bound.Load(text); ok {
		return s.(string)
	}
	var b strings.Builder
	n, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'':
			quoted = !quoted
			b.WriteByte(c)
		case c == '?' && !quoted:
			n++
			fmt.Fprintf(&b, "$%d", n)
		default:
			b.WriteByte(c)
		}
	}
	e.bound.Store(text, b.String())
	return b.String()
}

func (e *postgresEngine) query(ctx context.Context, text string, args []any) (Rows, error) {
	rows, err := e.read.Query(ctx, e.rebind(text), args...)
	if err != nil {
		return nil, postgresError(err)
	}
	return pgRows{rows, nil}, nil
}

func (e *postgresEngine) explain(ctx context.Context, text string, args []any) (string, error) {
	rows, err := e.read.Query(ctx, "explain "+e.rebind(text), args...)
	if err != nil {
		return "", err
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return strings.Join(lines, "\n"), err
}

func (e *postgresEngine) close() error {
	e.growth.wait()
	e.read.Close()
	e.write.Close()
	return nil
}

// flush has nothing to do: every commit waits for the server's disk. To let commits lag would gain little, and a server that crashed and came back between
// a commit and its flush would have lost what the flush then seems to cover.
func (e *postgresEngine) flush(context.Context) error { return nil }

func (e *postgresEngine) begin(ctx context.Context, group bool) (session, error) {
	conn, err := e.write.Acquire(ctx)
	if err != nil {
		return nil, postgresError(err)
	}
	return &pgSession{e: e, conn: conn, named: group}, nil
}

// pgSession sends "begin" with the first statements and "commit" with the last, so that a transaction costs as many round trips as it has reads, plus one.
type pgSession struct {
	e     *postgresEngine
	conn  *pgxpool.Conn
	named bool   // it asks behind its "begin" what the server calls it
	xid   uint64 // that
	begun bool
	over  bool
}

// batch are the statements with what has to go before the first of all; that is so many.
func (s *pgSession) batch(queue []stmt) (b *pgx.Batch, lead int) {
	b = &pgx.Batch{}
	if !s.begun {
		b.Queue("begin")
		if s.named {
			b.Queue("select pg_current_xact_id()::text::bigint")
		}
		s.begun = true
	}
	lead = b.Len()
	for _, q := range queue {
		b.Queue(s.e.rebind(q.sql), q.args...)
	}
	return b, lead
}

// sent reads what the server says to a batch's statements.
func (s *pgSession) sent(res pgx.BatchResults, lead int, queue []stmt) (err error) {
	for i := range lead + len(queue) {
		if i == 1 && lead == 2 {
			err = res.QueryRow().Scan(&s.xid)
		} else {
			_, err = res.Exec()
		}
		if err != nil {
			res.Close()
			if i >= lead {
				err = fmt.Errorf("%w in %s", err, brief(queue[i-lead].sql))
			}
			return err
		}
	}
	return nil
}

func (s *pgSession) send(ctx context.Context, queue []stmt, read *stmt) (Rows, error) {
	b, lead := s.batch(queue)
	if read != nil {
		b.Queue(s.e.rebind(read.sql), read.args...)
	}
	res := s.conn.SendBatch(ctx, b)
	if err := s.sent(res, lead, queue); err != nil {
		return nil, refuse(err)
	}
	if read == nil {
		return nil, postgresError(res.Close())
	}
	rows, err := res.Query()
	if err != nil {
		res.Close()
		return nil, refuse(fmt.Errorf("%w in %s", err, brief(read.sql)))
	}
	return pgRows{rows, res}, nil
}

func (s *pgSession) commit(ctx context.Context, queue []stmt) error {
	b, lead := s.batch(queue)
	b.Queue("commit")
	res := s.conn.SendBatch(ctx, b)
	err := s.sent(res, lead, queue)
	if err == nil {
		_, err = res.Exec()
		if cerr := res.Close(); err == nil {
			err = cerr
		}
	}
	var no *pgconn.PgError
	switch {
	case err == nil:
		s.end()
		s.e.growth.note(rows(queue), s.e.write)
		return nil
	case errors.As(err, &no) && no.SeverityUnlocalized == "ERROR":
		s.rollback()
		return refuse(err)
	}
	s.rollback() // a server that ends the connection may have committed before
	return postgresError(err)
}

// stands asks the server what became of the transaction whose answer to "commit" was lost, and only then for the city's head, which a transaction that stands
// has left as h says or later ones have moved on: a server that crashed may give the number of a transaction that was lost with it to another one.
func (s *pgSession) stands(ctx context.Context, city int64, h head) (stands, known bool, err error) {
	var status string
	err = s.e.write.QueryRow(ctx, `select coalesce(pg_xact_status($1::bigint::text::xid8), '')`, int64(s.xid)).Scan(&status)
	var no *pgconn.PgError
	switch {
	case errors.As(err, &no) && no.Code == "22023": // it lies in the server's future, so it was lost with a crash
		return false, true, nil
	case err != nil:
		return false, false, postgresError(err)
	case status == "in progress" || status == "aborted":
		return false, status == "aborted", nil
	}
	var own bool
	var now head
	err = s.e.write.QueryRow(ctx, `select xmin::text::bigint = $1::bigint % 4294967296, seq, at, last_id, serial from ledger_head where city = $2`,
		int64(s.xid), city).Scan(&own, &now.seq, &now.at, &now.lastID, &now.serial)
	if err != nil {
		return false, false, postgresError(err)
	}
	if own {
		return now == h, true, nil
	}
	return now.seq >= h.seq && now.lastID >= h.lastID && now.serial >= h.serial, true, nil
}

// refuse makes of the server's own "no" that nothing of the transaction stands.
func refuse(err error) error {
	var no *pgconn.PgError
	if errors.As(err, &no) {
		return refused{postgresError(err)}
	}
	return postgresError(err)
}

func (s *pgSession) rollback() {
	if s.over {
		return
	}
	if s.begun && !s.conn.Conn().IsClosed() {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		if _, err := s.conn.Exec(ctx, "rollback"); err != nil {
			_ = s.conn.Conn().Close(ctx)
		}
	}
	s.end()
}

func (s *pgSession) end() {
	s.over = true
	s.conn.Release()
}

func (e *postgresEngine) migrate(ctx context.Context, files []schema.File, now int64) error {
	tx, err := e.write.Begin(ctx)
	if err != nil {
		return postgresError(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	run := func(text string, _ ...any) error {
		_, err := tx.Exec(ctx, text)
		return err
	}
	// Two nodes that start together: the second waits, then finds everything done.
	if err := createVersions(ctx, e.write); err != nil {
		return postgresError(err)
	}
	if err := run(`lock table schema_version in access exclusive mode`); err != nil {
		return postgresError(err)
	}
	err = apply(files, now, run, func() (map[string]string, error) {
		rows, err := tx.Query(ctx, readVersions)
		if err != nil {
			return nil, err
		}
		return scanVersions(pgRows{rows, nil})
	})
	if err != nil {
		return postgresError(err)
	}
	return postgresError(tx.Commit(ctx))
}

// createVersions tolerates another node making the same table at the same moment.
func createVersions(ctx context.Context, p *pgxpool.Pool) error {
	_, err := p.Exec(ctx, makeVersions)
	var no *pgconn.PgError
	if errors.As(err, &no) && (no.Code == "23505" || no.Code == "42P07") {
		return nil
	}
	return err
}

// pgRows closes the batch it came in together with itself.
type pgRows struct {
	pgx.Rows
	batch pgx.BatchResults
}

func (r pgRows) Close() {
	r.Rows.Close()
	if r.batch != nil {
		r.batch.Close()
	}
}

func (r pgRows) Err() error { return postgresError(r.Rows.Err()) }

// postgresError puts the readable fault in front of what the driver says.
func postgresError(err error) error {
	if err == nil {
		return nil
	}
	var e *pgconn.PgError
	var dial *pgconn.ConnectError
	var gone *net.OpError
	switch {
	case errors.As(err, &dial): // also when the server answers and refuses: no such database, wrong password
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	case errors.As(err, &e):
		switch e.Code {
		case "23505":
			return fmt.Errorf("%w: %w", ErrDuplicate, err)
		case "25006": // read-only transaction: a replica
			return fmt.Errorf("%w: %w", ErrReadOnly, err)
		case "53100":
			return fmt.Errorf("%w: %w", ErrFull, err)
		case "55P03", "53300":
			return fmt.Errorf("%w: %w", ErrBusy, err)
		case "57P01", "57P02", "57P03":
			return fmt.Errorf("%w: %w", ErrUnreachable, err)
		}
	case errors.As(err, &gone), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return err
}
