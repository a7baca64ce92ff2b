package triage

import (
	"strings"

	"mulin/internal/lexicon"
)

// topics are words by which people tell what a sentence is about, one line a topic. They only keep apart what lies far apart, before a model has
// learned the city's own classes. A word in brackets also says where something is or who is there ("the park near the school"): it makes two sentences
// alike, but alone it tells of no matter. A word may stand in several lines: 车位 is a matter of parking and of who sold the flat.
const topics = `
停车 车位 乱停 挡车 充电桩 停车费 (停车场)
垃圾 保洁 清运 异味 臭味 脏乱 (卫生) (厕所) 公厕 污水 下水道 化粪池 粪便 苍蝇 老鼠
噪音 噪声 扰民 广场舞 音响 太吵 吵闹 夜间施工 轰鸣 (鸣笛) (污染) 扬尘 粉尘 废气 黑烟 油烟 焚烧
停水 漏水 水压 自来水 水管 没水 水质 水费 二次供水 供水 (用水)
停电 没电 电费 电表 偷电 (电压) (电线) 供电 跳闸
路灯 (照明) 灯不亮
燃气 天然气 煤气 暖气 供暖 供热 不热
物业费 物业收费 业委会 业主委员会 维修基金 门禁 (物业) (保安)
房产证 不动产 开发商 交房 烂尾 期房 (楼盘) (购房) (房贷) 车位 物业费 (合同)
公积金
拆迁 征收 安置 棚改 (土地)
补课 学区 学位 入学 招生 小升初 课后服务 学费 校车 中考 高考 (学校) (老师) (教师) (学生) (幼儿园) (小学) (初中)
医保 社保 养老金 养老保险 低保 (残疾) (退休) 看病 报销 新农合 疫苗 社区医院 (医院) (医生)
工资 欠薪 拖欠 劳动合同 (加班) 工伤
公交 班车 直达车 末班车 (站台) (地铁) 出租车 网约车
(树木) 绿化 草坪 绿植 树枝 大树 绿化带 花草 种菜
(狗) (犬) 养狗 遛狗 流浪猫 不牵绳 不拴绳
违建 违章 搭建 占道 摆摊 摊位 摊贩 流动商贩 烧烤 油烟
井盖 路面 坑洼 坑坑洼洼 (道路) (公路) 水泥路 断头路 修路 拓宽 积水 塌陷 隧道 天桥 围挡 (高架) (大桥)
(人行道) 盲道 减速带 红绿灯 斑马线 堵车 超速 逆行 违停 限行
电梯 (楼道) (消防) 外墙 屋顶 防水 墙皮
(快递) (网络) 宽带 信号 基站
健身器材 (公园) (广场) (图书馆) (游泳) (球场)
诈骗 赌博 传销 盗窃 打架
(补贴) (补助) 扶贫 贫困户
(土地) 承包 宅基地 (耕地) (村委) (村干部)
动工 招商 地块
退款 退费 假货 发票
户口 落户 户籍 准生证
`

// topic is what a word says: its topics, a bit each, and those of them that it is enough for.
type topic struct{ all, sure uint64 }

// topicNames and topicOf hold the words ready.
var topicNames, topicOf = func() (*lexicon.Lexicon, []topic) {
	var names []string
	var of []topic
	at := map[string]int{}
	for n, line := range strings.Split(strings.TrimSpace(topics), "\n") {
		for w := range strings.FieldsSeq(line) {
			name := strings.Trim(w, "()")
			i, ok := at[name]
			if !ok {
				i = len(names)
				at[name], names, of = i, append(names, name), append(of, topic{})
			}
			of[i].all |= 1 << n
			if name == w {
				of[i].sure |= 1 << n
			}
		}
	}
	return lexicon.New(names), of
}()

// topicsOf are the topics that a text speaks of.
func topicsOf(text string) (t topic) {
	for _, h := range topicNames.Find(lexicon.Fold(text).Runes, nil) {
		t.all |= topicOf[h.Name].all
		t.sure |= topicOf[h.Name].sure
	}
	return t
}

// unlike tells whether two texts are each about something, and about nothing in common.
func (t topic) unlike(with topic) bool {
	return t.sure != 0 && with.sure != 0 && t.all&with.all == 0
}
