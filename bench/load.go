package bench

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"time"

	"mulin/internal/clock"
)

// loaded is how a load went.
type loaded struct {
	Rate     float64 // filings a second that were answered 201
	P50, P99 float64 // ms, as the client sees them
	N        int
}

// load files reports over kept-alive connections: requests are prepared bytes and answers are read only as far as needed, so that the clients take
// little of the machine from the server.
func load(s spec) (loaded, error) {
	var requests [][]byte
	for _, body := range s.Bodies {
		head := "POST /api/v1/cases HTTP/1.1\r\nHost: " + s.Addr + "\r\nContent-Type: application/json\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n"
		requests = append(requests, append([]byte(head), body...))
	}
	var mu sync.Mutex
	var all []time.Duration
	var failed error
	var g sync.WaitGroup
	start := clock.System.Now()
	for i := range s.Clients {
		g.Go(func() {
			c := client{addr: s.Addr, requests: requests, rand: rand.New(rand.NewPCG(uint64(start.UnixNano()), uint64(i)))}
			took, err := c.run(start, s.Time)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
			failed = errors.Join(failed, err)
		})
	}
	g.Wait()
	q := quantilesOf(all)
	return loaded{float64(len(all)) / clock.System.Now().Sub(start).Seconds(), q.P50, q.P99, len(all)}, failed
}

// client is one connection.
type client struct {
	addr     string
	requests [][]byte
	rand     *rand.Rand
}

func (c *client) run(start time.Time, d time.Duration) (took []time.Duration, err error) {
	conn, err := net.Dial("tcp", c.addr)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 2048)
	buf := make([]byte, 0, 4096)
	var mark [8]byte
	for {
		at := clock.System.Now()
		if at.Sub(start) >= d {
			return took, nil
		}
		buf = append(buf[:0], c.requests[c.rand.IntN(len(c.requests))]...)
		binary.BigEndian.PutUint64(mark[:], uint64(at.UnixMicro())<<12|c.rand.Uint64()&0xfff) // in the order of time, as the site's forms make theirs
		hex.Encode(buf[bytes.Index(buf, []byte(refMark)):], mark[:])
		if _, err := conn.Write(buf); err != nil {
			return took, err
		}
		if err := answer(in); err != nil {
			return took, err
		}
		took = append(took, clock.System.Now().Sub(at))
	}
}

var lengthName = []byte("Content-Length: ")

// answer reads one answer and accepts only 201.
func answer(in *bufio.Reader) error {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if len(line) < 12 || string(line[9:12]) != "201" {
		rest, _ := in.Peek(min(in.Buffered(), 600))
		return fmt.Errorf("answered %s%s", line, rest)
	}
	length := -1
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if rest, ok := bytes.CutPrefix(line, lengthName); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(rest))); err != nil {
				return err
			}
		}
	}
	if length < 0 {
		return errors.New("an answer without Content-Length")
	}
	_, err = io.CopyN(io.Discard, in, int64(length))
	return err
}
