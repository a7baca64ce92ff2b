package api_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"mulin/gate/api"
	"mulin/gate/words"
	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/casework"
	"mulin/town/towntest"
)

func each(t *testing.T, f func(t *testing.T, a *api.API)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		catalog, err := words.Load()
		if err != nil {
			t.Fatal(err)
		}
		f(t, &api.API{Desk: towntest.Build(t, storetest.NewCity(t, db)).Desk, Words: catalog, Log: slog.New(slog.DiscardHandler)})
	})
}

// call sends a request and reads the JSON of the answer.
func call(t *testing.T, a *api.API, method, path, body string, headers ...string) (int, map[string]any) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept-Language", "zh")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, r)
	var v map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return w.Code, v
}

const filing = `{"text": "路灯坏了两盏", "lat": 35.01, "lng": 117.01, "phone": "13800001234", "client_ref": "a"}`

func TestFileAndFollow(t *testing.T) {
	each(t, func(t *testing.T, a *api.API) {
		code, rec := call(t, a, "POST", "/api/v1/cases", filing)
		if code != http.StatusCreated || rec["number"] == "" || rec["secret"] == "" {
			t.Fatalf("filing: %d %v", code, rec)
		}
		if code, again := call(t, a, "POST", "/api/v1/cases", filing); code != http.StatusCreated || again["number"] != rec["number"] || again["secret"] != nil {
			t.Errorf("sent twice: %v and %d %v", rec, code, again)
		}
		path := "/api/v1/cases/" + rec["number"].(string)
		code, got := call(t, a, "GET", path, "", "X-Case-Secret", rec["secret"].(string))
		if code != http.StatusOK || got["status"] != "new" || !strings.HasSuffix(got["opened_at"].(string), "Z") {
			t.Errorf("following: %d %v", code, got)
		}
		wrong, one := call(t, a, "GET", path, "", "X-Case-Secret", "WRONG234")
		absent, other := call(t, a, "GET", "/api/v1/cases/000000-00000", "", "X-Case-Secret", "WRONG234")
		if wrong != http.StatusNotFound || absent != wrong || one["title"] != other["title"] {
			t.Errorf("wrong and absent differ: %d %v, %d %v", wrong, one, absent, other)
		}
	})
}

// TestAReferenceIsNoKey is F30: who comes upon the reference of another learns neither their number nor their secret, and what they say isn't lost without a word.
func TestAReferenceIsNoKey(t *testing.T) {
	each(t, func(t *testing.T, a *api.API) {
		file := func(text, ref string) (int, map[string]any) {
			return call(t, a, "POST", "/api/v1/cases", `{"text": "`+text+`", "lat": 35.01, "lng": 117.01, "client_ref": "`+ref+`"}`)
		}
		_, first := file("甲：楼道堆物", "1")
		code, second := file("乙：井盖丢失，有危险", "1")
		said := "这张表单（client_ref）已经提交过另一段内容，那一件已收到。如果这是另一件事，请再提交一次。"
		if told := fmt.Sprint(second); code != http.StatusConflict || !strings.Contains(told, said) || strings.Contains(told, first["number"].(string)) || strings.Contains(told, first["secret"].(string)) {
			t.Errorf("another matter with the same reference: %d %v", code, second)
		}
		if code, again := file("乙：井盖丢失，有危险", "2"); code != http.StatusCreated || again["number"] == first["number"] || again["secret"] == nil {
			t.Errorf("with a reference of its own: %d %v", code, again)
		}
		if code, same := file("甲：楼道堆物", "1"); code != http.StatusCreated || same["number"] != first["number"] || same["secret"] != nil {
			t.Errorf("the same words again: %d %v", code, same)
		}
	})
}

// TestSupporters: a case tells how many others said that it is theirs too, and says so to them as well.
func TestSupporters(t *testing.T) {
	each(t, func(t *testing.T, a *api.API) {
		_, rec := call(t, a, "POST", "/api/v1/cases", filing)
		number, secret := rec["number"].(string), rec["secret"].(string)
		supporters := func(secret string) any {
			_, got := call(t, a, "GET", "/api/v1/cases/"+number, "", "X-Case-Secret", secret)
			return got["supporters"]
		}
		if n := supporters(secret); n != 0.0 {
			t.Errorf("nobody joined: %v", n)
		}
		f, err := a.Desk.Track(t.Context(), number, casework.Claim{Secret: secret})
		if err != nil {
			t.Fatal(err)
		}
		joined, err := a.Desk.Support(t.Context(), access.Nobody(a.Desk.City().ID), f.ID, casework.Support{Phone: "13900001234"})
		if err != nil {
			t.Fatal(err)
		}
		if mine, theirs := supporters(secret), supporters(joined.Secret); mine != 1.0 || theirs != 1.0 {
			t.Errorf("one joined: %v to the reporter, %v to them", mine, theirs)
		}
	})
}

func TestRefusals(t *testing.T) {
	each(t, func(t *testing.T, a *api.API) {
		for name, c := range map[string]struct {
			method, path, body, kind string
			code                     int
			says                     string
		}{
			"a field nobody offered": {"POST", "/api/v1/cases", `{"text": "x", "lat": 35.01, "lng": 117.01, "status": "closed"}`, "", 422, "没有字段 status"},
			"a number as text":       {"POST", "/api/v1/cases", `{"text": 1}`, "", 422, "text 的值类型不对"},
			"half a value":           {"POST", "/api/v1/cases", `{"text": "x"`, "", 422, "JSON"},
			"two values":             {"POST", "/api/v1/cases", `{} {}`, "", 422, "JSON"},
			"a form":                 {"POST", "/api/v1/cases", `text=x`, "application/x-www-form-urlencoded", 422, "application/json"},
			"nothing said":           {"POST", "/api/v1/cases", `{"lat": 35.01, "lng": 117.01}`, "", 422, "发生了什么"},
			"outside of the city":    {"POST", "/api/v1/cases", `{"text": "x", "lat": 10, "lng": 10}`, "", 422, "不在本市"},
			"too large":              {"POST", "/api/v1/cases", `{"text": "` + strings.Repeat("x", 70_000) + `"}`, "", 413, "太大"},
			"no such interface":      {"GET", "/api/v9", ``, "", 404, "没有这个接口"},
		} {
			headers := []string{}
			if c.kind != "" {
				headers = append(headers, "Content-Type", c.kind)
			}
			code, v := call(t, a, c.method, c.path, c.body, headers...)
			if code != c.code || !strings.Contains(v["title"].(string), c.says) {
				t.Errorf("%s: %d %v", name, code, v)
			}
		}
		a.Allow = func(*http.Request) bool { return false }
		if code, _ := call(t, a, "POST", "/api/v1/cases", filing); code != http.StatusTooManyRequests {
			t.Errorf("over the limit: %d", code)
		}
	})
}
