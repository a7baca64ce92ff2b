//go:build !unix

package sse

import (
	"errors"
	"net"
	"syscall"
)

// Elsewhere every client has a goroutine of its own.

func rawConn(net.Conn) syscall.RawConn { return nil }

func writeSome(syscall.RawConn, []byte) (int, error) { return 0, errors.ErrUnsupported }

func hungUp(syscall.RawConn) bool { return false }
