package answer_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/internal/storetest"
	"mulin/town/answer"
	"mulin/town/casework"
	"mulin/town/towntest"
)

// TestRulesAreRows: rules are added, changed, retired and imported on both engines, by who may, each with its line in the ledger.
func TestRulesAreRows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		w := towntest.Build(t, storetest.NewCity(t, db))
		file, err := os.ReadFile("../../app/answers.csv")
		ok(t, err)
		if _, err := w.Answers.ImportRules(t.Context(), w.Clerk(), file); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a clerk imports rules: %v", err)
		}
		report, err := w.Answers.ImportRules(t.Context(), w.System(), file)
		ok(t, err)
		if report.Added != report.Rows || report.Rows < 400 {
			t.Errorf("first import: %+v", report)
		}
		head, err := ledger.Head(t.Context(), w.City, w.City.ID)
		ok(t, err)
		if report, err = w.Answers.ImportRules(t.Context(), w.System(), answer.WriteRules(w.Answers.Rules().All())); err != nil || report.Added != 0 {
			t.Errorf("import of what was exported: %+v %v", report, err)
		}
		x, err := w.Answers.SaveRule(t.Context(), w.System(), answer.Rule{Kind: answer.RuleRude, Phrase: "别来烦我", Severity: answer.Warn, Active: true})
		ok(t, err)
		if !raises(w.Answers.Rules(), "您好，别来烦我。", "rude") {
			t.Error("a new phrase isn't used")
		}
		_, err = w.Answers.SaveRule(t.Context(), w.System(), answer.Rule{Kind: answer.RuleRude, Phrase: "别来烦我", Severity: answer.Warn, Active: true})
		if l, readable := fault.As(err); !readable || l[0].Key != "answer.rule.twice" {
			t.Errorf("the same phrase twice: %v", err)
		}
		if _, err := w.Answers.SaveRule(t.Context(), w.Clerk(), x); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a clerk saves a rule: %v", err)
		}
		if err := w.Answers.RetireRule(t.Context(), w.Clerk(), x.ID); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a clerk retires a rule: %v", err)
		}
		ok(t, w.Answers.RetireRule(t.Context(), w.System(), x.ID))
		if raises(w.Answers.Rules(), "您好，别来烦我。", "rude") {
			t.Error("a retired phrase is still used")
		}
		ok(t, w.Answers.RetireRule(t.Context(), w.System(), x.ID)) // again leaves no trace
		entries, err := ledger.After(t.Context(), w.City, w.City.ID, head, 100)
		ok(t, err)
		var verbs []string
		for _, e := range entries {
			verbs = append(verbs, e.Verb)
		}
		if want := []string{"answer.rule.import", "answer.rule.save", "answer.rule.save"}; len(verbs) < 2 || !slices.Equal(verbs[max(0, len(verbs)-2):], want[1:]) {
			t.Errorf("the ledger says %v", verbs)
		}
		if err := w.Answers.RetireRule(t.Context(), w.System(), 42); !errors.Is(err, answer.ErrNoRule) {
			t.Errorf("a rule that isn't there: %v", err)
		}
		if _, err := w.Answers.ImportRules(t.Context(), w.System(), []byte("kind,phrase,severity\nrude,好的,warn\nrude,,warn\n")); err == nil || raises(w.Answers.Rules(), "好的", "rude") {
			t.Errorf("half of a bad file is taken: %v", err)
		}
	})
}

// TestCheckAnswer asks who may, and reads what the same person told others before.
func TestCheckAnswer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		w := towntest.Build(t, storetest.NewCity(t, db))
		file, err := os.ReadFile("../../app/answers.csv")
		ok(t, err)
		_, err = w.Answers.ImportRules(t.Context(), w.System(), file)
		ok(t, err)
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
		_, err = w.Desk.Act(t.Context(), w.Worker(), first.ID, casework.Answer, casework.Step{Note: said, Despite: []string{"no_basis"}, Why: "试试"})
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

func raises(rs *answer.Rules, said, code string) bool {
	return slices.ContainsFunc(rs.Check(answer.Asked{Brief: true}, said).Findings, func(f answer.Finding) bool { return f.Code == code })
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
