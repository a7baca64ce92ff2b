package web_test

import (
	"fmt"
	"testing"

	"mulin/internal/browsertest"
	"mulin/internal/storetest"
	"mulin/town/catalog"
)

// TestWishLeavesNoDraft: what was typed for a wish is gone from the device once it was sent, and all drafts once the device is cleared.
func TestWishLeavesNoDraft(t *testing.T) {
	t.Parallel()
	w := newDeskTown(t, storetest.SQLite(t))
	p := browsertest.Start(t).Person(t, "granny", browsertest.Phone, "zh")
	p.Open(w.srv.URL + "/wishes/ask")
	p.Fill("[name=title]", "一盏台灯")
	p.Fill("[name=phone]", "13812345678")
	p.Fill("[name=home]", "3号楼501室")
	p.Eval(`(() => { document.querySelector('[name=place]').value = 'K1' })()`, nil)
	p.Wait(`localStorage.getItem("draft:wish")`)
	p.Click("button.primary")
	p.SeeElement(".ticket")
	p.Wait(`!localStorage.getItem("draft:wish")`)
	p.Open(w.srv.URL + "/wishes/ask")
	if got := p.Value("[name=home]"); got != "" {
		t.Errorf("home = %q after sending, want nothing", got)
	}
	p.Fill("[name=home]", "3号楼502室")
	p.Wait(`localStorage.getItem("draft:wish")`)
	p.Open(w.srv.URL + "/my")
	p.ClickText("从这台设备上清除")
	p.SeeElement(".flash")
	p.Wait(`!Object.keys(localStorage).some((k) => k.startsWith("draft:"))`)
}

// TestTypedForAStepThatHasGone: the page shows the thing as it is now, says so, and gives back what was typed.
func TestTypedForAStepThatHasGone(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		w.ok(w.Catalog.ReasonNoun().Save(ctx, w.System(), &catalog.ReasonEntry{Kind: catalog.ForWish, Code: "big", Name: "超出微心愿范围"}))
		granny, helper, clerk, street := w.jar(), w.jar(), w.as("clerk"), w.as("street")
		granny.lang, helper.lang = "zh", "zh"
		helper.phone("13900002222", "/wishes")

		refused, _ := granny.asks("refused", "draft", "wish")
		granny.post("/wishes/ask", "title", "一盏台灯", "place", "K1", "phone", "13812345678", "draft", "wish").has(t, `data-draft-done="wish"`)
		page := w.version(refused)
		clerk.post(refused+"/refuse", "version", page, "reason", "big", "note", "请向民政申请").is(t, 303, "refusing")
		late := street.post(refused+"/refuse", "version", page, "reason", "big", "note", "已电话说明，建议走临时救助")
		late.is(t, 409, "refusing what was refused")
		late.reads(t, "刚刚有了变化", "现在是：未上墙", "您刚才填写的", "超出微心愿范围", "已电话说明，建议走临时救助")

		path, _ := granny.asks("turns")
		clerk.post(path+"/review").is(t, 303, "hanging it up")
		helper.post(path+"/claim").is(t, 303, "claiming")
		page = w.version(path)
		helper.post(path+"/release", "version", page, "note", "买不到").is(t, 303, "releasing")
		again := helper.post(path+"/release", "version", page, "note", "尺寸买不到")
		again.is(t, 409, "releasing twice")
		again.reads(t, "这一步现在不能办了（现在是：等人认领）", "尺寸买不到", "我来实现这个心愿")
		helper.post(path+"/release", "note", "没有认领过").is(t, 403, "a step that never was theirs")

		helper.post(path+"/claim").is(t, 303, "claiming again")
		page = w.version(path)
		granny.post(path+"/withdraw").is(t, 303, "withdrawing")
		gone := w.photo(helper, path+"/fulfil", "version", page, "note", "扶手已经买好")
		gone.is(t, 409, "fulfilling what was withdrawn")
		gone.reads(t, "现在是：已收回", "扶手已经买好", "照片还在您的设备上")

		other, _ := granny.asks("other")
		clerk.post(other+"/review").is(t, 303, "hanging it up")
		helper.post(other+"/claim").is(t, 303, "claiming")
		page = w.version(other)
		helper.post(other+"/release", "note", "算了").is(t, 303, "releasing")
		granny.post(other+"/withdraw").is(t, 303, "withdrawing")
		missing := helper.post(other+"/fulfil", "version", page, "note", "灯已送到")
		missing.is(t, 404, "fulfilling what can't be seen any more")
		missing.reads(t, "没有这个心愿", "灯已送到")
	})
}

// version is that of a wish's page, as its forms carry it.
func (w *deskTown) version(path string) string { return fmt.Sprint(w.wish(path).Version) }

// TestWishSignIn: whoever isn't known shows a phone first, is told what for, and finds their wishes afterwards.
func TestWishSignIn(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		granny, helper := w.jar(), w.jar()
		granny.lang, helper.lang = "zh", "zh"
		path, _ := granny.asks("in")
		w.as("clerk").post(path+"/review").is(t, 303, "hanging it up")
		if to := helper.get("/wishes/mine").to; to != "/my?next=%2Fwishes%2Fmine#phone" {
			t.Errorf("the list of one's own without being known leads to %q", to)
		}
		helper.get("/my?next="+path).reads(t, "认领心愿前，请先验证手机号；验证后就回到那个心愿。", "这里还没有您的事")
		helper.get("/my?next=/wishes/mine").reads(t, "验证后就回到刚才的页面")
		helper.post("/my/code", "phone", "13900002222", "next", path).has(t, `href="/my?next=%2Fwishes%2F`+path[8:]+`#phone"`)
		helper.phone("13900002222", path)
		helper.post(path+"/claim").is(t, 303, "claiming")
		mine := helper.get("/my")
		mine.reads(t, "给奶奶装一副扶手", "有人认领了", "我的全部心愿")
		mine.hasNot(t, "这里还没有您的事")
		granny.get("/my").reads(t, "给奶奶装一副扶手")
	})
}

// TestWishKeepsNoNumbers: an identity number is nowhere kept, not even sealed.
func TestWishKeepsNoNumbers(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *deskTown) {
		granny := w.jar()
		granny.lang = "zh"
		granny.post("/wishes/ask", "title", "\u200b\u200b", "place", "K1", "phone", "abc").reads(t, "请写一句话心愿")
		form := []string{"title", "一盏台灯", "place", "K1", "phone", "+86 138-1234-5678", "name", "王桂英", "home", "3号楼，身份证11010519491231002X"}
		got := granny.post("/wishes/ask", form...)
		path := "/wishes/" + wishNumber.FindStringSubmatch(got.body)[1]
		w.as("clerk").post(path+"/look", "note", "核实").is(t, 303, "looking")
		page := w.as("clerk").get(path)
		page.reads(t, "王桂英", "13812345678", "3号楼，身份证110105")
		page.hasNot(t, "11010519491231002X")
	})
}
