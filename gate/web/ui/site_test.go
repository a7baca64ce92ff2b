package ui

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"mulin/gate/web/assets"
)

type reply struct {
	code   int
	body   string
	header http.Header
}

func ask(t *testing.T, c *http.Client, method, address string, form url.Values, headers ...string) reply {
	t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequest(method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{res.StatusCode, string(b), res.Header}
}

func client() *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	s, srv := kit(t)
	var log bytes.Buffer
	s.Log = slog.New(slog.NewTextHandler(&log, nil))
	for path, want := range map[string]int{"/broken": 500, "/panic": 500, "/denied": 403, "/nothing": 404, "/locked": 303} {
		got := ask(t, client(), "GET", srv.URL+path, nil, "Accept-Language", "en")
		if got.code != want {
			t.Errorf("GET %s = %d, want %d", path, got.code, want)
		}
		if strings.Contains(got.body, "secret") {
			t.Errorf("GET %s shows the inner error", path)
		}
	}
	if !strings.Contains(log.String(), "secret inner text") || !strings.Contains(log.String(), "error_id=") {
		t.Errorf("the log misses the cause or its id: %s", log.String())
	}
}

func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	_, srv := kit(t)
	for _, c := range []struct {
		header, value string
		want          int
	}{
		{"Sec-Fetch-Site", "cross-site", 403}, {"Sec-Fetch-Site", "same-site", 403}, {"Sec-Fetch-Site", "same-origin", 422},
		{"Origin", "https://evil.example", 403}, {"Origin", srv.URL, 422},
	} {
		if got := ask(t, client(), "POST", srv.URL+"/report", url.Values{}, c.header, c.value); got.code != c.want {
			t.Errorf("POST with %s: %s = %d, want %d", c.header, c.value, got.code, c.want)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	_, srv := kit(t)
	got := ask(t, client(), "GET", srv.URL+"/", nil)
	policy := got.header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("the policy misses %q", part)
		}
	}
	if strings.Contains(policy, "unsafe") || got.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers = %v", got.header)
	}
	if strings.Contains(got.body, "style=") || strings.Contains(got.body, "onclick") {
		t.Error("the page holds inline style or script")
	}
}

// TestTilesAllowed: a base map that is set while the server runs is allowed with the next page.
func TestTilesAllowed(t *testing.T) {
	t.Parallel()
	site, _ := kit(t)
	origin := ""
	site.TileOrigin = func() string { return origin }
	srv := httptest.NewServer(site.Handler(nil))
	defer srv.Close()
	for _, origin = range []string{"", "https://tiles.example.org"} {
		policy := ask(t, client(), "GET", srv.URL+"/", nil).header.Get("Content-Security-Policy")
		if want := strings.TrimSpace("connect-src 'self' "+origin) + ";"; !strings.Contains(policy, want) {
			t.Errorf("the policy %q misses %q", policy, want)
		}
	}
}

func TestFormShownAgain(t *testing.T) {
	t.Parallel()
	_, srv := kit(t)
	c := client()
	typed := url.Values{"where": {`<b>"东湖路"`}, "kind": {"light"}, "client_ref": {"abc"}}
	got := ask(t, c, "POST", srv.URL+"/report", typed, "Accept-Language", "zh")
	if got.code != 422 {
		t.Fatalf("status = %d, want 422", got.code)
	}
	for _, part := range []string{`&lt;b&gt;&#34;东湖路&#34;`, `value="light" checked`, `value="abc"`, `href="#f-text"`, `aria-invalid="true"`, `id="f-text-error"`} {
		if !strings.Contains(got.body, part) {
			t.Errorf("the page misses %s", part)
		}
	}
	typed.Set("text", "路面塌陷")
	if got = ask(t, c, "POST", srv.URL+"/report", typed); got.code != 303 {
		t.Fatalf("status = %d, want 303", got.code)
	}
	if page := ask(t, c, "GET", srv.URL+"/", nil, "X-Live", "1"); strings.Contains(page.header.Get("Set-Cookie"), "flash") {
		t.Error("a live refresh takes the flash away")
	}
	if page := ask(t, c, "GET", srv.URL+"/", nil); !strings.Contains(page.body, "共 0 条") && !strings.Contains(page.body, "0 ") {
		t.Error("the flash is not shown")
	}
	if page := ask(t, c, "GET", srv.URL+"/", nil); strings.Contains(page.body, `class="flash`) {
		t.Error("the flash is shown twice")
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	_, srv := kit(t)
	got := ask(t, client(), "POST", srv.URL+"/prefs", url.Values{"back": {strings.Repeat("x", 1<<20)}})
	if got.code != 413 {
		t.Errorf("status = %d, want 413", got.code)
	}
}

func TestPrefs(t *testing.T) {
	t.Parallel()
	_, srv := kit(t)
	c := client()
	got := ask(t, c, "POST", srv.URL+"/prefs", url.Values{"lang": {"en"}, "elder": {"1"}, "back": {"//evil.example"}})
	if got.header.Get("Location") != "/" {
		t.Errorf("Location = %q, want /", got.header.Get("Location"))
	}
	page := ask(t, c, "GET", srv.URL+"/", nil, "Accept-Language", "zh")
	if !strings.Contains(page.body, `<html lang="en" class="elder">`) {
		t.Errorf("page = %.200s", page.body)
	}
}

func TestAssets(t *testing.T) {
	t.Parallel()
	_, srv := kit(t)
	set := assets.New()
	for _, enc := range []string{"br", "gzip", "identity"} {
		got := ask(t, client(), "GET", srv.URL+set.URL("app.css"), nil, "Accept-Encoding", enc)
		if got.code != 200 || !strings.Contains(got.header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", enc, got.code, got.header)
		}
		if enc == "gzip" && len(got.body) > 12<<10 {
			t.Errorf("app.css is %d bytes, want ≤ 12 KB: every resident's first page waits for it", len(got.body))
		}
	}
	if got := ask(t, client(), "GET", srv.URL+"/assets/app.css", nil); got.code != 404 {
		t.Errorf("without its hash = %d, want 404", got.code)
	}
}

// TestSlow: a route that is slow answers as often as its limiter allows.
func TestSlow(t *testing.T) {
	t.Parallel()
	_, srv := kit(t)
	for _, want := range []int{200, 200, 429} {
		if got := ask(t, client(), "GET", srv.URL+"/slow", nil); got.code != want {
			t.Errorf("status = %d, want %d", got.code, want)
		}
	}
}
