package answer

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"mulin/town/triage"
)

// Finding is one thing about an answer that somebody should look at before it goes out. Its sentence is answer.find.<Code>, what to do answer.do.<Code>.
type Finding struct {
	Code     string
	Severity Severity
	From, To int    // the place in the answer, in bytes; both 0 if it concerns the whole
	Said     string // what it is about: a phrase, a place, a matter of the question
}

// Asked is what an answer is held against.
type Asked struct {
	Title, Text string
	Path        string                           // the case's place; "" for unknown
	Named       func(text string) []triage.Named // what the register knows by its name; nil for no register
	Known       []string                         // names an answer may bring in: the case's place, address, class, the bodies that take part
	Opened, Due int64                            // µs; 0 for unknown
	Contacted   int64
	Now         int64
	Zone        *time.Location
	Earlier     []Earlier // answers that the same person gave to other matters
	Brief       bool      // a note beside the answer, as what was done: only its tone and what it gives away are looked at
}

// Earlier is an answer given before.
type Earlier struct{ Number, Asked, Answer string }

// Report is what the check says.
type Report struct {
	Findings []Finding
	Points   []Point // the quiet list of what an answer holds
}

// Point is one thing a good answer has; Code is matter, result, basis, next or polite.
type Point struct {
	Code string
	OK   bool
}

// Stops tells whether the answer is shown once more before it goes out.
func (r Report) Stops() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity.Stops() })
}

// Codes are the codes of the findings for which an answer is shown once more, each once, in the order of Checks.
func (r Report) Codes() (all []string) {
	for _, f := range r.Findings {
		if f.Severity.Stops() && !slices.Contains(all, f.Code) {
			all = append(all, f.Code)
		}
	}
	return all
}

// Serious tells whether sending asks for a reason.
func (r Report) Serious() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity == Serious })
}

// maxFindings is how many findings of one kind are shown; more would only hide the others.
const maxFindings = 5

// checker holds one answer against the rules.
type checker struct {
	rs       *Rules
	q        Asked
	raw      string
	answer   *scanned
	question *scanned
	terms    map[string]bool // of the answer
	report   Report
}

// Check holds an answer against the rules.
func (rs *Rules) Check(q Asked, answer string) Report {
	c := &checker{rs: rs, q: q, raw: answer, answer: scan(answer)}
	c.leaks()
	if !q.Brief {
		c.question = scan(q.Title + "\n" + q.Text)
		c.terms = rs.terms(c.answer.s)
		c.length()
		c.matter()
		c.places()
		c.numbers()
		c.parts()
		if c.has("matter") {
			c.missed()
		}
		c.times()
		c.copies()
	}
	c.tone()
	slices.SortStableFunc(c.report.Findings, func(a, b Finding) int {
		if a.Severity != b.Severity {
			return b.Severity.rank() - a.Severity.rank()
		}
		return slices.Index(Checks, a.Code) - slices.Index(Checks, b.Code)
	})
	return c.report
}

// find notes a finding of a check that is on, at a place of the scanned answer.
func (c *checker) find(code, said string, i, j int) {
	if x, ok := c.rs.on(code); ok {
		c.note(code, said, x.Severity, i, j)
	}
}

func (c *checker) note(code, said string, s Severity, i, j int) {
	f := Finding{Code: code, Severity: s, Said: said}
	f.From, f.To = c.answer.span(i, j)
	c.put(f)
}

// put adds a finding unless it says again what another says of the same place, or there are enough of its kind.
func (c *checker) put(f Finding) {
	n := 0
	for _, old := range c.report.Findings {
		if old.Code == f.Code {
			if n++; n >= maxFindings || old.From <= f.From && old.To >= f.To && f.To > 0 {
				return
			}
		}
	}
	c.report.Findings = append(c.report.Findings, f)
}

// has tells whether the answer holds a point.
func (c *checker) has(code string) bool { return slices.Contains(c.report.Points, Point{code, true}) }

// length looks whether there is enough to read, and not too much.
func (c *checker) length() {
	n := int64(utf8.RuneCountInString(strings.ReplaceAll(c.answer.s, "\n", "")))
	if x, ok := c.rs.on("too_short"); ok && n < x.Amount {
		c.find("too_short", "", 0, 0)
	}
	if x, ok := c.rs.on("too_long"); ok && x.Amount > 0 && n > x.Amount {
		c.find("too_long", "", 0, 0)
	}
}

// parts looks for result, basis, what comes next and a friendly word.
func (c *checker) parts() {
	for _, p := range []struct{ point, kind, code string }{
		{"result", RuleResult, "no_result"}, {"basis", RuleBasis, "no_basis"}, {"next", RuleNext, "no_next"}, {"polite", RulePolite, "no_greeting"},
	} {
		_, _, ok := c.rs.first(p.kind, c.answer)
		if x, on := c.rs.on(p.code); !ok && on && x.Amount > 0 {
			ok = int64(len(c.terms)) >= x.Amount // so much of substance is said that a phrase may be missing from the list
		}
		c.report.Points = append(c.report.Points, Point{p.point, ok})
		if !ok {
			c.find(p.code, "", 0, 0)
		}
	}
}

// tone looks for what nobody should be told.
func (c *checker) tone() {
	mark := func(code string) func(Rule, int, int) {
		return func(x Rule, i, j int) {
			if _, ok := c.rs.on(code); ok {
				c.note(code, c.answer.s[i:j], x.Severity, i, j)
			}
		}
	}
	c.rs.each(RuleRude, c.answer, mark("rude"))
	c.rs.each(RuleReporter, c.answer, mark("leak_name"))
	if c.q.Brief {
		return
	}
	if !c.has("result") {
		c.rs.each(RuleBrushOff, c.answer, mark("brushoff"))
	}
	if _, _, whose := c.rs.first(RuleWhose, c.answer); !whose {
		c.rs.each(RuleDisown, c.answer, mark("disown"))
	}
	c.rs.each(RuleVague, c.answer, func(x Rule, i, j int) {
		if !dayNamed(c.answer.s, i, j) {
			mark("vague")(x, i, j)
		}
	})
}
