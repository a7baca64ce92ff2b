package store

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"

	"mulin/internal/clock"
)

// faked is an engine of which a test says what happens when a commit stands, and how it gets to the disk.
type faked struct {
	engine
	stood func() error
	disk  func() error // nil: as the engine does
}

func (e *faked) flush(ctx context.Context) error {
	if e.disk == nil {
		return e.engine.flush(ctx)
	}
	return e.disk()
}

func (e *faked) begin(ctx context.Context, group bool) (session, error) {
	ses, err := e.engine.begin(ctx, group)
	return fakedSession{ses, e}, err
}

type fakedSession struct {
	session
	e *faked
}

func (s fakedSession) commit(ctx context.Context, queue []stmt) error {
	if err := s.session.commit(ctx, queue); err != nil {
		return err
	}
	return s.e.stood()
}

// city1 is a file with one city, made once.
var city1 = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "mulin-store-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	db, err := Open(context.Background(), folder+"/a.db", clock.System)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(db.Found(context.Background(), 1), db.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(folder + "/a.db")
})

// founded is the path of a new file with one city, and the file open.
func founded(t *testing.T) (string, *DB) {
	t.Helper()
	file := t.TempDir() + "/a.db"
	raw, err := city1()
	if err == nil {
		err = os.WriteFile(file, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	db, err := Open(t.Context(), file, clock.System)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return file, db
}

// TestAnsweredWhenOnDisk: the next group works while the disk is busy, but nobody is answered before it has written, neither who only read.
func TestAnsweredWhenOnDisk(t *testing.T) {
	_, db := founded(t)
	stood, began, disk := make(chan struct{}), make(chan struct{}), make(chan error)
	db.engine = &faked{db.engine, func() error { stood <- struct{}{}; return nil }, func() error { began <- struct{}{}; return <-disk }}
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
	<-stood
	<-began
	second := write(serial)
	<-stood // while the first still waits for the disk
	ran := make(chan int64, 1)
	reader := write(func(tx *Tx) error { ran <- tx.head.serial; return nil })
	if n := <-ran; n != 2 {
		t.Errorf("a reader sees %d, want both writes", n)
	}
	early(first, second, reader)
	disk <- nil
	if err := <-first; err != nil {
		t.Error(err)
	}
	<-began
	early(second, reader)
	disk <- nil
	for _, d := range []chan error{second, reader} {
		if err := <-d; err != nil {
			t.Error(err)
		}
	}

	own := errors.New("own")
	lost, failed := write(serial), write(func(*Tx) error { return own })
	<-stood
	<-began
	next := write(serial)
	<-stood // committed, but behind what the disk has lost
	disk <- ErrBroken
	for _, d := range []chan error{lost, next} { // the disk is not asked again: it might say that all is well
		if err := <-d; !errors.Is(err, ErrBroken) {
			t.Errorf("a write the disk lost got %v", err)
		}
	}
	if err := <-failed; !errors.Is(err, own) && !errors.Is(err, ErrBroken) {
		t.Errorf("a failed write beside it got %v", err)
	}
}

// TestFirstFailureOfTheDiskStopsAll: once a sync has failed, below whomever, nothing more is written until a restart, and who asks is told (F51).
func TestFirstFailureOfTheDiskStopsAll(t *testing.T) {
	_, db := founded(t)
	city, fails := db.City(1), true
	serial := func(tx *Tx) error { tx.Serial(); return nil }
	if err := city.Write(t.Context(), serial); err != nil {
		t.Fatal(err)
	}
	if err := db.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	db.engine = &faked{engine: db.engine, stood: func() error {
		if fails {
			return ErrBroken
		}
		return nil
	}}
	if err := db.Found(t.Context(), 2); !errors.Is(err, ErrBroken) {
		t.Fatalf("a write below the groups got %v", err)
	}
	fails = false // the disk says that all is well
	for name, err := range map[string]error{"a write": city.Write(t.Context(), serial), "upkeep": db.Found(t.Context(), 3), "the question": db.Ping(t.Context())} {
		if !errors.Is(err, ErrBroken) {
			t.Errorf("%s got %v", name, err)
		}
	}
}

// TestQuestionHasItsTime: who asks whether writes are taken hears at the end of their time that somebody else has the writer.
func TestQuestionHasItsTime(t *testing.T) {
	_, db := founded(t)
	err := db.City(1).Write(t.Context(), func(*Tx) error {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		return db.Ping(ctx)
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the question got %v", err)
	}
}

// TestLogIsFolded: the log doesn't grow for ever, and is folded into the file by us, who hear it when that fails.
func TestLogIsFolded(t *testing.T) {
	_, db := founded(t)
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
	file, db := founded(t)
	if err := db.City(1).Write(t.Context(), func(tx *Tx) error { tx.Serial(); return nil }); err != nil { // so that there is a log
		t.Fatal(err)
	}
	size := func() (both [2]int64) {
		for i, f := range []string{file, file + "-wal"} {
			info, err := os.Stat(f)
			if err != nil {
				t.Fatal(err)
			}
			both[i] = info.Size()
		}
		return both
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
	if n, err := Value[int64](t.Context(), again, `select serial from ledger_head where city = 1`); n != 1 || err != nil {
		t.Errorf("serial %d after the restart, %v", n, err)
	}
}

// TestCommitStandsWithoutFolding: a log that can't be folded now, as on a full disk, makes no lie of a commit that stands.
func TestCommitStandsWithoutFolding(t *testing.T) {
	_, db := founded(t)
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
