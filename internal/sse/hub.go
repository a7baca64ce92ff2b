// Package sse pushes events to open pages. Thousands of idle connections cost some 1.5 kB each: they are taken over from net/http and written
// by a few goroutines that never wait for anyone.
package sse

import (
	"math/rand/v2"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// What the hub allows and how often it looks.
const (
	Beat      = 5 * time.Second        // clients that hung up are found this often
	heartbeat = 5                      // beats between two heartbeats
	patience  = 3                      // beats a client may take nothing before it is dropped
	maxFrames = 256                    // waiting for one client
	maxBytes  = 64 << 10               // waiting for one client, beyond what the system buffers
	retry     = 100 * time.Millisecond // until a full connection is tried again
)

// frame is one event as it goes over the wire, shared by all who get it.
type frame []byte

var beatFrame = frame(":\n\n")

// Hub knows who listens to what. A topic is any string; whether somebody may listen to it is asked before Serve.
type Hub struct {
	mu      sync.RWMutex
	topics  map[string]map[*client]struct{}
	clients map[*client]struct{}
	closed  bool

	shards []*shard
	stop   chan struct{}
	wg     sync.WaitGroup // shards, beats, and clients that need a goroutine
	drops  atomic.Int64
}

// NewHub starts a hub; Close ends it.
func NewHub() *Hub {
	t := time.NewTicker(Beat)
	h := newHub(t.C)
	h.wg.Go(func() { <-h.stop; t.Stop() })
	return h
}

// newHub takes its beats from a channel.
func newHub(beats <-chan time.Time) *Hub {
	h := &Hub{topics: map[string]map[*client]struct{}{}, clients: map[*client]struct{}{}, stop: make(chan struct{})}
	for range min(4, runtime.GOMAXPROCS(0)) {
		s := &shard{hub: h}
		s.cond.L = &s.mu
		h.shards = append(h.shards, s)
		h.wg.Go(s.run)
	}
	h.wg.Go(func() { h.beat(beats) })
	return h
}

func (h *Hub) beat(beats <-chan time.Time) {
	for n := 1; ; n++ {
		select {
		case <-h.stop:
			return
		case <-beats:
		}
		h.mu.RLock()
		all := make([]*client, 0, len(h.clients))
		for c := range h.clients {
			all = append(all, c)
		}
		h.mu.RUnlock()
		for _, c := range all {
			c.shard.look(c, n%heartbeat == 0)
		}
	}
}

// Publish sends an event to all who listen to the topic. It never waits: who is too slow is dropped, and its page connects anew.
func (h *Hub) Publish(topic string, event, data string) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if len(h.topics[topic]) == 0 || h.closed {
		return
	}
	f := encode(event, data)
	for c := range h.topics[topic] {
		c.shard.push(c, f)
	}
}

// encode writes an event; line ends in it can't begin another field.
func encode(event, data string) frame {
	var b strings.Builder
	b.Grow(len(event) + len(data) + 20)
	if event = strings.Map(oneLine, event); event != "" {
		b.WriteString("event: " + event + "\n")
	}
	data = strings.ReplaceAll(strings.ReplaceAll(data, "\r\n", "\n"), "\r", "\n")
	for line := range strings.SplitSeq(data, "\n") {
		b.WriteString("data: " + line + "\n")
	}
	b.WriteByte('\n')
	return frame(b.String())
}

func oneLine(r rune) rune {
	if r == '\n' || r == '\r' || r == 0 {
		return -1
	}
	return r
}

// hello begins every stream. Pages come back at different moments, so that a restart isn't followed by a rush.
func hello() []byte {
	return []byte("retry: " + strconv.Itoa(2000+rand.IntN(4000)) + "\n\n")
}

// headers are those of the answer; X-Accel-Buffering keeps nginx from collecting events.
func headers(h http.Header) {
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	h.Del("Content-Length")
	h.Del("Content-Encoding")
}

// Clients is how many are connected.
func (h *Hub) Clients() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.clients)
}

// Dropped is how many were too slow so far.
func (h *Hub) Dropped() int64 { return h.drops.Load() }

// join is false when the hub is closed.
func (h *Hub) join(c *client) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	c.shard = h.shards[rand.IntN(len(h.shards))]
	h.clients[c] = struct{}{}
	for _, t := range c.topics {
		if h.topics[t] == nil {
			h.topics[t] = map[*client]struct{}{}
		}
		h.topics[t][c] = struct{}{}
	}
	if c.raw == nil {
		h.wg.Add(1) // here, so that Close can't have begun to wait
	}
	return true
}

func (h *Hub) leave(c *client) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.clients, c)
	for _, t := range c.topics {
		delete(h.topics[t], c)
		if len(h.topics[t]) == 0 {
			delete(h.topics, t)
		}
	}
}

// Close hands over what waits as far as that needs no waiting, hangs up on all, and returns when everything has ended. It may be called twice.
func (h *Hub) Close() {
	h.mu.Lock()
	if !h.closed {
		h.closed = true
		close(h.stop)
	}
	h.mu.Unlock()
	for _, s := range h.shards {
		s.close()
	}
	h.wg.Wait()
}
