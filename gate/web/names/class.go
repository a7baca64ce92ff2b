package names

import (
	"strings"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
)

// ClassName is the last name of a class.
func (n *Names) ClassName(class int64) string {
	c, _ := n.catalog.Class(class)
	return c.Name
}

// ClassParts is the name of a class, and those above it.
func (n *Names) ClassParts(class int64) (above, name string) {
	full := n.catalog.ClassName(class)
	i := strings.LastIndex(full, " / ")
	if i < 0 {
		return "", full
	}
	return full[:i], full[i+3:]
}

// ClassChoices are the classes a worker may choose, with their whole names.
func (n *Names) ClassChoices() []ui.Choice {
	var all []ui.Choice
	for _, c := range n.catalog.Classes() {
		if c.Leaf {
			all = append(all, ui.Choice{Value: to.Digits(c.ID), Label: n.catalog.ClassName(c.ID)})
		}
	}
	return all
}

// Urgency is what people call a degree of urgency.
func (n *Names) Urgency(rq *site.Req, code string) string {
	u, ok := n.catalog.Urgency(code)
	if !ok {
		return ""
	}
	return u.Word(rq.Words)
}

// UrgencyChoices are the degrees of urgency to choose from.
func (n *Names) UrgencyChoices(rq *site.Req) []ui.Choice {
	var all []ui.Choice
	for _, u := range n.catalog.Urgencies() {
		all = append(all, ui.Choice{Value: u.Code, Label: u.Word(rq.Words)})
	}
	return all
}
