// Package browsertest lets a test act as people do: each person has a browser of their own that shares nothing with the others, opens pages, taps, types and
// looks. Whatever a page does wrong on the way (an exception, a broken file, a policy violation, a request to another host) fails the test.
//
//	b := browsertest.Start(t)
//	p := b.Person(t, "resident", browsertest.Phone, "zh")
//	p.Open(server.URL)
//	p.ClickText("我要上报")
//	p.See("谢谢")
//	p.Axe()
package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// startup limits the start of the browser: a busy machine may need long for it.
const startup = 60 * time.Second

// Browser is one running Chromium, shared by the tests of a binary.
type Browser struct {
	ctx     context.Context
	version string // "156.0.0.0"
	stop    func()
}

// shared is the browser of this test binary and who uses it.
var shared struct {
	sync.Mutex
	browser *Browser
	users   int
}

// Start gives the browser of the test binary, starting it when the test is the first to ask. Without a Chromium the test fails.
// The browser ends with its last test; a package with several browser tests keeps it with Main. Tests may use it side by side. With -short (`make quick`) the
// test ends here.
func Start(t testing.TB) *Browser {
	t.Helper()
	if testing.Short() {
		t.Skip("no browser with -short")
	}
	shared.Lock()
	defer shared.Unlock()
	if shared.browser == nil {
		b, err := launch()
		if err != nil {
			t.Fatalf("start the browser: %v", err)
		}
		shared.browser = b
	}
	shared.users++
	t.Cleanup(release)
	return shared.browser
}

// Main runs the tests of a package with one browser for all of them:
//
//	func TestMain(m *testing.M) { browsertest.Main(m) }
func Main(m *testing.M) {
	shared.users++
	code := m.Run()
	release()
	os.Exit(code)
}

func release() {
	shared.Lock()
	defer shared.Unlock()
	shared.users--
	if shared.users == 0 && shared.browser != nil {
		shared.browser.stop()
		shared.browser = nil
	}
}

// find is the path of Chromium: before all the shell without windows, which needs a third less of the processor for the same pages.
func find() (string, error) {
	names := []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
	if own := os.Getenv("MULIN_TEST_CHROMIUM"); own != "" {
		names = []string{own}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no Chromium found (looked for %s): install Debian's package chromium-headless-shell, or set MULIN_TEST_CHROMIUM to the program", strings.Join(names, ", "))
}

func launch() (*Browser, error) {
	path, err := find()
	if err != nil {
		return nil, err
	}
	profile, err := os.MkdirTemp("", "mulin-browser-")
	if err != nil {
		return nil, fmt.Errorf("make a profile folder: %w", err)
	}
	var said strings.Builder
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), flags(path, profile, &said)...)
	ctx, stopBrowser := chromedp.NewContext(allocator)
	stop := func() {
		stopBrowser()
		stopAllocator()
		os.RemoveAll(profile)
	}
	started := make(chan error, 1)
	var version browser.GetVersionResult
	go func() {
		v, err := chromedp.CallBrowser(ctx, browser.GetVersion, cdp.Empty{})
		version = v
		started <- err
	}()
	select {
	case err = <-started:
	case <-time.After(startup):
		err = fmt.Errorf("%s did not answer in %v", path, startup)
	}
	if err != nil {
		stop()
		return nil, fmt.Errorf("%w\n%s", err, said.String())
	}
	_, number, _ := strings.Cut(version.Product, "/")
	major, _, _ := strings.Cut(number, ".")
	return &Browser{ctx: ctx, version: major + ".0.0.0", stop: stop}, nil
}

// flags keep the browser quiet and off the network, and give it WebGL without a graphics card.
func flags(path, profile string, said *strings.Builder) []chromedp.ExecAllocatorOption {
	all := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	all = append(all,
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.CombinedOutput(said),
		chromedp.Env("LC_ALL=C.UTF-8"), // without it the browser can't open files with Chinese names
		chromedp.Flag("headless", "new"),
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("enable-unsafe-swiftshader", true),
		chromedp.Flag("disable-quic", true),
		// What asks Google behind the page; pages kept alive after leaving, whose return fires no load event; what makes processes that nobody looks at: the
		// list under the address bar, which costs each window as much as a page, and a process in reserve.
		chromedp.Flag("disable-features", "Translate,AutofillServerCommunication,OptimizationHints,MediaRouter,InterestFeedContentSuggestions,BackForwardCache,"+
			"WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess"),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-domain-reliability", true),
		chromedp.Flag("no-pings", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "zh-CN"),
	)
	if os.Geteuid() == 0 {
		all = append(all, chromedp.NoSandbox)
	}
	return all
}
