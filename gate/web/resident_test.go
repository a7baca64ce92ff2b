package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"mulin/gate/web/site"
	"mulin/internal/access"
	"mulin/internal/ledger"
	"mulin/internal/life"
	"mulin/internal/store"
	"mulin/town/casework"
)

// A resident reports with a photo, keeps the receipt, follows, rates, and says that it isn't fixed.
func TestReportFollowRate(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		b := v.visitor(t)
		b.has(b.get("/"), 200, "我要上报", "tel:12345")
		b.has(b.get("/report"), 200, `name="photo"`, `name="address"`, "幸福社区")
		number, secret := b.receipt(b.upload("/report", map[string][]byte{"a.jpg": picture(t)}, inside("text", "楼下水管爆了。", "phone", "13800001234", "client_ref", "one")...))
		b.has(b.get("/cases/"+number), 200, "楼下水管爆了", "等待第一网格受理", "您上报了这件事")
		b.has(b.get("/my"), 200, number)

		other := v.visitor(t)
		other.has(other.get("/cases/"+number), 404, "证明这是您的事", number)
		p := other.post("/follow", "number", strings.ReplaceAll(number, "-", " "), "secret", strings.ToLower(secret))
		other.has(p, 200, "楼下水管爆了")
		if p.path != "/cases/"+number {
			t.Errorf("following led to %s", p.path)
		}

		v.finish(t, number)
		b.has(b.get("/cases/"+number), 200, "已经修好", "您满意吗", "办理后", "幸福社区居委会")
		b.has(b.post("/cases/"+number+"/rate", "client_ref", "r1"), 422, "请选 1 到 5 颗星")
		b.has(b.post("/cases/"+number+"/rate", "client_ref", "r1", "stars", "2", "said", "还漏"), 200, "谢谢您的评价", "★★☆☆☆")
		b.has(b.post("/cases/"+number+"/reopen", "client_ref", "o1"), 422, "请写明情况")
		b.has(b.upload("/cases/"+number+"/reopen", map[string][]byte{"b.jpg": picture(t)}, "client_ref", "o2", "note", "又漏了"), 200, "会重新办理", "又漏了")
		strangers := v.visitor(t)
		strangers.has(strangers.post("/cases/"+number+"/rate", "stars", "1"), 404)

		for _, url := range append(b.all, other.all...) {
			if strings.Contains(strings.ToUpper(url), secret) {
				t.Errorf("the secret stands in %s", url)
			}
		}
		if strings.Contains(strings.ToUpper(v.Log.String()), secret) || strings.Contains(v.Log.String(), "13800001234") {
			t.Error("the log holds the secret or the phone")
		}
	})
}

// finish lets the worker do the case and answer.
func (v *village) finish(t testing.TB, number string) {
	t.Helper()
	file, err := v.Desk.Get(t.Context(), v.Clerk(), number)
	check(t, err)
	after, err := v.Photos.Add(t.Context(), bytes.NewReader(picture(t)))
	check(t, err)
	for _, s := range []struct {
		verb casework.Verb
		step casework.Step
	}{{casework.Accept, casework.Step{}}, {casework.Done, casework.Step{Note: "换了水管", Photos: []casework.Photo{{Hash: after.Hash, Width: after.Width, Height: after.Height}}}}, {casework.Answer, casework.Step{Note: "水管已经修好，谢谢您。"}}} {
		v.Clock.Advance(10 * time.Minute)
		_, err := v.Desk.Act(t.Context(), v.Clerk(), file.ID, s.verb, s.step)
		check(t, err)
	}
}

// Fifty sends of one form are one case, and each of them gets the receipt (A18).
func TestDoubleSubmit(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		var wg sync.WaitGroup
		paths := make([]string, 50)
		for i := range paths {
			b := v.visitor(t)
			wg.Go(func() {
				paths[i] = b.post("/report", inside("text", "路灯坏了", "client_ref", "same-form")...).path
			})
		}
		wg.Wait()
		for _, p := range paths {
			if p != paths[0] || !strings.HasPrefix(p, "/receipt/") {
				t.Fatalf("led to %s and %s", p, paths[0])
			}
		}
		if n, err := store.Value[int64](t.Context(), v.City, `select count(*) from cases where city = ?`, 1); err != nil || n != 1 {
			t.Errorf("%d cases, %v", n, err)
		}
	})
}

// A wrong secret and a number that doesn't exist are answered alike, and guessing is slowed down (A26).
func TestFollowTellsNothing(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		b := v.visitor(t)
		number, _ := b.receipt(b.post("/report", inside("text", "路灯坏了")...))
		thief := v.visitor(t)
		wrong := thief.has(thief.post("/follow", "number", number, "secret", "AAAA2222", "client_ref", "x"), 422, "编号或查询码不对")
		absent := thief.has(thief.post("/follow", "number", "991231-99999", "secret", "AAAA2222", "client_ref", "x"), 422, "编号或查询码不对")
		if wrong.body != strings.ReplaceAll(absent.body, "991231-99999", number) {
			t.Error("the answers differ")
		}
		thief.has(thief.get("/receipt/"+number), 404)
		v.Pages.Secrets = site.NewLimiter(3, time.Hour)
		for range 3 {
			thief.post("/follow", "number", number, "secret", "AAAA2222")
		}
		thief.has(thief.post("/follow", "number", number, "secret", "AAAA2222"), 429, "太频繁", number)
	})
}

// What can't be taken is said clearly, and what was typed and uploaded stays.
func TestReportKeepsWhatWasTyped(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		b := v.visitor(t)
		const said = "井盖不见了，很危险"
		b.has(b.post("/report", "text", said), 422, said, "请在地图上点一下位置")
		b.has(b.post("/report", "text", said, "lat", "36", "lng", "119"), 422, said, "不在本市范围内")
		b.has(b.post("/report", inside("phone", "12", "text", said)...), 422, said, "电话号码看起来不对")
		b.has(b.upload("/report", map[string][]byte{"x.jpg": []byte("<svg onload=alert(1)>")}, inside("text", said)...), 422, said, "只能上传")
		b.has(b.upload("/report", map[string][]byte{"x.jpg": bytes.Repeat([]byte{0xff, 0xd8, 0xff}, 50<<20/3)}, inside("text", said)...), 413, said, "不超过 20 MB")
		p := b.has(b.upload("/report", map[string][]byte{"x.jpg": picture(t)}, inside("text", "")...), 422, "已收到的照片", "data:image/jpeg")
		token := b.found(p, `name="kept" value="([^"]+)"`)
		number, _ := b.receipt(b.post("/report", inside("text", said, "kept", token, "kept", "forged")...))
		b.has(b.get("/cases/"+number), 200, said, "/photos/")
		v.Pages.Intake = site.NewLimiter(1, time.Hour)
		b.post("/report", inside("text", said)...)
		b.has(b.post("/report", inside("text", said)...), 429, said, "太频繁")
	})
}

// Fields that a form doesn't have are not read: a resident can't choose a channel, a status or another's past (A25).
func TestReportReadsItsOwnFieldsOnly(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		b := v.visitor(t)
		number, _ := b.receipt(b.post("/report", inside("text", "路灯坏了", "channel", "phone", "class", "1", "status", "closed", "city", "2", "person", "11", "opened_at", "1")...))
		file, err := v.Desk.Get(t.Context(), v.Worker(), number)
		if err != nil || file.Channel != "web" || file.Status != casework.New || file.Class != 0 {
			t.Errorf("%+v, %v", file.Case, err)
		}
	})
}

// Markup in every field is text on every page (A1, A2).
func TestMarkupIsText(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		b := v.visitor(t)
		const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>`
		number, _ := b.receipt(b.upload("/report", map[string][]byte{evil + ".jpg": picture(t)}, inside("text", evil, "address", evil, "name", evil[:40])...))
		for _, p := range []page{b.get("/cases/" + number), b.get("/my"), b.get("/receipt/" + number), b.get("/report?place=" + "%22%3E%3Cscript%3E"),
			b.get("/follow?number=%22%3E%3Cscript%3Ealert(1)"), b.get("/signin?next=javascript:alert(1)"), b.post("/report", "text", "", "address", evil)} {
			b.lacks(p, "<script>alert", "<img src=x", `href="javascript:`)
		}
	})
}

// The code on a door names the place and its worker; one that nobody knows says what to do.
func TestDoor(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		b := v.visitor(t)
		b.has(b.get("/q/"+v.Grid.Code), 200, "第一网格", "东风街道 · 幸福社区", "李建国", "tel:13900001111", "/report?place="+v.Grid.Code, "tel:12345")
		b.has(b.get("/"), 200, "李建国")
		b.has(b.get("/report?place="+v.Grid.Code), 200, "东风街道 · 幸福社区 · 第一网格")
		number, _ := b.receipt(b.post("/report", "place", v.Grid.Code, "text", "楼道灯坏了"))
		file, err := v.Desk.Get(t.Context(), v.Worker(), number)
		if err != nil || file.Place != v.Grid.ID || file.Channel != "qr" {
			t.Errorf("%+v, %v", file.Case, err)
		}
		for _, none := range []string{"NaN", "Inf", "-Inf", "1e999", "91"} { // what is no place would break the ledger, the map and everything that reads it
			number, _ := b.receipt(b.post("/report", "place", v.Grid.Code, "text", "楼道灯坏了", "anew", "1", "lat", none, "lng", "117"))
			file, err := v.Desk.Get(t.Context(), v.Worker(), number)
			if err != nil || file.Point != nil && !file.Point.Valid() {
				t.Errorf("lat %s: %+v, %v", none, file.Point, err)
			}
		}
		b.has(b.post("/report/where", "lat", "NaN", "lng", "117"), 200, "said")
		b.has(b.get("/q/nosuchcode"), 404, "认不出这个二维码", "/report", "tel:12345")
		b.has(b.get("/report?place=nosuchcode"), 200, "认不出刚才的二维码")
	})
}

// Without scripts a community is chosen from a list.
func TestReportByCommunity(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		b := v.visitor(t)
		number, _ := b.receipt(b.post("/report", "area", v.Community2.Code, "text", "路灯坏了", "lat", "", "lng", ""))
		file, err := v.Desk.Get(t.Context(), v.System(), number)
		if err != nil || file.Path != v.Community2.Path {
			t.Errorf("%s, %v", file.Path, err)
		}
	})
}

// Staff file for residents: the resident's phone finds the case, the worker's browser doesn't become the reporter's.
func TestFileForResident(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		b := v.visitor(t).signIn("wangclerk")
		b.has(b.get("/report"), 200, "代居民上报", "打电话来的")
		number, _ := b.receipt(b.post("/report", inside("text", "家里没水", "channel", "phone", "phone", "138 0000 1234", "name", "张大妈")...))
		file, err := v.Desk.Get(t.Context(), v.Clerk(), number)
		if err != nil || file.Channel != "phone" {
			t.Errorf("%+v, %v", file.Case, err)
		}
		b.post("/signout")
		b.has(b.get("/cases/"+number), 404)
		r := v.visitor(t)
		r.byPhone("13800001234")
		r.has(r.get("/my"), 200, "家里没水")
		r.has(r.get("/cases/"+number), 200, "家里没水")
	})
}

// byPhone signs a resident in.
func (b *visitor) byPhone(phone string) {
	b.t.Helper()
	p := b.has(b.post("/my/code", "phone", phone), 200, "验证码是")
	b.has(b.post("/my/verify", "phone", phone, "code", "000000"), 422, "验证码不正确", phone)
	b.has(b.post("/my/verify", "phone", phone, "code", b.found(p, `验证码是 (\d{6})`)), 200, "验证成功")
}

// A phone shows its own cases only, page by page; clearing the device forgets the rest.
func TestMyCases(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		b := v.visitor(t)
		for i := range 23 {
			b.post("/report", inside("text", fmt.Sprintf("第%d盏灯坏了", i), "anew", "1", "phone", "13800001234")...)
		}
		other := v.visitor(t)
		other.post("/report", inside("text", "别人的事", "phone", "13800005678")...)
		if n := strings.Count(b.get("/my").body, `class="title"`); n != 20 {
			t.Errorf("the browser remembers %d cases, want 20", n)
		}
		b.byPhone("13800001234")
		p := b.get("/my")
		b.lacks(p, "别人的事")
		b.has(b.get("/my?"+b.found(p, `href="/my\?(after=\d+)"`)), 200, "第0盏灯坏了")
		b.post("/signout")
		b.has(b.post("/my/forget"), 200, "已清除", "这里还没有您的事")
	})
}

// Cookies tell nothing and can't be made up.
func TestClaimsAreSealed(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		b := v.visitor(t)
		number, secret := b.receipt(b.post("/report", inside("text", "路灯坏了")...))
		r, err := http.NewRequestWithContext(t.Context(), "GET", v.URL+"/cases/"+number, nil)
		check(t, err)
		for _, c := range b.c.Jar.Cookies(r.URL) {
			if strings.Contains(c.Value, secret) || strings.Contains(c.Value, number) {
				t.Errorf("cookie %s shows what it holds", c.Name)
			}
		}
		r.AddCookie(&http.Cookie{Name: "claims", Value: number + " " + secret})
		res, err := http.DefaultClient.Do(r)
		check(t, err)
		res.Body.Close()
		if res.StatusCode != 404 {
			t.Errorf("a made-up cookie is answered %d", res.StatusCode)
		}
		v.Clock.Advance(40 * time.Minute)
		b.lacks(b.has(b.get("/receipt/"+number), 200, "查询码已经显示过"), "big-number secret")
	})
}

// Other sites can't act through a visitor's browser, and reading changes nothing (A21).
func TestOtherSitesCantAct(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		for _, path := range []string{"/report", "/follow", "/my/code", "/my/verify", "/my/forget", "/signin", "/signin/resume", "/signout", "/me", "/cases/261123-00001/rate"} {
			r, err := http.NewRequestWithContext(context.Background(), "POST", v.URL+path, strings.NewReader("text=x&address=y"))
			check(t, err)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			r.Header.Set("Origin", "https://evil.example")
			res, err := http.DefaultClient.Do(r)
			check(t, err)
			res.Body.Close()
			if res.StatusCode != 403 {
				t.Errorf("%s from another site is answered %d", path, res.StatusCode)
			}
		}
	})
}

// TestProof: whoever reported, and staff, carry away a proof that can be checked with the published key alone; nobody else gets it.
func TestProof(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		b, number := v.visitor(t), ""
		number, _ = b.receipt(b.post("/report", inside("text", "楼下水管爆了。")...))
		at := "/ledger/proof/" + number
		b.has(b.get("/cases/"+number), 200, `href="`+at+`"`, "存证")
		clerk := v.visitor(t).signIn("wangclerk")
		clerk.has(clerk.get("/cases/"+number), 200, `href="`+at+`"`)
		strangers := v.visitor(t)
		strangers.has(strangers.get(at), 404)
		file, err := v.Desk.Get(t.Context(), v.System(), number)
		check(t, err)
		joined, err := v.Desk.Support(t.Context(), access.Nobody(v.City.ID), file.ID, casework.Support{Phone: "13900002222"})
		check(t, err)
		joiner := v.visitor(t) // F52: reads the case, but not what the first one may carry away
		joiner.post("/follow", "number", number, "secret", joined.Secret)
		joiner.has(joiner.get("/cases/"+number), 200, "水管")
		joiner.has(joiner.get(at), 404)
		key := strings.TrimSpace(strangers.get("/ledger/key").body)
		for who, one := range map[string]*visitor{"the reporter": b, "the clerk": clerk} {
			var r ledger.Receipt
			if err := json.Unmarshal([]byte(one.get(at).body), &r); err != nil || r.Number != number {
				t.Fatalf("%s: %+v, %v", who, r, err)
			}
			if err := r.Check(key); err != nil {
				t.Errorf("%s: %v", who, err)
			}
			if r.At++; r.Check(key) == nil {
				t.Errorf("%s: an altered proof is good", who)
			}
			salted := (&life.Life{ID: r.Subject, Salt: r.Salt}).Digest(casework.Headline("楼下水管爆了。"), "楼下水管爆了。")
			if mine := who == "the reporter"; strings.Contains(r.Body, salted) != mine || (r.Salt != "") != mine || r.Point != nil {
				t.Errorf("%s can guess what was said, or reads where exactly it is: %+v", who, r)
			}
		}
	})
}
