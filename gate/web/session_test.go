package web_test

import (
	"net/url"
	"strings"
	"testing"

	"mulin/gate/web/session"
	"mulin/town/account"
)

// Staff sign in with a new session each time, go where they wanted on this site only, and are locked out after misses (A36).
func TestSignIn(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		b := v.visitor(t)
		if p := b.get("/me"); p.path != "/signin" {
			t.Errorf("/me leads strangers to %s", p.path)
		}
		wrong := b.has(b.post("/signin", "login", "ligrid", "password", "no", "client_ref", "x"), 422, "账号或密码不正确", `value="ligrid"`)
		absent := b.has(b.post("/signin", "login", "nobody", "password", "no", "client_ref", "x"), 422)
		if wrong.body != strings.ReplaceAll(absent.body, "nobody", "ligrid") {
			t.Error("a wrong password and an unknown login are answered differently")
		}
		if p := b.post("/signin", "login", "ligrid", "password", password, "next", "https://evil.example/"); strings.Contains(p.path, "evil") || !strings.HasPrefix(b.all[len(b.all)-1], v.URL) {
			t.Errorf("signing in led to %v", b.all)
		}
		first := b.session()
		b.has(b.post("/signin", "login", "ligrid", "password", password, "next", "/me"), 200, "李建国", "网格员 · 幸福社区居委会 · 第一网格")
		if second := b.session(); second == first || second == "" {
			t.Error("the session isn't a new one")
		}
		b.has(b.post("/signout"), 200, "已退出登录")
		if p := b.get("/me"); p.path != "/signin" {
			t.Errorf("after signing out /me leads to %s", p.path)
		}
		for range 5 {
			b.post("/signin", "login", "ligrid", "password", "no")
		}
		b.has(b.post("/signin", "login", "ligrid", "password", password), 429, "15 分钟后再试")
	})
}

func (b *visitor) session() string {
	b.t.Helper()
	u, err := url.Parse(b.v.URL)
	check(b.t, err)
	for _, c := range b.c.Jar.Cookies(u) {
		if c.Name == "session" {
			return c.Value
		}
	}
	return ""
}

// One click signs in only where a demo lists people.
func TestOneClick(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		b := v.visitor(t)
		b.has(b.post("/signin/as/ligrid"), 404)
		v.Pages.Session.OneClick = []session.OneClick{{Login: "ligrid", Name: "李建国", Role: "grid_worker", Where: "第一网格"}}
		b.has(b.post("/signin/as/ligrid"), 403)
		v.Accounts.AllowOneClick()
		b.has(b.get("/signin"), 200, "以李建国的身份进入", "网格员")
		b.has(b.post("/signin/as/ligrid", "next", "/me"), 200, "李建国")
	})
}

// A password chosen by somebody else is changed before anything else; the other sessions end.
func TestMustChange(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		_, err := v.Accounts.Create(t.Context(), v.System(), account.NewPerson{Login: "newone", Name: "赵新", Password: password})
		check(t, err)
		b := v.visitor(t)
		b.has(b.post("/signin", "login", "newone", "password", password, "next", "/help"), 200, "换成只有您知道的新密码")
		b.has(b.post("/me", "old", password, "password", "short", "repeat", "short"), 422, "密码至少 10 位")
		b.has(b.post("/me", "old", password, "password", "copper-lantern-58", "repeat", "other-lantern-58"), 422, "两次输入的新密码不一样")
		b.has(b.post("/me", "old", "not-it-at-all", "password", "copper-lantern-58", "repeat", "copper-lantern-58"), 422, "原密码不正确")
		b.has(b.post("/me", "old", password, "password", "copper-lantern-58", "repeat", "copper-lantern-58"), 200, "密码已修改")
		again := v.visitor(t)
		again.has(again.post("/signin", "login", "newone", "password", "copper-lantern-58", "next", "/me"), 200, "赵新")
		b.has(b.post("/me/signout"), 200, "所有设备")
		if p := again.get("/me"); p.path != "/signin" {
			t.Errorf("the other device is still signed in: %s", p.path)
		}
	})
}

// A session that ends while somebody types: signing in carries the form along, without its passwords, and sends it on.
func TestSessionEndsMidForm(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		b := v.visitor(t).signIn("ligrid")
		check(t, v.Accounts.SignOut(t.Context(), b.session()))
		b.lacks(b.has(b.post("/me", "note", `写了"很久"的话<b>`, "old", "secret-words", "client_ref", "c1"), 403, "登录已失效", `name="kept.note" value="写了&#34;很久&#34;的话&lt;b&gt;"`, `name="kept.client_ref" value="c1"`), "secret-words")
		b.has(b.post("/signin/resume", "action", "/me", "kept.note", "写了很久的话", "login", "ligrid", "password", "no"), 422, "账号或密码不正确", `name="kept.note" value="写了很久的话"`)
		b.lacks(b.has(b.post("/signin/resume", "action", "/me", "kept.note", "写了很久的话", "login", "ligrid", "password", password), 200, `action="/me"`, `name="note" value="写了很久的话"`, "data-resend"), password)
		b.has(b.get("/me"), 200, "李建国")
		p := b.post("/signin/resume", "action", "https://evil.example/", "kept.a", "b", "login", "ligrid", "password", password)
		b.lacks(b.has(p, 200), "evil.example")
	})
}

// A resident's session is no member of staff, and a worker's phone proves nothing about cases.
func TestResidentIsNoStaff(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		r := v.visitor(t)
		number, _ := r.receipt(r.post("/report", inside("text", "用网格员的电话上报", "phone", "13900001111")...))
		elsewhere := v.visitor(t)
		elsewhere.has(elsewhere.post("/signin", "login", "ligrid", "password", password, "next", "/help"), 200)
		check(t, v.dismissAll(t))
		elsewhere.has(elsewhere.get("/cases/"+number), 404)
		elsewhere.lacks(elsewhere.get("/my"), number)
	})
}

// dismissAll ends every post of the grid worker.
func (v *village) dismissAll(t *testing.T) error {
	for _, w := range v.Accounts.OnDuty(v.Grid.Path, "grid_worker") {
		if err := v.Accounts.Dismiss(t.Context(), v.System(), w.Post); err != nil {
			return err
		}
	}
	return nil
}
