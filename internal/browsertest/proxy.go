package browsertest

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"sync"
)

// line is a person's way to the network: a proxy, so that pulling it also cuts off service workers, which the browser's own emulation leaves connected.
// It leads to this machine only; the watcher tells when a page asks for more.
type line struct {
	server *httptest.Server

	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]bool
}

func newLine() *line {
	l := &line{conns: map[net.Conn]bool{}}
	onward := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.Out.Host = r.In.Host },
		Transport:     &http.Transport{DisableCompression: true},
		FlushInterval: -1, // live pages get each event at once
		// The browser shall see a broken connection, not an answer of ours.
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	l.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !here(r.URL.Host):
			http.Error(w, "browsertest: only this machine can be reached", http.StatusForbidden)
		case r.Method == http.MethodConnect:
			l.tunnel(w, r)
		default:
			onward.ServeHTTP(w, r)
		}
	}))
	l.server.Config.ConnState = l.watch
	l.server.Start()
	return l
}

// watch keeps the open connections. A hijacked one stays until its tunnel ends.
func (l *line) watch(c net.Conn, state http.ConnState) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case state == http.StateClosed:
		delete(l.conns, c)
	case l.cut:
		c.Close()
	case state == http.StateNew:
		l.conns[c] = true
	}
}

// pull cuts the line or joins it again.
func (l *line) pull(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
	if cut {
		for c := range l.conns {
			c.Close()
		}
	}
}

// close ends the line with all that hangs on it.
func (l *line) close() {
	l.pull(true)
	l.server.Close()
}

// tunnel carries what the browser doesn't show to a proxy: web sockets and TLS.
func (l *line) tunnel(w http.ResponseWriter, r *http.Request) {
	far, err := net.Dial("tcp", r.URL.Host)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer far.Close()
	near, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer l.watch(near, http.StateClosed)
	defer near.Close()
	if _, err := io.WriteString(near, "HTTP/1.1 200 Connected\r\n\r\n"); err != nil {
		return
	}
	go func() {
		io.Copy(far, near)
		far.Close()
	}()
	io.Copy(near, far)
}

// here tells whether host:port is on this machine.
func here(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}
