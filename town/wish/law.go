package wish

import (
	"slices"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/life"
	"mulin/internal/sensitive"
)

// The states. Settled is fulfilled, and nobody said thanks in time; hidden is fulfilled, but not for everybody's eyes.
const (
	Asked, Open, Claimed        life.State = "asked", "open", "claimed"
	Fulfilled, Thanked, Settled life.State = "fulfilled", "thanked", "settled"
	Hidden, Refused, Withdrawn  life.State = "hidden", "refused", "withdrawn"
)

var (
	states = of(Asked, Open, Claimed, Fulfilled, Thanked, Settled, Hidden, Refused, Withdrawn)
	ends   = of(Thanked, Settled, Hidden, Refused, Withdrawn)
	order  = []life.Verb{"review", "claim", "fulfil", "thank", "release", "refuse", "look", "hide", "withdraw"}
	limits = map[life.State]string{Asked: "wish.review", Claimed: "wish.fulfil", Fulfilled: "wish.thank"}

	// Public are the states in which a wish hangs on the wall, Lit those in which it shines there.
	Public = append(of(Open, Claimed), Lit...)
	Lit    = of(Fulfilled, Thanked, Settled)
)

// climbs is the ladder a city begins with: who claimed is reminded, then the wish is anybody's again.
var climbs = map[string][]life.Rung{
	"wish.review": {life.AtDue("warn")},
	"wish.fulfil": {{Verb: "warn", Early: true, After: clock.Limit{Amount: 1, Unit: clock.WorkDay}, Tell: "turn"}, life.AtDue("lapse")},
	"wish.thank":  {life.AtDue("settle")},
}

// Who may do a step beyond a right. A browser that shows the receipt's secret is the asker's; nobody claims their own.
var (
	asker    = &life.By[Wish]{Is: (*Wish).asks, Where: life.Person("w.asker = ? or w.worker = ?", 2)}
	claimer  = &life.By[Wish]{Is: (*Wish).claims, Where: life.Person("w.claimer = ?", 1)}
	holder   = &life.By[Wish]{Is: func(w *Wish, who access.Actor) bool { return w.claims(who) || who.May(Review, w.At()) == nil }}
	stranger = &life.By[Wish]{Is: func(w *Wish, who access.Actor) bool {
		return who.Person != 0 && !w.asks(who) && (len(who.Posts) == 0 || who.Has(Help))
	}, Self: true, Else: func(w *Wish, who access.Actor) error {
		if who.Person != 0 && w.asks(who) {
			return errOwn
		}
		return access.ErrDenied
	}}
)

// law says what may follow. Look is that somebody read whom a wish is for; nobody needs to once it has ended.
var law = life.Law[Wish]{
	"review":   {From: of(Asked), To: Open, Right: Review},
	"refuse":   {From: of(Asked, Open), To: Refused, Right: Review, Needs: life.Reason | life.Note, Missed: missed, Aside: true, Told: true, Check: quiet},
	"withdraw": {From: of(Asked, Open, Claimed), To: Withdrawn, By: asker, Aside: true},
	"claim":    {From: of(Open), To: Claimed, By: stranger, Aside: true, Effect: claimed},
	"fulfil":   {From: of(Claimed), To: Fulfilled, By: claimer, Needs: life.Photo | life.Note, Missed: missed, Told: true, Check: quiet},
	"release":  {From: of(Claimed), To: Open, By: holder, Needs: life.Note, Missed: missed, Aside: true, Check: quiet, Effect: released},
	"thank":    {From: of(Fulfilled), To: Thanked, By: asker, Needs: life.Stars, Told: true, Check: quiet, Effect: func(w *Wish, s *life.Step, _ access.Actor) { w.Stars = s.Stars }},
	"hide":     {From: Lit, To: Hidden, Right: Review, Needs: life.Note, Missed: missed, Aside: true, Check: quiet},
	"look":     {From: of(Asked, Open, Claimed, Fulfilled), Right: Review, Needs: life.Note, Missed: missed, Aside: true, Check: quiet},
	"warn":     {From: of(Asked, Claimed), Right: Review, Internal: true},
	"lapse":    {From: of(Claimed), To: Open, Right: Review, Internal: true, Effect: released},
	"settle":   {From: of(Fulfilled), To: Settled, Right: Review, Internal: true},
}

var missed = map[life.Need]string{life.Note: "wish.note.missing", life.Photo: "wish.photo.missing", life.Reason: "wish.reason.missing"}

func of(all ...life.State) []life.State { return all }

func (w *Wish) asks(who access.Actor) bool { return w.proven || who.Is(w.Asker, w.Worker) }

func (w *Wish) claims(who access.Actor) bool { return who.Is(w.Claimer) }

// veiled tells that the actor neither asked for the wish nor looks after it: they read what others were told. Whoever has claimed it reads no more: anybody may claim.
func (w *Wish) veiled(who access.Actor) bool { return !w.asks(who) && who.May(See, w.At()) != nil }

func (w *Wish) shown(who access.Actor) bool {
	return slices.Contains(Public, w.Status) || w.claims(who) || !w.veiled(who)
}

// seen are for lists the wishes that the actor looks after or has a part in.
func seen(who access.Actor) (string, []any) {
	reach, args := who.Reach(See).Where("w.path", "w.claimer_body = ?")
	part, more := life.Person("w.asker = ? or w.worker = ? or w.claimer = ?", 3)(who)
	return `(` + reach + ` or ` + part + `)`, append(args, more...)
}

// quiet keeps the name of whom the wish is for out of what everybody reads.
func quiet(w *Wish, s *life.Step, _ *fault.List) {
	s.Note, s.Reason = sensitive.HideName(s.Note, w.name), sensitive.HideName(s.Reason, w.name)
}

func claimed(w *Wish, _ *life.Step, who access.Actor) { w.Claimer, w.Body = who.Person, who.Body() }

func released(w *Wish, _ *life.Step, _ access.Actor) { w.Claimer, w.Body = 0, 0 }
