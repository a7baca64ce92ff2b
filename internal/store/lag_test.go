package store

import (
	"context"
	"errors"
	"os"
	"testing"

	"mulin/internal/clock"
)

// slowDisk is an engine whose commits stand at once and reach the disk when the test lets them.
type slowDisk struct {
	engine
	stood chan struct{} // a commit stands
	began chan struct{} // a flush has begun
	disk  chan error    // what it ends with
}

func (e *slowDisk) flush(context.Context) error {
	e.began <- struct{}{}
	return <-e.disk
}

func (e *slowDisk) begin(ctx context.Context, lag bool) (session, error) {
	ses, err := e.engine.begin(ctx, lag)
	return slowSession{ses, e}, err
}

type slowSession struct {
	session
	e *slowDisk
}

func (s slowSession) commit(ctx context.Context, queue []stmt) error {
	err := s.session.commit(ctx, queue)
	s.e.stood <- struct{}{}
	return err
}

// founded is a file with one city.
func founded(t *testing.T) *DB {
	t.Helper()
	db, err := Open(t.Context(), t.TempDir()+"/a.db", clock.System)
	if err == nil {
		t.Cleanup(func() { db.Close() })
		err = db.Found(t.Context(), 1)
	}
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// TestAnsweredWhenOnDisk: the next group works while the disk is busy, but nobody is answered before it has written, neither who only read.
func TestAnsweredWhenOnDisk(t *testing.T) {
	db := founded(t)
	e := &slowDisk{engine: db.engine, stood: make(chan struct{}), began: make(chan struct{}), disk: make(chan error)}
	db.engine = e
	city := db.City(1)
	write := func(f func(*Tx) error) chan error {
		done := make(chan error, 1)
		go func() { done <- city.Write(context.Background(), f) }()
		return done
	}
	serial := func(tx *Tx) error { tx.Serial(); return nil }
	early := func(done ...chan error) {
		t.Helper()
		for i, d := range done {
			select {
			case err := <-d:
				t.Errorf("write %d was answered before the disk: %v", i, err)
			default:
			}
		}
	}

	first := write(serial)
	<-e.stood
	<-e.began
	second := write(serial)
	<-e.stood // while the first still waits for the disk
	ran := make(chan int64, 1)
	reader := write(func(tx *Tx) error { ran <- tx.head.serial; return nil })
	if n := <-ran; n != 2 {
		t.Errorf("a reader sees %d, want both writes", n)
	}
	early(first, second, reader)
	e.disk <- nil
	if err := <-first; err != nil {
		t.Error(err)
	}
	<-e.began
	early(second, reader)
	e.disk <- nil
	for _, d := range []chan error{second, reader} {
		if err := <-d; err != nil {
			t.Error(err)
		}
	}

	own := errors.New("own")
	lost, failed := write(serial), write(func(*Tx) error { return own })
	<-e.stood
	<-e.began
	next := write(serial)
	<-e.stood // committed, but behind what the disk has lost
	e.disk <- ErrBroken
	for _, d := range []chan error{lost, next} { // the disk is not asked again: it might say that all is well
		if err := <-d; !errors.Is(err, ErrBroken) {
			t.Errorf("a write the disk lost got %v", err)
		}
	}
	if err := <-failed; !errors.Is(err, own) && !errors.Is(err, ErrBroken) {
		t.Errorf("a failed write beside it got %v", err)
	}
}

// tired is an engine whose disk fails below one kind of write.
type tired struct {
	engine
	commits bool
}

func (e *tired) begin(ctx context.Context, lag bool) (session, error) {
	ses, err := e.engine.begin(ctx, lag)
	return tiredSession{ses, e}, err
}

type tiredSession struct {
	session
	e *tired
}

func (s tiredSession) commit(ctx context.Context, queue []stmt) error {
	if err := s.session.commit(ctx, queue); err != nil || !s.e.commits {
		return err
	}
	return ErrBroken
}

// TestFirstFailureOfTheDiskStopsAll: once a sync has failed, below whomever, nothing more is written until a restart, and who asks is told (F51).
func TestFirstFailureOfTheDiskStopsAll(t *testing.T) {
	db := founded(t)
	city, e := db.City(1), &tired{engine: db.engine, commits: true}
	serial := func(tx *Tx) error { tx.Serial(); return nil }
	if err := city.Write(t.Context(), serial); err != nil {
		t.Fatal(err)
	}
	if err := db.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	db.engine = e
	if err := db.Found(t.Context(), 2); !errors.Is(err, ErrBroken) {
		t.Fatalf("a write below the groups got %v", err)
	}
	e.commits = false // the disk says that all is well
	for name, err := range map[string]error{"a write": city.Write(t.Context(), serial), "upkeep": db.Found(t.Context(), 3), "the question": db.Ping(t.Context())} {
		if !errors.Is(err, ErrBroken) {
			t.Errorf("%s got %v", name, err)
		}
	}
}

// TestLogIsFolded: the log doesn't grow for ever, and is folded into the file by us, who hear it when that fails.
func TestLogIsFolded(t *testing.T) {
	db := founded(t)
	e := db.engine.(*sqliteEngine)
	e.fold = 40
	most, last, begun := 0, 0, 0
	for range 300 {
		if err := db.City(1).Write(t.Context(), func(tx *Tx) error { tx.Serial(); return nil }); err != nil {
			t.Fatal(err)
		}
		n, err := e.log.frames()
		if err != nil {
			t.Fatal(err)
		}
		if n < last {
			begun++
			most = 0
		}
		most, last = max(most, n), n
	}
	if begun < 3 || most > 80 {
		t.Errorf("the log was begun anew %d times and grew to %d frames", begun, most)
	}
}

// TestNothingIsWrittenAfterTheFailure: who waited for the writer, the job that folds the log and closing leave the file alone once a sync has failed (F51).
func TestNothingIsWrittenAfterTheFailure(t *testing.T) {
	file := t.TempDir() + "/a.db"
	db, err := Open(t.Context(), file, clock.System)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Found(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	size := func() (sum int64) {
		for _, f := range []string{file, file + "-wal"} {
			info, err := os.Stat(f)
			if err != nil {
				t.Fatal(err)
			}
			sum = sum<<32 + info.Size()
		}
		return sum
	}
	before, city := size(), db.City(1)
	waits := &request{f: func(tx *Tx) error { tx.Serial(); return nil }, done: make(chan error, 1)}
	if err := city.Write(t.Context(), func(*Tx) error {
		city.writer.in <- waits // it came in time and runs in a later group
		db.broken.note(ErrBroken)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{"who waited": <-waits.done, "folding": db.Checkpoint(t.Context()), "closing": db.Close()} {
		if !errors.Is(err, ErrBroken) {
			t.Errorf("%s got %v", name, err)
		}
	}
	if size() != before {
		t.Error("the file or its log has changed")
	}
	again, err := Open(t.Context(), file, clock.System)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if n, err := Value[int64](t.Context(), again, `select serial from ledger_head where city = 1`); n != 0 || err != nil {
		t.Errorf("serial %d after the restart, %v", n, err)
	}
}

// TestCommitStandsWithoutFolding: a log that can't be folded now, as on a full disk, makes no lie of a commit that stands.
func TestCommitStandsWithoutFolding(t *testing.T) {
	db, err := Open(t.Context(), t.TempDir()+"/a.db", clock.System)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Found(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	e := db.engine.(*sqliteEngine)
	e.fold = 0
	rows, err := e.conn.QueryContext(t.Context(), readVersions) // a cursor on the writer's connection: SQLite refuses to fold
	if err != nil || !rows.Next() {
		t.Fatal(err)
	}
	if err := e.foldLog(t.Context()); err == nil {
		t.Fatal("the log was folded under a cursor")
	}
	for want := int64(1); want <= 2; want++ {
		err := db.City(1).Write(t.Context(), func(tx *Tx) error { tx.Serial(); return nil })
		n, qerr := Value[int64](t.Context(), db, `select serial from ledger_head where city = 1`)
		if err != nil || qerr != nil || n != want {
			t.Errorf("a write got %v, the serial is %d, want %d, %v", err, n, want, qerr)
		}
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	if err := e.foldLog(t.Context()); err != nil {
		t.Errorf("folding afterwards: %v", err)
	}
}
