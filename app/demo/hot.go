package demo

import (
	"context"
	"fmt"
	"strings"

	"mulin/internal/clock"
	"mulin/internal/geo"
	"mulin/town/casework"
	"mulin/town/place"
)

// matter is what several residents of the demo write about in their own words; nobody sent them.
type matter struct {
	class string
	words [][2]string // title and text; %s is the estate
}

var matters = []matter{
	{"环境保护 / 环境污染 / 噪音污染", [][2]string{
		{"%s东边搅拌站夜间噪音大", "%s东边新开的搅拌站，夜里两点还在装车，全家睡不着。"},
		{"投诉%s附近的搅拌站", "搅拌站离%s不到一百米，粉尘飘进屋里，桌子一天擦三遍。"},
		{"%s业主请求搬走搅拌站", "老人咳嗽，孩子睡不好，请把%s旁边的搅拌站搬走。"},
		{"搅拌站扬尘什么时候能管住", "%s门口的路上全是搅拌站罐车带出来的泥，一刮风满天灰。"},
		{"%s旁边搅拌站又在夜里开工", "上周刚说过，%s旁边的搅拌站昨晚又干到三点，请去看看。"},
		{"请查%s附近搅拌站的手续", "想知道%s附近这家搅拌站有没有环评，噪音到底超没超标。"},
	}},
	{"城乡建设 / 住房保障与房地产 / 物业服务", [][2]string{
		{"%s电动车充电桩不够用", "%s三百多辆电动车只有八个充电口，大家只好飞线充电，太危险。"},
		{"%s飞线充电没人管", "%s三号楼天天从五楼扔线下来充电，因为充电桩排不上队。"},
		{"建议%s增加充电桩", "%s车棚空着一半，能不能装一排充电桩，省得往楼上推。"},
		{"%s充电桩坏了两个月", "%s车棚的充电桩坏了两个月没人修，物业说没钱。"},
	}},
}

// hot lets neighbours speak of the same things, so that the board of hot issues shows some.
func (s *seeder) hot(ctx context.Context) error {
	estates := s.t.Places.All(place.Estate)
	now := clock.Micros(s.t.City.Clock().Now())
	for i, m := range matters {
		e := estates[(7*i)%len(estates)]
		class, ok := s.t.Catalog.ByFullName(m.class)
		if !ok || e.Point == nil {
			continue
		}
		for k, w := range m.words {
			r := casework.Report{Kind: "complain", Class: class.ID, Title: fill(w[0], e.Name), Text: fill(w[1], e.Name), Point: &geo.Point{Lat: e.Point.Lat, Lng: e.Point.Lng},
				Phone: fmt.Sprintf("1390000%02d%02d", 10+i, k), OpenedAt: now - int64(len(m.words)-k)*37*3600e6}
			if _, err := s.t.Desk.Open(ctx, s.t.System(), r); err != nil {
				return fmt.Errorf("demo: %s: %w", r.Title, err)
			}
		}
	}
	return nil
}

// fill puts the estate's name where the text wants it.
func fill(text, name string) string { return strings.ReplaceAll(text, "%s", name) }
