package web_test

import (
	"strings"
	"testing"

	"mulin/internal/access"
	"mulin/town/casework"
	"mulin/town/towntest"
)

// told files a report of somebody else's at the spot.
func (v *village) told(t *testing.T, change ...func(*casework.Report)) casework.Receipt {
	t.Helper()
	r := casework.Report{Text: "三号楼下水管爆裂，水漫到路上。我是李雷，电话13800001234", Point: &towntest.Inside, Address: "三号楼二单元501室", Phone: "13800001234"}
	for _, f := range change {
		f(&r)
	}
	rec, err := v.Desk.Open(t.Context(), access.Nobody(1), r)
	check(t, err)
	return rec
}

// TestSimilarWhileTyping: what others have told is offered without who told it, their words, or the exact place (A8), and can be joined.
func TestSimilarWhileTyping(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		first := v.told(t)
		me := v.visitor(t)
		cards := me.has(me.post("/report/similar", inside("text", "楼下水管爆裂漏水")...), 200, "我也遇到了", "已有 1 人反映", "水管爆裂")
		me.lacks(cards, first.Number, "李雷", "13800001234", "501", "二单元")
		of := me.found(cards, `name="seen" value="([^"]+)"`)
		me.has(me.get("/report/join?of="+of), 200, "水管爆裂", "我也遇到了", "手机号")
		me.has(me.post("/report/join", "of", of, "sure", "1", "phone", "1"), 422, "电话号码看起来不对")
		got := me.post("/report/join", "of", of, "sure", "1", "phone", "13900002222", "client_ref", "abc")
		number, secret := me.receipt(got)
		if number != first.Number || secret == first.Secret {
			t.Errorf("receipt %s %s of %s", number, secret, first.Number)
		}
		if n, s := me.receipt(me.post("/report/join", "of", of, "sure", "1", "phone", "13900002222", "client_ref", "abc")); n != number || s != secret {
			t.Errorf("a double click gets %s %s", n, s)
		}
		follow := me.has(me.get("/cases/"+number), 200, "大家反映的事", "已有 2 人反映", "补充情况")
		me.lacks(follow, "李雷", "13800001234", "501", "您的照片")
		me.has(me.post("/cases/"+number+"/say", "note", "我家也进水了"), 200, "已转给办理的人")
		me.has(me.post("/cases/"+number+"/rate", "stars", "1"), 404)
		me.has(me.get("/my"), 200, number, "您加入的")
		me.has(me.post("/report/similar", inside("text", "楼下水管爆裂漏水")...), 200, "您报过，去看进度")
		other := v.visitor(t)
		other.has(other.post("/follow", "number", number, "secret", secret), 200, "大家反映的事")
		other.has(other.post("/follow", "number", number, "secret", "WRONGONE"), 422)
		clerk := v.visitor(t).signIn("ligrid")
		clerk.has(clerk.get("/cases/"+number), 200, "我家也进水了", "另有 1 人反映")
	})
}

// TestSimilarKeepsSilent: what nobody else may know of is never offered, nor what lies elsewhere or is over.
func TestSimilarKeepsSilent(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		v.told(t, func(r *casework.Report) { r.Hidden = true })
		v.told(t, func(r *casework.Report) { r.Kind = casework.Informs })
		v.told(t, func(r *casework.Report) { r.Point = &towntest.Inside2 })
		over := v.told(t)
		_, err := v.Desk.Act(t.Context(), v.Worker(), over.ID, casework.Decline, casework.Step{Reason: "x", Note: "不受理"})
		check(t, err)
		me := v.visitor(t)
		for _, where := range [][]string{inside(), {"lat", "35.3", "lng", "117.3"}, {}} {
			if p := me.post("/report/similar", append(where, "text", "三号楼下水管爆裂，水漫到路上")...); p.code != 204 || p.body != "" {
				t.Errorf("%v answered %d: %s", where, p.code, plain(p.body))
			}
		}
		if p := me.post("/report/similar", inside("text", "公交车改线没有通知")...); p.code != 204 {
			t.Errorf("another matter answered %d", p.code)
		}
		me.has(me.get("/report/join?of=forged"), 404, "过期")
		me.has(me.post("/report/join", "of", over.Number, "sure", "1"), 404)
	})
}

// TestAFormSentWithOtherWords: who changes what they wrote after a lost answer and sends it again hears that the first was received, and loses nothing of the second. A stranger
// with the same reference learns nothing of the first.
func TestAFormSentWithOtherWords(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		me, stranger := v.visitor(t), v.visitor(t)
		first, _ := me.receipt(me.post("/report", inside("text", "楼道堆物", "client_ref", "1")...))
		for _, one := range []*visitor{me, stranger} {
			again := one.has(one.post("/report", inside("text", "井盖丢失，有危险", "client_ref", "1")...), 409, "那一件已收到。如果这是另一件事，请再提交一次。", "井盖丢失，有危险")
			if strings.Contains(again.body, first) {
				t.Errorf("it tells the number %s", first)
			}
			ref := one.found(again, `name="client_ref" value="([^"]+)"`)
			if number, _ := one.receipt(one.post("/report", inside("text", "井盖丢失，有危险", "client_ref", ref, "anew", "1")...)); number == first {
				t.Error("it is the first one's")
			}
		}
	})
}

// TestToldBefore: without a script the question is asked once after sending; nothing typed or uploaded is lost either way.
func TestToldBefore(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		first := v.told(t)
		me := v.visitor(t)
		fields := inside("text", "三号楼下水管爆裂，水漫到路上，快来人", "name", "韩梅梅", "phone", "13900002222", "client_ref", "xyz")
		asked := me.has(me.upload("/report", map[string][]byte{"a.jpg": picture(t)}, fields...), 200, "可能已经有人报了", `value="韩梅梅"`, `value="13900002222"`, "水漫到路上，快来人")
		kept, of := me.found(asked, `name="kept" value="([^"]+)"`), me.found(asked, `name="of" value="([^"]+)"`)
		again := append(fields, "kept", kept)
		join := me.has(me.post("/report/join", append(again, "of", of)...), 200, `value="13900002222"`, "作为新的提交", `name="kept"`)
		if !strings.Contains(join.body, "水漫到路上，快来人") {
			t.Error("what was typed doesn't travel along")
		}
		number, _ := me.receipt(me.post("/report", append(again, "anew", "1")...))
		if number == first.Number {
			t.Error("no case of its own")
		}
		file, err := v.Desk.Get(t.Context(), v.System(), number)
		check(t, err)
		if len(file.Photos) != 1 || file.Text != "三号楼下水管爆裂，水漫到路上，快来人" {
			t.Errorf("the new case: %+v", file)
		}
		if again, _ := me.receipt(me.post("/report", again...)); again != number { // a double click isn't asked
			t.Errorf("sent again: %s, want %s", again, number)
		}
		seen := v.visitor(t) // who has been shown the card isn't asked either
		card := seen.found(seen.post("/report/similar", inside("text", "三号楼下水管爆裂，水漫到路上")...), `(?s)(name="seen".*)`)
		all := inside("text", "三号楼下水管爆裂，水漫到路上")
		for _, part := range strings.Split(card, `name="seen" value="`)[1:] {
			of, _, _ := strings.Cut(part, `"`)
			all = append(all, "seen", of)
		}
		seen.receipt(seen.post("/report", all...))
	})
}

// TestMergeOnTheDesk: one key's form merges, both reporters read the answer, and it can be undone.
func TestMergeOnTheDesk(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		main, twin := v.told(t), v.told(t, func(r *casework.Report) { r.Phone = "13900002222" })
		clerk := v.visitor(t).signIn("wangclerk")
		page := clerk.has(clerk.get("/cases/"+twin.Number), 200, "可能重复 1 件", main.Number, "同一地点", "文字 100% 相同", `data-key-press="m"`)
		if !strings.Contains(page.body, `value="`+main.Number+`" checked`) {
			t.Error("the likeliest isn't chosen")
		}
		clerk.has(clerk.post("/cases/"+twin.Number+"/merge", "into", main.Number, "other", "999999-99999", "note", "同一处"), 422, "没有找到这个编号", "同一处")
		clerk.has(clerk.post("/cases/"+twin.Number+"/merge", "into", main.Number), 200, "已并入", main.Number, "取消合并")
		clerk.has(clerk.get("/cases/"+main.Number), 200, "并入的事项 1 件", twin.Number, "另有 1 人反映")
		clerk.has(clerk.get("/desk?tab=open"), 200, "+1 人")
		me := v.visitor(t)
		me.has(me.post("/follow", "number", twin.Number, "secret", twin.Secret), 200, "已并入 "+main.Number, "一起办理")
		_, err := v.Desk.Act(t.Context(), v.Worker(), main.ID, casework.Accept, casework.Step{})
		check(t, err)
		clerk.has(clerk.post("/cases/"+twin.Number+"/unmerge"), 422, "请写明情况")
		clerk.has(clerk.post("/cases/"+twin.Number+"/unmerge", "note", "是另一处"), 200, "处理中")
		clerk.has(clerk.post("/cases/"+twin.Number+"/merge", "into", strings.ReplaceAll(main.Number, "-", "")), 200, "已并入")
		_, err = v.Desk.Act(t.Context(), v.Worker(), main.ID, casework.Done, casework.Step{Note: "修好", Photos: []casework.Photo{towntest.Photo("after")}})
		check(t, err)
		_, err = v.Desk.Act(t.Context(), v.Worker(), main.ID, casework.Answer, casework.Step{Note: "水管已换新。"})
		check(t, err)
		me.has(me.get("/cases/"+twin.Number), 200, "水管已换新。", "给您的答复")
		first := v.visitor(t)
		first.has(first.post("/follow", "number", main.Number, "secret", main.Secret), 200, "水管已换新。", "又有人反映同一件事")
	})
}
