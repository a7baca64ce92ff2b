package cases

import (
	"context"
	"strconv"

	"mulin/gate/web/site"
	"mulin/gate/web/ui"
	"mulin/town/casework"
)

// draftName keeps what is typed for one step of one case on this device until it is sent.
func draftName(v caseView, d Deed) string { return "case:" + v.Number + ":" + d.Do }

// noteFirst: typing begins in the note unless something is to be chosen before it.
func (d Deed) noteFirst() bool { return d.Ask == nil && !d.wants(casework.NeedReason) }

func deedSend(d Deed) string {
	if d.Danger {
		return "danger"
	}
	return "primary"
}

// scoreChoices are the points that caller and called give each other for their work, the most first.
func scoreChoices(ctx context.Context) []ui.Choice {
	var all []ui.Choice
	for n := 5; n >= 1; n-- {
		s := strconv.Itoa(n)
		all = append(all, ui.Choice{Value: s, Label: site.ReqOf(ctx).T("desk.score." + s)})
	}
	return all
}

// after are the photos that came with the last time it was done.
func (v caseView) after() []ui.Photo {
	for i := len(v.File.Steps) - 1; i >= 0; i-- {
		h := v.File.Steps[i]
		if (h.Verb == casework.Done || h.Verb == casework.HandIn) && len(h.Photos) > 0 {
			for _, s := range v.Steps {
				if s.At == h.At && len(s.Photos) > 0 {
					return s.Photos
				}
			}
		}
	}
	return nil
}
