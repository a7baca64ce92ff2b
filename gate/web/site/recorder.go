package site

import (
	"bufio"
	"net"
	"net/http"
)

// recorder remembers what was answered, for the log.
type recorder struct {
	http.ResponseWriter
	code  int
	bytes int64
	note  string
}

func (r *recorder) WriteHeader(code int) {
	if r.code == 0 {
		r.code = code
	}
	r.ResponseWriter.WriteHeader(code)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.code == 0 {
		r.code = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Hijack hands the connection over: live pages write to it themselves.
func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	r.code = http.StatusOK
	return http.NewResponseController(r.ResponseWriter).Hijack()
}

// Flush sends what is buffered.
func (r *recorder) Flush() { http.NewResponseController(r.ResponseWriter).Flush() }
