package cases

import (
	"cmp"
	"slices"
	"strings"

	"mulin/gate/web/photos"
	"mulin/gate/web/site"
	"mulin/gate/web/ui"
	"mulin/internal/clock"
	"mulin/town/casework"
	"mulin/town/catalog"
)

// timeline tells what happened, the newest first, each step with how long it took and how long it might.
func (p *Pages) timeline(rq *site.Req, file casework.File) []ui.Step {
	steps := []ui.Step{{At: file.OpenedAt, What: rq.T("case.verb.open"), State: site.Grey, Who: rq.T("desk.channel." + channelKey(file.Channel))}}
	status, since := casework.New, file.OpenedAt
	for _, h := range file.Steps {
		s := ui.Step{At: h.At, What: rq.T("case.verb." + string(h.Verb)), Who: p.actor(h), Said: h.Note, Photos: photos.Of(rq, file.Number, "desk.photo", h.Photos), State: site.Grey}
		if name := p.Bodies.NameAt(h.Target, h.At); h.Target != 0 && name != "" {
			s.What += " → " + name
		}
		if h.Sort != nil {
			s.What += p.sortedStep(rq, h.Sort)
		}
		if h.Reason != "" {
			s.What += " · " + p.reason(h)
		}
		if len(h.Despite) > 0 {
			s.What += " · " + rq.T("answer.despite", despiteNames(rq, h.Despite))
			if h.Why != "" {
				s.What += rq.T("answer.despite.why", h.Why)
			}
		}
		if h.Status != status {
			s.State, s.Took = p.took(rq, &file.Case, status, since, h.At)
			status, since = h.Status, h.At
		}
		steps = append(steps, s)
	}
	slices.Reverse(steps)
	return steps
}

// actor names who did a step and for whom, as their body was called then.
func (p *Pages) actor(h casework.Happened) string {
	return strings.Trim(p.Accounts.Name(h.Person)+" · "+p.Bodies.NameAt(h.Body, h.At), " ·")
}

// took says how long a status lasted and what was allowed, red if it was too long.
func (p *Pages) took(rq *site.Req, c *casework.Case, s casework.Status, since, until int64) (site.State, string) {
	text := rq.Duration(until - since)
	limit, ok := p.Catalog.Limit(casework.LimitOf(s), c.Class, c.Urgency)
	if !ok {
		return site.OK, text
	}
	state := site.OK
	if until > clock.Micros(p.Catalog.Calendar().Due(clock.Time(since), limit)) {
		state = site.Bad
	}
	return state, rq.T("desk.took", text, rq.Limit(limit))
}

func (p *Pages) reason(h casework.Happened) string {
	kinds := map[casework.Verb]string{casework.Return: catalog.ForReturn, DoLook: catalog.ForLook}
	if r, ok := p.Catalog.Reason(cmp.Or(kinds[h.Verb], catalog.ForDecline), h.Reason); ok {
		return r.Name
	}
	return h.Reason
}

// channelKey keeps words for channels that have any; others are interfaces.
func channelKey(channel string) string {
	if slices.Contains([]string{"web", "qr", "handset", "phone", "visit", "api", "import"}, channel) {
		return channel
	}
	return "other"
}

// sortedStep says in a timeline what somebody made of the case, and what had been suggested if it was something else.
func (p *Pages) sortedStep(rq *site.Req, s *casework.Resorted) string {
	text := " → " + p.Catalog.FullName(s.Class)
	if s.Urgency != s.UrgencyWas && s.Urgency != "" {
		text += " · " + cmp.Or(p.Urgency(rq, s.Urgency), s.Urgency)
	}
	if s.Kind != s.KindWas {
		text += " · " + rq.T("case.kind."+string(s.Kind))
	}
	switch {
	case s.Hint.Class == s.Class && s.Class != s.ClassWas:
		text += " · " + rq.T("guess.step.taken", s.Hint.Percent)
	case s.Hint.Class != 0 && s.Hint.Class != s.Class:
		text += " · " + rq.T("guess.step.other", p.ClassName(s.Hint.Class), s.Hint.Percent)
	}
	return text
}

// despiteNames names the warnings that words went out against.
func despiteNames(rq *site.Req, codes []string) string {
	var all []string
	names := rq.Under("answer.name.")
	for _, code := range codes {
		if name := names[code]; name != "" {
			all = append(all, name)
		}
	}
	return strings.Join(all, rq.T("answer.comma"))
}
