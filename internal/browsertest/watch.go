package browsertest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// watcher collects what pages do wrong.
type watcher struct {
	mu       sync.Mutex
	found    []string
	expected []string
	offline  bool                         // the line is or was cut: requests may break
	asked    map[network.RequestID]string // address of each running request
}

func (w *watcher) add(format string, args ...any) {
	problem := fmt.Sprintf(format, args...)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.found = append(w.found, problem)
}

// problems are those found that the test did not expect.
func (w *watcher) problems() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var rest []string
next:
	for _, problem := range w.found {
		for _, part := range w.expected {
			if strings.Contains(problem, part) {
				continue next
			}
		}
		rest = append(rest, problem)
	}
	return rest
}

// see takes the browser's events. It runs while the browser waits, so it only notes.
func (w *watcher) see(event any) {
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			var words []string
			for _, a := range e.Args {
				words = append(words, shown(a))
			}
			w.add("console.%s: %s", e.Type, strings.Join(words, " "))
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			text += " " + shown(x)
		}
		w.add("exception: %s (%s:%d)", text, e.ExceptionDetails.URL, e.ExceptionDetails.LineNumber+1)
	case *log.EventEntryAdded:
		// Broken requests are judged below, where their kind is known.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			w.add("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		w.mu.Lock()
		w.asked[e.RequestID] = e.Request.URL
		w.mu.Unlock()
		if u, err := url.Parse(e.Request.URL); err == nil && u.Host != "" && !here(u.Host) {
			w.add("%s from another machine: %s", e.Type, e.Request.URL)
		}
	case *network.EventResponseReceived:
		w.answered(e)
	case *network.EventLoadingFailed:
		w.broken(e)
	}
}

// answered judges a status: 4xx is how pages and forms say no, but a page must not ask for pictures, scripts or styles that aren't there.
func (w *watcher) answered(e *network.EventResponseReceived) {
	status := e.Response.Status
	if status >= 500 || status >= 400 && part(e.Type) {
		w.add("%s %s: status %d", e.Type, e.Response.URL, status)
	}
}

func (w *watcher) broken(e *network.EventLoadingFailed) {
	w.mu.Lock()
	offline, address := w.offline, w.asked[e.RequestID]
	w.mu.Unlock()
	if e.Canceled || offline || e.ErrorText == "net::ERR_ABORTED" || !part(e.Type) {
		return
	}
	w.add("%s %s: %s %s", e.Type, address, e.ErrorText, e.BlockedReason)
}

// part tells whether a page is not whole without a thing of this kind.
func part(kind network.ResourceType) bool {
	switch kind {
	case network.ResourceTypeStylesheet, network.ResourceTypeImage, network.ResourceTypeMedia, network.ResourceTypeFont,
		network.ResourceTypeScript, network.ResourceTypeManifest, network.ResourceTypeCSPViolationReport:
		return true
	}
	return false
}

func shown(o *runtime.RemoteObject) string {
	if o.Description != "" {
		return o.Description
	}
	var text string
	if json.Unmarshal(o.Value, &text) == nil {
		return text
	}
	return string(o.Value)
}
