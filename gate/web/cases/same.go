package cases

import (
	"context"
	"strings"
	"time"

	"github.com/a-h/templ"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/town/casework"
	"mulin/town/triage"
)

// sameView is the cases that seem to tell the same, and those that were found to.
type sameView struct {
	Likes   []likeView
	Under   []casework.Case // merged into this one
	Main    *casework.Case  // this one was merged into
	merge   bool
	unmerge bool
}

// likeView is a case that may be the same, with the reasons in words.
type likeView struct {
	casework.Case
	Place, Why, Thumb string
	People            int64
}

func (v sameView) empty() bool { return len(v.Likes) == 0 && len(v.Under) == 0 && v.Main == nil }

// SamePart is what seems to tell the same, what was merged into a case, or into what it was merged; merging is offered with it.
func (p *Pages) SamePart(rq *site.Req, file *casework.File) (templ.Component, error) {
	v, err := p.sameView(rq.HTTP.Context(), rq, &file.Case)
	if err != nil {
		return nil, err
	}
	return Card{sameCard(v), v.deeds(rq, &file.Case), nil}, nil
}

func (p *Pages) sameView(ctx context.Context, rq *site.Req, c *casework.Case) (v sameView, err error) {
	handles := rq.Who.May(casework.Handle, c.At()) == nil
	if c.Merged != 0 {
		return p.mergedView(ctx, rq, c, handles)
	}
	if v.Under, err = p.Desk.MergedInto(ctx, rq.Who, c.ID); err != nil || !c.Open {
		return v, err
	}
	likes, err := p.Triage.Same(ctx, rq.Who, c)
	if err != nil {
		return v, err
	}
	if v.Likes, err = p.likeViews(ctx, rq, likes); err != nil {
		return v, err
	}
	v.merge = handles && c.Ready(casework.Merge)
	return v, nil
}

// mergedView tells into which case this one was merged.
func (p *Pages) mergedView(ctx context.Context, rq *site.Req, c *casework.Case, handles bool) (v sameView, err error) {
	main, err := p.Desk.Load(ctx, p.Desk.City(), c.Merged)
	if err != nil || rq.Who.May(casework.See, main.At()) != nil {
		return v, err
	}
	v.Main = &main
	v.unmerge = handles && main.Open && rq.Who.May(casework.Handle, main.At()) == nil
	return v, nil
}

func (p *Pages) likeViews(ctx context.Context, rq *site.Req, likes []triage.Like) ([]likeView, error) {
	var ids []int64
	for _, l := range likes {
		ids = append(ids, l.Case.ID)
	}
	thumbs, err := p.Desk.Thumbs(ctx, ids)
	if err != nil {
		return nil, err
	}
	var all []likeView
	for _, l := range likes {
		one := likeView{Case: l.Case, Place: p.Places.Name(l.Case.Path), Why: why(rq, l), People: l.Case.Supporters + 1}
		if hash := thumbs[l.Case.ID]; hash != "" {
			one.Thumb = to.Photo(l.Case.Number, hash) + "?small"
		}
		all = append(all, one)
	}
	return all, nil
}

// why says what speaks for it, the strongest first.
func why(rq *site.Req, l triage.Like) string {
	var all []string
	add := func(ok bool, key string, args ...any) {
		if ok {
			all = append(all, rq.T(key, args...))
		}
	}
	add(l.SamePhoto, "same.why.photo")
	add(l.Metres >= 0 && l.Metres < 30, "same.why.spot")
	add(l.Metres >= 30, "same.why.metres", int(l.Metres/5+0.5)*5)
	add(true, "same.why.said", int(l.Said*100+0.5))
	add(l.SameEstate, "same.why.estate")
	add(l.SameName, "same.why.name")
	add(l.SameClass, "same.why.class")
	add(true, "same.why.apart", rq.Duration(max(l.Between, time.Minute).Microseconds()))
	return strings.Join(all, " · ")
}

// deeds are merging and undoing it, as far as they may be done.
func (v sameView) deeds(rq *site.Req, c *casework.Case) []Deed {
	var all []Deed
	if v.merge {
		var into []ui.Choice
		for _, l := range v.Likes {
			into = append(into, ui.Choice{Value: l.Number, Label: l.Number + " " + l.Title, Hint: l.Why})
		}
		all = append(all, Deed{Do: string(casework.Merge), Label: rq.T("case.verb.merge"), Icon: "list", Key: verbKeys[string(casework.Merge)], Action: "/cases/" + c.Number + "/merge",
			Needs: []casework.Need{casework.NeedNote}, Optional: true, Note: NoteWords{rq.T("same.merge.note"), ""}, Ask: func(f *site.Form) templ.Component { return mergeChoice(f, into) }})
	}
	if v.unmerge && c.Ready(casework.Unmerge) {
		all = append(all, Deed{Do: string(casework.Unmerge), Label: rq.T("case.verb.unmerge"), Icon: "left", Action: "/cases/" + c.Number + "/unmerge",
			Needs: []casework.Need{casework.NeedNote}, Note: NoteWords{rq.T("same.unmerge.note"), rq.T("same.unmerge.hint", v.Main.Number)}})
	}
	return all
}
