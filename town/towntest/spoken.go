package towntest

import (
	"fmt"
	"strings"

	"mulin/town/place"
)

// Spoken builds places from lines: depth by indentation, then the name and, after |, its other names.
func Spoken(lines string) (all []place.Spoken, id map[string]int64) {
	id = map[string]int64{}
	var up []place.Spoken
	for line := range strings.Lines(lines) {
		name := strings.TrimSpace(line)
		if name == "" {
			continue
		}
		depth := len(line) - len(strings.TrimLeft(line, "\t"))
		name, also, _ := strings.Cut(name, "|")
		up = up[:depth]
		p := place.Spoken{Place: place.Place{ID: int64(len(all) + 1), Kind: place.Kinds[depth], Name: name, Path: "/"}}
		title := name
		if depth > 0 {
			p.Parent, p.Path = up[depth-1].ID, up[depth-1].Path
			if _, taken := id[name]; taken {
				title = up[depth-1].Name + name
			}
		}
		p.Path += fmt.Sprint(p.ID, "/")
		if also != "" {
			p.Also = strings.Fields(also)
		}
		id[title] = p.ID
		all, up = append(all, p), append(up, p)
	}
	return all, id
}

// SmallTown is a town whose names are hard to tell apart.
const SmallTown = `
样板市
	东风街道
		幸福社区
			第一网格
				东湖花园|老纺织厂宿舍
					3号楼
					十二栋
					A座
					综合服务楼
				阳光小区
					1号楼
			第二网格
				翠屏山庄
	龙泉街道
		平安社区居委会|北关
			第一网格
				阳光小区
					1号楼
					2号楼
			平安里网格
		中心社区
	大坞镇
		前王村
			第一网格
				金鼎家园
`
