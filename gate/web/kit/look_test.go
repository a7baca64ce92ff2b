package kit_test

import (
	"fmt"
	"strings"
	"testing"

	"mulin/internal/browsertest"
	"mulin/internal/clock"
	"mulin/internal/geo"
	"mulin/internal/storetest"
	"mulin/town/catalog"
	"mulin/town/duty"
	"mulin/town/station"
)

// furnish makes enough stations and duties to look at.
func (h *house) furnish() string {
	h.t.Helper()
	var all []*station.Station
	for i := range 60 {
		s := &station.Station{Code: fmt.Sprintf("S%03d", i+1), Name: fmt.Sprintf("幸福路第 %d 党群服务站", i+1), Kind: station.Kinds[i%3], Floor: int64(100 + 137*i%900), Keeper: h.Company.ID, Opened: "2019-05-01",
			Services: "政策咨询；证明代办；老人助餐；四点半课堂", Ramp: i%2 == 0, Phone: "0632-5512345", Point: &geo.Point{Lat: 35.002 + float64(i%8)*0.006, Lng: 117.002 + float64(i)*0.0016}}
		s.Place = h.Grid.ID
		all = append(all, s)
	}
	err := h.stations.Save(h.t.Context(), h.System(), all...)
	for i := range 12 {
		class := &catalog.ClassEntry{Name: fmt.Sprintf("道路养护%d", i)}
		if failed := h.Catalog.ClassNoun().Save(h.t.Context(), h.System(), class); failed != nil {
			h.t.Fatal(failed)
		}
		d := &duty.Duty{Number: int64(i + 1), Chapter: duty.Chapters[i%7], Item: fmt.Sprintf("对城市道路第 %d 类破损进行修复并公示", i+1), Classes: []int64{class.ID}, Lead: h.Water.ID, Co: []int64{h.Power.ID},
			Basis: "《城市道路管理条例》第二十三条：城市道路养护、维修工程应当按照规定的期限修复竣工，并在现场设置明显标志和安全防围设施。", Limit: clock.Limit{Amount: 5, Unit: clock.WorkDay}}
		if err == nil {
			err = h.rights.Save(h.t.Context(), h.System(), d)
		}
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return fmt.Sprint("/stations/", all[0].ID)
}

// TestLook looks at every page of two nouns.
func TestLook(t *testing.T) {
	t.Parallel()
	clk := clock.New(storetest.Start)
	h := open(t, storetest.Open(t, storetest.SQLite(t), clk), clk)
	at := h.furnish()
	edit := []string{"version", "1", "code", "S001", "name", "幸福路中心站", "kind", "centre", "place", h.Grid.Code, "floor", "260", "services", "政策咨询；证明代办；老人助餐；周末课堂；法律咨询"}
	h.as("other").post(at+"/edit", edit...).is(t, 303)
	duty := strings.Split(h.as("chief").get("/lists/rights").body, `href="/lists/rights/2`)[1]
	duty = "/lists/rights/2" + duty[:strings.Index(duty, `"`)]
	p := browsertest.Start(t).Person(t, "chief", browsertest.Phone, "zh")
	p.Open(h.url + "/as/chief")
	p.Expect("422")
	p.Expect("409")
	for _, v := range browsertest.Views {
		p.As(v)
		for name, path := range map[string]string{
			"list": "/stations?place=370481001&kind=post&q=幸福", "all": "/stations", "none": "/stations?q=xyz", "add": "/stations/add", "edit": at + "/edit", "facts": at, "retire": at + "/retire", "versions": at + "/versions",
			"duties": "/lists/rights", "duty": duty, "duty-edit": duty + "/edit", "import": "/stations/import",
		} {
			p.Open(h.url + path)
			if name == "list" && !v.Device.Touch {
				p.SeeElement("[data-map][data-ready]")
			}
			p.Look(name)
		}
		p.Open(h.url + at + "/edit")
		p.Fill("[name=floor]", "-5")
		p.Fill("[name=keeper]", "居委会")
		p.Click("button.primary")
		p.SeeElement(".summary")
		p.Look("errors")
		p.Open(h.url + at + "/edit")
		p.Eval(`document.querySelector("[name=version]").value = "1"`, nil)
		p.Fill("[name=floor]", "300")
		p.Fill("[name=keeper]", "")
		p.Click("button.primary")
		p.SeeElement(".summary")
		p.Look("stale")
	}
}

// TestPick finds a unit while it is typed, and adds classes one by one.
func TestPick(t *testing.T) {
	t.Parallel()
	clk := clock.New(storetest.Start)
	h := open(t, storetest.Open(t, storetest.SQLite(t), clk), clk)
	h.furnish()
	p := browsertest.Start(t).Person(t, "east", browsertest.Desktop, "zh")
	p.Open(h.url + "/as/chief")
	p.Open(h.url + "/lists/rights/add")
	p.Fill("[name=number]", "99")
	p.Fill("[name=item]", "照看路灯")
	p.Fill("[name=chapter]", "safety")
	p.Fill("[name=classes]", "养护1")
	p.Wait(`[...document.querySelectorAll("#classes-list option")].some(o => o.value === "道路养护11")`)
	p.Fill("[name=classes]", "道路养护11")
	p.SeeElement("input[type=checkbox][name=classes]:checked")
	p.Fill("[list=classes-list]", "道路养护10")
	p.Wait(`document.querySelectorAll("input[type=checkbox][name=classes]:checked").length === 2`)
	p.Fill("[name=lead]", "供电")
	p.Wait(`document.querySelector("#lead-list option")?.value === "供电公司"`)
	p.Click("button.primary")
	p.See("照看路灯")
	p.See("道路养护11；道路养护10")
	p.See("供电公司")
}
