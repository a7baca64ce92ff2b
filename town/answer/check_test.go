package answer_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"mulin/town/answer"
	"mulin/town/towntest"
	"mulin/town/triage"
)

// standard are the rules a new city starts with, with the checks on that a city has to switch on first.
func standard(t testing.TB) *answer.Rules {
	t.Helper()
	b, err := os.ReadFile("../../app/answers.csv")
	if err != nil {
		t.Fatal(err)
	}
	all, err := answer.ReadRules(b)
	if err != nil {
		t.Fatal(err)
	}
	for i := range all {
		all[i].Active = true
	}
	return answer.NewRules(all)
}

// inTown lets the question be held against the small town's register.
func inTown(q answer.Asked, path string) answer.Asked {
	all, _ := towntest.Spoken(towntest.SmallTown)
	g := triage.NewGazetteer(all)
	q.Path, q.Named = path, func(text string) []triage.Named { return g.Find(text, triage.Around{Path: path}) }
	return q
}

var (
	shanghai = time.FixedZone("UTC+8", 8*3600)
	today    = time.Date(2026, 11, 26, 10, 0, 0, 0, shanghai)
	lamp     = answer.Asked{Title: "3号楼楼道灯不亮", Text: "幸福小区3号楼2单元楼道灯坏了一个多月，老人晚上上下楼看不清台阶，请安排维修。",
		Opened: today.Add(-4 * time.Hour).UnixMicro(), Due: today.Add(120 * time.Hour).UnixMicro(), Now: today.UnixMicro(), Zone: shanghai}
	several = answer.Asked{Title: "关于老旧电梯的几个问题", Text: "1、电梯去年到今年停运六次，检验合格证在哪里看？2、物业公共收益的账目从来不公布，钱花到哪里去了？3、地下车库漏水什么时候修？",
		Now: today.UnixMicro(), Zone: shanghai}
)

const good = "您好！您反映的幸福小区3号楼2单元楼道灯不亮，我们11月25日到现场查看，是声控开关损坏，当天已更换，灯已恢复正常。今后由安居物业每月检查一次，如再出现问题，请拨打物业电话0632-5512345。感谢您的反映。"

// TestAnswers holds answers written for this test against the rules of a new city.
func TestAnswers(t *testing.T) {
	t.Parallel()
	rules := standard(t)
	late, untold, copied := lamp, lamp, lamp
	late.Due = today.Add(-time.Hour).UnixMicro()
	untold.Opened = today.Add(-30 * time.Hour).UnixMicro()
	copied.Earlier = []answer.Earlier{{Number: "20261101-0007", Asked: "西湖路路面塌陷，骑车摔倒", Answer: good}}
	spots := inTown(answer.Asked{Title: "东湖花园路灯不亮", Text: "东湖花园里路灯整片不亮，走路害怕。", Now: today.UnixMicro(), Zone: shanghai}, "/1/2/3/")
	nowhere := inTown(answer.Asked{Title: "路灯不亮", Text: "路灯整片不亮，走路害怕。", Now: today.UnixMicro(), Zone: shanghai}, "")
	brief := answer.Asked{Title: lamp.Title, Text: lamp.Text, Brief: true}
	for _, x := range []struct {
		name   string
		q      answer.Asked
		answer string
		want   string // codes that must be there
		not    string // codes that must not
		mark   string // the place of the first code wanted
	}{
		{"a good one", lamp, good, "", strings.Join(answer.Checks, " "), ""},
		{"passed on only", lamp, "您好，您反映的问题已转相关部门处理，请耐心等待。感谢您的关注。", "brushoff no_result", "rude leak", ""},
		{"received only", lamp, "网友：您好！留言已收悉", "no_result off_topic no_basis", "no_greeting", ""},
		{"passed on with a result", lamp, "您好！楼道灯的问题已转交安居物业，物业11月25日已更换3号楼的灯泡，经现场查看已恢复照明。如有问题请拨打12345。谢谢！", "", "brushoff no_result no_basis no_next", ""},
		{"another matter", lamp, "您好！关于医保缴费，2027年度个人缴费标准为每人400元，可通过手机银行办理，根据市医保局文件执行。感谢支持。", "off_topic", "no_result", ""},
		{"another building", lamp, "您好！经现场查看，5号楼楼道灯已更换开关，恢复正常。如有问题请拨打12345。谢谢！", "other_number", "off_topic", "5号楼"},
		{"the building asked about, and another", lamp, "您好！经现场查看，3号楼和5号楼楼道灯已更换开关，恢复正常。如有问题请拨打12345。谢谢！", "", "other_number", ""},
		{"another street", spots, "您好！龙泉街道的路灯为线路故障，经现场检修已恢复照明，感谢反映，如有问题请拨打12345。", "other_place", "", "龙泉街道"},
		{"the estate asked about, and another street", spots, "您好！东湖花园路灯为线路故障，龙泉街道同时检修，已恢复照明，感谢反映。", "", "other_place", ""},
		{"what lies around", spots, "您好！经查看，东风街道幸福社区路灯线路故障，已恢复照明，感谢反映。", "", "other_place", ""},
		{"an office elsewhere", spots, "您好！路灯经现场检修已恢复照明。如有问题请到龙泉街道办事处三楼咨询，感谢反映。", "", "other_place", ""},
		{"nobody knows where", nowhere, "您好！龙泉街道的路灯为线路故障，经现场检修已恢复照明，感谢反映。", "", "other_place", ""},
		{"phone", lamp, strings.Replace(good, "0632-5512345", "13812345678", 1), "leak", "", "13812345678"},
		{"identity number", lamp, good + "登记人11010519491231002X。", "leak", "", "11010519491231002X"},
		{"plate", lamp, good + "占道的鲁D12345已驶离。", "leak", "", "鲁D12345"},
		{"office landline", lamp, good, "", "leak", ""},
		{"names the reporter", lamp, good + "投诉人张建国先生表示满意。", "leak_name", "", ""},
		{"rude", lamp, "您好，楼道灯已经修好了，你这是无理取闹，说了多少遍。", "rude", "", "无理取闹"},
		{"not our duty", lamp, "您好，楼道灯不属于我单位职责，感谢您的来信。", "disown", "", "不属于我单位职责"},
		{"not our duty, but whose", lamp, "您好，楼道灯不属于我单位职责，由安居物业负责，请联系物业0632-5512345，感谢您的来信。", "", "disown", ""},
		{"vague", lamp, "您好！经现场查看，楼道灯线路老化，将尽快更换3号楼线路，感谢您的反映。", "vague", "no_result", "尽快"},
		{"a day named", lamp, "您好！经现场查看，楼道灯线路老化，将尽快在3个工作日内更换3号楼线路，感谢您的反映。", "", "vague", ""},
		{"no greeting", lamp, "3号楼楼道灯经现场查看为开关损坏，已更换，有问题请拨打12345。", "no_greeting", "no_result no_next", ""},
		{"no basis", lamp, "您好！3号楼楼道灯已修好。以后有问题请拨打12345，谢谢。", "no_basis", "no_result off_topic no_next", ""},
		{"nothing next", lamp, "您好！3号楼楼道灯经现场查看是开关坏，谢谢。", "no_next", "no_basis", ""},
		{"promise in the past", lamp, "您好！经查看，3号楼楼道灯预计11月20日前修好，感谢反映。", "promise_past", "promise_late", "11月20日"},
		{"promise to come", lamp, "您好！经查看，3号楼楼道灯预计11月28日前修好，感谢反映。", "", "promise_past promise_late", ""},
		{"promise after the limit", lamp, "您好！经查看，3号楼楼道灯计划于2027年3月1日前改造，感谢反映。", "promise_late", "promise_past", "2027年3月1日"},
		{"what was is no promise", lamp, strings.Replace(good, "当天已更换", "将线路情况于11月20日通报，当天已更换", 1), "", "promise_late", ""},
		{"January is next year", lamp, "您好！经查看，3号楼楼道灯预计1月5日前修好，感谢反映。", "promise_late", "promise_past", ""},
		{"past its limit", late, good, "late", "", ""},
		{"nobody called", untold, good, "contact_late", "", ""},
		{"a copy", copied, good, "copied", "", ""},
		{"too short", lamp, "灯已修好", "too_short", "off_topic no_result", ""},
		{"too long", lamp, good + strings.Repeat("按照有关要求持续加强管理。", 150), "too_long", "", ""},
		{"one of three", several, "您好！经查阅检验记录，六次停运均因变频器老化，维保单位已更换配件，电梯检验合格证张贴在轿厢内侧，有效期到明年三月。如有问题请拨打12345。谢谢！", "matter_missed", "off_topic", ""},
		{"passed on: none is missed in particular", several, "您好！您反映的电梯检验合格证等问题已转交市场监管部门和物业公司处理，请您耐心等待，感谢您对社区工作的关心、理解、监督与支持。", "brushoff", "matter_missed", ""},
		{"each of three", several, "您好！一、电梯检验合格证在轿厢内。二、公共收益账目12月公示。三、地下车库漏水12月修。经现场查看，如有问题请拨打12345。谢谢！", "", "matter_missed", ""},
		{"a note of what was done", brief, "已换灯泡，电话13812345678", "leak", "no_result no_greeting too_short", "13812345678"},
		{"blanks and wide letters", lamp, "您 好，您反映的问题 已转 相关 部门 处理。", "brushoff", "no_greeting", "已转 相关 部门"},
	} {
		report := rules.Check(x.q, x.answer)
		var codes []string
		for _, f := range report.Findings {
			codes = append(codes, f.Code)
		}
		for _, code := range strings.Fields(x.want) {
			if !slices.Contains(codes, code) {
				t.Errorf("%s: %v misses %s", x.name, codes, code)
			}
		}
		for _, code := range strings.Fields(x.not) {
			if slices.Contains(codes, code) {
				t.Errorf("%s: %v has %s", x.name, codes, code)
			}
		}
		if x.mark != "" {
			first, _, _ := strings.Cut(x.want, " ")
			i := slices.IndexFunc(report.Findings, func(f answer.Finding) bool { return f.Code == first })
			if i < 0 || x.answer[report.Findings[i].From:report.Findings[i].To] != x.mark {
				t.Errorf("%s: the place is not %q: %+v", x.name, x.mark, report.Findings)
			}
		}
	}
}

// TestOffTopic: of answers written for eight matters, each speaks to its own, and nearly all of the 56 wrong pairs are seen.
func TestOffTopic(t *testing.T) {
	t.Parallel()
	rules := standard(t)
	pairs := [][2]string{
		{"小区门口垃圾桶满了好几天，臭味很大，请清运", "您好！经查看，门口垃圾桶因清运车故障积满，今天上午已清运并消毒，谢谢您的监督。"},
		{"主路自来水管爆裂，水已经漫到一楼", "主管道已更换，供水恢复。"},
		{"我想问一下孩子上小学要准备哪些材料", "您好！孩子入学需户口簿、房产证和预防接种证，6月到学区小学登记。"},
		{"楼上装修夜里十点还在电钻施工，吵得睡不着", "您好！执法队员已上门要求装修时间限制在8点至20点，夜间施工将处罚。"},
		{"公交12路晚上六点就没车了，下班回不了家", "您好！12路末班车自12月1日起延至20:30，请您乘坐。"},
		{"养老金认证手机上总是失败怎么办", "您好！养老待遇资格认证可携带身份证到社区窗口办理，我们也可上门认证。"},
		{"井盖松动，车压过响声很大", "您好！松动的井盖11月25日已加装防震垫圈，响声消除。"},
		{"饭店油烟直排，窗户都不敢开", "您好！经检测，该饭店油烟净化器未开启，已责令整改并立案。"},
	}
	seen := 0
	for i, q := range pairs {
		for j, a := range pairs {
			off := slices.ContainsFunc(rules.Check(answer.Asked{Title: q[0], Text: q[0]}, a[1]).Findings, func(f answer.Finding) bool { return f.Code == "off_topic" })
			if i == j && off {
				t.Errorf("%q answered by %q is called off the matter", q[0], a[1])
			} else if off {
				seen++
			}
		}
	}
	if seen < 52 {
		t.Errorf("%d of 56 wrong pairs are seen", seen)
	}
}

// TestRuleChecks: what a rule may be, and what is refused with a sentence.
func TestRuleChecks(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"rude,滚开,,warn,,1": "", "result,已*完成,,hint,,1": "", "reporter,投诉人[张王李],1,warn,,1": "", "check,leak,,serious,,1": "",
		"rude,(,1,warn,,1": "answer.rule.regex", "rude,a*,1,warn,,1": "answer.rule.everything", "rude,**,,warn,,1": "answer.rule.everything", "nonsense,x,,warn,,1": "answer.rule.kind",
		"rude,x,,loud,,1": "answer.rule.severity", "rude,,,warn,,1": "answer.rule.empty", "check,nothing,,warn,,1": "answer.rule.check", "check,too_long,,warn,-3,1": "answer.rule.amount",
		"rude," + strings.Repeat("长", 81) + ",,warn,,1": "answer.rule.long", "rude,a\u202eb,,warn,,1": "answer.rule.odd", "check,too_long,,warn,many,1": "answer.rule.amount",
	} {
		_, err := answer.ReadRules([]byte("kind,phrase,regex,severity,amount,active\n" + line + "\n"))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", line, err, want)
		}
	}
	for file, want := range map[string]string{"": "sheet.empty", "a,b\n1,2": "answer.csv.head", "kind,phrase\n": "answer.csv.empty", "kind,phrase\nrude,\"x": "sheet.quote",
		"kind,phrase\nrude,\xff\xff": "sheet.encoding", strings.Repeat("x", 2<<20): "answer.csv.large"} {
		if _, err := answer.ReadRules([]byte(file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v, want %q", file, err, want)
		}
	}
}

// FuzzAnswer: no answer and no question breaks the check; places are whole characters of the answer.
func FuzzAnswer(f *testing.F) {
	rules := standard(f)
	for _, s := range []string{good, "", "您 好\n\n１３８１２３４５６７８", "<script>alert(1)</script>", "\xff\xfe我", "将于99月99日前", "1、2、3、？？？", "👨‍👩‍👧3号楼", "\u202e您好", "投诉人：张三"} {
		f.Add(s, lamp.Text)
		f.Add(lamp.Text, s)
	}
	f.Fuzz(func(t *testing.T, said, question string) {
		q := lamp
		q.Text, q.Earlier = question, []answer.Earlier{{Asked: said, Answer: question}}
		for _, x := range rules.Check(q, said).Findings {
			if x.From < 0 || x.To < x.From || x.To > len(said) {
				t.Fatalf("%s lies at %d–%d of %d", x.Code, x.From, x.To, len(said))
			}
			if utf8.ValidString(said) && !utf8.ValidString(said[x.From:x.To]) {
				t.Fatalf("%s cuts a character: %q", x.Code, said[x.From:x.To])
			}
			if !slices.Contains(answer.Checks, x.Code) {
				t.Fatalf("unknown code %q", x.Code)
			}
		}
	})
}

// BenchmarkAnswer is one check of an answer of 2 000 characters, held against thirty others.
func BenchmarkAnswer(b *testing.B) {
	rules := standard(b)
	q, long := lamp, ""
	for utf8.RuneCountInString(long) < 2000 {
		long += good
	}
	long = string([]rune(long)[:2000])
	for range 30 {
		q.Earlier = append(q.Earlier, answer.Earlier{Number: "1", Asked: several.Text, Answer: good})
	}
	for b.Loop() {
		rules.Check(q, long)
	}
}
