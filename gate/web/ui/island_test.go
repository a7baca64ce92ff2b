package ui

import (
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/a-h/templ"

	"mulin/gate/web/site"
	"mulin/internal/browsertest"
)

// TestDraft: what was typed survives a reload and is gone once it was sent.
func TestDraft(t *testing.T) {
	t.Parallel()
	_, srv := kit(t)
	p := browsertest.Start(t).Person(t, "resident", browsertest.Phone, "zh")
	p.Open(srv.URL + "/report")
	ref := p.Value("[name=client_ref]")
	p.Fill("[name=where]", "东湖路 17 号")
	p.Eval(`new Promise((done) => setTimeout(done, 400))`, nil)
	p.Reload()
	p.See("这是您上次没有提交的内容")
	if got := p.Value("[name=where]"); got != "东湖路 17 号" {
		t.Errorf("where = %q after a reload", got)
	}
	if got := p.Value("[name=client_ref]"); got != ref {
		t.Errorf("client_ref = %q after a reload, want %q", got, ref)
	}
	p.Expect("422")
	p.Click("button.primary")
	p.SeeElement(".summary")
	p.Axe()
	p.Fill("[name=text]", "路面塌陷")
	p.Click("button.primary")
	p.SeeElement(".flash")
	p.Wait(`!localStorage.getItem("draft:report")`)
	p.Open(srv.URL + "/report")
	if got := p.Value("[name=where]"); got != "" {
		t.Errorf("where = %q after sending, want nothing", got)
	}
	if got := p.Value("[name=client_ref]"); got == ref {
		t.Error("client_ref is used twice")
	}
}

// TestWithoutScripts: the whole way works with scripts off.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	_, srv := kit(t)
	p := browsertest.Start(t).Person(t, "resident", browsertest.Phone, "zh")
	p.NoJS()
	p.Open(srv.URL)
	p.Click("a.act.primary")
	p.See("地图需要较新的浏览器")
	p.Fill("[name=where]", "东湖路 17 号")
	p.Expect("422")
	p.Click("button.primary")
	p.See("请先改正以下内容")
	p.Fill("[name=text]", "路面塌陷")
	p.Click("button.primary")
	p.SeeElement(".flash")
}

// TestPhotoIsMadeSmaller: a large picture is scaled on the phone, and may be taken away again.
func TestPhotoIsMadeSmaller(t *testing.T) {
	t.Parallel()
	_, srv := kit(t)
	p := browsertest.Start(t).Person(t, "resident", browsertest.Phone, "zh")
	p.SetGeo(35.0712, 117.1534)
	p.Open(srv.URL + "/report")
	p.Upload("[name=photos]", bigPhoto(t))
	p.SeeElement("#f-photos-list img")
	var width, size int
	p.Eval(`createImageBitmap(document.querySelector("[name=photos]").files[0]).then((b) => b.width)`, &width)
	p.Eval(`document.querySelector("[name=photos]").files[0].size`, &size)
	if width != 2048 || size > 2<<20 {
		t.Errorf("the photo is %d wide with %d bytes", width, size)
	}
	p.Click("#f-photos-list button")
	p.Eval(`document.querySelector("[name=photos]").files.length`, &size)
	if size != 0 {
		t.Errorf("%d photos left", size)
	}
	p.ClickText("用我现在的位置")
	p.See("已定位")
	p.SeeElement("[data-map][data-ready] .pin.place")
	if got := p.Value("[name=lat]"); got != "35.071200" {
		t.Errorf("lat = %q", got)
	}
}

func bigPhoto(t *testing.T) string {
	m := image.NewRGBA(image.Rect(0, 0, 3000, 2000))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range m.Pix {
		m.Pix[i] = uint8(r.Uint32()>>28) + uint8(i/4/3000/8)
	}
	m.Set(0, 0, color.White)
	name := filepath.Join(t.TempDir(), "big.jpg")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := jpeg.Encode(f, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestKeys: the list is worked with single keys, unless someone switches them off.
func TestKeys(t *testing.T) {
	t.Parallel()
	_, srv := kit(t)
	p := browsertest.Start(t).Person(t, "clerk", browsertest.Desktop, "zh")
	p.Open(srv.URL + "/staff")
	p.Press("j")
	p.Press("j")
	p.SeeElement("#c2.current")
	p.Press("k")
	p.SeeElement("#c1.current")
	p.Press("?")
	p.SeeElement("#keys-help[open]")
	p.Axe()
	p.ClickText("启用单键快捷键")
	p.Click("#keys-help .tool")
	p.Press("j")
	p.SeeElement("#c1.current")
	p.Press("?")
	p.ClickText("启用单键快捷键")
	p.Click("#keys-help .tool")
	p.Eval(`document.activeElement.blur()`, nil)
	p.Press("o")
	p.See("路面塌了一个坑")
}

// TestLive: marked parts follow what is published; what somebody types, and the rest of the page, stays.
func TestLive(t *testing.T) {
	t.Parallel()
	s, _ := kit(t)
	var version atomic.Int64
	news := make(chan string, 4)
	srv := serve(t, s, []site.Route{
		{Pattern: "GET /page", Do: func(w http.ResponseWriter, _ *http.Request, rq *site.Req) error {
			v := version.Load()
			list := `<ul><li data-key="a">甲</li><li data-key="b">乙 ` + fmt.Sprint(v) + `</li></ul><p><label>备注 <input name="note"></label></p>`
			if v > 0 {
				list = `<p data-key="new">新来的</p>` + list
			}
			return rq.Show(w, in(Layout(Page{Title: "x", Topics: []string{"t/1"}}), in(Live("part"), templ.Raw(list)), templ.Raw(`<p id="still">`+fmt.Sprint(v)+`</p>`)))
		}},
		{Pattern: "GET /live", Do: func(w http.ResponseWriter, r *http.Request, _ *site.Req) error {
			w.Header().Set("Content-Type", "text/event-stream")
			io.WriteString(w, ": hello\n\n")
			w.(http.Flusher).Flush()
			for {
				select {
				case event := <-news:
					io.WriteString(w, event)
					w.(http.Flusher).Flush()
				case <-r.Context().Done():
					return nil
				}
			}
		}},
	})
	p := browsertest.Start(t).Person(t, "clerk", browsertest.Desktop, "zh")
	p.Open(srv.URL + "/page")
	p.SeeElement("html[data-live-state=on]")
	p.Fill("[name=note]", "没写完")
	version.Store(1)
	news <- "event: change\ndata: {}\n\n"
	p.See("新来的")
	p.See("乙 1")
	if got := p.Value("[name=note]"); got != "没写完" {
		t.Errorf("note = %q after a live refresh", got)
	}
	if got := p.Text("#still"); got != "0" {
		t.Errorf("a part that isn't live became %q", got)
	}
}

// TestMenusLieOver: a menu of the header opens over the page, whose content stays where it is.
func TestMenusLieOver(t *testing.T) {
	t.Parallel()
	_, srv := kit(t)
	for _, device := range []browsertest.Device{browsertest.Phone, browsertest.Desktop} {
		p := browsertest.Start(t).Person(t, "resident", device, "zh")
		p.Open(srv.URL + "/report")
		p.SeeElement("header details.menu > summary")
		var before, after int
		p.Eval(`Math.round(document.querySelector('main').getBoundingClientRect().top)`, &before)
		p.Click("header details.menu > summary")
		p.SeeElement("header details.menu [name=lang]")
		p.Eval(`Math.round(document.querySelector('main').getBoundingClientRect().top)`, &after)
		if before != after {
			t.Errorf("the page begins at %d px, under an open menu at %d", before, after)
		}
		p.Fits()
		p.Axe()
	}
}
