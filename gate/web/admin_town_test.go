package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mulin/gate/web/to"
	"mulin/internal/ledger"
	"mulin/internal/register"
	"mulin/town/account"
	"mulin/town/body"
	"mulin/town/casework"
)

// streetAdmin makes an administrator of the first street only.
func (w *deskTown) streetAdmin() account.Person {
	w.t.Helper()
	p, err := w.Accounts.Create(ctx, w.System(), account.NewPerson{Login: "s1admin", Name: "赵街道"})
	w.ok(err)
	_, err = w.Accounts.Appoint(ctx, w.System(), p.ID, "admin", w.bodies["office"], w.places["S1"])
	w.ok(err)
	return p
}

// form sends an ordinary form.
func (c caller) form(path string, pairs ...string) reply {
	c.w.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r, err := http.NewRequest("POST", c.w.srv.URL+path, strings.NewReader(v.Encode()))
	c.w.ok(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.send(r)
}

// file sends one file.
func (c caller) file(path, name string, data []byte) reply {
	c.w.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	f, err := form.CreateFormFile("file", name)
	c.w.ok(err)
	_, err = f.Write(data)
	c.w.ok(err)
	c.w.ok(form.Close())
	r, err := http.NewRequest("POST", c.w.srv.URL+path, &b)
	c.w.ok(err)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return c.send(r)
}

// bring uploads a CSV file to a noun's import and gives the page of what it would do, and where that is.
func (c caller) bring(noun, text string) (page reply, at string) {
	c.w.t.Helper()
	sent := c.file("/lists/"+noun+"/import", "x.csv", []byte(text))
	sent.is(c.w.t, 303, "bring in "+noun)
	return c.get(sent.to), sent.to
}

// version is that of the page's thing, as its form sends it.
func (c caller) version(at string) string {
	c.w.t.Helper()
	return seenVersion.FindStringSubmatch(c.get(at + "/edit").body)[1]
}

var seenVersion = regexp.MustCompile(`name="version" value="(\d+)"`)

// link is the first address on a page that is of a pattern.
func (r reply) link(t *testing.T, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(`href="(` + pattern + `)"`).FindStringSubmatch(r.body)
	if m == nil {
		t.Fatalf("the answer (%d) leads to no %s", r.code, pattern)
	}
	return m[1]
}

func (w *deskTown) head() int64 {
	w.t.Helper()
	n, err := ledger.Head(ctx, w.City, w.ID)
	w.ok(err)
	return n
}

func (w *deskTown) place(code string) string { return to.Place(w.places[code]) }

// groundForm is the form of a place as its page shows it, after what is changed.
func (w *deskTown) groundForm(id int64, change ...string) []string {
	w.t.Helper()
	g, err := w.Places.Noun().Get(ctx, w.System(), id)
	w.ok(err)
	return append(change, "version", fmt.Sprint(g.Version), "name", g.Name, "code", g.Code, "aliases", strings.Join(g.Aliases, "\n"))
}
func (w *deskTown) unit(code string) string { return fmt.Sprintf("/bodies/%d", w.bodies[code]) }

// unitForm is the form of a unit as its page shows it, with some inputs filled anew.
func (w *deskTown) unitForm(code string, pairs ...string) []string {
	w.t.Helper()
	u, err := w.Bodies.Noun().Get(ctx, w.System(), w.bodies[code])
	w.ok(err)
	all := []string{"version", fmt.Sprint(u.Version), "kind", string(u.Kind), "name", u.Name, "short", u.Short, "code", u.Code, "phone", u.Phone, "parent", ""}
	if u.Parent != 0 {
		all[len(all)-1] = fmt.Sprint("#", u.Parent)
	}
	for _, at := range u.Places {
		all = append(all, "places", fmt.Sprint("#", at))
	}
	for i := 0; i < len(pairs); i += 2 {
		if j := slices.Index(all, pairs[i]); j >= 0 && pairs[i] != "places" {
			all[j+1] = pairs[i+1]
		} else {
			all = append(all, pairs[i], pairs[i+1])
		}
	}
	return all
}

// person is the address of somebody's page.
func (w *deskTown) person(login string) string {
	w.t.Helper()
	all, err := w.Accounts.Staff(ctx, w.System(), login, 0, 100)
	w.ok(err)
	for _, h := range all {
		if h.Login == login {
			return to.Person(h.ID)
		}
	}
	w.t.Fatalf("nobody is called %s", login)
	return ""
}

// adminRoutes are the routes of the administration with real things in the stead of their parameters.
func (w *deskTown) adminRoutes() (gets, posts []string) {
	first := func(n *register.Noun) string {
		p, err := n.List(ctx, w.System(), register.Query{Limit: 1})
		w.ok(err)
		if len(p.Things) == 0 {
			return "1"
		}
		return fmt.Sprint(register.HeadOf(p.Things[0]).ID)
	}
	fill := func(path string) string {
		at := map[string]string{"/places/": fmt.Sprint(w.places["S2"]), "/bodies/": fmt.Sprint(w.bodies["roads"]), "/people/": strings.TrimPrefix(w.person("clerk"), "/people/"),
			"/lists/classes/": "1", "/lists/whistles/": fmt.Sprint(w.item), "/lists/answers/": fmt.Sprint(w.Answers.Rules().All()[0].ID),
			"/lists/limits/": first(w.Catalog.LimitNoun().Noun), "/lists/reasons/": first(w.Catalog.ReasonNoun().Noun), "/lists/urgencies/": first(w.Catalog.UrgencyNoun().Noun)}
		for prefix, id := range at {
			if strings.HasPrefix(path, prefix) {
				path = strings.Replace(path, "{id}", id, 1)
			}
		}
		path = strings.NewReplacer("{post}", "1", "{role}", "clerk", "{kind}", "decline", "{code}", "court", "{date}", "2026-10-01").Replace(path)
		if strings.Contains(path, "{") {
			w.t.Errorf("%s: nothing is known that it could show", path)
		}
		return path
	}
	for _, r := range w.Pages.Routes() {
		method, path, _ := strings.Cut(r.Pattern, " ")
		if r.Need == "" && path != "/admin" || strings.HasSuffix(path, "/views") { // what only leads on; the page there asks
			continue
		}
		if strings.HasPrefix(path, "/lists/rights") || !slices.ContainsFunc([]string{"/admin", "/bodies", "/people", "/places", "/lists/"}, func(of string) bool { return strings.HasPrefix(path, of) }) {
			continue
		}
		if method == "GET" {
			gets = append(gets, fill(path))
		} else {
			posts = append(posts, fill(path))
		}
	}
	return gets, posts
}

// TestAdminIsClosed: who has no right of the administration opens no page of it and does nothing there.
func TestAdminIsClosed(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		gets, posts := w.adminRoutes()
		if len(gets) < 40 || len(posts) < 25 {
			t.Errorf("%d and %d routes, want more", len(gets), len(posts))
		}
		before := w.head()
		for _, login := range []string{"clerk", "grid", "property", "leader", "city"} {
			who := w.as(login)
			for _, path := range gets {
				who.get(path).is(t, 403, login+" GET "+path)
			}
			for _, path := range posts {
				who.form(path, "name", "x", "reason", "x").is(t, 403, login+" POST "+path)
			}
		}
		nobody := w.as("")
		for _, path := range gets {
			nobody.get(path).is(t, 303, "nobody GET "+path)
		}
		for _, path := range posts {
			nobody.form(path, "name", "x").is(t, 403, "nobody POST "+path)
		}
		auditor := w.as("auditor")
		auditor.get("/admin/ledger").is(t, 200, "auditor's ledger")
		auditor.get("/people").is(t, 200, "auditor's people")
		auditor.get("/places").is(t, 403, "auditor's places")
		auditor.form(w.person("clerk")+"/retire").is(t, 403, "auditor closes")
		if got := w.head(); got != before {
			t.Errorf("the ledger grew from %d to %d", before, got)
		}
	})
}

// TestAdminGuards: reading changes nothing, and other sites can't send our forms (A21).
func TestAdminGuards(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		who := w.as("admin")
		gets, posts := w.adminRoutes()
		before := w.head()
		for _, path := range gets {
			if got := who.get(path); got.code != 200 && got.code != 404 {
				t.Errorf("GET %s = %d", path, got.code)
			}
		}
		for _, path := range posts {
			for _, h := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
				r, err := http.NewRequest("POST", w.srv.URL+path, strings.NewReader("name=x&reason=x&kind=holiday&step=case&amount=1&unit=day"))
				w.ok(err)
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set(h[0], h[1])
				who.send(r).is(t, 403, "POST "+path+" with "+h[0]+": "+h[1])
			}
		}
		if got := w.head(); got != before {
			t.Errorf("the ledger grew from %d to %d", before, got)
		}
	})
}

// TestStreetAdmin: the administrator of a street works there and nowhere else.
func TestStreetAdmin(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		me := w.streetAdmin()
		who := w.as("s1admin")
		home := who.get("/admin")
		home.is(t, 200, "the administration")
		home.has(t, "/places", "/people")
		home.hasNot(t, "/admin/catalog/")
		who.get("/places").has(t, `href="`+w.place("S1")+`"`)
		who.form(w.place("K1")+"/edit", w.groundForm(w.places["K1"], "name", "荆庄新社区")...).is(t, 303, "rename below")
		for path, code := range map[string]int{w.place("S2"): 404, w.place("S1"): 403} {
			who.form(path+"/edit", "name", "别的街道").is(t, code, "rename "+path)
			who.form(path+"/retire", "reason", "网格调整").is(t, code, "end "+path)
		}
		who.form("/places/add", "kind", "community", "place", fmt.Sprint("#", w.places["S2"]), "name", "新社区").is(t, 422, "add elsewhere")
		who.form(w.place("C")+"/merge", "from", fmt.Sprint(w.places["S1"]), "from", fmt.Sprint(w.places["S2"]), "name", "x", "reason", "x").is(t, 403, "merge streets")
		who.file(w.place("C")+"/import", "x.json", []byte(`{}`)).is(t, 403, "import streets")
		who.get(w.place("S2")+"/poster").is(t, 404, "poster elsewhere")
		for _, unit := range []string{"centre", "water"} {
			who.form(w.unit(unit)+"/edit", w.unitForm(unit, "name", "改名")...).is(t, 404, "rename "+unit)
			who.form(w.unit(unit)+"/retire", append(w.unitForm(unit), "reason", "网格调整")...).is(t, 404, "end "+unit)
		}
		for _, path := range []string{"/admin/catalog/settings", "/lists/limits", "/lists/whistles", "/admin/catalog/calendar", "/lists/classes", "/lists/reasons", "/lists/urgencies", "/api/v1/limits"} {
			who.get(path).is(t, 403, path)
		}
		who.form("/admin/roles/clerk", "account.edit", "territory").is(t, 403, "change a role")
		who.form("/admin/roles", "role", "boss").is(t, 403, "make a role")
		who.get("/people").hasNot(t, "王leader", "王auditor")
		who.get(w.person("leader")).is(t, 404, "see the leader")
		who.form(w.person("leader")+"/password").is(t, 404, "reset the leader's password")
		who.form(to.Person(me.ID)+"/appoint", "role", "admin", "place", "C").is(t, 403, "appoint oneself over the city")
		who.get("/admin/ledger").hasNot(t, "catalog.settings.save", "account.role")
		who.get("/admin/ledger").has(t, "place.rename")
	})
}

// TestMassAssignment: fields that a form doesn't have set nothing (A25).
func TestAdminMassAssignment(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		who := w.as("admin")
		extra := []string{"id", "1", "city", "2", "parent", fmt.Sprint(w.places["S2"]), "path", "/", "successor", "7", "until", "1", "from", "1", "reason", "x"}
		who.form("/places/add", append(extra, "kind", "grid", "place", fmt.Sprint("#", w.places["K1"]), "name", "第三网格", "code", "G9")...).is(t, 303, "add")
		p, _ := w.Places.ByCode("G9")
		if p.Parent != w.places["K1"] || p.Kind != "grid" || !p.Live() {
			t.Errorf("added %+v", p)
		}
		who.form("/people/add", "name", "钱一", "login", "qianyi", "password", "granite-otter-72", "settled", "1", "must_change", "0", "resident", "1", "role", "admin", "posts", fmt.Sprintf("admin/%d/0", w.places["C"]), "id", "3", "city", "9").is(t, 303, "create")
		if _, err := w.Accounts.SignIn(ctx, "qianyi", "granite-otter-72", ""); err == nil {
			t.Error("a password of the form's sender was taken")
		}
		got := who.get(w.person("qianyi"))
		got.has(t, "还没有任职")
		who.form(fmt.Sprintf("/lists/whistles/%d/edit", w.item), "id", "99", "version", "1", "until", "9", "newest", "false", "level", "street", "class", "城乡建设", "item", "水管漏水", "bodies", "市供水公司",
			"limit_amount", "2", "limit_unit", "hour", "work_amount", "24", "work_unit", "hour").is(t, 303, "save item")
		item, _ := w.Catalog.Whistle(w.item)
		if item.Version != 2 || item.Item != "水管漏水" || item.Until != 0 || item.Since < 1e12 {
			t.Errorf("saved %+v", item)
		}
		reason := who.get("/lists/reasons?q=court").link(t, `/lists/reasons/\d+`)
		who.form(reason+"/edit", "version", who.version(reason), "code", "hijack", "kind", "return", "until", "1", "name", "已进入诉讼程序", "rank", "5").is(t, 303, "save reason")
		if _, ok := w.Catalog.Reason("decline", "hijack"); ok {
			t.Error("the form chose the code of a known reason")
		}
		who.form("/admin/roles/clerk", "case.see", "territory", "right.everything", "territory", "role", "admin", "account.edit", "").is(t, 303, "save role")
		roles, err := w.Accounts.Roles(ctx)
		w.ok(err)
		for _, r := range roles {
			if r.Name == "clerk" && (len(r.Rights) != 1 || r.Rights["case.see"] != "territory") {
				t.Errorf("clerk has %v", r.Rights)
			}
		}
	})
}

// typedCorpus is what was really typed into fields of systems like ours.
var typedCorpus = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'-alert(1)-'`, `javascript:alert(1)`, `{{constructor.constructor('alert(1)')()}}`, `<svg/onload=alert(1)>`,
	`=HYPERLINK("https://evil.example")`, `' or 1=1 --`, `%27%20or%201=1`, `); drop table place; --`,
}

// TestCorpus: what people type is shown as they typed it and runs nowhere: pages, searches, the ledger (A1, A3, A5, A10).
func TestAdminCorpus(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		who := w.as("admin")
		for i, text := range typedCorpus {
			if got := who.form("/bodies/add", "kind", "partner", "name", text, "code", fmt.Sprint("x", i)); got.code != 303 {
				t.Errorf("a unit called %q = %d", text, got.code)
			}
			who.form("/places/add", "kind", "grid", "place", fmt.Sprint("#", w.places["K1"]), "name", text).is(t, 303, "place called "+text)
			who.form("/lists/classes/add", "name", text).is(t, 303, "class called "+text)
			for _, path := range []string{"/places", "/bodies", "/people", "/lists/classes", "/admin/catalog/codes", "/lists/whistles", "/lists/reasons", "/lists/limits", "/lists/urgencies"} {
				who.get(path+"?q="+url.QueryEscape(text)+"&after="+url.QueryEscape(text)+"&sort="+url.QueryEscape(text)).is(t, 200, path+" for "+text)
			}
			who.get("/admin/ledger?area="+url.QueryEscape(text)+"&person="+url.QueryEscape(text)+"&kind="+url.QueryEscape(text)+"&id="+url.QueryEscape(text)+"&after="+url.QueryEscape(text)).is(t, 200, "ledger for "+text)
		}
		for _, path := range []string{"/admin/ledger", "/bodies?kind=partner", w.place("K1"), "/lists/classes", "/admin/ledger?person=" + url.QueryEscape(typedCorpus[0])} {
			got := who.get(path)
			got.is(t, 200, path)
			got.hasNot(t, "<script>alert", "<img src=x", "<svg/onload", `href="javascript`)
		}
		who.get("/admin/ledger").has(t, "&lt;script&gt;alert(1)&lt;/script&gt;")
	})
}

var hidden = regexp.MustCompile(`name="data" value="([^"]+)"`)

func square(code, name, parent string, x0, x1, y0, y1 float64) string {
	return fmt.Sprintf(`{"type":"Feature","properties":{"code":%q,"name":%q,"parent":%q},"geometry":{"type":"Polygon","coordinates":[[[%[4]v,%[6]v],[%[5]v,%[6]v],[%[5]v,%[7]v],[%[4]v,%[7]v],[%[4]v,%[6]v]]]}}`,
		code, name, parent, x0, x1, y0, y1)
}

func collection(features ...string) []byte {
	return []byte(`{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`)
}

// TestPeopleFollowMergedBodies: whoever worked for two units that become one works for it: they find what was theirs and what is sent to the new one.
func TestPeopleFollowMergedBodies(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		before := w.act(w.open("G1", "电梯坏了"), casework.Dispatch, casework.Step{To: w.bodies["property"]})
		merged, err := w.Bodies.Merge(ctx, w.System(), []int64{w.bodies["property"], w.bodies["property2"]}, body.Details{Name: "安乐物业", Reason: "企业合并"})
		w.ok(err)
		after := w.act(w.open("G1", "单元门坏了"), casework.Dispatch, casework.Step{To: merged.ID})
		for _, login := range []string{"property", "property2"} {
			w.as(login).get("/cases/"+after.Number).is(t, 200, login+" and what was sent to the new unit")
			w.as(login).get("/desk").has(t, after.Number)
		}
		w.as("property").get("/desk").has(t, before.Number)
		w.as("property2").get("/cases/"+before.Number).is(t, 404, "what was sent to the other one before")
		w.as("property2").form("/cases/"+after.Number+"/take", "version", fmt.Sprint(after.Version)).is(t, 303, "the new unit takes it")
		if one := w.load(after.Number); one.Lead != merged.ID || one.Status != casework.Working {
			t.Errorf("led by %d, %s", one.Lead, one.Status)
		}
		if all := w.Accounts.Serving(merged.ID); len(all) != 2 {
			t.Errorf("at the new unit serve %+v", all)
		}
	})
}

// TestMergeShowsNobodyElses: who looks after units of a street is shown none of the others to merge, nor what stands in their lines.
func TestMergeShowsNobodyElses(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		w.streetAdmin()
		who := w.as("s1admin")
		for _, query := range []string{"from=%d&from=%d", "from=%[2]d", "further=%%23%[2]d"} {
			who.get("/bodies/merge?"+fmt.Sprintf(query, w.bodies["property"], w.bodies["water"])).is(t, 404, "a unit of the whole city")
		}
		page := who.get(fmt.Sprintf("/bodies/merge?from=%d&further=供水", w.bodies["property"]))
		page.is(t, 422, "a unit that isn't theirs, by name")
		page.hasNot(t, "市供水公司")
		who.get(fmt.Sprintf("/bodies/merge?from=%d&further=乐家物业；荆庄社区居委会", w.bodies["property"])).has(t, "安居物业", "乐家物业", "荆庄社区居委会")
	})
}
