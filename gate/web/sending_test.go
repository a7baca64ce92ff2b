package web_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"mulin/internal/browsertest"
	"mulin/town/casework"
	"mulin/town/towntest"
)

// slow is a site whose answers to some addresses wait.
type slow struct {
	url  string
	come chan struct{} // something came that waits
	free chan struct{}
	once sync.Once
}

func (s *slow) open() { s.once.Do(func() { close(s.free) }) }

// slowSite serves the village; what is posted to an address that the map has waits, and is then answered with what stands there, or as ever.
func slowSite(t *testing.T, v *village, wait map[string]string) *slow {
	t.Helper()
	s := &slow{come: make(chan struct{}, 100), free: make(chan struct{})}
	site := v.Pages.Handler()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, waits := wait[r.URL.Path]
		if waits = waits && r.Method == http.MethodPost; waits {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			s.come <- struct{}{}
			select {
			case <-s.free:
			case <-r.Context().Done():
				return
			}
		}
		if waits && answer != "" {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, answer)
			return
		}
		site.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		s.open()
		srv.CloseClientConnections()
		srv.Close()
	})
	s.url = srv.URL
	return s
}

const noAnswer = ""

// TestReportGoesOffWhileLookupsHang: what the form asks beside the report (whose place, which class, told before) keeps nobody from sending it.
func TestReportGoesOffWhileLookupsHang(t *testing.T) {
	t.Parallel()
	v := lookVillage(t)
	s := slowSite(t, v, map[string]string{"/report/where": noAnswer, "/report/class": noAnswer, "/report/similar": noAnswer, "/report/named": noAnswer})
	p := browsertest.Start(t).Person(t, "resident", browsertest.Phone, "zh")
	p.SetGeo(towntest.Inside.Lat, towntest.Inside.Lng)
	p.Open(s.url + "/report")
	for _, text := range []string{"楼下水管", "楼下水管爆了", "楼下水管爆了，水漫到路上", "楼下水管爆了，水漫到路上，快来"} { // each asks anew
		p.Fill("#f-text", text)
		p.Click("#report [data-locate]")
		<-s.come
	}
	p.Click("#report button.primary")
	p.See("上报回执")
}

// TestNothingMovesTheButton: what comes by itself while somebody is about to send leaves the button where the finger is.
func TestNothingMovesTheButton(t *testing.T) {
	t.Parallel()
	v := lookVillage(t)
	s := slowSite(t, v, map[string]string{"/report/class": `{"classes": [{"id": "1", "name": "供水"}, {"id": "2", "name": "道路积水与排水设施损坏"}, {"id": "3", "name": "市政公用设施维修养护"}]}`})
	p := browsertest.Start(t).Person(t, "resident", browsertest.Phone, "zh")
	p.SetGeo(towntest.Inside.Lat, towntest.Inside.Lng)
	p.Open(s.url + "/report")
	p.Fill("#f-text", "楼下水管爆了")
	p.Click("#report [data-locate]")
	p.Wait(`document.querySelector("#f-address").value !== ""`)
	var before, after float64
	const top = `(() => { const b = document.querySelector("#report button.primary"); b.scrollIntoView({block: "center", behavior: "instant"}); return b.getBoundingClientRect().top })()`
	p.Eval(top, &before)
	p.Eval(`dispatchEvent(new PointerEvent("pointerdown"))`, nil)
	s.open()
	p.Wait(`performance.getEntriesByName(location.origin + "/report/class").length > 0`)
	if p.Count(".guess-chips button") > 0 {
		t.Error("classes came under a finger that is down")
	}
	p.Eval(`dispatchEvent(new PointerEvent("pointerup"))`, nil)
	p.SeeElement(".guess-chips button")
	p.Eval(strings.Replace(top, `b.scrollIntoView({block: "center", behavior: "instant"});`, "", 1), &after)
	if after-before > 1 || before-after > 1 {
		t.Errorf("the button was at %.0f and is at %.0f", before, after)
	}
}

// TestSendingSaysSo: a form on its way says it, and after a while that it may be pressed again; what was pressed twice counts once.
func TestSendingSaysSo(t *testing.T) {
	t.Parallel()
	v := lookVillage(t)
	s := slowSite(t, v, map[string]string{"/report": noAnswer})
	p := browsertest.Start(t).Person(t, "resident", browsertest.Phone, "en")
	p.SetGeo(towntest.Inside.Lat, towntest.Inside.Lng)
	p.Open(s.url + "/report")
	p.Fill("#f-text", "A pipe burst downstairs")
	p.Wait(`document.querySelector("#f-address").value !== ""`)
	// A page that is being left answers no questions: it keeps itself what it says, and presses again when it says that one may.
	p.Eval(`(() => {
		const way = document.querySelector("[data-way]"), said = [];
		way.dataset.after = 0.1;
		new MutationObserver(() => {
			said.push(way.textContent);
			sessionStorage.said = JSON.stringify(said);
			if (way.textContent === way.dataset.again && said.length < 3) document.querySelector("#report button.primary").click();
		}).observe(way, {childList: true});
	})()`, nil)
	p.Click("#report button.primary")
	<-s.come
	<-s.come
	s.open()
	p.SeeElement(".big-number")
	var said []string
	p.Eval(`JSON.parse(sessionStorage.said)`, &said)
	if len(said) < 3 || said[0] != "Sending…" || !strings.Contains(said[1], "press again") || said[2] != "Sending…" {
		t.Errorf("the form said %q", said)
	}
	list, err := v.Desk.List(t.Context(), v.System(), casework.Filter{Tab: casework.Open})
	check(t, err)
	if len(list.Cases) != 1 {
		t.Errorf("pressed twice: %d cases", len(list.Cases))
	}
}
