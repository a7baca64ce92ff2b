package answer_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/register/registertest"
	"mulin/internal/seal"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town"
	"mulin/town/answer"
	"mulin/town/casework"
	"mulin/town/towntest"
)

// TestRulesAreRows: rules are added, changed and switched off on both engines, by who may, each with its line in the ledger.
func TestRulesAreRows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		w := towntest.Build(t, storetest.NewCity(t, db))
		if err := w.Answers.RuleList.Save(t.Context(), w.Clerk(), standardRules(t)...); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a clerk brings rules in: %v", err)
		}
		ok(t, w.Answers.RuleList.Save(t.Context(), w.System(), standardRules(t)...))
		if n := len(w.Answers.Rules().All()); n < 400 {
			t.Errorf("a new city has %d rules", n)
		}
		head, err := ledger.Head(t.Context(), w.City, w.City.ID)
		ok(t, err)
		x := &answer.Rule{Kind: answer.RuleRude, Phrase: "别来烦我", Severity: answer.Warn, Active: true}
		ok(t, w.Answers.RuleList.Save(t.Context(), w.System(), x))
		if !raises(w.Answers.Rules(), "您好，别来烦我。", "rude") {
			t.Error("a new phrase isn't used")
		}
		err = w.Answers.RuleList.Save(t.Context(), w.System(), &answer.Rule{Kind: answer.RuleRude, Phrase: "别来烦我", Severity: answer.Warn, Active: true})
		if l, readable := fault.As(err); !readable || l[0].Key != "register.taken" {
			t.Errorf("the same phrase twice: %v", err)
		}
		if err := w.Answers.RuleList.Save(t.Context(), w.Clerk(), x); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a clerk saves a rule: %v", err)
		}
		x.Active = false
		ok(t, w.Answers.RuleList.Save(t.Context(), w.System(), x))
		if raises(w.Answers.Rules(), "您好，别来烦我。", "rude") {
			t.Error("a retired phrase is still used")
		}
		x.Kind = answer.RuleCommon
		if l, _ := fault.As(w.Answers.RuleList.Save(t.Context(), w.System(), x)); len(l) == 0 || l[0].Key != "register.fixed" {
			t.Errorf("another kind: %v", l)
		}
		entries, err := ledger.After(t.Context(), w.City, w.City.ID, head, 100)
		ok(t, err)
		var verbs []string
		for _, e := range entries {
			verbs = append(verbs, e.Verb)
		}
		if want := []string{"answer.rule.save", "answer.rule.save"}; !slices.Equal(verbs, want) {
			t.Errorf("the ledger says %v", verbs)
		}
		good, bad := &answer.Rule{Kind: answer.RuleRude, Phrase: "好的", Severity: answer.Warn, Active: true}, &answer.Rule{Kind: answer.RuleRude, Phrase: "(", Regex: true, Severity: answer.Warn, Active: true}
		if err := w.Answers.RuleList.Save(t.Context(), w.System(), good, bad); err == nil || raises(w.Answers.Rules(), "好的", "rude") {
			t.Errorf("half of what is bad is taken: %v", err)
		}
	})
}

// TestRuleRegister holds the rules to what every register promises.
func TestRuleRegister(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		w := towntest.Build(t, storetest.NewCity(t, db))
		registertest.Run(t, w.City, w.Answers.RuleList.Noun, func(i int, x any) {
			r := x.(*answer.Rule)
			r.Kind, r.Phrase, r.Regex = answer.RuleKinds[1+i%5], fmt.Sprint("词", i), false
		})
	})
}

// TestOldRules brings the rules of a released version over.
func TestOldRules(t *testing.T) {
	storetest.Released(t, "0100", `insert into triage_rule (city, id, kind, phrase, regex, severity, amount, rank, active)
		values (1, 7, 'rude', '别来烦我', false, 'warn', 0, 10, true), (1, 8, 'check', 'too_short', false, 'hint', 20, 20, false), (1, 9, 'check', 'rude', false, 'warn', 0, 30, true)`,
		func(t *testing.T, city *store.City) {
			as := town.Join(city, seal.New(make([]byte, seal.KeySize)), nil).Answers
			ok(t, as.Load(t.Context()))
			if !raises(as.Rules(), "您好，别来烦我。", "rude") || len(as.Rules().All()) != 3 {
				t.Errorf("the rules are %+v", as.Rules().All())
			}
			x, err := as.RuleList.Get(t.Context(), access.System(1), 8)
			ok(t, err)
			x.Active = true
			ok(t, as.RuleList.Save(t.Context(), access.System(1), x))
			if x.Version != 2 || x.Amount != 20 {
				t.Errorf("saved %+v", x)
			}
		})
}

// TestCheckAnswer asks who may, and reads what the same person told others before.
func TestCheckAnswer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		w := towntest.Build(t, storetest.NewCity(t, db))
		ok(t, w.Answers.RuleList.Save(t.Context(), w.System(), standardRules(t)...))
		open := func(text string) casework.File {
			rec, err := w.Desk.Open(t.Context(), w.System(), casework.Report{Kind: "ask", Text: text, Point: &towntest.Inside})
			ok(t, err)
			f, err := w.Desk.Get(t.Context(), w.Worker(), rec.Number)
			ok(t, err)
			return f
		}
		first, second := open("高龄津贴去哪里申请，要带什么材料"), open("婴儿落户要等多久，出生证丢了怎么补")
		said := "您好！可携带身份证和银行卡到社区服务窗口办理，行动不便的我们上门，依据市民政局有关规定，如有疑问请拨打12345。感谢您的来信。"
		if _, err := w.Answers.Check(t.Context(), w.Worker2(), &first, casework.Answer, said, false); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("the neighbour's worker: %v", err)
		}
		if _, err := w.Answers.Check(t.Context(), w.Visitor(), &first, casework.Answer, said, false); !errors.Is(err, access.ErrDenied) {
			t.Errorf("who may not answer: %v", err)
		}
		_, err := w.Desk.Act(t.Context(), w.Worker(), first.ID, casework.Answer, casework.Step{Note: said, Despite: []string{"no_basis"}, Why: "试试"})
		ok(t, err)
		report, err := w.Answers.Check(t.Context(), w.Worker(), &second, casework.Answer, said, true)
		ok(t, err)
		if i := slices.IndexFunc(report.Findings, func(f answer.Finding) bool { return f.Code == "copied" }); i < 0 || report.Findings[i].Said != first.Number {
			t.Errorf("the copy isn't seen: %+v", report.Findings)
		}
		if report, err = w.Answers.Check(t.Context(), w.Clerk(), &second, casework.Answer, said, true); err != nil || strings.Contains(strings.Join(report.Codes(), " "), "copied") {
			t.Errorf("another's answer counts as one's own: %v %v", report.Codes(), err)
		}
	})
}

// TestWeigh sends an answer that ought to be looked at: it comes back until whoever sends it names what they were shown, and says why if that is serious.
func TestWeigh(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		w := towntest.Build(t, storetest.NewCity(t, db))
		ok(t, w.Answers.RuleList.Save(t.Context(), w.System(), standardRules(t)...))
		rec, err := w.Desk.Open(t.Context(), w.System(), casework.Report{Kind: "ask", Text: "高龄津贴去哪里申请，要带什么材料", Point: &towntest.Inside})
		ok(t, err)
		f, err := w.Desk.Get(t.Context(), w.Worker(), rec.Number)
		ok(t, err)
		const rude = "您好！您打13800001234问吧，不归我们管，爱找谁找谁。"
		weigh := func(v casework.Verb, s casework.Step) (casework.Step, answer.Report, error) {
			report, err := w.Answers.Weigh(t.Context(), w.Worker(), &f, v, &s)
			return s, report, err
		}
		_, first, err := weigh(casework.Answer, casework.Step{Note: rude, Why: "急"})
		if !errors.Is(err, answer.ErrLook) || !first.Serious() {
			t.Fatalf("not looked at: %v, %v", first.Codes(), err)
		}
		if _, _, err := weigh(casework.Answer, casework.Step{Note: rude, Despite: first.Codes()[1:], Why: "急"}); len(first.Codes()) > 1 && !errors.Is(err, answer.ErrLook) {
			t.Errorf("one wasn't shown: %v", err)
		}
		if _, _, err := weigh(casework.Answer, casework.Step{Note: rude, Despite: first.Codes()}); !errors.Is(err, answer.ErrWhy) {
			t.Errorf("serious without a reason: %v", err)
		}
		if s, _, err := weigh(casework.Answer, casework.Step{Note: rude, Despite: first.Codes(), Why: "急"}); err != nil || !slices.Equal(s.Despite, first.Codes()) || s.Why != "急" {
			t.Errorf("sent all the same: %+v, %v", s, err)
		}
		if s, _, err := weigh(casework.Note, casework.Step{Note: rude, Despite: []string{"leak"}, Why: "急"}); err != nil || s.Despite != nil || s.Why != "" {
			t.Errorf("a note that stays inside goes out against nothing: %+v, %v", s, err)
		}
		if _, _, err := weigh(casework.Answer, casework.Step{Note: strings.Repeat("长", casework.MaxNote+1)}); err == nil {
			t.Error("too long a text is looked at")
		}
	})
}

func standardRules(t testing.TB) (rules []*answer.Rule) {
	file, err := os.ReadFile("../../app/answers.csv")
	ok(t, err)
	all, err := answer.ReadRules(file)
	ok(t, err)
	for i := range all {
		rules = append(rules, &all[i])
	}
	return rules
}

func raises(rs *answer.Rules, said, code string) bool {
	return slices.ContainsFunc(rs.Check(answer.Asked{Brief: true}, said).Findings, func(f answer.Finding) bool { return f.Code == code })
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
