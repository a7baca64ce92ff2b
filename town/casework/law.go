package casework

import (
	"slices"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/life"
	"mulin/internal/store"
	"mulin/town/catalog"
)

// What casework says with the words of all laws.
type (
	Verb  = life.Verb
	Need  = life.Need
	Step  = life.Step
	Photo = life.Picture
	Claim = life.Claim
)

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
	Rezone    Verb = "rezone"   // 区域调整: its place was merged or split
	Split     Verb = "split"    // 拆分: one message, several matters
	Warn      Verb = "warn"     // a yellow or red card: told to whom the rung says
	Climb     Verb = "climb"    // it was late: the desk above has it now
)

// The needs that casework has.
const (
	NeedBody   = life.Body
	NeedNote   = life.Note
	NeedPhoto  = life.Photo
	NeedReason = life.Reason
	NeedStars  = life.Stars
)

// By whom, beyond a right: the one who reported, those who joined, the body that has it, the territory's desk.
var (
	reporter = &life.By[Case]{Is: func(c *Case, _ access.Actor) bool { return c.proven }, Else: life.Always[Case](ErrSecret)}
	joiner   = &life.By[Case]{Is: func(c *Case, _ access.Actor) bool { return c.proven || c.joined }, Else: life.Always[Case](ErrSecret)}
	leading  = &life.By[Case]{Is: func(c *Case, who access.Actor) bool { return who.In(c.Lead) }, Where: leads}
	doer     = &life.By[Case]{Is: func(c *Case, who access.Actor) bool {
		return c.Status == Working && who.In(c.Lead) || c.Status != Working && who.May(Handle, c.At()) == nil
	}, Where: func(who access.Actor) (string, []any) {
		lead, bodies := leads(who)
		desk, reach := who.Reach(Handle).Where("c.path", takesPart)
		return `(c.status = 'working' and ` + lead + ` or c.status <> 'working' and ` + desk + `)`, append(bodies, reach...)
	}}
	answerer = &life.By[Case]{Is: func(c *Case, _ access.Actor) bool { // what asks for nothing to be done may be answered at once
		return c.Status == Resolved || c.Kind == "ask" || c.Kind == "suggest" || c.Kind == "praise"
	}, Where: func(access.Actor) (string, []any) {
		return `(c.status = 'resolved' or c.kind in ('ask', 'suggest', 'praise'))`, nil
	}}
)

// leads is that one of the actor's bodies has the case.
func leads(who access.Actor) (string, []any) {
	args := []any{int64(-1)}
	for _, b := range who.Bodies() {
		args = append(args, b)
	}
	return `c.lead in (` + store.In(len(args)) + `)`, args
}

func of(all ...Status) []Status { return all }

// law is the law of casework as far as it is built: which step leads from where to where. Later law (extend, shelve, supervise, exclude) adds rows.
var law = life.Law[Case]{
	Accept:    {From: of(New), To: Accepted, Right: Handle, Turn: desk},
	Dispatch:  {From: of(New, Accepted), To: Dispatched, Right: Handle, Needs: NeedBody, Turn: at(AtBody), Effect: lead},
	Take:      {From: of(Dispatched), To: Working, Right: Work, By: leading, Turn: at(AtBody)},
	Return:    {From: of(Dispatched, Working), To: Accepted, Right: Work, By: leading, Needs: NeedReason | NeedNote, Turn: desk, Effect: unlead},
	Recall:    {From: of(Dispatched), To: Accepted, Right: Handle, Turn: desk, Effect: unlead},
	Done:      {From: of(Accepted, Working), To: Resolved, Right: Work, By: doer, Needs: NeedNote | NeedPhoto, Turn: desk, Effect: resolved},
	Blow:      {From: of(New, Accepted, Whistled, Reported), To: Whistled, Right: "whistle.blow", Internal: true, Turn: at(AtBody)},
	ReportIn:  {From: of(Whistled, Reported), To: Reported, Right: "whistle.report_in", Internal: true, Turn: at(AtBody)},
	HandIn:    {From: of(Reported), To: Resolved, Right: "whistle.report_in", Internal: true, Turn: desk, Effect: resolved},
	Answer:    {From: of(New, Accepted, Resolved), To: Answered, Right: Reply, By: answerer, Needs: NeedNote, Told: true, Turn: at(AtResident), Effect: answered},
	Rate:      {From: of(Answered), To: Rated, By: reporter, Needs: NeedStars, Check: brief, Turn: at(AtBranch), Effect: rated},
	Lapse:     {From: of(Answered), To: Rated, Right: Backdate, Internal: true, Turn: at(AtBranch)},
	Archive:   {From: of(Answered), To: Closed, Right: Backdate, Turn: at(AtNobody), Effect: archived},
	Revisit:   {From: of(Answered, Rated), To: Closed, Right: Visit, Needs: NeedNote, Turn: at(AtNobody), Effect: closed},
	Unsolved:  {From: of(Answered, Rated), To: Accepted, Right: Visit, Needs: NeedNote, Anew: true, Turn: desk, Effect: reopened},
	Reopen:    {From: of(Answered, Rated, Closed), To: Accepted, By: reporter, Needs: NeedNote, Check: brief, Anew: true, Turn: desk, Effect: reopened},
	Decline:   {From: of(New, Accepted), To: Declined, Right: Handle, Needs: NeedReason | NeedNote, Told: true, Turn: at(AtNobody), Effect: declined},
	Locate:    {From: of(New, Accepted, Dispatched, Working), Right: Handle, Told: true, Internal: true, Fresh: true},
	Rezone:    {From: underWay, Right: Handle, Internal: true},
	Split:     {From: of(New, Accepted), Right: Handle, Told: true, Internal: true, Fresh: true},
	Classify:  {From: underWay, Right: Handle, Internal: true},
	Merge:     {From: mergeable, To: Merged, Right: Handle, Internal: true, Turn: at(AtNobody), Effect: merged},
	Unmerge:   {From: of(Merged), To: Accepted, Right: Handle, Needs: NeedNote, Internal: true, Turn: desk, Effect: unmerged},
	Absorb:    {From: underWay, Right: Handle, Internal: true},
	Release:   {From: underWay, Right: Handle, Internal: true},
	Warn:      {From: underWay, Right: Handle, Internal: true},
	Climb:     {From: underWay, Right: Handle, Internal: true, Fresh: true, Turn: above},
	Say:       {From: underWay, By: joiner, Needs: NeedNote, Check: brief, Aside: true},
	Note:      {From: Statuses, Right: See, Needs: NeedNote, Aside: true},
	Contacted: {From: of(New, Accepted, Dispatched, Working, Whistled, Reported, Resolved), Right: Work, Needs: NeedNote, Aside: true, Effect: reached},
}

// brief holds what a resident says to its length.
func brief(_ *Case, s *Step, list *fault.List) {
	list.Within(s.Note, MaxSaid, "note", "case.note.long")
}

// underWay are the statuses of open cases.
var underWay = slices.DeleteFunc(slices.Clone(Statuses), Over)

// order is how buttons stand on a page: the likeliest first.
var order = []Verb{Take, Accept, Dispatch, Done, Answer, Revisit, Unsolved, Rate, Reopen, Say, Recall, Return, Decline, Contacted, Note}

// limits names the limit each status runs under; the rows are in the catalogue.
var limits = map[Status]string{
	New: catalog.Accept, Accepted: catalog.Work, Dispatched: catalog.Take, Working: catalog.Work, Whistled: catalog.ReportIn, Reported: catalog.Work,
	Resolved: catalog.Answer, Answered: catalog.Rate, Rated: catalog.Revisit,
}

// climbs is the ladder a city begins with.
var climbs = map[string][]life.Rung{catalog.Rate: {life.AtDue(Lapse)}}

// room joins the law with where cases lie.
func (d *Desk) newRoom(ladders *life.Ladders) *life.Room[Case] {
	return &life.Room[Case]{Kind: "case", City: d.city, Law: law, Order: order, Limits: limits, Whole: catalog.Case, Ends: of(Closed, Declined, Merged), See: See, Late: Backdate,
		States: Statuses, Title: func(c *Case) string { return c.Title },
		Rows:     life.Rows[Case]{Table: "cases c", Columns: columns, Scan: scanWith, Path: "c.path", Takes: takesPart},
		Calendar: d.catalog.Calendar, Limit: d.span, Rungs: ladders.Of("case", climbs), Body: d.lives, Proof: &life.Proof[Case]{Columns: ", " + proofColumns, Read: d.proof},
		Moved: func(was, is *Case) bool { return was.Lead != is.Lead || was.Whistle != is.Whistle },
		Save:  d.save, Kept: d.kept, Entry: func(was, is *Case, s *Step) any { return changeOf(was, is, *s) },
		Missing: ErrNotFound, Stale: ErrStale}
}

func (d *Desk) span(c *Case, name string) (life.Span, bool) {
	l, ok := d.catalog.Limit(name, c.Class, c.Urgency)
	return life.Span{Limit: l}, ok
}

func (d *Desk) lives(id int64) bool {
	b, ok := d.bodies.Get(id)
	return ok && b.Live()
}

// proof reads along whether the claim is that of the one who reported, or of one who joined.
func (d *Desk) proof(s *Step) (args, into []any, tell func(*Case)) {
	var p proof
	keys := d.keysOf(s.Claim)
	return []any{keys.secret, keys.phone}, p.fields(), func(c *Case) { c.proven, c.joined = p.owns(access.Actor{}, keys) == nil, p.joined > 0 }
}

// Needs lists what a verb can't be done without.
func Needs(v Verb) []Need { return law[v].Needs.All() }

// RightFor is the right that a verb takes; "" for steps of the resident.
func RightFor(v Verb) access.Right { return law[v].Right }

// Told tells whether the resident reads the note: an answer, a refusal, what was done.
func Told(v Verb) bool { return law[v].Told || v == Done || v == HandIn }

// Ready tells whether the table lets the verb follow where the case stands; May asks for the right as well.
func (c *Case) Ready(v Verb) bool { return law.Ready(c, v) }

// LimitOf names the limit of the catalogue that a status runs under, "" for none.
func LimitOf(s Status) string { return limits[s] }

// May lists what the actor may do with the case now, the likeliest first: the page's buttons.
func (c *Case) May(who access.Actor) (all []Verb) {
	for _, o := range law.Offers(c, who, order) {
		if law[o.Verb].Right != "" {
			all = append(all, o.Verb)
		}
	}
	return all
}

// Claimed lists what the one who reported may do now; rating and reopening stay with the first, those who joined may tell more.
func (c *Case) Claimed() []Verb {
	var all []Verb
	for _, v := range order {
		if r := law[v]; r.Right == "" && slices.Contains(r.From, c.Status) && (r.By == joiner || !c.Shared) {
			all = append(all, v)
		}
	}
	return all
}

func at(t Turn) func(*Case) Turn { return func(*Case) Turn { return t } }

// desk is the lowest desk of the case's place: its grid, or the city when nobody knows where it is.
func desk(c *Case) Turn { return deskOf(c.Path) }

// above is the desk above the one whose turn it is.
func above(c *Case) Turn {
	if i := slices.Index(ranks, c.Turn); i >= 0 && i < len(ranks)-1 {
		return ranks[i+1]
	}
	return c.Turn
}

var ranks = []Turn{AtGrid, AtCommunity, AtStreet, AtCity}

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

func lead(c *Case, s *Step, _ access.Actor) {
	c.Lead = s.To
	c.Join(s.To)
}

func unlead(c *Case, _ *Step, _ access.Actor) { c.Lead = 0 }

func resolved(c *Case, s *Step, _ access.Actor) { c.ResolvedAt, c.Whistle = s.DoneAt, 0 }

func answered(c *Case, s *Step, who access.Actor) {
	c.Answer, c.said, c.AnsweredAt = s.Note, true, s.DoneAt
	reached(c, s, who)
}

func rated(c *Case, s *Step, _ access.Actor) { c.Stars = s.Stars }

func closed(c *Case, s *Step, _ access.Actor) { c.Outcome, c.ClosedAt = "solved", s.DoneAt }

func archived(c *Case, s *Step, _ access.Actor) { c.Outcome, c.ClosedAt = "answered", s.DoneAt }

func declined(c *Case, s *Step, _ access.Actor) {
	c.Outcome, c.ClosedAt, c.Answer, c.said, c.AnsweredAt = "declined", s.DoneAt, s.Note, true, s.DoneAt
}

func merged(c *Case, s *Step, _ access.Actor) { c.Outcome, c.ClosedAt = "merged", s.DoneAt }

func unmerged(c *Case, _ *Step, _ access.Actor) { c.Outcome, c.ClosedAt, c.Merged = "", 0, 0 }

func reopened(c *Case, _ *Step, _ access.Actor) {
	c.Reopened++
	c.Lead, c.ResolvedAt, c.AnsweredAt, c.ClosedAt, c.Stars, c.Outcome = 0, 0, 0, 0, 0, ""
}

func reached(c *Case, s *Step, _ access.Actor) {
	if c.ContactedAt == 0 {
		c.ContactedAt = s.DoneAt
	}
}
