// Command measure counts how fast River inserts and works empty jobs: measure file.db, or measure postgres://… (an empty database).
// Ours does the same in `go test -run '^$' -bench Jobs ./internal/job`.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	_ "modernc.org/sqlite"
)

const total, each = 5000, 100

type args struct {
	N int `json:"n"`
}

func (args) Kind() string { return "empty" }

type worker struct {
	river.WorkerDefaults[args]
	done *atomic.Int64
	all  chan struct{}
}

func (w *worker) Work(context.Context, *river.Job[args]) error {
	if w.done.Add(1) == total {
		close(w.all)
	}
	return nil
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func measure[T any](driver riverdriver.Driver[T]) {
	ctx := context.Background()
	m, err := rivermigrate.New(driver, nil)
	must(err)
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	must(err)
	w := &worker{done: new(atomic.Int64), all: make(chan struct{})}
	workers := river.NewWorkers()
	river.AddWorker(workers, w)
	client, err := river.NewClient(driver, &river.Config{
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 100}}, Workers: workers,
		FetchCooldown: time.Millisecond, FetchPollInterval: 50 * time.Millisecond, Logger: slog.New(slog.DiscardHandler),
	})
	must(err)
	start := time.Now()
	for i := 0; i < total; i += each {
		batch := make([]river.InsertManyParams, each)
		for j := range batch {
			batch[j].Args = args{i + j}
		}
		_, err := client.InsertMany(ctx, batch)
		must(err)
	}
	insert := time.Since(start)
	start = time.Now()
	must(client.Start(ctx))
	<-w.all
	must(client.Stop(ctx))
	fmt.Printf("insert %.0f/s  work %.0f/s\n", total/insert.Seconds(), total/time.Since(start).Seconds())
}

func main() {
	dsn := os.Args[1]
	if strings.HasPrefix(dsn, "postgres") {
		pool, err := pgxpool.New(context.Background(), dsn)
		must(err)
		measure(riverpgxv5.New(pool))
		return
	}
	db, err := sql.Open("sqlite", "file:"+dsn+"?_pragma=busy_timeout(3000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_txlock=immediate")
	must(err)
	db.SetMaxOpenConns(1) // as River's documentation asks for
	measure(riversqlite.New(db))
}
