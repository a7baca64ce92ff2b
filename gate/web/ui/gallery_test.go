package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"mulin/gate/web/assets"
	"mulin/gate/web/site"
	"mulin/internal/clock"
)

// in puts children into a component.
func in(outer templ.Component, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return outer.Render(templ.WithChildren(ctx, templ.Join(children...)), w)
	})
}

// tag is an element around children.
func tag(open, end string, children ...templ.Component) templ.Component {
	all := append([]templ.Component{templ.Raw(open)}, children...)
	return templ.Join(append(all, templ.Raw(end))...)
}

func stack(children ...templ.Component) templ.Component {
	return tag(`<div class="stack">`, `</div>`, children...)
}

const (
	second = int64(1e6)
	hour   = 3600 * second
)

func kitHome(rq *site.Req) templ.Component {
	title := say(rq, "您好，需要什么帮助？", "Hello, how can we help?")
	return in(Layout(Page{Title: title, Read: true}),
		Head(HeadOf{Title: title, Lead: say(rq, "东湖社区 · 第三网格", "East Lake community · grid 3")}),
		stack(
			ActCard(Act{"/report", "report", say(rq, "我要上报", "Report a problem"), say(rq, "拍张照片，写一句话", "A photo and a sentence"), true}),
			tag(`<div class="grid">`, `</div>`,
				ActCard(Act{"tel:12345", "phone", say(rq, "打电话", "Call us"), "12345", false}),
				ActCard(Act{"/mine", "list", say(rq, "我的诉求", "My cases"), say(rq, "2 件正在办理", "2 in hand"), false}),
				ActCard(Act{"/take-part", "people", say(rq, "参与社区事务", "Take part"), "", false}),
				ActCard(Act{"/guide", "book", say(rq, "办事指南", "Service guide"), "", false})),
			tag("<h2>", "</h2>", templ.Raw(say(rq, "我的网格员", "My grid worker"))),
			in(Card(""), PersonCard(PersonOf{say(rq, "李建国", "Li Jianguo"), say(rq, "网格员，工作日 8:30–17:30", "grid worker, workdays 8:30–17:30"), "13800000000", ""})),
			Note(site.Warn, say(rq, "今天 14:00–18:00 东湖路停水。", "No water in East Lake Road today, 14:00–18:00.")),
			Empty("heart", say(rq, "还没有互助信息", "No offers yet"), say(rq, "邻居的求助和帮忙会出现在这里。您可以先发一条。", "What neighbours ask and offer appears here. You may be the first.")),
			QR("https://example.org/c/1", say(rq, "本楼二维码", "QR code of this building")),
		))
}

func kitReport(rq *site.Req, f *site.Form) templ.Component {
	title := say(rq, "我要上报", "Report a problem")
	kinds := []Choice{{"road", say(rq, "道路破损", "Broken road"), ""}, {"light", say(rq, "路灯不亮", "Street light"), ""}, {"waste", say(rq, "垃圾堆放", "Waste"), ""}, {"other", say(rq, "其他", "Something else"), ""}}
	return in(Layout(Page{Title: title, Read: true}),
		Head(HeadOf{Title: title, Crumbs: []site.Link{{URL: "/", Label: say(rq, "首页", "Home")}}}),
		in(FormBox(f, FormOf{Action: "/report", Upload: true, Draft: "report"}),
			Photos(f, In{Name: "photos", Label: say(rq, "照片", "Photos"), Optional: true}, 5),
			Input(f, In{Name: "where", Label: say(rq, "在哪里", "Where"), Hint: say(rq, "路名、小区、楼号都可以", "A street, an estate, a building"), Max: 100}),
			Locate(f, "/guess", "where"),
			Map(MapOf{ID: "place-map", Label: say(rq, "问题的位置", "Where it is"), Pin: true, Small: true}),
			Area(f, In{Name: "text", Label: say(rq, "什么问题", "What is wrong"), Max: 500}),
			Radios(f, In{Name: "kind", Label: say(rq, "类别", "Kind"), Optional: true}, kinds, true),
			Checks(f, In{Name: "when", Label: say(rq, "什么时候方便联系", "When may we call")}, kinds[:2], false),
			Select(f, In{Name: "street", Label: say(rq, "镇街", "Street office"), Class: "medium"}, kinds),
			Input(f, In{Name: "phone", Label: say(rq, "手机号", "Phone"), Hint: say(rq, "办理结果会发短信告诉您", "We send you the result"), Type: "tel", Auto: "tel", Optional: true, Class: "medium"}),
			Check(f, In{Name: "agree", Label: say(rq, "我同意公开处理结果", "The result may be published"), Hint: say(rq, "不会公开您的姓名和电话", "Never your name or phone")}),
			Button(ButtonOf{Label: say(rq, "提交", "Send"), Icon: "send", Look: "primary big"})))
}

func kitStaff(rq *site.Req) templ.Component {
	title := say(rq, "待办", "Inbox")
	now := clock.Micros(start)
	row := func(id, text string, l Limit, s site.State, lat, lng float64) templ.Component {
		return in(Row(RowOf{ID: id, URL: "/case", Title: text, Lat: lat, Lng: lng, State: s}),
			TimeLeft(l),
			tag(`<span class="meta">`, `</span>`, Badge(s, say(rq, "处理中", "In hand")), tag("<span>", "</span>", templ.Raw("20261123-0017")), tag("<span>", "</span>", templ.Raw(say(rq, "东湖社区 第三网格", "East Lake, grid 3"))), When(now-3*hour)))
	}
	list := in(Rows("inbox"),
		row("c1", say(rq, "东湖路 17 号门前路面塌陷，影响通行", "Road sunk in front of 17 East Lake Road"), Limit{Due: now - 26*hour}, site.Bad, 35.07, 117.15),
		row("c2", say(rq, "春晓小区 3 号楼路灯不亮", "Street light out at Chunxiao, building 3"), Limit{Due: now + hour, Warn: now - hour}, site.Warn, 35.08, 117.16),
		row("c3", say(rq, "菜市场北门垃圾堆放", "Waste at the north gate of the market"), Limit{Due: now + 50*hour}, site.OK, 35.06, 117.14),
		row("c4", say(rq, "新华街占道经营", "Stalls block Xinhua Street"), Limit{Due: now + 70*hour}, site.Wait, 35.09, 117.18),
		row("c5", say(rq, "楼道堆放杂物", "Things stored in the staircase"), Limit{Due: now, Done: now - hour}, site.Grey, 35.0901, 117.1801))
	cells := func(name string, rest ...string) templ.Component {
		all := []templ.Component{templ.Raw("<th scope=\"row\">" + name + "</th>")}
		for _, c := range rest {
			all = append(all, templ.Raw(`<td class="num" data-th="`+say(rq, "件数", "Cases")+`">`+c+`</td>`))
		}
		return tag("<tr>", "</tr>", all...)
	}
	filters := in(Filters("/staff"),
		Select(site.NewForm("state", "all"), In{Name: "state", Label: say(rq, "状态", "State"), Optional: true}, []Choice{{"all", say(rq, "全部", "All"), ""}}),
		Input(site.NewForm(), In{Name: "q", Label: say(rq, "关键词", "Words"), Type: "search", Optional: true, Hide: true}))
	return in(Layout(Page{Title: title, Staff: true, Wide: true, Topics: []string{"inbox/3"}}),
		in(Head(HeadOf{Title: title, Lead: say(rq, "北辛街道", "Beixin street office")}), Button(ButtonOf{Label: say(rq, "登记", "New case"), Icon: "plus", Look: "primary", URL: "/report", Key: "n"}), Button(ButtonOf{Label: say(rq, "导出", "Export"), Icon: "download", URL: "/export"})),
		tag(`<div class="grid figures">`, `</div>`,
			Figure(FigureOf{Name: say(rq, "响应率", "Answered"), Value: "98.6", Unit: "%", Trend: say(rq, "比上周 +0.4", "+0.4 on last week"), Up: true, Formula: say(rq, "按时响应件数 ÷ 应响应件数", "answered in time ÷ to be answered")}),
			Figure(FigureOf{Name: say(rq, "在办", "In hand"), Value: "1,204", Unit: say(rq, "件", ""), URL: "/cases"}),
			Figure(FigureOf{Name: say(rq, "超期", "Overdue"), Value: "7", State: site.Bad}),
			Figure(FigureOf{Name: say(rq, "满意率", "Satisfied"), Value: "91.2", Unit: "%", Trend: say(rq, "比上周 -1.1", "-1.1 on last week")})),
		Tabs(say(rq, "视图", "Views"), []site.Link{{URL: "/staff", Label: say(rq, "待派遣", "To dispatch"), Count: "5"}, {URL: "/staff?v=2", Label: say(rq, "处理中", "In hand"), Count: "31"}, {URL: "/staff?v=3", Label: say(rq, "超期", "Overdue"), Count: "7"}}, "/staff"),
		filters,
		tag(`<div class="split map-beside">`, `</div>`,
			tag("<div>", "</div>", in(Live("list"), list), in(Keys([]Key{{"d", say(rq, "派遣", "dispatch")}, {"r", say(rq, "退回", "return")}})), Pager("abc")),
			Map(MapOf{ID: "inbox-map", Label: say(rq, "待办案件的位置", "Where the cases are"), List: "inbox"})),
		templ.Raw("<br>"),
		in(Table(say(rq, "各街道排名", "Ranking of the street offices"), []Col{{Label: say(rq, "街道", "Street office")}, {Label: say(rq, "受理", "Taken"), Num: true, Sort: "/staff?sort=a", Sorted: "descending"}, {Label: say(rq, "办结", "Closed"), Num: true}, {Label: say(rq, "超期", "Overdue"), Num: true}}, true),
			cells(say(rq, "北辛街道", "Beixin"), "1,204", "1,180", "7"), cells(say(rq, "荆河街道", "Jinghe"), "998", "960", "12"), cells(say(rq, "善南街道", "Shannan"), "640", "640", "0")),
		templ.Raw("<br>"),
		Progress(say(rq, "正在导入", "Importing"), 340, 1000))
}

func kitCase(rq *site.Req) templ.Component {
	title := say(rq, "东湖路 17 号门前路面塌陷", "Road sunk in front of 17 East Lake Road")
	now := clock.Micros(start)
	pic := assets.New().URL("icon.svg")
	photo := Photo{URL: pic, Thumb: pic, Alt: say(rq, "现场照片", "Photo from the site")}
	steps := []Step{
		{At: now - 50*hour, What: say(rq, "居民上报", "Reported by a resident"), State: site.OK, Said: say(rq, "路面塌了一个坑，晚上看不见，\n怕老人摔倒。", "A hole in the road; at night nobody sees it."), Photos: []Photo{photo, photo}},
		{At: now - 49*hour, What: say(rq, "派遣到市城管局", "Dispatched to the city management office"), Who: say(rq, "王晓梅 · 北辛街道", "Wang Xiaomei · Beixin"), State: site.OK, Took: rq.Duration(hour)},
		{At: now - 2*hour, What: say(rq, "黄牌：临近时限", "Yellow card: soon due"), State: site.Warn},
		{At: now - hour, What: say(rq, "超期", "Overdue"), State: site.Bad},
		{At: now, What: say(rq, "等待核查", "Waiting for inspection"), State: site.Wait},
	}
	return in(Layout(Page{Title: title}),
		in(Head(HeadOf{Title: title, Lead: "20261123-0017", Crumbs: []site.Link{{URL: "/staff", Label: say(rq, "待办", "Inbox")}}}), Badge(site.Bad, say(rq, "红牌", "Red card")), TimeLeft(Limit{Due: now - 26*hour})),
		tag(`<div class="split">`, `</div>`,
			stack(in(Card(say(rq, "经过", "What happened")), Timeline(steps)), in(More(say(rq, "依据", "Legal basis"), true), templ.Raw("<p>"+say(rq, "权责清单第 17 条", "Item 17 of the list of duties")+"</p>"))),
			stack(
				in(Card(say(rq, "概况", "Facts")), in(Facts(), Fact(say(rq, "地点", "Where"), say(rq, "东湖路 17 号", "17 East Lake Road")), Fact(say(rq, "类别", "Kind"), say(rq, "市政设施 / 道路破损", "Roads")), Fact(say(rq, "承办", "In charge"), say(rq, "市城管局", "City management office")))),
				in(Card(say(rq, "办理", "Act")), tag(`<div class="line">`, `</div>`,
					Button(ButtonOf{Label: say(rq, "派遣", "Dispatch"), Look: "primary", Key: "d", Dialog: "return"}), Button(ButtonOf{Label: say(rq, "退回", "Return"), Key: "r"}), Button(ButtonOf{Label: say(rq, "作废", "Void"), Look: "danger"}), Button(ButtonOf{Label: say(rq, "稍后", "Later"), Look: "quiet"}))),
				tag(`<p class="line">`, `</p>`, Badge(site.OK, say(rq, "按时", "In time")), Badge(site.Wait, say(rq, "等待", "Waiting")), Badge(site.Warn, say(rq, "黄牌", "Yellow")), Badge(site.Bad, say(rq, "红牌", "Red")), Badge(site.Grey, say(rq, "已结案", "Closed"))),
				Note(site.Bad, say(rq, "上级时限已过。", "The upstream limit has passed.")), Note("", say(rq, "仅工作人员可见。", "Staff only.")))),
		in(Dialog("return", say(rq, "派遣", "Dispatch")), templ.Raw("<p>…</p>")))
}
