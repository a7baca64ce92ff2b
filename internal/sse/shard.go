package sse

import (
	"net"
	"sync"
	"syscall"
	"time"
)

// client is one open page.
type client struct {
	topics []string
	shard  *shard

	conn net.Conn        // nil if its request's goroutine writes
	raw  syscall.RawConn // set if a shard writes
	wake chan struct{}   // set if a goroutine writes

	// under shard.mu
	queue   []frame
	bytes   int
	ready   bool // in shard.ready or being written
	gone    bool
	stalled int8 // beats without progress

	off int // written of queue[0]; only the writer's
}

// shard is one goroutine and the clients it writes to.
type shard struct {
	hub     *Hub
	mu      sync.Mutex
	cond    sync.Cond
	ready   []*client
	blocked []*client // full, tried again soon
	timer   bool
	closed  bool
}

// push queues a frame.
func (s *shard) push(c *client, f frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.gone || s.closed {
		return
	}
	if len(c.queue) >= maxFrames || c.bytes+len(f) > maxBytes && len(c.queue) > 0 {
		s.hub.drops.Add(1)
		c.gone = true
	} else {
		c.queue = append(c.queue, f)
		c.bytes += len(f)
	}
	s.signal(c)
}

// signal brings the client before its writer. s.mu is held.
func (s *shard) signal(c *client) {
	if c.wake != nil {
		select {
		case c.wake <- struct{}{}:
		default:
		}
		return
	}
	if !c.ready {
		c.ready = true
		s.ready = append(s.ready, c)
		s.cond.Signal()
	}
}

// look is what happens to each client at a beat.
func (s *shard) look(c *client, heartbeat bool) {
	if c.raw != nil && hungUp(c.raw) {
		s.mu.Lock()
		c.gone = true
		s.signal(c)
		s.mu.Unlock()
		return
	}
	s.mu.Lock()
	waits := len(c.queue) > 0
	if waits && !c.gone {
		if c.stalled++; c.stalled > patience {
			s.hub.drops.Add(1)
			c.gone = true
			s.signal(c)
		}
	}
	s.mu.Unlock()
	if heartbeat && !waits {
		s.push(c, beatFrame)
	}
}

// run writes to whoever is ready until the hub closes.
func (s *shard) run() {
	for {
		s.mu.Lock()
		for len(s.ready) == 0 && !s.closed {
			s.cond.Wait()
		}
		batch, closed := s.ready, s.closed
		s.ready = nil
		s.mu.Unlock()
		for _, c := range batch {
			s.write(c)
		}
		if closed {
			s.hangUp()
			return
		}
	}
}

// write sends what waits for one client until nothing does or its connection is full.
func (s *shard) write(c *client) {
	for {
		s.mu.Lock()
		if c.gone {
			s.mu.Unlock()
			s.free(c)
			return
		}
		if len(c.queue) == 0 {
			c.ready, c.queue = false, nil
			s.mu.Unlock()
			return
		}
		f := c.queue[0]
		s.mu.Unlock()

		n, err := writeSome(c.raw, f[c.off:])
		c.off += n
		s.mu.Lock()
		if n > 0 {
			c.stalled = 0
		}
		switch {
		case err != nil:
			c.gone = true
		case c.off == len(f):
			c.off = 0
			c.take()
		case n == 0:
			s.block(c)
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
	}
}

// take removes the first frame. shard.mu is held.
func (c *client) take() {
	c.bytes -= len(c.queue[0])
	c.queue[0] = nil
	c.queue = c.queue[1:]
}

// block tries the client again a little later. s.mu is held; c.ready stays, so that nobody else brings it.
func (s *shard) block(c *client) {
	s.blocked = append(s.blocked, c)
	if s.timer {
		return
	}
	s.timer = true
	time.AfterFunc(retry, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.timer = false
		s.ready = append(s.ready, s.blocked...)
		s.blocked = nil
		s.cond.Signal()
	})
}

// free forgets a client and hangs up on it.
func (s *shard) free(c *client) {
	s.hub.leave(c)
	s.mu.Lock()
	c.queue, c.bytes = nil, 0
	s.mu.Unlock()
	if c.conn != nil {
		c.conn.Close()
	}
}

func (s *shard) close() {
	s.mu.Lock()
	s.closed = true
	s.cond.Signal()
	s.mu.Unlock()
}

// hangUp ends the clients this shard writes to.
func (s *shard) hangUp() {
	s.hub.mu.RLock()
	var mine []*client
	for c := range s.hub.clients {
		if c.shard == s && c.raw != nil {
			mine = append(mine, c)
		}
	}
	s.hub.mu.RUnlock()
	for _, c := range mine {
		s.free(c)
	}
}
