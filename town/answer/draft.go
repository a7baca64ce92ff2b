package answer

import (
	"context"
	"slices"
	"unicode/utf8"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/ledger"
	"mulin/internal/sensitive"
	"mulin/internal/store"
	"mulin/town/casework"
)

// Ask is what leaves the city when somebody asks an outside service for a draft: masked words, and nothing that the resident may not read.
type Ask struct {
	Title string   `json:"title"`
	Text  string   `json:"text"`
	Place string   `json:"place,omitempty"`
	Class string   `json:"class,omitempty"`
	Steps []string `json:"steps,omitempty"`
	Draft string   `json:"draft,omitempty"`
}

// AskDraft gathers what a drafting service may be told about a case, and writes down that it is asked: who and when, nothing of what is said. verb names a
// step; draft is what has been typed so far.
func (as *Answers) AskDraft(ctx context.Context, who access.Actor, f *casework.File, verb func(casework.Verb) string, draft string) (Ask, error) {
	c := &f.Case
	if err := who.May(casework.Reply, c.At()); err != nil {
		if who.May(casework.See, c.At()) != nil {
			return Ask{}, casework.ErrNotFound
		}
		return Ask{}, err
	}
	if utf8.RuneCountInString(draft) > casework.MaxNote {
		return Ask{}, fault.Field("note", "case.note.long", casework.MaxNote)
	}
	if !c.Ready(casework.Answer) {
		return Ask{}, casework.ErrStale.With(i18n.Key("case.status." + string(c.Status)))
	}
	a := Ask{Title: c.Title, Text: c.Text, Place: as.places.Name(c.Path), Class: as.catalog.FullName(c.Class), Draft: draft}
	for _, h := range f.Steps {
		if h.Note != "" && outward(h.Verb) {
			a.Steps = append(a.Steps, verb(h.Verb)+": "+h.Note)
		}
	}
	if err := as.veil(ctx, who, c, &a); err != nil {
		return Ask{}, err
	}
	return a, as.city.Write(ctx, func(tx *store.Tx) error {
		ledger.Append(tx, who, "answer.draft", c.Subject(), map[string]string{"status": string(c.Status)})
		return nil
	})
}

// outward tells whether the resident reads a step's note, or wrote it.
func outward(v casework.Verb) bool {
	return casework.Told(v) || v == casework.Reopen || v == casework.Unsolved
}

// veil takes out what nobody outside may read: numbers and rooms always, and whoever asked to stay unknown.
func (as *Answers) veil(ctx context.Context, who access.Actor, c *casework.Case, a *Ask) error {
	all := []*string{&a.Title, &a.Text, &a.Draft}
	for i := range a.Steps {
		all = append(all, &a.Steps[i])
	}
	for _, s := range all {
		found, err := as.desk.Leaks(ctx, who, c, *s)
		if err != nil {
			return err
		}
		*s = sensitive.Mask(without(*s, found))
	}
	return nil
}

// without puts stars in the place of what was found.
func without(s string, found []casework.Leak) string {
	slices.SortFunc(found, func(a, b casework.Leak) int { return b.From - a.From })
	end := len(s)
	for _, b := range found {
		s = s[:b.From] + "***" + s[min(b.To, end):]
		end = b.From
	}
	return s
}
