package browsertest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// patience is how long a person waits for something to appear before the test fails.
const patience = 20 * time.Second

// labour limits what the harness does itself, which nobody waits for: opening a page until all of it is there, axe, a picture. A busy machine may need long for it.
const labour = 2 * time.Minute

// Device is what a person holds.
type Device struct {
	Width, Height int
	Touch         bool
}

// The devices of the tests. Pictures have exactly their width.
var (
	Phone   = Device{Width: 390, Height: 844, Touch: true}
	Desktop = Device{Width: 1440, Height: 900}
)

// Person is someone with a browser of their own. Its methods wait until they can do what they are asked, and fail the test when they can't;
// they are called from the test's goroutine.
type Person struct {
	t     testing.TB
	name  string
	ctx   context.Context
	line  *line
	watch *watcher
	view  View
	agent string // the browser's version, as pages are told
	axe   bool   // the browser puts axe into every page

	patience time.Duration
}

// Person opens a browser for someone: own cookies, storage and network, a device, and the language they prefer ("zh" or "en").
func (b *Browser) Person(t testing.TB, name string, d Device, lang string) *Person {
	t.Helper()
	p := &Person{t: t, name: name, agent: b.version, patience: patience, watch: &watcher{asked: map[network.RequestID]string{}}, line: newLine()}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithListener(p.watch.see), chromedp.WithListener(p.dialog),
		chromedp.WithNewBrowserContext(func(c *target.CreateBrowserContextParams) {
			c.ProxyServer = p.line.server.Listener.Addr().String()
			c.ProxyBypassList = "<-loopback>" // this machine too goes over the proxy
		}))
	p.ctx = ctx
	t.Cleanup(func() {
		p.judge()
		cancel()
		p.line.close()
	})
	if err := chromedp.Do(ctx); err != nil { // its context lives as long as the person
		t.Fatalf("%s: open a browser: %v", name, err)
	}
	if err := p.equip(View{Device: d, Lang: lang}); err != nil {
		t.Fatalf("%s: prepare the browser: %v", name, err)
	}
	return p
}

// equip turns the new page into the person's device.
func (p *Person) equip(v View) error {
	if err := p.do(
		call(log.Enable, cdp.Empty{}),
		call(network.Enable, network.EnableParams{}),
		call(emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Asia/Shanghai"}),
	); err != nil {
		return err
	}
	return p.see(v)
}

// call makes an action of a protocol command whose answer nobody needs.
func call[P, R any](cmd cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, cmd, params)
		return err
	})
}

func (p *Person) do(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(p.ctx, labour)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// must fails the test, with what the person sees, when a step fails.
func (p *Person) must(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := p.do(steps...); err != nil {
		p.fail("%s: %v", what, err)
	}
}

// dialog says yes to whatever a page asks.
func (p *Person) dialog(event any) {
	if _, ok := event.(*page.EventJavascriptDialogOpening); ok {
		go p.do(call(page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true}))
	}
}

// NoJS turns scripts off from the next page on.
func (p *Person) NoJS() {
	p.t.Helper()
	p.must("turn scripts off", call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
}

// Dark makes the person prefer dark colours.
func (p *Person) Dark() {
	p.t.Helper()
	v := p.view
	v.Dark = true
	p.As(v)
}

// Offline takes the network away, from pages and service workers alike, or gives it back.
func (p *Person) Offline(off bool) {
	p.t.Helper()
	p.watch.mu.Lock()
	p.watch.offline = true // also afterwards: what broke may be told late
	p.watch.mu.Unlock()
	p.line.pull(off)
	p.must("change the network", call(network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}))
}

// SetGeo lets pages ask where the person is, and says it.
func (p *Person) SetGeo(lat, lng float64) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, p.patience)
	defer cancel()
	_, err := chromedp.CallBrowser(ctx, browser.SetPermission, browser.SetPermissionParams{
		Permission:       &browser.PermissionDescriptor{Name: "geolocation"},
		Setting:          browser.PermissionSettingGranted,
		BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID,
	})
	if err != nil {
		p.fail("allow the position: %v", err)
	}
	accuracy := 5.0
	p.must("set the position", call(emulation.SetGeolocationOverride, emulation.SetGeolocationOverrideParams{Latitude: &lat, Longitude: &lng, Accuracy: &accuracy}))
}

// Expect allows problems that contain the text: a test that provokes one says so.
func (p *Person) Expect(text string) {
	p.watch.mu.Lock()
	defer p.watch.mu.Unlock()
	p.watch.expected = append(p.watch.expected, text)
}

// Problems is what the pages did wrong so far and the test did not expect: exceptions, console errors, policy violations, broken parts, requests to other
// machines, server errors. What is left at the end fails the test.
func (p *Person) Problems() []string { return p.watch.problems() }

// judge ends the person's part of the test.
func (p *Person) judge() {
	for _, problem := range p.Problems() {
		p.t.Errorf("%s: %s", p.name, problem)
	}
	if p.t.Failed() && p.ctx.Err() == nil {
		p.t.Logf("%s: %s", p.name, p.scene())
	}
}

// fail ends the test and tells what the person sees; judge adds the rest.
func (p *Person) fail(format string, args ...any) {
	p.t.Helper()
	p.t.Fatalf("%s: %s", p.name, fmt.Sprintf(format, args...))
}

// scene describes what is on the screen, for messages: address, text, and where the picture lies.
func (p *Person) scene() string {
	var seen struct{ URL, Text string }
	if err := p.evaluate(p.patience, `({URL: location.href, Text: document.body ? document.body.innerText.slice(0, 1500) : ''})`, &seen); err != nil {
		return "the page doesn't answer: " + err.Error()
	}
	folder := os.Getenv("MULIN_TEST_SHOTS")
	if folder == "" {
		folder = filepath.Join(os.TempDir(), "mulin-shots")
	}
	file := filepath.Join(folder, strings.NewReplacer("/", "_", " ", "_").Replace(p.t.Name()+"-"+p.name)+".png")
	if err := p.shoot(file); err != nil {
		file = "none: " + err.Error()
	}
	return fmt.Sprintf("at %s\npicture: %s\npage text:\n%s", seen.URL, file, seen.Text)
}
