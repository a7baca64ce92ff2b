package casework

import (
	"slices"

	"mulin/internal/access"
	"mulin/internal/geo"
)

// Verb is what somebody does with a case.
type Verb string

// The verbs. Those of the whistle (blow, report in, hand in) are called by package whistle.
const (
	Accept    Verb = "accept"   // 受理: the desk works on it itself
	Dispatch  Verb = "dispatch" // 派单: to a body
	Take      Verb = "take"     // 接单: the body takes it
	Return    Verb = "return"   // 退单: the body gives it back, with a reason
	Recall    Verb = "recall"   // 撤回: the desk takes a dispatch back
	Done      Verb = "done"     // 办结: done, with an after-photo
	Blow      Verb = "whistle"  // 吹哨: raised to the upper level
	ReportIn  Verb = "report_in"
	HandIn    Verb = "hand_in"
	Answer    Verb = "answer"  // 答复
	Rate      Verb = "rate"    // 评单
	Revisit   Verb = "revisit" // 回访: solved, so it closes
	Unsolved  Verb = "unsolved"
	Reopen    Verb = "reopen" // "not fixed", by the resident
	Decline   Verb = "decline"
	Note      Verb = "note"     // changes nothing, is read by all who work on it
	Contacted Verb = "contact"  // 联系: the resident has been reached
	Archive   Verb = "archive"  // answered before it came here: imports close it with that answer
	Classify  Verb = "classify" // 定类: a person says what it is about and how urgent
	Merge     Verb = "merge"    // 并入: another open case tells the same
	Unmerge   Verb = "unmerge"  // it was another matter after all
	Absorb    Verb = "absorb"   // the other side of a merge, on the case that goes on
	Release   Verb = "release"  // the other side of an unmerge
	Say       Verb = "say"      // 补充: those who reported or joined tell more
	Lapse     Verb = "lapse"    // nobody rated in time: the branch visits all the same
	Locate    Verb = "locate"   // 定位: it lies elsewhere than it was thought to
	Split     Verb = "split"    // 拆分: one message, several matters
)

// Need is something a step can't be done without.
type Need string

// What steps may need from whoever does them.
const (
	NeedBody   Need = "body"
	NeedNote   Need = "note"
	NeedPhoto  Need = "photo"
	NeedReason Need = "reason"
	NeedStars  Need = "stars"
)

// rule is one row of the table of steps.
type rule struct {
	From     []Status
	To       Status       // "" leaves it where it is
	Right    access.Right // "" for steps of the resident, who shows a claim instead
	Needs    []Need
	Public   bool // the resident reads the note
	Joined   bool // also a step of those who joined
	Internal bool // not offered as a button: another area calls it
	Fresh    bool // leaves it where it is, and yet not for a page that shows it as it was
	turn     func(*Case) Turn
	effect   func(*Case, *Step, int64)
}

// rules is the law of casework as far as it is built: which step leads from where to where. Later law (extend, shelve, supervise, exclude) adds rows.
var rules = map[Verb]rule{
	Accept:    {From: []Status{New}, To: Accepted, Right: Handle, turn: desk},
	Dispatch:  {From: []Status{New, Accepted}, To: Dispatched, Right: Handle, Needs: []Need{NeedBody}, turn: at(AtBody), effect: lead},
	Take:      {From: []Status{Dispatched}, To: Working, Right: Work, turn: at(AtBody)},
	Return:    {From: []Status{Dispatched, Working}, To: Accepted, Right: Work, Needs: []Need{NeedReason, NeedNote}, turn: desk, effect: unlead},
	Recall:    {From: []Status{Dispatched}, To: Accepted, Right: Handle, turn: desk, effect: unlead},
	Done:      {From: []Status{Accepted, Working}, To: Resolved, Right: Work, Needs: []Need{NeedNote, NeedPhoto}, turn: desk, effect: resolved},
	Blow:      {From: []Status{New, Accepted, Whistled, Reported}, To: Whistled, Right: "whistle.blow", Internal: true, turn: at(AtBody)},
	ReportIn:  {From: []Status{Whistled, Reported}, To: Reported, Right: "whistle.report_in", Internal: true, turn: at(AtBody)},
	HandIn:    {From: []Status{Reported}, To: Resolved, Right: "whistle.report_in", Internal: true, turn: desk, effect: resolved},
	Answer:    {From: []Status{New, Accepted, Resolved}, To: Answered, Right: Reply, Needs: []Need{NeedNote}, Public: true, turn: at(AtResident), effect: answered},
	Rate:      {From: []Status{Answered}, To: Rated, Needs: []Need{NeedStars}, turn: at(AtBranch), effect: rated},
	Lapse:     {From: []Status{Answered}, To: Rated, Right: Backdate, Internal: true, turn: at(AtBranch)},
	Archive:   {From: []Status{Answered}, To: Closed, Right: Backdate, turn: at(AtNobody), effect: archived},
	Revisit:   {From: []Status{Answered, Rated}, To: Closed, Right: Visit, Needs: []Need{NeedNote}, turn: at(AtNobody), effect: closed},
	Unsolved:  {From: []Status{Answered, Rated}, To: Accepted, Right: Visit, Needs: []Need{NeedNote}, turn: desk, effect: reopened},
	Reopen:    {From: []Status{Answered, Rated, Closed}, To: Accepted, Needs: []Need{NeedNote}, turn: desk, effect: reopened},
	Decline:   {From: []Status{New, Accepted}, To: Declined, Right: Handle, Needs: []Need{NeedReason, NeedNote}, Public: true, turn: at(AtNobody), effect: declined},
	Locate:    {From: []Status{New, Accepted, Dispatched, Working}, Right: Handle, Public: true, Internal: true, Fresh: true},
	Split:     {From: []Status{New, Accepted}, Right: Handle, Public: true, Internal: true, Fresh: true},
	Classify:  {From: underWay, Right: Handle, Internal: true},
	Merge:     {From: []Status{New, Accepted}, To: Merged, Right: Handle, Internal: true, turn: at(AtNobody), effect: merged},
	Unmerge:   {From: []Status{Merged}, To: Accepted, Right: Handle, Needs: []Need{NeedNote}, Internal: true, turn: desk, effect: unmerged},
	Absorb:    {From: underWay, Right: Handle, Internal: true},
	Release:   {From: underWay, Right: Handle, Internal: true},
	Say:       {From: underWay, Needs: []Need{NeedNote}, Joined: true},
	Note:      {From: Statuses, Right: See, Needs: []Need{NeedNote}},
	Contacted: {From: []Status{New, Accepted, Dispatched, Working, Whistled, Reported, Resolved}, Right: Work, Needs: []Need{NeedNote}, effect: contacted},
}

// underWay are the statuses of open cases.
var underWay = slices.DeleteFunc(slices.Clone(Statuses), Status.Over)

// order is how buttons stand on a page: the likeliest first.
var order = []Verb{Take, Accept, Dispatch, Done, Answer, Revisit, Unsolved, Rate, Reopen, Say, Recall, Return, Decline, Contacted, Note}

// limits names the limit each status runs under; the rows are in the catalogue.
var limits = map[Status]string{
	New: "accept", Accepted: "work", Dispatched: "take", Working: "work", Whistled: "report_in", Reported: "work",
	Resolved: "answer", Answered: "rate", Rated: "revisit",
}

// Step is what somebody supplies with a verb.
type Step struct {
	Version   int64  // of the page they looked at; 0: whatever it is now
	ClientRef string // the same step sent again does nothing
	Note      string
	Reason    string // a code of the catalogue
	To        int64  // the body it is handed to
	Stars     int64
	Photos    []Photo
	Point     *geo.Point
	DoneAt    int64    // when it really happened, for what comes late from a handset; 0: now
	Claim     Claim    // of the resident
	Despite   []string // the warnings it goes out against, by their codes
	Why       string   // and why, where that is asked for
	Place     int64    // where it lies, for Locate
	Parts     []string // the numbers of the further cases, for Split

	sorted *sorted // of Classify
}

// Time is when the step happened: what was said, but never later than now.
func (s *Step) Time(now int64) int64 {
	if s.DoneAt == 0 || s.DoneAt > now {
		return now
	}
	return s.DoneAt
}

// Photo is a photo kept in the blob store.
type Photo struct {
	Hash          string
	Width, Height int
}

// Claim shows that somebody without an account is the one who reported: the secret of the receipt, or a phone they have just verified.
type Claim struct {
	Secret string
	Phone  string
	Others []string // secrets of other cases that this browser holds: a case that was split opens its parts
}

// Needs lists what the verb can't be done without.
func (v Verb) Needs() []Need { return rules[v].Needs }

// Right is the right that the verb takes; "" for steps of the resident.
func (v Verb) Right() access.Right { return rules[v].Right }

// Told tells whether the resident reads the note: an answer, a refusal, what was done.
func (v Verb) Told() bool { return rules[v].Public || v == Done || v == HandIn }

// Ready tells whether the table lets the verb follow where the case stands; May asks for the right as well.
func (c *Case) Ready(v Verb) bool { return slices.Contains(rules[v].From, c.Status) }

// Limit names the limit of the catalogue that the status runs under, "" for none.
func (s Status) Limit() string { return limits[s] }

// May lists what the actor may do with the case now, the likeliest first: the page's buttons.
func (c *Case) May(who access.Actor) []Verb {
	var all []Verb
	for _, v := range order {
		r := rules[v]
		if !r.Internal && r.Right != "" && slices.Contains(r.From, c.Status) && who.May(r.Right, c.At()) == nil && c.fits(v, who) {
			all = append(all, v)
		}
	}
	return all
}

// fits keeps apart who works on a case and who only stands above it: a body's step is done by that body, the desk's by the territory.
func (c *Case) fits(v Verb, who access.Actor) bool {
	switch v {
	case Take, Return:
		return who.Program || who.In(c.Lead)
	case Answer: // what asks for nothing to be done may be answered at once
		return who.Program || c.Status == Resolved || c.Kind == "ask" || c.Kind == "suggest" || c.Kind == "praise"
	case Done:
		if c.Status == Working {
			return who.Program || who.In(c.Lead)
		}
		return who.Program || who.May(Handle, c.At()) == nil
	}
	return true
}

// Claimed lists what the one who reported may do now; rating and reopening stay with the first, those who joined may tell more.
func (c *Case) Claimed() []Verb {
	var all []Verb
	for _, v := range order {
		if r := rules[v]; r.Right == "" && slices.Contains(r.From, c.Status) && (r.Joined || !c.Shared) {
			all = append(all, v)
		}
	}
	return all
}

func at(t Turn) func(*Case) Turn { return func(*Case) Turn { return t } }

// desk is the lowest desk of the case's place: its grid, or the city when nobody knows where it is.
func desk(c *Case) Turn { return deskOf(c.Path) }

func deskOf(path string) Turn {
	switch depth(path) {
	case 0, 1:
		return AtCity
	case 2:
		return AtStreet
	case 3:
		return AtCommunity
	}
	return AtGrid
}

func lead(c *Case, s *Step, _ int64) {
	c.Lead = s.To
	c.Join(s.To)
}

func unlead(c *Case, _ *Step, _ int64) { c.Lead = 0 }

func resolved(c *Case, _ *Step, now int64) { c.ResolvedAt, c.Whistle = now, 0 }

func answered(c *Case, s *Step, now int64) {
	c.Answer, c.AnsweredAt = s.Note, now
	contacted(c, s, now)
}

func rated(c *Case, s *Step, _ int64) { c.Stars = s.Stars }

func closed(c *Case, _ *Step, now int64) { c.Outcome, c.ClosedAt = "solved", now }

func archived(c *Case, _ *Step, now int64) { c.Outcome, c.ClosedAt = "answered", now }

func declined(c *Case, s *Step, now int64) {
	c.Outcome, c.ClosedAt, c.Answer, c.AnsweredAt = "declined", now, s.Note, now
}

func merged(c *Case, _ *Step, now int64) { c.Outcome, c.ClosedAt = "merged", now }

func unmerged(c *Case, _ *Step, _ int64) { c.Outcome, c.ClosedAt, c.Merged = "", 0, 0 }

func reopened(c *Case, _ *Step, _ int64) {
	c.Reopened++
	c.Lead, c.ResolvedAt, c.AnsweredAt, c.ClosedAt, c.Stars, c.Outcome = 0, 0, 0, 0, 0, ""
}

func contacted(c *Case, _ *Step, now int64) {
	if c.ContactedAt == 0 {
		c.ContactedAt = now
	}
}
