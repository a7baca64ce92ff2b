package browsertest

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe.min.js
var axeJS string

// violation is a rule of axe that the page breaks, with the places.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string
		Target         []any
		FailureSummary string
	}
}

// Axe checks the page as it stands against WCAG 2.2 A and AA and good practice, and fails the test, which goes on, for each rule that is broken.
// Rules that a test has a reason to leave out are named: p.Axe("region").
func (p *Person) Axe(without ...string) {
	p.t.Helper()
	p.breaks(`{type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}`, without)
}

// Contrast is the part of Axe that other colours, letters and widths can change. It is what remains to be asked of a page that Axe has seen in another view.
func (p *Person) Contrast() {
	p.t.Helper()
	p.breaks(`{type: 'rule', values: ['color-contrast']}`, nil)
}

// breaks fails the test for each of the rules that the page breaks.
func (p *Person) breaks(rules string, without []string) {
	p.t.Helper()
	found, err := p.violations(rules, without)
	if err != nil {
		p.fail("run axe: %v", err)
	}
	for _, v := range found {
		var places strings.Builder
		for _, n := range v.Nodes {
			fmt.Fprintf(&places, "\n  at %v\n     %s\n     %s", n.Target, n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", "\n     "))
		}
		p.t.Errorf("%s: %s: axe %s (%s): %s%s", p.name, p.URL(), v.ID, v.Impact, v.Help, places.String())
	}
}

// barless looks at the page with its bars laid into the flow: where one is fixed to the window it covers whatever lies there just now, which can be scrolled free.
const barless = `async (look) => {
	const bars = [...document.body.querySelectorAll('*')].filter(e => ['fixed', 'sticky'].includes(getComputedStyle(e).position) && !e.closest('dialog'))
	bars.forEach(e => e.style.setProperty('position', 'static', 'important'))
	try { return await look() } finally { bars.forEach(e => e.style.removeProperty('position')) }
}`

// violations runs axe in a world of its own, which the page's scripts and its policy don't reach.
func (p *Person) violations(rules string, without []string) ([]violation, error) {
	ctx, cancel := context.WithTimeout(p.ctx, labour)
	defer cancel()
	world, err := p.axeWorld(ctx)
	if err != nil {
		return nil, fmt.Errorf("make a world for axe: %w", err)
	}
	there := func(e *runtime.EvaluateParams) { e.ContextID = world }
	var off strings.Builder
	for _, rule := range without {
		fmt.Fprintf(&off, "%q: {enabled: false},", rule)
	}
	run := `(` + barless + `)(() => axe.run(document, {runOnly: ` + rules + `, resultTypes: ['violations'], rules: {` + off.String() + `}}))
		.then(r => r.violations.map(v => ({ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.map(n => ({HTML: n.html.slice(0, 300), Target: n.target, FailureSummary: n.failureSummary}))})))`
	var found []violation
	err = p.evaluate(labour, run, &found, there, chromedp.EvalAwaitPromise)
	return found, err
}

// axeWorld is the world in which axe stands beside the page. The script is sent once: the browser puts it into every page that the person opens from then on.
func (p *Person) axeWorld(ctx context.Context) (runtime.ExecutionContextID, error) {
	const name = "axe"
	if !p.axe {
		at := true
		script := page.AddScriptToEvaluateOnNewDocumentParams{Source: axeJS, WorldName: name, RunImmediately: &at}
		if _, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, script); err != nil {
			return 0, err
		}
		p.axe = true
	}
	tree, err := chromedp.Call(ctx, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return 0, err
	}
	world, err := chromedp.Call(ctx, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: tree.FrameTree.Frame.ID, WorldName: name})
	return world.ExecutionContextID, err
}
