package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"mulin/internal/access"
	"mulin/internal/geo"
	"mulin/internal/seal"
	"mulin/internal/store"
	"mulin/town/casework"
	"mulin/town/place"
)

const (
	rawRows    = 30000 // prepared for the raw limits
	textLength = 200   // characters of a report
	seed       = 370481
)

// The words that reports are put together from.
var (
	wheres = []string{"小区东门", "三号楼下", "菜市场门口", "学校西侧", "公交站旁", "河边步道", "地下车库", "单元门口", "广场南边", "老年活动室", "停车场", "垃圾站", "变压器旁", "主干道", "快递柜边", "小公园"}
	whats  = []string{"路灯", "井盖", "水管", "电梯", "暖气", "下水道", "健身器材", "绿化带", "消防通道", "垃圾桶", "监控", "护栏", "充电桩", "路面", "楼道灯", "大门"}
	hows   = []string{"坏了好几天", "一直没有人来修", "漏水很严重", "发出很大的声音", "被车占住了", "积了很多水", "散发臭味", "松动了很危险", "晚上完全不亮", "堵得走不过去", "被人砸坏了", "倒在路中间"}
	asks   = []string{"请尽快派人处理", "老人和孩子出行不安全", "打过几次电话都没有结果", "希望物业给一个说法", "盼望有关部门现场看看", "居民意见很大", "麻烦告诉我们什么时候能好", "谢谢工作人员"}
)

func pick(r *rand.Rand, words []string) string { return words[r.IntN(len(words))] }

// Two of these make the name of an estate: some ten thousand, so that each stands in few texts.
var signs = []rune("安邦昌辰德鼎福光瀚和鸿华嘉景康兰丽龙茂宁鹏祺荣瑞盛泰天万祥馨雅阳怡永裕远云泽珍正芝中竹紫东南西北春夏秋冬金银玉石山水林泉湖海河江松柏梅菊桃李杏枫银杉桂莲月星晨曦霞虹雪雨风清明净洁文武忠孝仁义礼智信诚勤俭恒毅")

// estate is the name of an estate that few texts speak of.
func estate(r *rand.Rand) string {
	return string([]rune{signs[r.IntN(len(signs))], signs[r.IntN(len(signs))]}) + "家园"
}

// sentence is something a resident could say.
func sentence(r *rand.Rand) string {
	return pick(r, wheres) + "的" + pick(r, whats) + pick(r, hows) + "，" + pick(r, asks) + "。"
}

// story is about n characters of sentences.
func story(r *rand.Rand, n int) string {
	var b strings.Builder
	b.WriteString(estate(r))
	for count := 0; count < n; {
		s := sentence(r)
		b.WriteString(s)
		count += len(s) / 3
	}
	return b.String()
}

// rows are what residents send in and what becomes of it.
type rows struct {
	bodies [][]byte            // of requests, as JSON with refMark where the form's own mark goes
	writes [][]store.Statement // of one filing each
	twins  [][]store.Statement // the same report filed twice
}

// refMark stands for a mark that every request makes anew.
const refMark = "@@@@@@@@@@@@@@@@"

// report is one of many, at a point inside a grid.
func report(r *rand.Rand, points []geo.Point) casework.Report {
	p := points[r.IntN(len(points))]
	return casework.Report{Text: story(r, textLength), Point: &p, Address: pick(r, wheres), Phone: fmt.Sprintf("138%08d", r.IntN(1e8))}
}

// spots are points inside of grids.
func spots(places *place.Register) ([]geo.Point, error) {
	root, ok := places.Root()
	if !ok {
		return nil, errors.New("the city has no land")
	}
	var all []geo.Point
	for _, street := range places.Children(root.ID) {
		for _, community := range places.Children(street.ID) {
			for _, grid := range places.Children(community.ID) {
				if grid.Kind != place.Grid || grid.Point == nil {
					continue
				}
				for i := range 9 { // around its middle
					p := geo.Point{Lat: grid.Point.Lat + float64(i%3-1)*0.0004, Lng: grid.Point.Lng + float64(i/3-1)*0.0004}
					if _, ok := places.Locate(p); ok {
						all = append(all, p)
					}
				}
			}
		}
	}
	if all == nil {
		return nil, errors.New("the city has no grids")
	}
	return all, nil
}

// makeRows files reports with the city's own desk on a store that keeps nothing, and takes down what it would have written.
func makeRows(s *Site, n int) (*rows, error) {
	points, err := spots(s.Places)
	if err != nil {
		return nil, err
	}
	all := &rows{}
	dry := store.Dry(s.City.ID, s.City.Clock(), func(w []store.Statement) { all.writes = append(all.writes, w) })
	desk := casework.NewDesk(dry, s.Places, s.Bodies, s.Catalog, seal.New(make([]byte, seal.KeySize)))
	r := rand.New(rand.NewPCG(seed, 1))
	var rep casework.Report
	for i := range n + 2 {
		if i != 1 {
			rep = report(r, points)
		}
		if i < 512 {
			raw, err := json.Marshal(map[string]any{"text": rep.Text, "lat": rep.Point.Lat, "lng": rep.Point.Lng, "address": rep.Address, "phone": rep.Phone, "client_ref": refMark})
			if err != nil {
				return nil, err
			}
			all.bodies = append(all.bodies, raw)
		}
		rep.ClientRef = fmt.Sprintf("%016x", i)
		if _, err := desk.Open(context.Background(), access.Nobody(s.City.ID), rep); err != nil {
			return nil, err
		}
	}
	all.twins, all.writes = all.writes[:2], all.writes[2:]
	return all, nil
}
