package demo

import (
	"context"
	"fmt"
	"time"

	"mulin/internal/access"
	"mulin/internal/clock"
	laws "mulin/internal/life"
	"mulin/town/body"
	"mulin/town/campaign"
	"mulin/town/place"
	"mulin/town/wish"
)

// asked are what people of the demo wish for, title and text, and what is written when it comes; nobody wished it.
var asked = [][3]string{
	{"卫生间装一副扶手", "老人起身不方便，想在马桶旁边装一副扶手。", "扶手装好了，试过很稳。"},
	{"一盏带夜灯的台灯", "晚上起夜看不清，想要一盏插电的小夜灯。", "台灯送到了，亮度正好。"},
	{"一双42码的棉鞋", "腿脚不好，冬天出门想要一双防滑的棉鞋。", "棉鞋合脚，老人当场就穿上了。"},
	{"一套初中课外书", "孩子上初一，想要一套名著导读。", "书送到了，还夹了一张书签。"},
	{"修一修轮椅的刹车", "轮椅左边刹车松了，推出去不放心。", "刹车换了新的，轮胎也打了气。"},
	{"教我用手机视频通话", "想和外地的女儿视频，不会用。", "教会了，当场打通了第一个视频电话。"},
	{"一床厚被子", "家里的被子薄，想要一床六斤的棉被。", "被子送到了，很暖和。"},
	{"陪我去医院复查一次", "下月初要去复查，走路慢，想有人陪着。", "陪着看完了病，药也取好了。"},
	{"一个放大镜", "看报纸吃力，想要一个带灯的放大镜。", "放大镜带灯，看字清楚多了。"},
	{"换一换厨房的灯泡", "灯在高处，自己够不着，已经黑了一周。", "灯泡换好了，厨房又亮了。"},
}

// wishes hang on the wall in every state, some of them gathered by a campaign; who claims are people of the departments.
func (s *seeder) wishes(ctx context.Context) error {
	c := &campaign.Campaign{Title: "冬日暖心愿", About: "在第一场雪之前，一起点亮一百个小小的心愿。", Opens: clock.Time(clock.Micros(s.t.City.Clock().Now())).AddDate(0, 0, -20).Format(time.DateOnly), Aim: 100}
	if err := s.t.Campaigns.Save(ctx, s.t.System(), c); err != nil {
		return err
	}
	shot, err := s.shot(ctx, scene(repaired, 1))
	if err != nil {
		return err
	}
	communities, helpers := s.t.Places.All(place.Community), s.t.Bodies.All(body.Department)
	for i := range 3 * len(asked) {
		x := hope{seeder: s, text: asked[i%len(asked)], at: communities[i%min(len(communities), 9)], to: i % 8, shot: shot}
		if workers := s.t.Accounts.Serving(helpers[i%len(helpers)].ID); len(workers) > 0 {
			x.helper = workers[0].Person
		}
		if i%3 > 0 {
			x.campaign = c.ID
		}
		if err := x.goes(ctx, i); err != nil {
			return fmt.Errorf("demo: wish %d: %w", i, err)
		}
	}
	return nil
}

// hope is one wish of the demo and how far it has come.
type hope struct {
	*seeder
	text             [3]string
	at               place.Place
	to               int
	helper, campaign int64
	shot             laws.Picture
}

// goes asks for the wish and takes it as far as it has come: from waiting to be reviewed to thanked, one of eight refused.
func (x *hope) goes(ctx context.Context, i int) error {
	id, secret, err := x.t.Wishes.Ask(ctx, x.t.System(), wish.Asking{Title: x.text[0], Text: x.text[1], Place: x.at.ID, Campaign: x.campaign, Name: "演示居民", Phone: fmt.Sprintf("138%08d", i), Home: x.at.Name + "（演示）"})
	if err != nil {
		return err
	}
	helper, err := x.t.Accounts.Actor(ctx, x.helper)
	if err != nil {
		return err
	}
	granny := access.Nobody(x.t.ID)
	steps := []struct {
		verb laws.Verb
		who  access.Actor
		step laws.Step
	}{
		{"review", x.t.System(), laws.Step{}}, {"claim", helper, laws.Step{}},
		{"fulfil", helper, laws.Step{Note: x.text[2], Photos: []laws.Picture{x.shot}}},
		{"thank", granny, laws.Step{Stars: 5, Note: "谢谢好心人！", Claim: laws.Claim{Secret: secret}}},
	}[:[]int{0, 1, 1, 2, 3, 3, 4, 0}[x.to]]
	if x.to == 7 {
		_, err = x.t.Wishes.Act(ctx, x.t.System(), id, "refuse", laws.Step{Reason: "policy", Note: "可以到街道办理临时救助，社区会帮您一起申请。"})
	}
	for _, one := range steps {
		if err == nil {
			_, err = x.t.Wishes.Act(ctx, one.who, id, one.verb, one.step)
		}
	}
	return err
}
