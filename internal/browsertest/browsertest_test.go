package browsertest

import (
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestMain(m *testing.M) { Main(m) }

// pages is a site with one page for each thing the harness can do.
func pages(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	for path, body := range map[string]string{
		"/good":    `<h1>你好</h1><p>一切   正常</p><a href="/form">填表</a><p hidden>秘密</p>`,
		"/alt":     `<h1>图</h1><img src="/dot.gif">`,
		"/wide":    `<h1>宽</h1><div id="w" style="width:700px">x</div>`,
		"/views":   `<h1>看</h1><p id="p">这些字看不清</p><div id="w">x</div><style>@media (prefers-color-scheme: dark) { #p { color: #333; background: #222 } } @media (min-width: 1000px) { #w { width: 2000px } }</style>`,
		"/late":    `<h1>晚</h1><button id="b" disabled>提交</button><p id="out"></p><script src="/late.js"></script>`,
		"/covered": `<h1>盖住</h1><button id="b">提交</button><div id="lid" style="position:fixed;inset:0;background:#fff"></div>`,
		"/throws":  `<h1>错</h1><script src="/throws.js"></script>`,
		"/broken":  `<h1>缺</h1><link rel="stylesheet" href="/none.css"><img src="http://pictures.example/x.png" alt="">`,
		"/inline":  `<h1>策略</h1><button onclick="document.title='x'">按</button>`,
		"/geo":     `<h1>位置</h1><p id="out"></p><script src="/geo.js"></script>`,
		"/gl":      `<h1>图形</h1><canvas id="c"></canvas>`,
		"/nojs":    `<h1>脚本</h1><noscript>没有脚本</noscript><p id="out"></p><script src="/late.js"></script><a href="/good">走</a>`,
		"/ask":     `<h1>问</h1><button id="b">删除</button><p id="out"></p><script src="/ask.js"></script>`,
		"/worker":  `<h1>离线</h1><p id="out"></p><script src="/worker.js"></script>`,
		"/form": `<h1>表</h1><form method="post" action="/sent" enctype="multipart/form-data"><label>名字 <input name="name" value="旧"></label>
			<label>哪天 <input name="day" type="date"></label><label>哪里 <select name="where"><option value="1">东街</option><option value="2">西街</option></select></label>
			<label>说明 <textarea name="text"></textarea></label><label><input type="checkbox" name="ok" value="yes"> 同意</label>
			<input type="file" name="photo" hidden><button>送出</button></form>`,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src *")
			show(w, body)
		})
	}
	for path, script := range map[string]string{
		"/late.js":   `setTimeout(() => { b.disabled = false }, 200); document.querySelector('#b')?.addEventListener('click', () => { out.textContent = '收到' }); out.textContent = '有脚本'`,
		"/throws.js": `console.error('坏了', 7); throw new Error('出错')`,
		"/geo.js":    `navigator.geolocation.getCurrentPosition(p => { out.textContent = p.coords.latitude + ',' + p.coords.longitude }, e => { out.textContent = e.message })`,
		"/ask.js":    `b.addEventListener('click', () => { out.textContent = confirm('真的?') ? '删了' : '没删' })`,
		"/worker.js": `navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => { out.textContent = '就绪' })`,
		"/sw.js": `self.addEventListener('install', e => e.waitUntil(caches.open('1').then(c => c.addAll(['/worker', '/worker.js'])).then(() => self.skipWaiting())))
			self.addEventListener('activate', e => e.waitUntil(clients.claim()))
			self.addEventListener('fetch', e => e.respondWith(fetch(e.request).catch(() => caches.match(e.request).then(r => r || new Response('断网')))))`,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			io.WriteString(w, script)
		})
	}
	mux.HandleFunc("/dot.gif", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")
	})
	mux.HandleFunc("/favicon.ico", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/lang", func(w http.ResponseWriter, r *http.Request) {
		show(w, "<h1>"+r.Header.Get("Accept-Language")+"</h1><p>"+r.UserAgent()+"</p>")
	})
	mux.HandleFunc("/visits", visits)
	mux.HandleFunc("/sent", sent)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func show(w io.Writer, body string) {
	fmt.Fprintf(w, `<!doctype html><html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>页</title></head><body><main>%s</main></body></html>`, body)
}

func visits(w http.ResponseWriter, r *http.Request) {
	if _, err := r.Cookie("been"); err == nil {
		show(w, "<h1>又来了</h1>")
		return
	}
	http.SetCookie(w, &http.Cookie{Name: "been", Value: "1", Path: "/"})
	show(w, "<h1>初次</h1>")
}

func sent(w http.ResponseWriter, r *http.Request) {
	file, head, err := r.FormFile("photo")
	if err != nil {
		w.WriteHeader(http.StatusUnprocessableEntity)
		show(w, "<h1>没有照片</h1>")
		return
	}
	defer file.Close()
	show(w, fmt.Sprintf("<h1>收到</h1><p>%s|%s|%s|%s|%s|%s</p>", r.FormValue("name"), r.FormValue("day"), r.FormValue("where"), r.FormValue("text"), r.FormValue("ok"), head.Filename))
}

// witness takes a person's failures, so that a test can see that they come. Its Fatalf ends the goroutine as the real one does.
type witness struct {
	testing.TB
	said []string
}

func (w *witness) Fatalf(format string, args ...any) {
	w.Errorf(format, args...)
	panic(w)
}
func (w *witness) Errorf(format string, args ...any) {
	w.said = append(w.said, fmt.Sprintf(format, args...))
}

// failing runs f with p's failures caught and gives what was said.
func failing(p *Person, f func()) (said string) {
	w := &witness{TB: p.t}
	p.t, p.patience = w, 500*time.Millisecond
	defer func() {
		if r := recover(); r != nil && r != any(w) {
			panic(r)
		}
		p.t, p.patience = w.TB, patience
		said = strings.Join(w.said, "\n")
	}()
	f()
	return ""
}

func TestReadAndFollow(t *testing.T) {
	t.Parallel()
	site := pages(t)
	p := Start(t).Person(t, "reader", Desktop, "zh")
	p.Open(site + "/good")
	p.See("一切 正常")
	p.NotSee("秘密")
	if got := p.Text("h1"); got != "你好" {
		t.Errorf("Text(h1) = %q", got)
	}
	if p.Count("p") != 1 || p.Attr("a", "href") != "/form" {
		t.Errorf("Count(p) = %d, Attr(a, href) = %q", p.Count("p"), p.Attr("a", "href"))
	}
	p.Axe()
	p.Fits()
	p.ClickText("填表")
	p.SeeElement("form")
	p.Back()
	p.Reload()
	p.See("你好")
	if said := failing(p, func() { p.See("没有的字") }); !strings.Contains(said, `see "没有的字"`) {
		t.Errorf("See of missing text said %q", said)
	}
	if scene := p.scene(); !strings.Contains(scene, site+"/good") || !strings.Contains(scene, "一切") || !strings.Contains(scene, ".png") {
		t.Errorf("scene = %q", scene)
	}
}

func TestForm(t *testing.T) {
	t.Parallel()
	site := pages(t)
	photo := filepath.Join(t.TempDir(), "树.jpg")
	if err := os.WriteFile(photo, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, device := range map[string]Device{"phone": Phone, "desktop": Desktop} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := Start(t).Person(t, name, device, "zh")
			p.Open(site + "/form")
			p.ClickText("送出")
			p.See("没有照片") // a 422 is an answer, not a problem
			p.Open(site + "/form")
			p.Fill("[name=name]", "新名")
			p.Fill("[name=day]", "2026-11-23")
			p.Fill("[name=where]", "西街")
			p.Fill("[name=text]", "井盖 broken")
			p.ClickText("同意")
			p.Upload("[name=photo]", photo)
			if got := p.Value("[name=name]"); got != "新名" {
				t.Errorf("Value = %q", got)
			}
			p.Click("button")
			p.See("新名|2026-11-23|2|井盖 broken|yes|树.jpg")
		})
	}
}

func TestClickWaits(t *testing.T) {
	t.Parallel()
	site := pages(t)
	p := Start(t).Person(t, "clerk", Phone, "zh")
	p.Open(site + "/late")
	p.Click("#b") // disabled at first
	p.See("收到")
	p.Wait(`out.textContent === '收到'`)
	p.Open(site + "/covered")
	if said := failing(p, func() { p.ClickText("提交") }); !strings.Contains(said, "covered by") || !strings.Contains(said, "lid") {
		t.Errorf("press under a lid said %q", said)
	}
	p.Open(site + "/ask")
	p.ClickText("删除")
	p.See("删了")
}

func TestAxeFindsMissingAlt(t *testing.T) {
	t.Parallel()
	p := Start(t).Person(t, "inspector", Phone, "zh")
	p.Open(pages(t) + "/alt")
	said := failing(p, func() { p.patience = patience; p.Axe() })
	for _, want := range []string{"image-alt", "img", `src="/dot.gif"`} {
		if !strings.Contains(said, want) {
			t.Errorf("Axe said %q, want it to name %q", said, want)
		}
	}
	if said := failing(p, func() { p.patience = patience; p.Axe("image-alt") }); said != "" {
		t.Errorf("Axe without image-alt said %q", said)
	}
}

// TestSweep: what is wrong in one view only is found there, all of axe looks once, and a page is opened once a view.
func TestSweep(t *testing.T) {
	t.Parallel()
	site := pages(t)
	p := Start(t).Person(t, "inspector", Phone, "zh")
	said := failing(p, func() {
		p.patience = patience
		Sweep{URL: site, Views: Views}.show(p, Page{Name: "views", Path: "/views", When: "window.seen = (window.seen || 0) + 1"}, 0)
		p.Wait("seen === 1")
		p.Open(site + "/alt")
		p.Look("alt")
		p.Look("alt")
	})
	for want, times := range map[string]int{"color-contrast": 2, "at [#p]": 2, `id="w"`: 2, "wider than 1440": 2, "wider than 390": 0, "image-alt": 1} {
		if strings.Count(said, want) != times {
			t.Errorf("the sweep said %q, want %q %d times", said, want, times)
		}
	}
	if v := (View{Device: Desktop, Lang: "en"}); p.view != v {
		t.Errorf("the person is left with %v, want %v", p.view, v)
	}
}

func TestShotAndFits(t *testing.T) {
	t.Parallel()
	site := pages(t)
	b := Start(t)
	file := filepath.Join(t.TempDir(), "new", "page.png")
	for _, d := range []Device{Phone, Desktop} {
		p := b.Person(t, "painter", d, "en")
		p.Open(site + "/form")
		p.Shot(file)
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.DecodeConfig(f)
		f.Close()
		if err != nil || picture.Width != d.Width {
			t.Errorf("picture is %d wide, want %d (%v)", picture.Width, d.Width, err)
		}
	}
	p := b.Person(t, "reader", Phone, "zh")
	p.Open(site + "/wide")
	if said := failing(p, p.Fits); !strings.Contains(said, `id="w"`) {
		t.Errorf("Fits on a wide page said %q", said)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	site := pages(t)
	b := Start(t)
	for path, want := range map[string][]string{
		"/throws": {"坏了 7", "出错"},
		"/broken": {"none.css", "pictures.example"},
		"/inline": {"Content Security Policy"},
		"/good":   nil,
	} {
		t.Run(path[1:], func(t *testing.T) {
			t.Parallel()
			p := b.Person(t, "witness", Desktop, "zh")
			p.Open(site + path)
			p.until("have the problems", func() (bool, string, error) {
				got := strings.Join(p.Problems(), "\n")
				for _, part := range want {
					if !strings.Contains(got, part) {
						return false, got, nil
					}
				}
				return true, "", nil
			})
			if want == nil && len(p.Problems()) > 0 {
				t.Errorf("problems of a good page: %q", p.Problems())
			}
			if said := failing(p, func() { reportOnly(p) }); want != nil && said == "" {
				t.Error("the problems did not fail the test")
			}
			p.Expect("")
		})
	}
}

// reportOnly is judge without the picture.
func reportOnly(p *Person) {
	for _, problem := range p.Problems() {
		p.t.Errorf("%s", problem)
	}
}

func TestPeopleShareNothing(t *testing.T) {
	t.Parallel()
	site := pages(t)
	b := Start(t)
	one, two := b.Person(t, "one", Desktop, "zh"), b.Person(t, "two", Phone, "en")
	one.Open(site + "/visits")
	one.See("初次")
	two.Open(site + "/visits")
	two.See("初次")
	one.Reload()
	one.See("又来了")
	one.Open(site + "/lang")
	one.See("zh-CN")
	two.Open(site + "/lang")
	two.See("en-GB")
	two.See("Mobile")
	one.NotSee("Headless")
}

func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	p := Start(t).Person(t, "plain", Phone, "zh")
	p.NoJS()
	p.Open(pages(t) + "/nojs")
	p.See("没有脚本")
	p.Wait(`out.textContent === ''`)
	p.ClickText("走")
	p.See("你好")
}

func TestOffline(t *testing.T) {
	t.Parallel()
	p := Start(t).Person(t, "worker", Phone, "zh")
	site := pages(t)
	p.Open(site + "/worker")
	p.See("就绪")
	p.Wait(`navigator.serviceWorker.controller`)
	p.Offline(true)
	p.Wait(`!navigator.onLine`)
	p.Reload()
	p.See("离线")
	var got string
	p.Eval(`fetch('/good').then(r => r.text())`, &got)
	if got != "断网" {
		t.Errorf("the service worker reached the network: %q", got)
	}
	p.Offline(false)
	p.Wait(`navigator.onLine`)
	p.Open(site + "/good")
	p.See("你好")
}

func TestPositionAndGraphics(t *testing.T) {
	t.Parallel()
	site := pages(t)
	p := Start(t).Person(t, "walker", Phone, "zh")
	p.SetGeo(35.1, 117.15)
	p.Open(site + "/geo")
	p.See("35.1,117.15")
	p.Open(site + "/gl")
	p.Wait(`c.getContext('webgl2')`)
	p.Dark()
	p.Wait(`matchMedia('(prefers-color-scheme: dark)').matches`)
}

func TestNoBrowser(t *testing.T) {
	t.Setenv("MULIN_TEST_CHROMIUM", "no-such-browser")
	if _, err := find(); err == nil || !strings.Contains(err.Error(), "no-such-browser") || !strings.Contains(err.Error(), "install") {
		t.Errorf("find() = %v", err)
	}
}

func TestHere(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{"127.0.0.1:80": true, "[::1]:80": true, "localhost": true, "a.localhost:1": true, "example.com:443": false, "10.0.0.1": false, "": false} {
		if here(host) != want {
			t.Errorf("here(%q) = %v", host, !want)
		}
	}
}
