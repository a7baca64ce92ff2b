package resident

import (
	"context"

	"mulin/gate/web/site"
	"mulin/gate/web/ui"
)

func (v reportView) title() string {
	if v.Agent {
		return "report.title.agent"
	}
	return "report.title"
}

func (v reportView) lead() string {
	if v.Agent {
		return "report.lead.agent"
	}
	return "report.lead"
}

func (v reportView) moreTitle() string {
	if v.Agent {
		return "report.more.agent"
	}
	return "report.more"
}

func (v reportView) whereHint(ctx context.Context) string {
	if v.Place != nil {
		return site.T(ctx, "report.where.more")
	}
	return site.T(ctx, "report.where.hint")
}

// more tells whether the part that few need stands open: something in it was typed or is wrong.
func (v reportView) more() bool {
	for _, name := range []string{"kind", "name", "hidden"} {
		if v.Form.Value(name) != "" {
			return true
		}
	}
	return v.Form.Error("phone") != "" || v.Form.Error("name") != "" || v.Form.Error("kind") != ""
}

func channelChoices(ctx context.Context) []ui.Choice {
	var all []ui.Choice
	for _, c := range Channels {
		all = append(all, ui.Choice{Value: c, Label: site.T(ctx, "report.channel."+c)})
	}
	return all
}

// spaced writes a secret in two halves, as people read it out.
func spaced(secret string) string {
	if len(secret) != 8 {
		return secret
	}
	return secret[:4] + " " + secret[4:]
}
