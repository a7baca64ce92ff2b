package names

import (
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/register"
)

// ClassName is what a class itself is called, without those above it.
func (n *Names) ClassName(class int64) string {
	c, _ := n.catalog.Class(class)
	return c.Name
}

// ClassParts is the full name of a class in two: those above it, and its own.
func (n *Names) ClassParts(class int64) (above, name string) {
	all := register.Names(n.catalog.FullName(class))
	if len(all) == 0 {
		return "", ""
	}
	last := len(all) - 1
	return register.FullName(all[:last]...), all[last]
}

// ClassChoices are the classes a worker may choose, with their full names.
func (n *Names) ClassChoices() []ui.Choice {
	var all []ui.Choice
	for _, c := range n.catalog.Classes() {
		if c.Leaf {
			all = append(all, ui.Choice{Value: to.Digits(c.ID), Label: n.catalog.FullName(c.ID)})
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
