//go:build measure

package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"mulin/internal/browsertest"
)

// TestMeasureLive takes the time from the answer to one person's step until another's open page, in a browser, shows it:
//
//	scripts/test.sh go test -tags measure -run TestMeasureLive -v ./app
func TestMeasureLive(t *testing.T) {
	const times = 30
	each(t, func(t *testing.T, c *city) {
		b := browsertest.Start(t)
		resident, worker := c.person(t, b, "resident", browsertest.Phone), c.person(t, b, "grid_worker", browsertest.Phone)
		number := c.report(t, resident, "楼道灯坏了，晚上看不见台阶")
		page := c.url + "/cases/" + number
		worker.Open(page)
		worker.See("待受理")
		worker.Eval(`(() => {
			window.seen = {}
			new MutationObserver(() => {
				for (const [, n] of document.body.textContent.matchAll(/看过现场第(\d+)次/g)) window.seen[n] ??= Date.now()
			}).observe(document.body, {subtree: true, childList: true, characterData: true})
		})()`, nil)
		colleague := c.signIn(t, c.as["grid_worker"])
		var took []time.Duration
		for n := range times {
			answered := note(t, colleague, page, fmt.Sprintf("看过现场第%d次", n))
			worker.Wait(fmt.Sprintf(`window.seen[%d]`, n))
			var at float64
			worker.Eval(fmt.Sprintf(`window.seen[%d]`, n), &at)
			took = append(took, time.UnixMilli(int64(at)).Sub(answered))
		}
		slices.Sort(took)
		t.Logf("%d steps, from the answer to the change on the other page: p50 %v, p95 %v, longest %v",
			times, took[times/2].Round(time.Millisecond), took[times*95/100].Round(time.Millisecond), took[times-1].Round(time.Millisecond))
	})
}

// signIn gives the cookie of somebody at a device of their own.
func (c *city) signIn(t *testing.T, login string) string {
	t.Helper()
	s, err := c.Accounts.SignInAs(t.Context(), login)
	if err != nil {
		t.Fatal(err)
	}
	return "session=" + s.Token
}

// note writes a note into a case and tells when that was answered.
func note(t *testing.T, cookie, page, text string) time.Time {
	t.Helper()
	form := url.Values{"note": {text}, "client_ref": {fmt.Sprintf("%s-%d", t.Name(), time.Now().UnixNano())}}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, page+"/note", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Cookie", cookie)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now()
	res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("the note was answered with %s", res.Status)
	}
	return at
}
