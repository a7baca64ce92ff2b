package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"mulin/internal/browsertest"
	"mulin/internal/clock"
	"mulin/internal/life"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/campaign"
	"mulin/town/catalog"
	"mulin/town/wish"
)

// jar is a browser that keeps its cookies.
func (w *deskTown) jar() *resident { return &resident{w: w, cookies: map[string]string{}} }

// resident is somebody with a browser and, once a phone has been shown, a session.
type resident struct {
	w       *deskTown
	cookies map[string]string
	lang    string
}

func (x *resident) send(r *http.Request, err error) reply {
	x.w.t.Helper()
	x.w.ok(err)
	for name, value := range x.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	r.Header.Set("Accept-Language", x.lang)
	got := caller{w: x.w}.send(r)
	for _, c := range (&http.Response{Header: got.header}).Cookies() {
		if x.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(x.cookies, c.Name)
		}
	}
	return got
}

func (x *resident) get(path string) reply {
	return x.send(http.NewRequest("GET", x.w.srv.URL+path, nil))
}

func (x *resident) post(path string, pairs ...string) reply {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r, err := http.NewRequest("POST", x.w.srv.URL+path, strings.NewReader(form.Encode()))
	x.w.ok(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return x.send(r, nil)
}

// phone shows a phone number, and gives where that leads.
func (x *resident) phone(number, next string) string {
	x.w.t.Helper()
	x.post("/my/code", "phone", number, "next", next).has(x.w.t, `name="next" value="`+next+`"`)
	return x.post("/my/verify", "phone", number, "code", x.w.Sent.Last(number), "next", next).to
}

var (
	wishNumber = regexp.MustCompile(`big-number">(\d+)<`)
	wishSecret = regexp.MustCompile(`big-number secret">([A-Z0-9 ]+)<`)
	marks      = regexp.MustCompile(`(?s)<(script|style)\b.*?</(script|style)>|<[^>]+>`)
)

// reads fails unless the words of the page, without its marks, hold all sentences.
func (r reply) reads(t *testing.T, sentences ...string) {
	t.Helper()
	_, body, _ := strings.Cut(r.body, "<body")
	text := strings.Join(strings.Fields(marks.ReplaceAllString(body, " ")), " ")
	for _, s := range sentences {
		if !strings.Contains(text, s) {
			t.Errorf("the page (%d) doesn't read %q: %s", r.code, s, text)
		}
	}
}

// asks makes a wish of the resident's and gives its page and secret.
func (x *resident) asks(pairs ...string) (path, secret string) {
	x.w.t.Helper()
	got := x.post("/wishes/ask", append([]string{"title", "给奶奶装一副扶手", "text", "住3号楼2单元501室，王桂英起身不便", "place", "K1", "phone", "13812345678", "name", "王桂英", "home", "荆庄3号楼2单元501室", "client_ref", pairs[0]}, pairs[1:]...)...)
	got.is(x.w.t, 200, "asking")
	return "/wishes/" + wishNumber.FindStringSubmatch(got.body)[1], strings.ReplaceAll(wishSecret.FindStringSubmatch(got.body)[1], " ", "")
}

// TestWishStory is the whole way of a wish: asked, reviewed, on the wall without name and home, claimed by a neighbour, fulfilled with a photo, thanked for.
func TestWishStory(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		for step, hours := range map[string]int{"wish.review": 24, "wish.fulfil": 72, "wish.thank": 48} {
			w.ok(w.Catalog.LimitNoun().Save(ctx, w.System(), &catalog.LimitEntry{Rule: catalog.Rule{Step: step, Limit: clock.Limit{Amount: hours, Unit: clock.Hour}}}))
		}
		granny, english, neighbour := w.jar(), w.jar(), w.jar()
		granny.lang, english.lang, neighbour.lang = "zh", "en", "zh"
		granny.get("/wishes").reads(t, "这里还没有心愿", "邻居的小小心愿：一件东西、一点帮助。谁都可以许，谁都可以认领。")
		granny.post("/wishes/ask", "title", "500元现金").has(t, "心愿不能是现金或转账，请写需要的东西或帮助", "请选择社区", "请留一个电话，只有审核人员能看到")
		path, secret := granny.asks("form1")
		again, same := granny.asks("form1")
		if again != path || same != secret {
			t.Errorf("the same form sent twice asked for %s and %s", path, again)
		}
		granny.get(path).reads(t, "待审核", "收回心愿", "许下心愿")
		english.get(path).is(t, 404, "a wish that isn't reviewed, for a stranger")
		w.as("water").get(path).is(t, 404, "a wish that isn't reviewed, for a department")

		clerk := w.as("clerk")
		clerk.get("/wishes/desk").reads(t, "给奶奶装一副扶手", "荆河街道 · 荆庄社区", "1 天后到期")
		clerk.get(path).reads(t, "审核通过，上墙", "不予上墙", "查看心愿人")
		clerk.get(path).hasNot(t, "501室", "13812345678", "荆庄3号楼")
		clerk.post(path+"/look", "note", "").reads(t, "请写一句说明")
		clerk.post(path+"/look", "note", "电话核实").is(t, 303, "looking")
		looks := w.as("admin").get("/admin/ledger?area=contact")
		looks.has(t, "查看了心愿人", "王clerk", "wish.look", "文字的校验码")
		looks.hasNot(t, "wish.review", "电话核实", "王桂英")
		w.as("admin").get("/admin/ledger?area=wish").has(t, "许下心愿", "系统，或未登录的居民", "状态")
		clerk.get(path).reads(t, "王桂英", "13812345678", "荆庄3号楼2单元501室", "电话核实")
		granny.get(path).reads(t, "查看了心愿人", "王clerk · 荆庄社区居委会", "电话核实")
		clerk.post(path+"/review").is(t, 303, "hanging it up")
		w.as("admin").get("/admin/ledger?area=wish").has(t, "<del>待审核</del>", "<ins>等人认领</ins>")

		english.get("/wishes").reads(t, "给奶奶装一副扶手", "Waiting to be claimed", "荆河街道 · 荆庄社区")
		english.get("/wishes").has(t, "<h2><a href=\""+path)
		public := english.get(path)
		public.reads(t, "Show your phone number first, then you are back here", "I will fulfil this wish", "王**起身不便")
		public.hasNot(t, "桂英", "501", "13812345678", "王clerk", "电话核实")
		if to := english.post(path + "/claim").to; to != "/my?next=%2Fwishes%2F"+path[8:]+"#phone" {
			t.Errorf("claiming without being known leads to %q", to)
		}

		if to := neighbour.phone("13900002222", path); to != path {
			t.Errorf("after showing the phone the neighbour is at %q", to)
		}
		neighbour.get(path).reads(t, "认领后请在期限内实现；做不到可以随时放回墙上。")
		neighbour.post(path+"/claim").is(t, 303, "claiming")
		neighbour.get(path).reads(t, "谢谢您认领了这个心愿", "心愿已实现", "放回墙上", "请与社区工作人员联系，由他们转交或陪您上门；心愿人的姓名和住址不公开。", "王clerk")
		neighbour.get("/wishes/mine").reads(t, "给奶奶装一副扶手", "有人认领了", "3 天后到期")
		neighbour.post(path+"/fulfil", "note", "装好了").has(t, "请附一张照片")
		other := w.jar()
		other.phone("13900003333", "/wishes")
		other.post(path+"/fulfil", "note", "x").is(t, 403, "fulfilling what somebody else claimed")
		w.photo(neighbour, path+"/fulfil", "note", "已装好，王桂英奶奶说很稳").is(t, 303, "fulfilling")

		lit := english.get("/wishes?state=lit")
		lit.reads(t, "Fulfilled")
		shot := regexp.MustCompile(path + `/photos/[0-9a-f]+`).FindString(lit.body)
		english.get(shot).is(t, 200, "the photo on the wall")
		english.get(path+"/photos/0123").is(t, 404, "another photo")
		english.get(path).reads(t, "Fulfilled", "已装好，王**奶奶说很稳")

		phone := w.jar() // another browser, with the receipt
		phone.lang = "en"
		phone.post("/wishes/follow", "number", path[8:], "secret", "WRONGONE").reads(t, "Number or secret is wrong")
		phone.post("/wishes/follow", "number", "1", "secret", secret).reads(t, "Number or secret is wrong")
		if to := phone.post("/wishes/follow", "number", path[8:], "secret", strings.ToLower(secret[:4])+" "+secret[4:]).to; to != path {
			t.Errorf("following leads to %q", to)
		}
		phone.post(path+"/thank", "stars", "0").reads(t, "Please choose 1 to 5 stars.")
		phone.post(path+"/thank", "stars", "5", "note", "Thank you so much").is(t, 303, "thanking")
		english.get(path).reads(t, "Thanked", "★★★★★", "Thank you so much")
		english.get("/wishes").has(t, path)
		clerk.post(path+"/hide", "note", "照片里有人脸").is(t, 303, "hiding")
		english.get(path).is(t, 404, "what is hidden")
		english.get(shot).is(t, 404, "the photo of what is hidden")
		english.get("/wishes").hasNot(t, path)
	})
}

// photo sends a form with a picture.
func (w *deskTown) photo(x *resident, path string, pairs ...string) reply {
	w.t.Helper()
	return caller{w: w, cookie: x.cookies["session"]}.post(path, append(pairs, "photo", "shelf.jpg")...)
}

// TestWishTurns are the other ways a wish goes: refused with a reason, released, lapsed, withdrawn, asked by a worker, stale and resent.
func TestWishTurns(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		w.ok(w.Catalog.ReasonNoun().Save(ctx, w.System(), &catalog.ReasonEntry{Kind: catalog.ForWish, Code: "big", Name: "超出微心愿范围"}))
		w.ok(w.Catalog.LimitNoun().Save(ctx, w.System(), &catalog.LimitEntry{Rule: catalog.Rule{Step: "wish.fulfil", Limit: clock.Limit{Amount: 72, Unit: clock.Hour}}}))
		granny, helper, clerk, street := w.jar(), w.jar(), w.as("clerk"), w.as("street")
		granny.lang, helper.lang = "en", "zh"
		helper.phone("13900002222", "/wishes")

		refused, _ := granny.asks("refused")
		clerk.post(refused+"/refuse", "note", "").reads(t, "请选择理由", "请写一句说明")
		clerk.post(refused+"/refuse", "reason", "big", "note", "请向民政部门申请，王桂英可来社区").is(t, 303, "refusing")
		granny.get(refused).reads(t, "Not hung up", "超出微心愿范围", "请向民政部门申请，王**可来社区")
		helper.get(refused).is(t, 404, "what was refused, for others")

		path, _ := granny.asks("turns")
		version := fmt.Sprint(w.wish(path).Version)
		clerk.post(path+"/review", "version", version, "client_ref", "tap").is(t, 303, "hanging it up")
		clerk.post(path+"/review", "version", version, "client_ref", "tap").is(t, 303, "the same tap again")
		street.post(path+"/review", "version", version).reads(t, "这个心愿刚刚有了变化（现在是：等人认领），请看最新情况后再操作。")
		helper.post(path+"/claim").is(t, 303, "claiming")
		granny.phone("13812345678", "/wishes")
		own := granny.post(path + "/claim")
		own.is(t, 403, "claiming one's own")
		own.reads(t, "This is your own wish: somebody else may claim it")
		helper.post(path+"/release", "note", "尺寸买不到").is(t, 303, "releasing")
		helper.get(path).reads(t, "心愿已放回墙上", "等人认领")
		helper.post(path+"/claim").is(t, 303, "claiming again")
		w.clk.Advance(80 * time.Hour)
		for n := 1; n > 0; {
			var err error
			n, err = life.Sweep(ctx, w.Laws)
			w.ok(err)
		}
		granny.get(path).reads(t, "Not fulfilled in time: back on the wall", "Waiting to be claimed")
		granny.post(path+"/withdraw").is(t, 303, "withdrawing")
		granny.get(path).reads(t, "The wish is withdrawn", "Withdrawn")
		helper.get(path).is(t, 404, "what was withdrawn")

		got := w.as("grid").post("/wishes/ask", "title", "一盏台灯", "place", "G1", "name", "赵大爷")
		got.reads(t, "心愿收到了", "请把编号和查询码念给居民，或请对方拍照；查询码只显示这一次。")
		lamp := "/wishes/" + wishNumber.FindStringSubmatch(got.body)[1]
		w.as("grid").get("/wishes/mine?tab=open").reads(t, "一盏台灯")
		w.as("grid").get(lamp).reads(t, "荆河街道 · 荆庄社区", "收回心愿")
		w.as("grid2").post("/wishes/ask", "title", "x", "place", "G1").is(t, 403, "asking for somebody elsewhere")
		form := w.as("grid").get("/wishes/ask")
		form.has(t, `value="K1"`)
		form.hasNot(t, `value="K2"`, `value="S1"`)
		w.as("grid").post("/wishes/ask", "title", "一床棉被", "place", "K1", "name", "赵大爷", "client_ref", "k1").is(t, 200, "asking for somebody of the worker's community")
		w.as("grid").post("/wishes/ask", "title", "一床棉被").reads(t, "请选择社区")
		w.as("leader").get(lamp).hasNot(t, "审核通过，上墙</button>")
	})
}

// TestForgetTakesWishesAlong: who clears a shared device leaves no wish on it.
func TestForgetTakesWishesAlong(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		granny := w.jar()
		granny.lang = "zh"
		path, _ := granny.asks("form1")
		granny.get(path).reads(t, "收回心愿")
		granny.get("/my").has(t, "从这台设备上清除")
		granny.post("/my/forget").is(t, 303, "forget")
		granny.get(path).is(t, 404, "a wish that waits, on a device that was cleared")
		granny.get("/my").hasNot(t, "从这台设备上清除")
		granny.get("/wishes").hasNot(t, path)
	})
}

// wish is the wish of a page.
func (w *deskTown) wish(path string) wish.Wish {
	w.t.Helper()
	var id int64
	fmt.Sscan(path[len("/wishes/"):], &id)
	x, err := w.Wishes.Load(ctx, w.City, id)
	w.ok(err)
	return x
}

// TestWishJSON reads and does the same by programs, and what is out of reach is no such thing.
func TestWishJSON(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		granny := w.jar()
		path, _ := granny.asks("json")
		api := "/api/v1" + path
		w.as("").get(api).is(t, 404, "a wish that isn't reviewed")
		w.as("grid2").get(api).is(t, 404, "a wish that isn't reviewed, elsewhere")
		w.as("").get("/api/v1/wishes").is(t, 403, "the list for nobody")
		var list struct{ Items []map[string]any }
		w.ok(json.Unmarshal([]byte(w.as("clerk").get("/api/v1/wishes?tab=mine").body), &list))
		if len(list.Items) != 1 || list.Items[0]["status"] != "asked" || list.Items[0]["title"] != "给奶奶装一副扶手" {
			t.Errorf("the clerk's list: %v", list.Items)
		}
		does := func(login, verb, body string) reply {
			r, err := http.NewRequest("POST", w.srv.URL+api+"/"+verb, strings.NewReader(body))
			w.ok(err)
			r.Header.Set("Content-Type", "application/json")
			return w.as(login).send(r)
		}
		does("clerk", "review", `{"mood": "good"}`).is(t, 422, "a field that there isn't")
		does("clerk", "review", `{}`).has(t, `"status":"open"`, `{"needs":[],"verb":"claim"}`)
		does("grid2", "refuse", `{"reason":"x","note":"y"}`).is(t, 403, "refusing without the right")
		does("water", "claim", `{"client_ref":"a"}`).has(t, `"status":"claimed"`, `"needs":["note","photo"]`)
		does("water", "fulfil", `{"note":"好了"}`).has(t, `"field":"photo"`)
		w.as("water").post(api+"/fulfil", "note", "好了", "photo", "rail.jpg").has(t, `"status":"fulfilled"`, `"photos":1`)
		public := w.as("").get(api)
		public.has(t, `"status":"fulfilled"`, `"note":"好了"`)
		public.hasNot(t, "桂英", "501", "王water", "13812345678")
	})
}

// TestCampaign gathers wishes and shows how many are lit.
func TestCampaign(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	id := w.light()
	page := w.as("").get("/wishes")
	page.reads(t, "点亮冬至", "已收集 5 个心愿，点亮 2 个", "2 / 8")
	english := w.jar()
	english.lang = "en"
	english.get("/wishes").reads(t, "5 wishes gathered, 2 of them lit")
	w.as("").get("/wishes?campaign="+id).hasNot(t, "给阳台装一盏灯 6")
	w.as("").get("/wishes/ask?campaign="+id).has(t, `value="#`+id+`" selected`)
	w.as("clerk").get("/campaigns").reads(t, "点亮冬至")
	w.as("grid").post("/campaigns/add", "title", "x", "opens", "2026-01-01").is(t, 403, "a campaign without the right")
}

// TestCampaignGround: a campaign gathers only wishes of its own ground, and only while it is in force.
func TestCampaignGround(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		c := &campaign.Campaign{Title: "荆庄送暖", Opens: "2020-01-01"}
		c.Place = w.places["K1"]
		w.ok(w.Campaigns.Save(ctx, w.System(), c))
		into := func(place, ref string) reply {
			return w.jar().post("/wishes/ask", "title", "想要一条毛毯", "place", place, "phone", "13800001234", "campaign", fmt.Sprint("#", c.ID), "client_ref", ref)
		}
		into("K1", "own").is(t, 200, "a wish of its own ground")
		into("K2", "other").reads(t, "这个活动只收荆河街道 · 荆庄社区的心愿；请换一个活动，或者不选")
		w.ok(w.Campaigns.Retire(ctx, w.System(), c.ID, c.Version, "办完了"))
		into("K1", "late").is(t, 422, "a wish when it is over")
		n, err := store.Value[int64](ctx, w.City, `select count(*) from wish where city = ? and campaign = ?`, w.ID, c.ID)
		w.ok(err)
		if n != 1 {
			t.Errorf("%d wishes gathered, want 1", n)
		}
	})
}

// light makes a campaign with wishes in every state, and some outside.
func (w *deskTown) light() (id string) {
	w.t.Helper()
	c := &campaign.Campaign{Title: "点亮冬至", About: "冬至前，一起点亮一百个小心愿。", Opens: "2020-01-01", Aim: 8}
	w.ok(w.Campaigns.Save(ctx, w.System(), c))
	for i := range 7 {
		d := wish.Asking{Title: fmt.Sprintf("给阳台装一盏灯 %d", i), Text: "晚上收衣服看不清，想要一盏暖光的小灯，三米高，有插座。", Place: w.places["K1"], Phone: "13800001234", Name: "王桂英", Home: "3号楼"}
		if i < 6 {
			d.Campaign = c.ID
		}
		n, _, err := w.Wishes.Ask(ctx, w.System(), d)
		w.ok(err)
		path := fmt.Sprint("/wishes/", n)
		if i == 0 {
			continue
		}
		w.as("clerk").post(path+"/review").is(w.t, 303, "review")
		if i%2 == 0 {
			w.as("water").post(path+"/claim").is(w.t, 303, "claim")
		}
		if i == 2 || i == 4 {
			w.as("water").post(path+"/fulfil", "note", "装好了，亮堂堂的", "photo", path).is(w.t, 303, "fulfil")
		}
	}
	return fmt.Sprint(c.ID)
}

// TestWishLooks looks at the pages of wishes.
func TestWishLooks(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	w.light()
	hung, err := w.Wishes.Hung(ctx, wish.Public, 0, 0, 10)
	w.ok(err)
	path := func(s life.State) string {
		for _, x := range hung {
			if x.Status == s {
				return fmt.Sprint("/wishes/", x.ID)
			}
		}
		t.Fatalf("no wish is %s", s)
		return ""
	}
	asked, _ := w.jar().asks("look")
	browsertest.Sweep{URL: w.srv.URL, Enter: w.enter, Pages: []browsertest.Page{
		{Name: "wishes", Path: "/wishes"}, {Name: "wish-ask", Path: "/wishes/ask"}, {Name: "wish-open", Path: path(wish.Open)}, {Name: "wish-lit", Path: path(wish.Fulfilled)}, {Name: "wish-follow", Path: "/wishes/follow"},
		{Name: "wish-desk", Who: "clerk", Path: "/wishes/desk"}, {Name: "wish-asked", Who: "clerk", Path: asked}, {Name: "wish-claimed", Who: "water", Path: path(wish.Claimed)},
		{Name: "campaigns", Who: "clerk", Path: "/campaigns"}, {Name: "wish-mine", Who: "water", Path: "/wishes/mine?tab=open"},
	}}.Run(t)
}
