package triage_test

import (
	"fmt"
	"testing"

	"mulin/town/place"
	"mulin/town/triage"
)

// county is a made-up register: 20 streets, 100 communities, 450 grids, and estates with buildings until there are enough places.
func county(places int) []place.Spoken {
	one, two := []rune("东西南北龙凤金玉荆善墨鲁清泉"), []rune("湖山河桥庄园城林海岭溪湾洲塘")
	name := func(n int, end string) string {
		s := string([]rune{one[n%14], two[n/14%14]})
		if n >= 14*14 {
			s += string(one[n/196%14]) + string(two[n/2744%14])
		}
		return s + end
	}
	var all []place.Spoken
	add := func(up place.Spoken, k place.Kind, name string) place.Spoken {
		id := int64(len(all) + 1)
		p := place.Spoken{Place: place.Place{ID: id, Parent: up.ID, Kind: k, Name: name, Path: up.Path + fmt.Sprint(id, "/")}}
		all = append(all, p)
		return p
	}
	root := add(place.Spoken{Place: place.Place{Path: "/"}}, place.City, "样板市")
	var grids []place.Spoken
	for s := range 20 {
		street := add(root, place.Street, name(s, "街道"))
		for c := range 5 {
			community := add(street, place.Community, name(s*5+c+30, "社区"))
			for g := range 5 - s%2 {
				grids = append(grids, add(community, place.Grid, fmt.Sprintf("第%d网格", g+1)))
			}
		}
	}
	for n := 0; len(all) < places; n++ {
		estate := add(grids[n%len(grids)], place.Estate, name(n+200, []string{"小区", "花园", "家园", "苑", "公馆"}[n%5]))
		for b := range 10 {
			add(estate, place.Building, fmt.Sprint(b+1, "号楼"))
		}
	}
	return all
}

// texts are such as residents write, most of them naming something.
func messages(all []place.Spoken) (texts []string) {
	var estates, communities []string
	for _, p := range all {
		switch p.Kind {
		case place.Estate:
			estates = append(estates, p.Name)
		case place.Community:
			communities = append(communities, p.Name)
		}
	}
	for n := range 200 {
		e, c := estates[n*7%len(estates)], communities[n*3%len(communities)]
		texts = append(texts, []string{
			"您好，我是" + c + e + "的业主，昨天晚上八点左右3号楼2单元的电梯停在四楼，里面关了两位老人，物业电话一直没人接，请尽快派人来看看，谢谢！",
			"路灯坏了很久了，晚上看不清台阶，希望有人修一修。",
			e + "5栋楼下每天夜里12点以后都有人烧烤，油烟很大，报过警也没用，孩子第二天还要上学，请有关部门管一管这件事，已经影响整栋楼的居民休息了。",
			"请问办理居住证要带哪些材料？" + c + "居委会几点上班？",
		}[n%4])
	}
	return texts
}

// BenchmarkNamed says how many texts a second one core reads, and what the names take in memory.
func BenchmarkNamed(b *testing.B) {
	for _, places := range []int{5_700, 100_000} {
		all := county(places)
		texts := messages(all)
		g := triage.NewGazetteer(all)
		b.Run(fmt.Sprint(places, "-places"), func(b *testing.B) {
			n := 0
			for b.Loop() {
				g.Find(texts[n%len(texts)], triage.Around{})
				n++
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "texts/s")
			b.ReportMetric(float64(g.Size())/(1<<20), "MB")
		})
	}
}

// BenchmarkGazetteer says how long it takes to read the names anew when the register has changed.
func BenchmarkGazetteer(b *testing.B) {
	for _, places := range []int{5_700, 100_000} {
		all := county(places)
		b.Run(fmt.Sprint(places, "-places"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				triage.NewGazetteer(all)
			}
		})
	}
}
