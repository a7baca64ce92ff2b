package resident

import (
	"context"
	"strings"

	"mulin/gate/web/live"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
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

// asks is why somebody is asked for a phone: to see what they reported, or to go on with what they came from.
func (v myView) asks() string {
	switch next := v.Form.Value("next"); {
	case next == "":
		return "follow.phone.hint"
	case strings.HasPrefix(next, "/wishes/") && to.Number(next[len("/wishes/"):]) > 0:
		return "follow.phone.wish"
	}
	return "follow.phone.back"
}

func (v myView) lead(ctx context.Context) string {
	if v.Phone != "" {
		return site.T(ctx, "follow.lead.phone", v.Phone)
	}
	return site.T(ctx, "follow.lead.browser")
}
