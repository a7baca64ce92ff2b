package browsertest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

//go:embed page.js
var pageJS string

// answer is what page.js says.
type answer struct {
	OK    bool    `json:"ok"`
	Why   string  `json:"why"`
	Text  string  `json:"text"`
	Count int     `json:"count"`
	Done  bool    `json:"done"`
	X     float64 `json:"x"`
	Y     float64 `json:"y"`
}

// evaluate runs an expression in the page, waits for its promise no longer than limit, and decodes what it gives.
func (p *Person) evaluate(limit time.Duration, expression string, into any, opts ...chromedp.EvaluateOption) error {
	ctx, cancel := context.WithTimeout(p.ctx, limit)
	defer cancel()
	raw, err := chromedp.Run(ctx, chromedp.Evaluate[[]byte](expression, append(opts, chromedp.EvalAsValue)...))
	if err != nil {
		return err
	}
	if into == nil {
		return nil
	}
	if len(raw) == 0 {
		raw = []byte("null")
	}
	return json.Unmarshal(raw, into)
}

func (p *Person) ask(task string, arg any) (answer, error) {
	var a answer
	words, err := json.Marshal([]any{task, arg})
	if err != nil {
		return a, err
	}
	err = p.evaluate(p.patience, "("+pageJS+")(..."+string(words)+")", &a)
	return a, err
}

// until asks the page again and again until check is content. It asks from outside, so it survives navigation and works without scripts.
func (p *Person) until(what string, try func() (done bool, why string, err error)) {
	p.t.Helper()
	pause := 30 * time.Millisecond // and longer from time to time, so as not to take from the page what it needs
	end := time.NewTimer(p.patience)
	defer end.Stop()
	for {
		done, why, err := try()
		if done && err == nil {
			return
		}
		select {
		case <-time.After(pause):
			pause = min(pause+pause/2, 250*time.Millisecond)
		case <-end.C:
			if err != nil {
				why = err.Error()
			}
			p.fail("waited %v to %s; %s", p.patience, what, why)
		}
	}
}

// wait asks one thing of the page until it is so.
func (p *Person) wait(what, task string, arg any) answer {
	p.t.Helper()
	var a answer
	p.until(what, func() (bool, string, error) {
		var err error
		a, err = p.ask(task, arg)
		return a.OK, a.Why, err
	})
	return a
}

// Open goes to an address and waits until the page is loaded.
func (p *Person) Open(url string) {
	p.t.Helper()
	p.must("open "+url, chromedp.Navigate(url))
}

// Reload loads the page again.
func (p *Person) Reload() {
	p.t.Helper()
	p.must("reload", chromedp.Reload())
}

// Back goes to the page before.
func (p *Person) Back() {
	p.t.Helper()
	p.must("go back", chromedp.NavigateBack())
}

// URL is the address of the page.
func (p *Person) URL() string {
	p.t.Helper()
	var url string
	p.Eval(`location.href`, &url)
	return url
}

// Click presses the first visible thing that matches the selector, where a person would: in its middle, when it rests and nothing covers it.
func (p *Person) Click(sel string) {
	p.t.Helper()
	p.press("press "+sel, "spot", sel)
}

// ClickText presses the visible link, button, label or the like that says the text: exactly it, or else contains it.
func (p *Person) ClickText(text string) {
	p.t.Helper()
	p.press(fmt.Sprintf("press %q", text), "named", text)
}

func (p *Person) press(what, task string, arg any) {
	p.t.Helper()
	var at, before answer
	p.until(what, func() (bool, string, error) {
		var err error
		before = at
		at, err = p.ask(task, arg)
		return at.OK && at == before, at.Why, err // the same place twice: it rests
	})
	if p.view.Device.Touch {
		p.must(what, chromedp.TapXY(at.X, at.Y))
		return
	}
	p.must(what, chromedp.MouseClickXY(at.X, at.Y))
}

// Fill replaces what stands in a field. In a list the text is the value or the words of an option. The field keeps the focus.
func (p *Person) Fill(sel, text string) {
	p.t.Helper()
	what := "fill " + sel
	if p.wait(what, "fill", []string{sel, text}).Done {
		return
	}
	if text == "" {
		p.Press(kb.Delete)
		return
	}
	p.must(what, call(input.InsertText, input.InsertTextParams{Text: text}))
}

// Press types keys where the focus is: letters, or the keys of package kb such as kb.Enter, kb.Tab, kb.Escape.
func (p *Person) Press(keys string) {
	p.t.Helper()
	p.must("type "+keys, chromedp.KeyEvent(keys))
}

// Upload picks files in a file field, which may be hidden behind a label.
func (p *Person) Upload(sel string, paths ...string) {
	p.t.Helper()
	for i, path := range paths {
		full, err := filepath.Abs(path)
		if err == nil {
			_, err = os.Stat(full)
		}
		if err != nil {
			p.fail("upload %s: %v", path, err)
		}
		paths[i] = full
	}
	const moved = 10 // a page that gives way to the next takes the field along with it
	for try := 1; ; try++ {
		err := p.do(chromedp.SetUploadFiles(chromedp.CSS(sel), paths, chromedp.NodeReady))
		if err == nil {
			return
		}
		if try == moved || !strings.Contains(err.Error(), "-32000") {
			p.fail("upload into %s: %v", sel, err)
		}
	}
}

// See waits until the text is visible. White space counts as one blank.
func (p *Person) See(text string) {
	p.t.Helper()
	p.wait(fmt.Sprintf("see %q", text), "see", text)
}

// NotSee waits until the page is there and the text is not visible in it.
func (p *Person) NotSee(text string) {
	p.t.Helper()
	p.wait(fmt.Sprintf("not see %q", text), "gone", text)
}

// SeeElement waits until something that matches the selector is visible.
func (p *Person) SeeElement(sel string) {
	p.t.Helper()
	p.wait("see "+sel, "shown", sel)
}

// Text is the text of the first visible thing that matches.
func (p *Person) Text(sel string) string {
	p.t.Helper()
	return p.wait("read "+sel, "text", sel).Text
}

// Value is what stands in a field, also in a hidden one.
func (p *Person) Value(sel string) string {
	p.t.Helper()
	return p.wait("read the value of "+sel, "value", sel).Text
}

// Attr is an attribute of the first thing that matches, empty without it.
func (p *Person) Attr(sel, name string) string {
	p.t.Helper()
	return p.wait("read "+name+" of "+sel, "attr", []string{sel, name}).Text
}

// Count is how many visible things match now.
func (p *Person) Count(sel string) int {
	p.t.Helper()
	return p.wait("count "+sel, "count", sel).Count
}

// Wait waits until a JavaScript expression is true; a promise is awaited.
func (p *Person) Wait(expression string) {
	p.t.Helper()
	p.until("have "+expression, func() (bool, string, error) {
		var ok bool
		err := p.evaluate(p.patience, "(async () => !!("+expression+"))()", &ok, chromedp.EvalAwaitPromise)
		return ok, "it is false", err
	})
}

// Eval runs a JavaScript expression in the page and decodes its JSON into a pointer, which may be nil; a promise is awaited.
func (p *Person) Eval(expression string, into any) {
	p.t.Helper()
	if err := p.evaluate(labour, expression, into, chromedp.EvalAwaitPromise); err != nil {
		p.fail("run %s: %v", expression, err)
	}
}

// Fits fails the test, and goes on, when the page is wider than the screen, naming what sticks out.
func (p *Person) Fits() {
	p.t.Helper()
	p.Wait(`document.readyState !== "loading" && document.scrollingElement`) // a click may just have led to the next page
	var out []string
	p.Eval(fmt.Sprintf(`(() => {
		if (document.scrollingElement.scrollWidth <= %[1]d) return []
		return [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > %[1]d + 0.5).map(e => e.cloneNode().outerHTML).slice(0, 5).concat('scrollWidth ' + document.scrollingElement.scrollWidth)
	})()`, p.view.Device.Width), &out)
	if len(out) > 0 {
		p.t.Errorf("%s: %s is wider than %d pixels:\n%s", p.name, p.URL(), p.view.Device.Width, strings.Join(out, "\n"))
	}
}

// Shot writes a picture of the whole page.
func (p *Person) Shot(file string) {
	p.t.Helper()
	if err := p.shoot(file); err != nil {
		p.fail("picture %s: %v", file, err)
	}
}

// maxShot is the height at which pictures end; the browser can't paint much more.
const maxShot = 16000

func (p *Person) shoot(file string) error {
	ctx, cancel := context.WithTimeout(p.ctx, labour)
	defer cancel()
	size, err := chromedp.Call(ctx, page.GetLayoutMetrics, cdp.Empty{})
	if err != nil {
		return fmt.Errorf("measure the page: %w", err)
	}
	whole := true
	shot, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{
		CaptureBeyondViewport: &whole,
		Clip:                  &page.Viewport{Width: size.CSSContentSize.Width, Height: min(size.CSSContentSize.Height, maxShot), Scale: 1},
	})
	if err != nil {
		return fmt.Errorf("take the picture: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, shot.Data, 0o644)
}
