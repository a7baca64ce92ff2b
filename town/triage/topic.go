package triage

import (
	"strings"

	"mulin/internal/lexicon"
)

// topics are words by which people tell what a sentence is about, one line a topic. They only keep apart what lies far apart, before a model has
// learned the city's own classes.
const topics = `
停车 车位 乱停 挡车 充电桩 停车费 停车场
垃圾 保洁 清运 异味 臭味 卫生 厕所 污水 下水道 化粪池 粪便 苍蝇 老鼠
噪音 噪声 扰民 广场舞 音响 太吵 吵闹 鸣笛
停水 漏水 水压 自来水 水管 没水 用水 水质 水费 二次供水 供水
停电 没电 电费 电压 电线 供电 跳闸 路灯 照明 灯不亮
燃气 天然气 煤气 暖气 供暖 供热 不热
物业 物业费 业委会 业主委员会 维修基金 门禁 保安
房产证 不动产 开发商 交房 楼盘 购房 期房 烂尾 公积金 房贷 拆迁 征收 安置 棚改
学校 老师 教师 补课 学区 入学 幼儿园 学费 校车 学生
医保 社保 养老金 养老保险 低保 残疾 退休 医院 医生 看病 报销
工资 欠薪 拖欠 劳动合同 加班 工伤
公交 班车 站台 地铁 出租车 网约车
树木 绿化 草坪 绿植 树枝 大树 绿化带 花草
狗 犬 养狗 流浪猫 遛狗
违建 违章 搭建 占道 摆摊 摊贩 流动商贩 烧烤 油烟
井盖 路面 坑洼 道路 修路 积水 塌陷 人行道 盲道 减速带 红绿灯 斑马线 堵车
电梯 楼道 消防 外墙 屋顶 防水 墙皮
快递 网络 宽带 信号 基站
健身器材 公园 广场 图书馆 游泳 球场
诈骗 赌博 传销 盗窃 打架
低保金 补贴 补助 扶贫 贫困户
土地 承包 宅基地 耕地 村委 村干部
`

// topicNames and topicOf hold them ready: a bit for each topic.
var topicNames, topicOf = func() (*lexicon.Lexicon, []uint64) {
	var names []string
	var of []uint64
	for n, line := range strings.Split(strings.TrimSpace(topics), "\n") {
		for w := range strings.FieldsSeq(line) {
			names, of = append(names, w), append(of, 1<<n)
		}
	}
	return lexicon.New(names), of
}()

// topicsOf are the topics that a text speaks of.
func topicsOf(text string) (set uint64) {
	for _, h := range topicNames.Find(lexicon.Fold(text).Runes, nil) {
		set |= topicOf[h.Name]
	}
	return set
}
