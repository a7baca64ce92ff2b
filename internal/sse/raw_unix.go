//go:build unix

package sse

import (
	"errors"
	"io"
	"net"
	"syscall"
)

// rawConn is the connection's file, if reads and writes that don't wait are possible on it.
func rawConn(c net.Conn) syscall.RawConn {
	s, ok := c.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}

// writeSome writes what the system takes now, perhaps nothing.
func writeSome(raw syscall.RawConn, b []byte) (n int, err error) {
	fail := raw.Write(func(fd uintptr) bool {
		n, err = syscall.Write(int(fd), b)
		return true
	})
	n = max(n, 0)
	if fail != nil {
		return n, fail
	}
	switch {
	case err == nil && n == 0 && len(b) > 0:
		return 0, io.ErrUnexpectedEOF
	case errors.Is(err, syscall.EAGAIN), errors.Is(err, syscall.EINTR):
		return n, nil
	}
	return n, err
}

// hungUp is true if the other side closed, or sent anything: a page that listens has nothing to say.
func hungUp(raw syscall.RawConn) bool {
	var b [1]byte
	var err error
	fail := raw.Read(func(fd uintptr) bool {
		_, err = syscall.Read(int(fd), b[:])
		return true
	})
	return fail != nil || !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, syscall.EINTR)
}
