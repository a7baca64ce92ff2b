// Package kittest holds every noun of a joined town to the same through the front door: pages, sheets, JSON and history. What holds below the gate is
// registertest's.
package kittest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mulin/gate/web/kit"
	"mulin/internal/access"
	"mulin/internal/i18n"
	"mulin/internal/register"
	"mulin/internal/register/registertest"
	"mulin/internal/sheet"
)

// Door is a site and three who stand before it, by the cookie of their session.
type Door struct {
	URL    string
	Keeper string // may see and change everything in the city
	Far    string // may do the same, in a place where nothing of what is made here lies
	Other  string // works here and has no right
	Head   func() int64
}

// Run makes a few things of a noun, with all that makes texts hard, and asks of every representation what all promise. mend says where a thing lies and mends
// what rules between its fields want; nil takes it as it comes.
func Run(t *testing.T, d Door, p *kit.Pages, mend func(i int, x any)) {
	if mend == nil {
		mend = func(int, any) {}
	}
	s := suite{d, p, registertest.Any(p.Noun, rand.New(rand.NewPCG(7, 8)), 3, mend)}
	if err := p.Save(t.Context(), access.System(p.City()), s.things...); err != nil {
		t.Fatalf("save: %v", err)
	}
	for name, does := range map[string]func(*testing.T){"words": s.words, "pages": s.pages, "sheets": s.sheets, "sieves": s.sieves, "json": s.json, "bad": s.bad, "closed": s.closed} {
		t.Run(name, func(t *testing.T) { does(t) })
	}
	t.Run("retired", s.retired) // the others want it in force
}

type suite struct {
	Door
	*kit.Pages
	things []any
}

func (s suite) at(x any) string { return s.Base + "/" + fmt.Sprint(register.HeadOf(x).ID) }

func (s suite) api() string { return "/api/v1/" + s.Base[strings.LastIndex(s.Base, "/")+1:] }

type reply struct {
	code int
	body string
}

func (s suite) send(t *testing.T, who, lang, method, path, kind string, body []byte) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "session", Value: who})
	r.Header.Set("Accept-Language", lang)
	r.Header.Set("Content-Type", kind)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{res.StatusCode, string(b) + res.Header.Get("Location")}
}

func (s suite) get(t *testing.T, path string) string {
	t.Helper()
	r := s.send(t, s.Keeper, "zh", "GET", path, "", nil)
	if r.code != 200 {
		t.Errorf("%s answers %d:\n%s", path, r.code, r.body)
	}
	if strings.Contains(r.body, "@ui.") {
		t.Errorf("%s shows its template", path)
	}
	return r.body
}

func (s suite) post(t *testing.T, lang, path string, form url.Values) reply {
	t.Helper()
	return s.send(t, s.Keeper, lang, "POST", path, "application/x-www-form-urlencoded", []byte(form.Encode()))
}

// call sends JSON and reads JSON.
func (s suite) call(t *testing.T, method, path string, body map[string]any) (int, map[string]any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, o := s.send(t, s.Keeper, "zh", method, path, "application/json", text), map[string]any{}
	read := json.NewDecoder(strings.NewReader(r.body))
	read.UseNumber()
	if err := read.Decode(&o); err != nil {
		t.Fatalf("%s %s: %v in %s", method, path, err, r.body)
	}
	return r.code, o
}

// words: what the description says is there in every language.
func (s suite) words(t *testing.T) {
	for _, w := range s.Langs() {
		keys := []string{s.Name + ".list", s.Name + ".list.lead"}
		for _, f := range s.Fields {
			keys = append(keys, s.Name+"."+f.Name)
			for _, c := range f.Choices {
				if own := s.Name + "." + f.Name + "." + c; w.Has(own) || !w.Has(f.Name+"."+c) {
					keys = append(keys, own)
				}
			}
		}
		for _, key := range keys {
			if !w.Has(key) {
				t.Errorf("%s: no words for %s", w.Lang(), key)
			}
		}
	}
}

// pages open, and what somebody typed stands in them as text.
func (s suite) pages(t *testing.T) {
	for _, x := range s.things {
		paths := []string{s.at(x), s.at(x) + "/edit", s.Base + "/add", s.Base, s.Base + "?state=all", s.Base + ".csv", s.Base + ".xlsx", s.api(), s.api() + "/openapi.json"}
		for _, path := range paths {
			if body := s.get(t, path); !strings.HasSuffix(path, ".csv") && !strings.HasPrefix(path, "/api") && strings.Contains(body, "<b>") {
				t.Errorf("%s holds markup that somebody typed", path)
			}
		}
	}
	for _, f := range s.Fields {
		if f.Is.Sieved && !f.Is.Sealed {
			s.get(t, s.Base+"?"+url.Values{f.Name: {f.Parts(s.things[0])[0]}}.Encode())
		}
		if f.Is.Sorted && !f.Is.Sealed {
			s.get(t, s.Base+"?sort=-"+f.Name)
		}
	}
}

// sheets go out and come back and change nothing, and no cell is a formula.
func (s suite) sheets(t *testing.T) {
	for _, format := range []string{"csv", "xlsx"} {
		raw := s.get(t, s.Base+"."+format+"?state=all")
		rows := cells(t, []byte(raw))
		_, list := s.call(t, "GET", s.api()+"?state=all", nil)
		if want := fmt.Sprint(list["count"]); fmt.Sprint(len(rows)-1) != want {
			t.Errorf("%s has %d rows, the list %s", format, len(rows)-1, want)
		}
		if format == "csv" {
			s.harmless(t, raw)
		}
		if s.Imports == nil {
			continue
		}
		head := s.Head()
		at := s.upload(t, "a."+format, []byte(raw))
		if got := s.counts(t, at); got != [4]int{0, 0, len(rows) - 1, 0} {
			t.Errorf("%s with %d rows come back: new, changed, the same, wrong are %v", format, len(rows)-1, got)
		}
		if s.Head() != head {
			t.Error("a dry run wrote")
		}
		s.get(t, s.Base+"/import")
	}
}

// sieves that name nothing let nothing through, and say so.
func (s suite) sieves(t *testing.T) {
	asked := map[string]string{"state": "no-such", "on": "2026-13-01"}
	for _, f := range s.Fields {
		if f.Is.Sieved && !f.Is.Sealed && f.Ref != "" {
			asked[f.Name] = "99999999"
		} else if f.Is.Sieved && f.Sort == register.SortChoice {
			asked[f.Name] = "no-such"
		}
	}
	if _, ok := s.Refs["place"]; ok {
		asked["place"] = "99999999"
	}
	for name, value := range asked {
		query := "?" + name + "=" + value
		if rows := cells(t, []byte(s.get(t, s.Base+".csv"+query))); len(rows) != 1 {
			t.Errorf("%s gives %d rows as a sheet", query, len(rows)-1)
		}
		if code, o := s.call(t, "GET", s.api()+query, nil); code != 422 || !strings.Contains(fmt.Sprint(o["errors"]), "field:"+name) {
			t.Errorf("%s is answered with %d %v", query, code, o)
		}
		page := s.get(t, s.Base+query)
		said := name == "state" && !s.Retires || name == "on" && !s.Dated || strings.Contains(page, `id="f-`+name+`-error"`)
		if strings.Contains(page, s.at(s.things[0])+`"`) || !said {
			t.Errorf("%s shows things, or says nothing at the sieve", query)
		}
	}
}

// retired: what somebody saves who hasn't seen that it was retired is refused; it comes back by its own verb, and the history says so.
func (s suite) retired(t *testing.T) {
	if !s.Retires {
		return
	}
	id := fmt.Sprint(register.HeadOf(s.things[2]).ID)
	at := s.api() + "/" + id
	_, before := s.call(t, "GET", at, nil)
	if code, o := s.call(t, "POST", at+"/retire", map[string]any{"version": before["version"], "reason": "不用了"}); code != 200 {
		t.Fatalf("%s is retired with %d %v", at, code, o)
	}
	code, gone := s.call(t, "GET", at, nil)
	if code == 404 { // nothing of it stays
		return
	}
	before["version"] = gone["version"]
	if code, o := s.call(t, "PUT", at, before); code < 400 {
		t.Errorf("%s was retired and is saved with %d %v", at, code, o)
	}
	if _, gone = s.call(t, "GET", at, nil); gone["until"] == nil {
		t.Errorf("%s was retired and is back", at)
	}
	if !s.Returns {
		return
	}
	if code, o := s.call(t, "POST", at+"/restore", map[string]any{"version": gone["version"]}); code != 200 || o["until"] != nil {
		t.Errorf("%s comes back with %d %v", at, code, o)
	}
	if body := s.get(t, at+"/history"); strings.Count(body, `"verb":"restore"`) != 1 {
		t.Errorf("the history of %s doesn't say that it came back:\n%s", at, body)
	}
}

func (s suite) harmless(t *testing.T, raw string) {
	t.Helper()
	for _, field := range regexp.MustCompile(`(?m)(?:^|,)"?([=+@\t][^,\r\n]*)`).FindAllStringSubmatch(raw, -1) {
		t.Errorf("a formula leaves: %q", field[1])
	}
}

func cells(t *testing.T, raw []byte) (all [][]string) {
	t.Helper()
	b, err := sheet.Open(raw)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for row, err := range b.Rows(b.Sheets[0]) {
		if err != nil || row.Bad != nil {
			t.Fatal(err, row.Bad)
		}
		all = append(all, row.Cells)
	}
	return all
}

// upload brings a file in and gives the address where it waits.
func (s suite) upload(t *testing.T, name string, raw []byte) string {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	part.Write(raw)
	form.Close()
	r := s.send(t, s.Keeper, "zh", "POST", s.Base+"/import", form.FormDataContentType(), b.Bytes())
	if r.code != http.StatusSeeOther {
		t.Fatalf("%s is answered with %d:\n%s", name, r.code, r.body)
	}
	return r.body
}

// counts are what a file's page says it would do: new, changed, the same, wrong.
func (s suite) counts(t *testing.T, at string) (n [4]int) {
	t.Helper()
	page := s.get(t, at)
	for i, key := range []string{"kit.would.new", "kit.would.changed", "kit.would.same", "kit.wrong"} {
		word := s.Langs()[0].T(key)
		m := regexp.MustCompile(`(?s)<dt[^>]*>` + regexp.QuoteMeta(word) + `</dt>\s*<dd[^>]*>\s*(\d+)`).FindStringSubmatch(page)
		if m == nil {
			t.Fatalf("%s: no count %s in\n%s", at, word, page)
		}
		fmt.Sscan(m[1], &n[i])
	}
	return n
}

// json gives what was saved, takes it back unchanged, and refuses what it doesn't know and what is old.
func (s suite) json(t *testing.T) {
	for _, x := range s.things {
		at := s.api() + "/" + fmt.Sprint(register.HeadOf(x).ID)
		_, o := s.call(t, "GET", at, nil)
		for i := range s.Fields {
			f := &s.Fields[i]
			if _, there := o[f.Name]; there == f.Is.Sealed {
				t.Errorf("%s: %s is there: %v", at, f.Name, there)
			}
		}
		head := s.Head()
		code, back := s.call(t, "PUT", at, o)
		if code != 200 || s.Head() != head {
			t.Errorf("%s put back is answered with %d and %d entries: %v", at, code, s.Head()-head, back)
		}
		o["colour"] = "red"
		if code, back := s.call(t, "PUT", at, o); code != 422 || !strings.Contains(fmt.Sprint(back["errors"]), "colour") {
			t.Errorf("an unknown field is answered with %d %v", code, back)
		}
		delete(o, "colour")
		o["version"] = 0
		if code, back := s.call(t, "PUT", at, o); code != http.StatusConflict {
			t.Errorf("an old version is answered with %d %v", code, back)
		}
		s.get(t, at+"/history")
	}
}

// bad values are refused at their field, in each language with a sentence of its own.
func (s suite) bad(t *testing.T) {
	for i := range s.Fields {
		f := &s.Fields[i]
		value := wrong(f)
		if value == "" || f.Is.Fixed {
			continue
		}
		said := map[string]string{}
		for _, lang := range i18n.Langs {
			r := s.post(t, lang, s.Base+"/add", url.Values{f.Name: {value}})
			m := regexp.MustCompile(`(?s)id="f-` + regexp.QuoteMeta(f.Name) + `-error"[^>]*>.*?</svg>(.*?)</p>`).FindStringSubmatch(r.body)
			if r.code != 422 || m == nil {
				t.Errorf("%s: %s of %q is answered with %d and nothing at the field:\n%s", lang, f.Name, value, r.code, r.body)
				continue
			}
			said[lang] = m[1]
		}
		if len(said) == len(i18n.Langs) && said[i18n.Langs[0]] == said[i18n.Langs[1]] {
			t.Errorf("%s: both languages say %q", f.Name, said[i18n.Langs[0]])
		}
	}
}

// wrong is a value that no field of the sort takes; "" if there is none.
func wrong(f *register.Field) string {
	switch f.Sort {
	case register.SortLine, register.SortText:
		if f.Max > 0 {
			return strings.Repeat("长", f.Max+1)
		}
	case register.SortNumber:
		return "-1"
	case register.SortChoice:
		return "no-such"
	case register.SortDay:
		return "2026-02-30"
	}
	return ""
}

// closed: who has no right meets nothing, and who has it elsewhere is told that there is no such thing, in every representation.
func (s suite) closed(t *testing.T) {
	x := s.things[0]
	id := fmt.Sprint(register.HeadOf(x).ID)
	each := []string{s.at(x), s.at(x) + "/edit", s.api() + "/" + id, s.api() + "/" + id + "/history"}
	if s.Retires {
		each = append(each, s.at(x)+"/retire")
	}
	if s.Dated {
		each = append(each, s.at(x)+"/versions")
	}
	lists := []string{s.Base, s.Base + ".csv", s.api(), s.Base + "?state=all", s.Base + "?sort=-" + s.Pages.Title}
	for _, path := range append(slices.Clone(each), lists...) {
		if s.See != "" {
			if r := s.send(t, s.Other, "zh", "GET", path, "", nil); r.code != 403 {
				t.Errorf("who has no right gets %d at %s", r.code, path)
			}
		}
	}
	if register.HeadOf(x).Place == 0 || s.See == "" {
		return
	}
	for _, path := range each {
		if r := s.send(t, s.Far, "zh", "GET", path, "", nil); r.code != 404 {
			t.Errorf("far away %s answers %d", path, r.code)
		}
	}
	for _, path := range lists {
		if r := s.send(t, s.Far, "zh", "GET", path, "", nil); r.code != 200 || strings.Contains(r.body, s.at(x)+`"`) || strings.Contains(r.body, `"`+id+`"`) || strings.Contains(r.body, "\n"+id+",") {
			t.Errorf("far away %s answers %d and shows %s", path, r.code, id)
		}
	}
}
