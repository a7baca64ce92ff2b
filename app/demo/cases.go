package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/geo"
	"mulin/town/body"
	"mulin/town/casework"
	"mulin/town/place"
	"mulin/town/whistle"
)

// tale is what a demo case is about: the same thing as different people tell it. {estate} and {house} stand for where they live.
type tale struct {
	kind   casework.Kind
	class  string // full name of a leaf of the request tree
	texts  []string
	done   string
	answer string
}

// tales were written for the demo; nobody sent them.
var tales = []tale{
	{"complain", "城乡建设 / 住房保障与房地产 / 物业服务", []string{
		"单元门的门禁坏了三天，晚上谁都能进来，老人不放心。",
		"{estate}{house}号楼的门禁刷卡没反应，报了两回都没人修。",
		"楼下大门一直敞着关不上，快递、推销的随便进，能不能让物业把门禁修好？",
		"{house}号楼对讲和门禁都失灵了，忘带钥匙只能等邻居开门。",
		"门禁卡集体失效，物业说等厂家，已经等了一个星期。",
	}, "更换门禁主板，试用正常。", "您反映的门禁已更换主板，今天起恢复正常使用。"},
	{"help", "城乡建设 / 城市建设和市政管理 / 自来水供应", []string{
		"楼下的水管爆了，水漫到路上，已经流了一个小时。",
		"{estate}从早上开始停水，没有接到通知，家里还有小孩。",
		"{house}号楼六层水压太小，热水器都打不着火。",
		"自来水发黄，放了十分钟还是有铁锈味，不敢给孩子喝。",
		"{estate}门口路面往外冒清水，应该是自来水管裂了，请来抢修。",
	}, "关阀后更换破损管段，路面已清理。", "受损的水管已更换，供水已恢复。"},
	{"complain", "城乡建设 / 城市建设和市政管理 / 环境卫生", []string{
		"小区北门的垃圾桶满了没人清，天热味道很大。",
		"{house}号楼前面堆着装修垃圾，半个月没人拉走。",
		"{estate}后面的巷子成了垃圾堆，苍蝇乱飞，请环卫来一趟。",
		"早市收摊以后烂菜叶扔了一地，走路都打滑。",
		"公厕没人打扫，{estate}这边一开窗就是臭味。",
	}, "已清运并消杀，调整为每日两次清运。", "垃圾已清运，今后每天清运两次，欢迎监督。"},
	{"complain", "环境保护 / 环境污染 / 噪音污染", []string{
		"楼下烧烤店夜里十二点还在放音响，孩子睡不着。",
		"{estate}对面的歌厅音量太大，玻璃都跟着震。",
		"{house}号楼底商的空调外机整夜嗡嗡响，老人心脏受不了。",
		"广场舞从早上五点跳到七点，音箱正对着我们家窗户。",
		"隔壁加工厂夜里开机器切钢材，{estate}好几栋楼都听得见。",
	}, "与店主约谈，签订承诺书，夜间复查两次。", "店主已承诺晚十点后停止外放音响，我们会继续夜查。"},
	{"help", "城乡建设 / 城市建设和市政管理 / 城市公共设施", []string{
		"门口马路上的井盖松了，车一压就响，怕有人掉下去。",
		"{estate}南门外少了一个井盖，只插了根树枝，晚上太危险。",
		"人行道地砖翘起来好几块，昨天绊倒了一位老太太。",
		"{house}号楼西边的窨井盖裂成两半，骑车的人要绕着走。",
		"公交站牌被撞歪，倒下来会砸到等车的人。",
	}, "更换防沉降井盖，已恢复通行。", "损坏的设施已更换，现场已恢复通行。"},
	{"suggest", "城乡建设 / 城市建设和市政管理 / 小区管理", []string{
		"建议把二号楼东边的空地划成停车位，现在车乱停堵住消防通道。",
		"{estate}能不能加几盏楼道感应灯，老人晚上上下楼看不清。",
		"建议在{house}号楼旁边装一排晾衣架，现在大家把被子晒在绿化带上。",
		"希望把废弃的自行车棚改成电动车棚，别再往楼上拉飞线。",
		"{estate}的健身器材太旧，建议更换，再添一个儿童滑梯。",
	}, "", "感谢建议：已列入本季度微改造计划，先行公示方案听取大家意见。"},
	{"ask", "民政 / 福利慈善 / 福利事业", []string{
		"请问高龄津贴怎么办理，需要带哪些材料？",
		"母亲今年满八十，{estate}的老人补贴在哪儿领？",
		"残疾人护理补贴换卡以后还要重新登记吗？",
		"想给父亲申请助餐，社区食堂有没有优惠？",
		"困难家庭临时救助多久能批下来？找哪个窗口？",
	}, "", "可在社区一次办理，带身份证和银行卡即可，行动不便可预约上门。"},
	{"complain", "城乡建设 / 城乡规划 / 违章建筑", []string{
		"楼上住户在露台搭了阳光房，挡了我们家的光。",
		"{house}号楼一楼把窗户改成门，还砌了台阶占人行道。",
		"{estate}有人在楼顶盖了两间彩钢房，下雨往下冲水。",
		"邻居把公共走廊封起来当自己家储物间，说了几次不听。",
		"一楼圈了绿地建小院子，{house}号楼的管道检修口都被盖住了。",
	}, "现场认定为违建，当事人已自行拆除。", "经核实属违建，当事人已自行拆除。"},
	{"help", "城乡建设 / 城市建设和市政管理 / 城市公共设施", []string{
		"小区西边那条路的路灯全灭了，放学回家的孩子看不见路。",
		"{estate}门前有三盏路灯坏了一个多月，天一黑就摸着走。",
		"路灯白天亮晚上灭，是不是定时器调反了？",
		"{house}号楼拐角的路灯一直闪，晃得人睡不着。",
		"新修的支路一盏灯也没有，{estate}下夜班的人都不敢走。",
	}, "更换线路和四盏灯具，已全部点亮。", "道路路灯已全部修复。"},
	{"complain", "城乡建设 / 城市建设和市政管理 / 城管执法", []string{
		"有人遛狗不拴绳，昨天追着老太太跑。",
		"流动摊贩把{estate}东门的人行道占满了，接孩子只能走机动车道。",
		"商家在盲道上摆广告牌，说了也不收。",
		"{house}号楼前面天天有人洗车，污水流得满地都是。",
		"三轮车长期停在路口卖水果，右转的车看不见行人。",
	}, "上门劝导，清理占道，已安排每日巡查。", "已劝导当事人并清理现场，增加每日巡查。"},
	{"report", "卫生计生 / 食品药品监管 / 食品安全", []string{
		"学校旁边的小卖部卖三无零食，没有生产日期。",
		"在{estate}门口的熟食店买的烧鸡发酸，吃完拉肚子。",
		"早餐摊用桶装的散油炸油条，油都发黑了。",
		"超市把过期酸奶换了标签接着卖。",
		"外卖小店后厨就在{house}号楼车库里，没看到营业执照。",
	}, "查获并下架问题食品，责令改正。", "市场监管部门已查处，问题食品全部下架。"},
	{"praise", "民政 / 基层选举和社区建设 / 社区建设", []string{
		"感谢网格员帮我父亲联系上门换药，跑了好几趟。",
		"{estate}停电那晚，社区的同志挨家送手电，给他们点赞。",
		"孩子放学没人接，社区四点半课堂帮了大忙，谢谢。",
		"下雪第二天{house}号楼前就撒了盐铲了冰，谢谢志愿者。",
		"调解员把我和楼上邻居漏水的事说开了，特别耐心。",
	}, "", "谢谢您的肯定，我们会继续做好。"},
	{"help", "城乡建设 / 城市建设和市政管理 / 燃气供应", []string{
		"楼道里有一股煤气味，请赶紧来看看。",
		"{estate}{house}号楼做饭时突然没气了，邻居家也一样。",
		"燃气表一直响，屏幕显示漏气，不敢开灯。",
		"更换灶具后接口处有点漏，用肥皂水一抹就冒泡。",
		"通知说今天通气，等到现在没人来，{house}号楼一个单元都没饭吃。",
	}, "紧固接头并检测，已无泄漏。", "已排除故障并检测合格，请放心使用，发现异味请先开窗再报修。"},
	{"complain", "商贸旅游 / 质监检验检疫 / 特种设备管理", []string{
		"三号楼电梯一周停了两次，昨晚困了人。",
		"{estate}{house}号楼的电梯下行时咯噔响，还会突然抖一下。",
		"电梯年检标志过期三个月了，一直没人换。",
		"{house}号楼只剩一部电梯能用，早上上班要等二十分钟。",
		"电梯里的紧急呼叫按了没人应，万一困人怎么办？",
	}, "更换门机皮带，特检合格。", "电梯已更换部件并检测合格。"},
}

// words are the tale as the nth of those who tell it puts it; who comes late also says where.
func (t *tale) words(n int, estate string, house int) string {
	text := t.texts[n%len(t.texts)]
	if n >= len(t.texts) && !strings.Contains(text, "{estate}") {
		text = "{estate}{house}号楼：" + text
	}
	return strings.NewReplacer("{estate}", estate, "{house}", strconv.Itoa(house)).Replace(text)
}

// course is how far a case has come.
type course int

const (
	fresh course = iota
	inHand
	sent
	atWork
	whistled
	onSpot
	doneWork
	told
	over
)

// cases files some days' worth of cases, each through the verbs that people use, at its own time.
func (s *seeder) cases(ctx context.Context) error {
	n := 72
	if s.size == City {
		n = 600
	}
	all, err := s.shots(ctx)
	if err != nil {
		return err
	}
	estates := s.t.Places.All(place.Estate)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(16)
	for i := range n {
		g.Go(func() error {
			r := rand.New(rand.NewPCG(7, uint64(i)))
			e := estates[0]
			if i%4 != 0 || i > 60 { // the guests' own grid has a little of everything
				e = estates[r.IntN(len(estates))]
			}
			if i%24 == 0 {
				s.say("cases", i, n)
			}
			t := &tales[i%len(tales)]
			l := &life{s: s, r: r, t: t, text: t.words(i/len(tales), e.Name, 1+r.IntN(20)), photos: all.of(t, i), shots: &all}
			return l.live(ctx, course(i/4%int(over+1)), e)
		})
	}
	err = g.Wait()
	s.say("cases", n, n)
	return err
}

// life is one demo case on its way.
type life struct {
	s      *seeder
	id     int64
	at     int64 // µs, the time of the next step
	grid   place.Place
	line   []place.Place
	point  geo.Point
	r      *rand.Rand
	t      *tale
	text   string
	photos []casework.Photo // of who reports
	shots  *shots
}

func (l *life) live(ctx context.Context, c course, e place.Place) error {
	s, r, t := l.s, l.r, l.t
	line := s.t.Places.LineageOf(e.ID)
	now := clock.Micros(s.t.City.Clock().Now())
	age := int64(1+r.IntN(6)) * 3600e6
	if c >= doneWork {
		age = int64(24+r.IntN(9*24)) * 3600e6
	}
	l.at, l.grid, l.line = now-age, line[3], line
	l.point = geo.Point{Lat: e.Point.Lat + (r.Float64()-.5)/2000, Lng: e.Point.Lng + (r.Float64()-.5)/2000}
	if g, ok := s.t.Places.Locate(l.point); !ok || g.ID != l.grid.ID {
		l.point = *e.Point
	}
	class, ok := s.t.Catalog.ByFullName(t.class)
	if !ok {
		return fmt.Errorf("no class %q", t.class)
	}
	rec, err := s.t.Desk.Open(ctx, s.t.System(), casework.Report{Kind: t.kind, Text: l.text, Class: class.ID, Point: &l.point,
		Address: e.Name, Photos: l.photos, OpenedAt: l.at, Phone: fmt.Sprintf("139%08d", r.IntN(1e8))})
	if err != nil {
		return err
	}
	l.id = rec.ID
	return l.run(ctx, c)
}

// run takes the case as far as its course goes.
func (l *life) run(ctx context.Context, c course) error {
	worker := l.as("grid_worker", "committee"+l.line[2].Code, l.grid)
	steps := l.dispatched(worker, c)
	if c == whistled || c == onSpot || c == over && l.r.IntN(2) == 0 {
		steps = l.whistle(c)
	}
	if c == inHand {
		steps = []func(context.Context) error{l.do(worker, casework.Accept, casework.Step{})}
	}
	if c >= told {
		steps = append(steps, l.do(worker, casework.Answer, casework.Step{Note: l.t.answer}))
	}
	if c == over {
		branch := l.as("party_branch", "branch"+l.line[2].Code, l.line[2])
		steps = append(steps,
			l.do(l.s.t.System(), casework.Rate, casework.Step{Stars: int64(3 + l.r.IntN(3))}),
			l.do(branch, casework.Revisit, casework.Step{Note: "电话回访，居民表示已解决。"}))
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// dispatched goes the way of three orders and a visit as far as the course says.
func (l *life) dispatched(worker access.Actor, c course) []func(context.Context) error {
	all := l.s.t.Bodies.Serving(l.grid.Path, body.Property)
	if c == fresh || len(all) == 0 {
		return nil
	}
	company := l.actor("property", all[0], l.line[0])
	done := l.t.done
	if done == "" {
		done = "已电话说明并登记。"
	}
	steps := []func(context.Context) error{
		l.do(worker, casework.Dispatch, casework.Step{To: all[0].ID, Note: "请尽快到场处理。"}),
		l.do(company, casework.Take, casework.Step{}),
		l.do(company, casework.Done, casework.Step{Note: done, Photos: l.shots.mended}),
	}
	switch {
	case c == sent:
		return steps[:1]
	case c == atWork:
		return steps[:2]
	}
	return steps
}

// whistle goes up: grid, community, street, departments.
func (l *life) whistle(c course) []func(context.Context) error {
	t := l.s.t
	committee, _ := t.Bodies.ByCode("committee" + l.line[2].Code)
	office, _ := t.Bodies.ByCode("office" + l.line[1].Code)
	worker, clerk, street := l.actor("grid_worker", committee, l.grid), l.actor("clerk", committee, l.line[2]), l.actor("street_centre", office, l.line[1])
	departments := t.Bodies.All(body.Department)
	first, second := departments[l.r.IntN(len(departments))], departments[0]
	var w whistle.Whistle
	blow := func(who access.Actor, call whistle.Call) func(context.Context) error {
		return func(ctx context.Context) (err error) {
			call.Step.DoneAt = l.next()
			w, err = t.Whistles.Blow(ctx, who, l.id, call)
			return err
		}
	}
	arrive := func(b body.Body) func(context.Context) error {
		return func(ctx context.Context) (err error) {
			w, err = t.Whistles.ReportIn(ctx, l.actor("department", b, l.line[0]), w.ID, whistle.Arrival{Point: &l.point,
				Step: casework.Step{DoneAt: l.next(), Note: "已到现场。", Photos: l.shots.spot}})
			return err
		}
	}
	steps := []func(context.Context) error{
		blow(worker, whistle.Call{Step: casework.Step{Note: "网格内无法处理，请社区到场。"}}), arrive(committee),
		blow(clerk, whistle.Call{Step: casework.Step{Note: "涉及公共设施，请街道协调。"}}), arrive(office),
		blow(street, whistle.Call{Lead: first.ID, Co: slices.DeleteFunc([]int64{second.ID}, func(id int64) bool { return id == first.ID }), Step: casework.Step{Note: "请部门到现场会商处置。"}}),
	}
	switch c {
	case whistled:
		return steps[:1+2*l.r.IntN(3)]
	case onSpot:
		return append(steps, arrive(first))
	}
	steps = append(steps, arrive(first))
	if second.ID != first.ID {
		steps = append(steps, arrive(second))
	}
	return append(steps, func(ctx context.Context) error {
		_, err := t.Whistles.HandIn(ctx, l.actor("department", first, l.line[0]), w.ID, casework.Step{DoneAt: l.next(), Note: "责任单位已修复，现场恢复。", Photos: l.shots.mended})
		return err
	})
}

func (l *life) do(who access.Actor, v casework.Verb, s casework.Step) func(context.Context) error {
	return func(ctx context.Context) error {
		s.DoneAt = l.next()
		_, err := l.s.t.Desk.Act(ctx, who, l.id, v, s)
		return err
	}
}

// next is some minutes to hours later, never in the future.
func (l *life) next() int64 {
	l.at = min(l.at+int64(4+l.r.IntN(40))*60e6, clock.Micros(l.s.t.City.Clock().Now()))
	return l.at
}

// as stands in for the role at the body with this code.
func (l *life) as(role, code string, at place.Place) access.Actor {
	b, _ := l.s.t.Bodies.ByCode(code)
	return l.actor(role, b, at)
}

// actor is the seeding program in the name of whoever holds the post.
func (l *life) actor(role string, b body.Body, at place.Place) access.Actor {
	who := access.System(l.s.t.ID)
	for _, w := range l.s.t.Accounts.OnDuty(at.Path, role) {
		if w.Body == b.ID {
			who.Person, who.Name = w.Person, w.Name
			break
		}
	}
	who.Posts = []access.Post{{Role: role, Body: b.ID, Path: at.Path, Rights: map[access.Right]access.Scope{whistle.Blow: access.Territory, whistle.ReportIn: access.Body}}}
	return who
}

// shots are the pictures of the demo: of what is wrong each another street, one of what is mended, one of people on the spot.
type shots struct {
	wrong        []casework.Photo
	mended, spot []casework.Photo
}

// wrongShots is how many different pictures of something broken are drawn.
const wrongShots = 24

func (s *seeder) shots(ctx context.Context) (all shots, err error) {
	for street := range wrongShots {
		p, err := s.shot(ctx, scene(broken, street))
		if err != nil {
			return all, err
		}
		all.wrong = append(all.wrong, p)
	}
	for what, into := range map[int]*[]casework.Photo{repaired: &all.mended, people: &all.spot} {
		p, err := s.shot(ctx, scene(what, 0))
		if err != nil {
			return all, err
		}
		*into = []casework.Photo{p}
	}
	return all, nil
}

func (s *seeder) shot(ctx context.Context, m image.Image) (casework.Photo, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 80}); err != nil {
		return casework.Photo{}, err
	}
	p, err := s.photos.Add(ctx, &b)
	return casework.Photo{Hash: p.Hash, Width: p.Width, Height: p.Height}, err
}

// of gives the nth case a picture of its own as long as there are any: who asks, praises or suggests sends none, nor does every second of the others.
func (x *shots) of(t *tale, n int) []casework.Photo {
	if n/2 >= len(x.wrong) || n%2 != 0 || t.kind == "ask" || t.kind == "praise" || t.kind == "suggest" {
		return nil
	}
	return x.wrong[n/2 : n/2+1]
}

// What a scene shows.
const (
	broken = iota
	repaired
	people
)

// scene is a street under the sky: with a hole and water, mended, or with people in vests. No two streets look the same.
func scene(what, street int) image.Image {
	r := rand.New(rand.NewPCG(11, uint64(street)))
	tint := func(v int) uint8 { return uint8(min(255, max(0, v+r.IntN(60)-30))) }
	m := image.NewRGBA(image.Rect(0, 0, 960, 720))
	fill := func(x0, y0, x1, y1 int, c color.Color) {
		draw.Draw(m, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
	}
	for y := range 300 {
		fill(0, y, 960, y+1, color.RGBA{uint8(150 + y/4), uint8(190 + y/6), 235, 255})
	}
	fill(0, 300, 960, 720, color.RGBA{120, 122, 126, 255})
	for i := range 5 {
		x, y := 40+i*190-r.IntN(30), 60+r.IntN(100)
		fill(x, y, x+150, 300, color.RGBA{tint(190 - i*12), tint(170 - i*8), tint(150), 255})
		for j := range 6 {
			fill(x+20+j%3*42, y+30+j/3*50, x+46+j%3*42, y+62+j/3*50, color.RGBA{90, 110, 130, 255})
		}
	}
	for i := range 6 {
		fill(30+i*170, 500, 120+i*170, 512, color.RGBA{235, 235, 225, 255})
	}
	ellipse := func(cx, cy, rx, ry int, c color.Color) {
		for y := -ry; y <= ry; y++ {
			for x := -rx; x <= rx; x++ {
				if x*x*ry*ry+y*y*rx*rx <= rx*rx*ry*ry {
					m.Set(cx+x, cy+y, c)
				}
			}
		}
	}
	switch what {
	case broken:
		x, y := 320+r.IntN(320), 570+r.IntN(50)
		ellipse(x, y, 160+r.IntN(120), 50+r.IntN(30), color.RGBA{tint(96), tint(132), tint(160), 255})
		ellipse(x, y-5, 70+r.IntN(60), 24+r.IntN(14), color.RGBA{48, 46, 44, 255})
	case repaired:
		ellipse(480, 588, 150, 42, color.RGBA{92, 94, 98, 255})
		ellipse(480, 586, 60, 18, color.RGBA{150, 152, 156, 255})
	default:
		ellipse(480, 590, 200, 50, color.RGBA{80, 82, 86, 255})
		for i := range 3 {
			x := 280 + i*180
			fill(x, 440, x+70, 560, color.RGBA{220, 70, 50, 255})
			ellipse(x+35, 410, 28, 30, color.RGBA{226, 190, 160, 255})
			fill(x+6, 560, x+30, 650, color.RGBA{40, 50, 80, 255})
			fill(x+40, 560, x+64, 650, color.RGBA{40, 50, 80, 255})
		}
	}
	return m
}
