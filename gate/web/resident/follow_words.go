package resident

import (
	"context"

	"mulin/gate/web/live"
	"mulin/gate/web/site"
)

// topics are those of the newest open cases in the list.
func (v myView) topics() []string {
	var all []string
	for _, c := range v.Cases {
		if c.Open && len(all) < site.MostKept {
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
