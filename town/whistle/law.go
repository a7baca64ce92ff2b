package whistle

import (
	"context"

	"mulin/internal/access"
	"mulin/internal/life"
	"mulin/internal/store"
	"mulin/town/casework"
)

// Verbs of a whistle that has been blown. Arrive and HandIn go with a step of the case, Raise with the next whistle.
const (
	Arrive life.Verb = "report_in"
	Finish life.Verb = "hand_in"
	Raise  life.Verb = "raise" // a higher level blows
	Score  life.Verb = "score"
)

// order is how buttons stand on a page.
var order = []life.Verb{Arrive, Finish, Score}

// By whom, beyond a right: units that have yet to report in, the one that leads, those whose score is missing.
var (
	called   = &life.By[Whistle]{Is: (*Whistle).Called, Else: life.Always[Whistle](ErrStale), Self: true, Where: unit(`u.reported_at = 0`)}
	leading  = &life.By[Whistle]{Is: func(w *Whistle, who access.Actor) bool { return who.In(w.Lead()) }, Self: true, Where: unit(`u.lead`)}
	unscored = &life.By[Whistle]{Self: true, Is: func(w *Whistle, who access.Actor) bool {
		return (who.May(ReportIn, w.At()) == nil || who.May(Blow, w.At()) == nil) && w.mayScore(who)
	}}
)

// law says what may follow.
var law = life.Law[Whistle]{
	Arrive: {From: []Status{Blown, Reported}, To: Reported, Right: ReportIn, By: called, Needs: life.Point | life.Photo, Missed: map[life.Need]string{life.Photo: "whistle.photo.missing"}},
	Finish: {From: []Status{Reported}, To: HandedIn, Right: ReportIn, By: leading, Needs: life.Note | life.Photo, Effect: ended},
	Raise:  {From: []Status{Blown, Reported}, To: Raised, Right: Blow, Internal: true, Effect: ended},
	Score:  {From: []Status{HandedIn, Raised}, By: unscored, Needs: life.Stars, Fresh: true, Aside: true},
}

func ended(w *Whistle, s *life.Step, _ access.Actor) { w.EndedAt = s.DoneAt }

// unit writes for lists that one of the actor's bodies was called and is as told.
func unit(as string) func(access.Actor) (string, []any) {
	return func(who access.Actor) (string, []any) {
		args := []any{int64(-1)}
		for _, b := range who.Bodies() {
			args = append(args, b)
		}
		return `exists (select 1 from whistle_unit u where u.city = w.city and u.whistle = w.id and ` + as + ` and u.body in (` + store.In(len(args)) + `))`, args
	}
}

// takesPart is that a body was called or called the others, for access.Reach.
const takesPart = `exists (select 1 from whistle_unit u where u.city = w.city and u.whistle = w.id and ? in (u.body, w.caller))`

// room is where whistles live; a step that comes through its door moves the case too.
type room struct {
	life.Room[Whistle]
	post *Post
}

func newRoom(p *Post) *room {
	return &room{post: p, Room: life.Room[Whistle]{Kind: "whistle", City: p.city, Law: law, Order: order, States: []Status{Blown, Reported, HandedIn, Raised}, Ends: []Status{HandedIn, Raised},
		See: casework.See, Late: casework.Backdate,
		Rows:     life.Rows[Whistle]{Table: "whistle w", Columns: columns, Scan: scanWith, More: p.units, Path: "w.path", Takes: takesPart},
		Calendar: p.catalog.Calendar, Title: func(w *Whistle) string { return w.Note },
		Shown: func(w *Whistle, who access.Actor) bool {
			return who.May(casework.See, access.At{Path: w.Path, Bodies: append(w.Bodies(), w.Caller)}) == nil
		},
		Save: save, Entry: func(_, _ *Whistle, s *life.Step) any { return s.More },
		Missing: ErrNotFound, Stale: ErrStale}}
}

// Door is the whistle post as pages of all laws, JSON and the scanner know it.
func (p *Post) Door() life.Door { return p.room }

// Do does a step of a whistle and the one of its case that goes with it.
func (r *room) Do(ctx context.Context, who access.Actor, id int64, v life.Verb, s life.Step) (life.View, error) {
	var err error
	switch v {
	case Arrive:
		_, err = r.post.arrive(ctx, who, id, pair{Step: s})
	case Finish:
		_, err = r.post.finish(ctx, who, id, pair{Step: s})
	case Score:
		_, err = r.post.Score(ctx, who, id, s)
	default:
		err = access.ErrDenied
	}
	if err != nil {
		return life.View{}, err
	}
	return r.Look(ctx, who, id)
}
