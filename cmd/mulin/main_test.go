package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"mulin/internal/storetest"
)

// TestMain lets the test binary be the command itself, so that tests run the real thing.
func TestMain(m *testing.M) {
	if os.Getenv("MULIN_TEST_COMMAND") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), "MULIN_TEST_COMMAND=1", "LANG=zh_CN.UTF-8")
	c.Dir = t.TempDir()
	return c
}

// run runs a command to its end and returns all it said.
func run(t *testing.T, input string, args ...string) (string, error) {
	t.Helper()
	c := command(t, args...)
	c.Stdin = strings.NewReader(input)
	out, err := c.CombinedOutput()
	return string(out), err
}

// start runs `mulin serve` on a free port and waits until it says that it serves.
func start(t *testing.T, args ...string) (base string, c *exec.Cmd) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	c = command(t, append([]string{"serve", "--addr", addr}, args...)...)
	pipe, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "serving") {
			go func() { _, _ = io.Copy(io.Discard, pipe) }()
			return "http://" + addr, c
		}
	}
	t.Fatal("it ended before it served")
	return "", nil
}

func get(t *testing.T, client *http.Client, url string) (int, string) {
	t.Helper()
	res, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// TestTheProductionWay founds a city, creates its administrator, serves, signs in and stops in order.
func TestTheProductionWay(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	for _, step := range []struct {
		input string
		args  []string
		says  string
	}{
		{"", []string{"city", "found", "--data", data, "--id", "370481", "--name", "滕州市"}, "is founded"},
		{"short\n", []string{"admin", "create", "--data", data, "--login", "chief"}, "密码"},
		{"a long enough one\n", []string{"admin", "create", "--data", data, "--login", "chief"}, "may now sign in"},
		{"", []string{"migrate", "--data", data}, "up to date"},
		{"", []string{"check", "--data", data}, "none altered"},
	} {
		if out, _ := run(t, step.input, step.args...); !strings.Contains(out, step.says) {
			t.Fatalf("mulin %s: %s", strings.Join(step.args, " "), out)
		}
	}
	base, c := start(t, "--data", data)
	for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ready", "/metrics": "mulin_store_commits_total", "/": "滕州市", "/ledger/checkpoint": "mulin-370481/370481"} {
		if code, body := get(t, http.DefaultClient, base+path); code != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %.200s", path, code, body)
		}
	}
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar}
	res, err := client.PostForm(base+"/signin", url.Values{"login": {"chief"}, "password": {"a long enough one"}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if code, body := get(t, client, base+"/admin"); code != 200 || !strings.Contains(body, "管理") {
		t.Errorf("the administrator's page: %d", code)
	}
	if code, _ := get(t, http.DefaultClient, base+"/signin/as/chief"); code != 404 && code != 405 {
		t.Errorf("one-click sign-in outside of a demo: %d", code)
	}
	prove(t, base)
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("stopped with %v", err)
	}
}

// prove reports something, carries the proof away and checks it without the server.
func prove(t *testing.T, base string) {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar}
	res, err := client.PostForm(base+"/report", url.Values{"text": {"路灯不亮"}, "address": {"荆河街道"}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	number := strings.TrimPrefix(res.Request.URL.Path, "/receipt/")
	_, key := get(t, client, base+"/ledger/key")
	_, proof := get(t, client, base+"/ledger/proof/"+number)
	for want, text := range map[string]string{"proved: case.open " + number: proof, "not in the signed ledger": strings.Replace(proof, `"at": `, `"at": 1`, 1)} {
		file := filepath.Join(t.TempDir(), "receipt.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, _ := run(t, "", "verify", file, "--verifier", key); !strings.Contains(out, want) {
			t.Errorf("want %q: %s", want, out)
		}
	}
	file, said := filepath.Join(t.TempDir(), "receipt.json"), filepath.Join(t.TempDir(), "said.txt")
	for words, want := range map[string]string{"路灯不亮\n路灯不亮\n": "proved: these words were sent", "路灯不亮\n路灯很亮\n": "other words than these were sent"} {
		if err := errors.Join(os.WriteFile(file, []byte(proof), 0o600), os.WriteFile(said, []byte(words), 0o600)); err != nil {
			t.Fatal(err)
		}
		if out, _ := run(t, "", "verify", file, "--verifier", key, "--said", said); !strings.Contains(out, want) {
			t.Errorf("want %q: %s", want, out)
		}
	}
}

// TestWhatCanGoWrong starts it under bad circumstances: each gives one clear sentence and leaves nothing half-made.
func TestWhatCanGoWrong(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	dir := t.TempDir()
	settings := filepath.Join(dir, "mulin.toml")
	if err := os.WriteFile(settings, []byte("adr = \"127.0.0.1:1\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	garbage := filepath.Join(dir, "garbage.db")
	if err := os.WriteFile(garbage, bytes.Repeat([]byte("no database "), 100), 0o600); err != nil {
		t.Fatal(err)
	}
	two := filepath.Join(dir, "two")
	for _, id := range []string{"370481", "370406"} {
		if out, err := run(t, "", "city", "found", "--data", two, "--id", id, "--name", id); err != nil {
			t.Fatal(out)
		}
	}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"which of two cities":      {[]string{"admin", "create", "--data", two, "--login", "x"}, "[370406 370481]"},
		"a host without its city":  {[]string{"serve", "--addr", "127.0.0.1:0", "--data", two, "--host", "example.org=1"}, "no city 1"},
		"port in use":              {[]string{"serve", "--data", dir, "--addr", taken.Addr().String()}, "--addr"},
		"database unreachable":     {[]string{"migrate", "--data", dir, "--db", "postgres://x@127.0.0.1:1/x"}, "连不上数据库"},
		"database takes no writes": {[]string{"migrate", "--data", dir, "--db", readOnly(t)}, "不能写"},
		"not a database":           {[]string{"migrate", "--data", dir, "--db", garbage}, "mulin:"},
		"bad key":                  {[]string{"migrate", "--data", dir, "--key", "secret"}, "64 hex digits"},
		"no city":                  {[]string{"admin", "create", "--data", dir, "--login", "x"}, "city found"},
		"demo for everybody":       {[]string{"demo", "--data", dir, "--addr", "0.0.0.0:8080"}, "127.0.0.1"},
		"typing mistake in file":   {[]string{"--config", settings, "migrate"}, "adr"},
		"half of a certificate":    {[]string{"serve", "--data", dir, "--tls-cert", "x.pem"}, "tls-key"},
		"file that is not there":   {[]string{"import", "messages", filepath.Join(dir, "none.csv"), "--data", dir}, "none.csv"},
		"a bad number for a host":  {[]string{"serve", "--addr", "127.0.0.1:0", "--data", dir, "--host", "example.org"}, "example.org"},
	} {
		out, err := run(t, "", c.args...)
		if err == nil || !strings.Contains(out, c.says) {
			t.Errorf("%s: %v, %s", name, err, out)
		}
		if strings.Contains(out, "goroutine") {
			t.Errorf("%s: a trace of the stack: %s", name, out)
		}
	}
}

// readOnly is a database on a server that takes no writes, as a replica.
func readOnly(t *testing.T) string {
	t.Helper()
	dsn := storetest.Postgres(t)
	if strings.Contains(dsn, "?") {
		return dsn + "&default_transaction_read_only=on"
	}
	return dsn + "?default_transaction_read_only=on"
}

func TestSettingsFile(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "elsewhere")
	file := filepath.Join(t.TempDir(), "mulin.toml")
	if err := os.WriteFile(file, fmt.Appendf(nil, "data = %q\n", data), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := run(t, "", "--config", file, "migrate"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if _, err := os.Stat(filepath.Join(data, "mulin.db")); err != nil {
		t.Error(err)
	}
}
