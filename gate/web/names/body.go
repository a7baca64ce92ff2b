package names

import (
	"strings"

	"mulin/gate/web/site"
	"mulin/gate/web/ui"
	"mulin/town/body"
)

// BodyName is what people call a unit; "" for none.
func (n *Names) BodyName(body int64) string {
	b, ok := n.bodies.Get(body)
	if !ok {
		return ""
	}
	return b.Label()
}

// FindBody looks a unit up by code or name.
func (n *Names) FindBody(text string) []ui.Choice {
	var found, exact []body.Body
	for _, b := range n.bodies.All("") {
		if b.Code == text || b.Name == text || b.Short == text {
			exact = append(exact, b)
		}
		if len(found) < ui.MaxChoices && Holds(text, b.Name, b.Short, b.Code) {
			found = append(found, b)
		}
	}
	if len(exact) == 1 {
		found = exact
	}
	return ui.ChoicesOf(found, func(b body.Body) (int64, string, string) { return b.ID, b.Name, b.Code })
}

// BodyKinds are the kinds of units to choose from.
func BodyKinds(rq *site.Req) []ui.Choice {
	out := make([]ui.Choice, len(body.Kinds))
	for i, k := range body.Kinds {
		out[i] = ui.Choice{Value: string(k), Label: rq.T("body.kind." + string(k))}
	}
	return out
}

// Holds tells whether one of the texts contains what was searched, however it is written.
func Holds(query string, texts ...string) bool {
	query = strings.ToLower(query)
	for _, x := range texts {
		if strings.Contains(strings.ToLower(x), query) {
			return true
		}
	}
	return false
}
