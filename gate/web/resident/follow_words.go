package resident

import (
	"context"
	"strconv"
	"strings"

	"mulin/gate/web/claims"
	"mulin/gate/web/live"
	"mulin/gate/web/site"
	"mulin/gate/web/ui"
)

// topics are those of the newest open cases in the list.
func (v myView) topics() []string {
	var all []string
	for _, c := range v.Cases {
		if c.Open && len(all) < claims.ClaimsKept {
			all = append(all, live.Case(c.ID))
		}
	}
	return all
}

// reportTitle is above what was told: one's own words, or what others told of.
func (v reporterView) reportTitle() string {
	if v.Shared {
		return "same.about"
	}
	return "follow.report"
}

func (v myView) lead(ctx context.Context) string {
	if v.Phone != "" {
		return site.T(ctx, "follow.lead.phone", v.Phone)
	}
	return site.T(ctx, "follow.lead.browser")
}

// ratingChoices are the five judgements, the best first.
func ratingChoices(ctx context.Context) []ui.Choice {
	var all []ui.Choice
	for n := int64(5); n >= 1; n-- {
		text := strconv.FormatInt(n, 10)
		all = append(all, ui.Choice{Value: text, Label: stars(n) + " " + site.T(ctx, "follow.stars."+text)})
	}
	return all
}

func stars(n int64) string {
	return strings.Repeat("★", int(n)) + strings.Repeat("☆", int(max(0, 5-n)))
}
