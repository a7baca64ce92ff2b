package store_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"

	"mulin/internal/clock"
	"mulin/internal/store"
	"mulin/internal/storetest"
)

// The ways in which a wire loses the next commit or its answer.
const (
	whole    = iota
	cut      // the answer is lost with the connection
	farewell // the server says that it ends the connection, after it has committed
	early    // the commit never arrives
)

// wire stands between the store and its server.
type wire struct {
	t      *testing.T
	server string
	loses  atomic.Int32 // one of the ways; it is used up
}

// newWire gives the address of a database behind a wire.
func newWire(t *testing.T, dsn string) (*wire, string) {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	w := &wire{t: t, server: u.Host}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go w.join(client)
		}
	}()
	u.Host = l.Addr().String()
	return w, u.String()
}

func (w *wire) join(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", w.server)
	if err != nil {
		w.t.Error(err)
		return
	}
	defer server.Close()
	go func() {
		defer client.Close()
		w.answers(client, server)
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if err != nil || w.loses.CompareAndSwap(early, whole) {
			return
		}
		if _, err := server.Write(buf[:n]); err != nil {
			return
		}
	}
}

// answers passes on what the server says, message by message, up to what is to be lost.
func (w *wire) answers(client io.Writer, server io.Reader) {
	from := bufio.NewReader(server)
	for {
		head := make([]byte, 5) // kind and length
		if _, err := io.ReadFull(from, head); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(head[1:])-4)
		if _, err := io.ReadFull(from, body); err != nil {
			return
		}
		if head[0] == 'C' && string(body) == "COMMIT\x00" {
			if w.loses.CompareAndSwap(cut, whole) {
				return
			}
			if w.loses.CompareAndSwap(farewell, whole) {
				says := "SFATAL\x00VFATAL\x00C57P01\x00Mterminating connection due to administrator command\x00\x00"
				_, _ = client.Write(append(binary.BigEndian.AppendUint32([]byte{'E'}, uint32(4+len(says))), says...))
				return
			}
		}
		if _, err := client.Write(append(head, body...)); err != nil {
			return
		}
	}
}

// TestAnswerIsLost: when the answer to a commit is lost the store finds out what became of it before anything runs again, so that nothing is written twice
// and everybody hears the truth (F50).
func TestAnswerIsLost(t *testing.T) {
	for name, way := range map[string]int32{"the answer is cut off": cut, "the server takes leave": farewell, "the commit never arrives": early} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, dsn := newWire(t, storetest.Postgres(t))
			db, err := store.Open(t.Context(), dsn, clock.New(storetest.Start))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if err := db.Found(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			city := db.City(1)
			table(t, city)
			const n = 20
			var runs, armed atomic.Int32
			errs := together(t, city, n, func(i int) func(tx *store.Tx) error {
				return func(tx *store.Tx) error {
					if runs.Add(1); armed.CompareAndSwap(0, 1) {
						w.loses.Store(way)
					}
					return put(string(rune('a' + i)))(tx)
				}
			})
			stood := int64(0)
			for i, err := range errs {
				if err == nil {
					stood++
				} else if way != early || !errors.Is(err, store.ErrUnreachable) { // a write that was alone in its group isn't run again
					t.Errorf("write %d: %v", i, err)
				}
			}
			if w.loses.Load() != whole {
				t.Error("nothing was lost")
			}
			if got := count(t, city); got != stood || seq(t, city) != stood || stood < n-1 {
				t.Errorf("%d rows at seq %d, %d of %d acknowledged", got, seq(t, city), stood, n)
			}
			if way != early && runs.Load() != n {
				t.Errorf("%d runs, want each once: the group stood", runs.Load())
			}
		})
	}
}
