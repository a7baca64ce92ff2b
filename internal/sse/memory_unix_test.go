//go:build unix

package sse

import (
	"net"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"testing"
)

// dial connects without Go's own memory, so that only the server's is counted.
func dial(t testing.TB, port int, get string) int {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err == nil {
		err = syscall.Connect(fd, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}})
	}
	if err == nil {
		_, err = syscall.Write(fd, []byte(get))
	}
	var b [600]byte
	if err == nil {
		_, err = syscall.Read(fd, b[:])
	}
	if err != nil {
		t.Fatal(err)
	}
	return fd
}

func inUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse + m.OtherSys)
}

// TestMemory holds the promise of 25 MB for 10 000 pages. MULIN_SSE_CLIENTS sets another number.
func TestMemory(t *testing.T) {
	clients := 2000
	if n, err := strconv.Atoi(os.Getenv("MULIN_SSE_CLIENTS")); err == nil {
		clients = n
	}
	c := start(t, nil)
	port := c.Listener.Addr().(*net.TCPAddr).Port
	before := inUse()
	fds := make([]int, clients)
	for i := range fds {
		fds[i] = dial(t, port, "GET /?t=all&t=person"+strconv.Itoa(i)+" HTTP/1.1\r\nHost: x\r\n\r\n")
	}
	defer func() {
		for _, fd := range fds {
			syscall.Close(fd)
		}
	}()
	until(t, "joining", nil, func() bool { return c.hub.Clients() == clients })
	c.hub.Publish("all", "e", "hello")
	var b [600]byte
	for _, fd := range fds {
		if n, err := syscall.Read(fd, b[:]); err != nil || n == 0 {
			t.Fatal(n, err)
		}
	}
	each := (inUse() - before) / int64(clients)
	t.Logf("%d clients: %d bytes each, %d goroutines", clients, each, runtime.NumGoroutine())
	if each > 2500 {
		t.Errorf("%d bytes a client, want at most 2500", each)
	}
}

func BenchmarkPublish2000(b *testing.B) {
	c := start(b, nil)
	port := c.Listener.Addr().(*net.TCPAddr).Port
	fds := make([]int, 2000)
	for i := range fds {
		fds[i] = dial(b, port, "GET /?t=all HTTP/1.1\r\nHost: x\r\n\r\n")
		defer syscall.Close(fds[i])
	}
	until(b, "joining", nil, func() bool { return c.hub.Clients() == len(fds) })
	var buf [600]byte
	b.ReportAllocs()
	for b.Loop() {
		c.hub.Publish("all", "e", "hello")
		for _, fd := range fds {
			syscall.Read(fd, buf[:])
		}
	}
}
