package answer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"mulin/internal/fault"
	"mulin/internal/register"
)

// Severity says how much a finding matters. A hint only stands beside the text; a warning is shown once more before the answer goes out; of a serious
// one the writer says why it goes out all the same. None keeps anybody from sending.
type Severity string

// The severities.
const (
	Hint    Severity = "hint"
	Warn    Severity = "warn"
	Serious Severity = "serious"
)

// Severities are all, the mildest first.
var Severities = []Severity{Hint, Warn, Serious}

// rank orders severities.
func (s Severity) rank() int { return slices.Index(Severities, s) }

// Stops tells whether the answer is shown once more before it goes out.
func (s Severity) Stops() bool { return s.rank() >= 1 }

// Kinds of rules: phrases that an answer ought to hold, phrases it ought not to hold, and the checks themselves.
const (
	RuleCheck    = "check"    // a check, by the code of its finding: how much it matters, its number, whether it is on
	RuleResult   = "result"   // says what was done, found or decided
	RuleBasis    = "basis"    // says what that rests on
	RuleNext     = "next"     // says what happens next, or that it is finished
	RulePolite   = "polite"   // greets, thanks
	RuleRude     = "rude"     // blames, mocks
	RuleBrushOff = "brushoff" // sends away; accepted if a result stands beside it
	RuleDisown   = "disown"   // "not our duty"; accepted if it says whose
	RuleWhose    = "whose"    // says whose duty it is
	RuleVague    = "vague"    // a promise without a day
	RuleReporter = "reporter" // names the one who reported
	RuleCommon   = "common"   // words that any message holds: they say nothing about the matter
)

// RuleKinds are all kinds, in the order forms show them.
var RuleKinds = []string{RuleCheck, RuleResult, RuleBasis, RuleNext, RulePolite, RuleRude, RuleBrushOff, RuleDisown, RuleWhose, RuleVague, RuleReporter, RuleCommon}

// Checks are the codes of all findings, in the order they are shown.
var Checks = []string{"leak", "leak_contact", "leak_name", "off_topic", "other_place", "other_number", "copied", "no_result", "brushoff", "disown", "rude", "late",
	"promise_past", "promise_late", "contact_late", "matter_missed", "no_basis", "no_next", "no_greeting", "vague", "too_short", "too_long"}

// Rule is one line of the city's rules for answers.
type Rule struct {
	register.Head
	Kind     string
	Phrase   string // what to look for, * for up to 20 characters; of a check its code
	Regex    bool
	Severity Severity
	Amount   int64 // of a check that has a number: characters, percent, hours
	Rank     int64
	Active   bool // a check that is off stays in its list, so a rule is switched off rather than retired
}

// RuleFields describe a rule.
var RuleFields = []register.Field{
	register.One("kind", RuleKinds, func(x *Rule) *string { return &x.Kind }).Needed().Fixed().Listed().Sieve(),
	register.Line("phrase", maxPhrase, func(x *Rule) *string { return &x.Phrase }).Needed().Unique("kind").Listed().Found(),
	register.Flag("regex", func(x *Rule) *bool { return &x.Regex }),
	register.One("severity", Severities, func(x *Rule) *Severity { return &x.Severity }).Needed().Listed().Sieve(),
	register.Count("amount", "", maxAmount, func(x *Rule) *int64 { return &x.Amount }).Listed(),
	register.Count("rank", "", maxAmount, func(x *Rule) *int64 { return &x.Rank }).Sorts(),
	register.Flag("active", func(x *Rule) *bool { return &x.Active }).Listed().Sieve(),
}

// Bounds of the rules, so that a check stays quick.
const (
	maxRules   = 2000
	maxRegexes = 40
	maxPhrase  = 80 // characters
	maxAmount  = 100_000
)

var errRuleMany = fault.Field("phrase", "answer.rule.many")

// check says what is wrong with a rule.
func (x *Rule) check() error {
	var all fault.List
	x.Phrase = strings.Join(strings.Fields(x.Phrase), " ")
	all.Check(slices.Contains(RuleKinds, x.Kind), "kind", "answer.rule.kind")
	all.Check(slices.Contains(Severities, x.Severity), "severity", "answer.rule.severity")
	all.Check(x.Phrase != "", "phrase", "answer.rule.empty")
	all.Check(utf8.RuneCountInString(x.Phrase) <= maxPhrase, "phrase", "answer.rule.long")
	all.Check(!strings.ContainsFunc(x.Phrase, oddRune) && utf8.ValidString(x.Phrase), "phrase", "answer.rule.odd")
	all.Check(x.Amount >= 0 && x.Amount <= maxAmount, "amount", "answer.rule.amount")
	if x.Kind == RuleCheck {
		all.Check(slices.Contains(Checks, x.Phrase), "phrase", "answer.rule.check")
		x.Regex = false
	}
	if err := all.Or(); err != nil {
		return err
	}
	_, err := x.pattern()
	return err
}

// oddRune is what no keyboard types.
func oddRune(r rune) bool { return unicode.Is(unicode.C, r) || r == utf8.RuneError }

// pattern makes the phrase ready to be looked for. Go's expressions take time in proportion to the text whatever they say, so that nobody can write a slow one.
func (x *Rule) pattern() (pattern, error) {
	if x.Regex {
		re, err := regexp.Compile(x.Phrase)
		if err != nil {
			return pattern{}, fault.Field("phrase", "answer.rule.regex")
		}
		if re.MatchString("") {
			return pattern{}, fault.Field("phrase", "answer.rule.everything")
		}
		return pattern{re: re}, nil
	}
	var parts []string
	for part := range strings.SplitSeq(scan(x.Phrase).s, "*") {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return pattern{}, fault.Field("phrase", "answer.rule.everything")
	}
	return pattern{parts: parts}, nil
}

// phrase is a rule with its pattern.
type phrase struct {
	Rule
	pattern
}

// Rules are a city's rules ready for use. They are read by many at once and never change.
type Rules struct {
	all    []Rule
	lists  map[string][]phrase
	checks map[string]Rule
	common *strings.Replacer // cuts out what any message holds
}

// NewRules makes rules ready for use; what isn't active or can't be read is left out.
func NewRules(all []Rule) *Rules {
	regexes := 0
	rs := &Rules{all: all, lists: map[string][]phrase{}, checks: map[string]Rule{}}
	var common []string
	for _, x := range all {
		if x.Kind == RuleCheck {
			rs.checks[x.Phrase] = x
			continue
		}
		p, err := x.pattern()
		if err != nil || !x.Active {
			continue
		}
		if x.Regex {
			if regexes++; regexes > maxRegexes { // a sheet brings in many at once
				continue
			}
		}
		if rs.lists[x.Kind] = append(rs.lists[x.Kind], phrase{x, p}); x.Kind == RuleCommon && len(p.parts) == 1 {
			common = append(common, p.parts[0], " ")
		}
	}
	rs.common = strings.NewReplacer(common...)
	return rs
}

// All are the rules as the city keeps them.
func (rs *Rules) All() []Rule { return rs.all }

// on gives a check that the city has switched on.
func (rs *Rules) on(code string) (Rule, bool) {
	x, ok := rs.checks[code]
	return x, ok && x.Active
}

// first is the first phrase of a kind that occurs in the text.
func (rs *Rules) first(kind string, t *scanned) (i, j int, ok bool) {
	for n := range rs.lists[kind] {
		if i, j = rs.lists[kind][n].find(t.s, 0); i >= 0 {
			return i, j, true
		}
	}
	return 0, 0, false
}

// each calls f for every place where a phrase of the kind occurs.
func (rs *Rules) each(kind string, t *scanned, f func(x Rule, i, j int)) {
	for n := range rs.lists[kind] {
		for from := 0; ; {
			i, j := rs.lists[kind][n].find(t.s, from)
			if i < 0 {
				break
			}
			f(rs.lists[kind][n].Rule, i, j)
			from = j
		}
	}
}
