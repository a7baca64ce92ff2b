package sse

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"mulin/internal/clock"
)

// writeTime is how long one write to a client with its own goroutine may take, and so the longest that Close waits.
const writeTime = 5 * time.Second

// sendBuffer is what the system keeps for one connection.
const sendBuffer = 64 << 10

// Serve answers a request with the events of the topics from now on. On plain HTTP/1.1 it returns at once and the hub goes on with the connection;
// over TLS and HTTP/2, where that can't be, it returns when the client is gone.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, topics []string) {
	h.mu.RLock()
	closed := h.closed
	h.mu.RUnlock()
	if closed {
		w.Header().Set("Retry-After", "3")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	headers(w.Header())
	rc := http.NewResponseController(w)
	if r.TLS == nil && r.ProtoMajor == 1 {
		conn, buf, err := rc.Hijack()
		if err == nil {
			early := buf.Reader.Buffered() > 0
			if buf.Writer.Flush() != nil || early || greet(conn, w.Header()) != nil {
				conn.Close()
				return
			}
			h.take(conn, topics)
			return
		}
		if !errors.Is(err, http.ErrNotSupported) {
			return // the connection is lost already
		}
	}
	h.follow(w, rc, r, topics)
}

// greet writes the head of the answer and the first line of the stream.
func greet(conn net.Conn, header http.Header) error {
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 200 OK\r\nConnection: close\r\n")
	header.Write(&b)
	b.WriteString("\r\n")
	b.Write(hello())
	if err := conn.SetWriteDeadline(clock.System.Now().Add(writeTime)); err != nil {
		return err
	}
	if _, err := conn.Write(b.Bytes()); err != nil {
		return err
	}
	return conn.SetDeadline(time.Time{})
}

// take goes on with a connection.
func (h *Hub) take(conn net.Conn, topics []string) {
	if t, ok := conn.(interface{ SetWriteBuffer(int) error }); ok {
		t.SetWriteBuffer(sendBuffer) // else the system keeps megabytes for one who doesn't read
	}
	c := &client{topics: topics, conn: conn, raw: rawConn(conn)}
	if c.raw == nil {
		c.wake = make(chan struct{}, 1)
	}
	if !h.join(c) {
		conn.Close()
		return
	}
	if c.raw == nil {
		ctx, gone := context.WithCancel(context.Background())
		go func() { // ends when the connection is closed, which pump does
			conn.Read(make([]byte, 1))
			gone()
		}()
		h.pump(ctx, c, nil, func(b []byte) error {
			conn.SetWriteDeadline(clock.System.Now().Add(writeTime))
			_, err := conn.Write(b)
			return err
		})
	}
}

// follow writes through the request's own goroutine.
func (h *Hub) follow(w http.ResponseWriter, rc *http.ResponseController, r *http.Request, topics []string) {
	c := &client{topics: topics, wake: make(chan struct{}, 1)}
	if !h.join(c) {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	h.pump(r.Context(), c, hello(), func(b []byte) error {
		rc.SetWriteDeadline(clock.System.Now().Add(writeTime)) // where it isn't supported the server's own limit holds
		if _, err := w.Write(b); err != nil {
			return err
		}
		return rc.Flush()
	})
}

// pump writes what is pushed to a client until it, or the hub, is gone.
func (h *Hub) pump(ctx context.Context, c *client, first []byte, write func([]byte) error) {
	defer h.wg.Done()
	defer c.shard.free(c)
	if len(first) > 0 && write(first) != nil {
		return
	}
	for {
		b, gone := c.shard.collect(c)
		if gone {
			return
		}
		if len(b) > 0 {
			if write(b) != nil {
				return
			}
			continue
		}
		select {
		case <-c.wake:
		case <-ctx.Done():
			return
		case <-h.stop:
			if b, gone := c.shard.collect(c); !gone && len(b) > 0 {
				write(b)
			}
			return
		}
	}
}

// collect takes all that waits for a client.
func (s *shard) collect(c *client) (b []byte, gone bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range c.queue {
		b = append(b, f...)
	}
	c.queue, c.bytes, c.stalled = nil, 0, 0
	return b, c.gone
}
