package names

import (
	"net/http"
	"slices"
	"strings"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/access"
	"mulin/town/casework"
	"mulin/town/place"
)

// Roots are the tops of what an actor sees: its territories, or the whole city for those who see by their body.
func (n *Names) Roots(who access.Actor) []place.Place {
	var all []place.Place
	reach := who.Reach(casework.See)
	for _, path := range reach.Paths {
		ids := place.IDs(path)
		if len(ids) == 0 {
			continue
		}
		if at, ok := n.places.Get(ids[len(ids)-1]); ok {
			all = append(all, at)
		}
	}
	if root, ok := n.places.Root(); ok && len(all) == 0 && (reach.All || len(reach.Bodies) > 0) {
		all = append(all, root)
	}
	return all
}

// OwnPlace is the name of the only territory an actor has: it needn't stand in every row.
func (n *Names) OwnPlace(rq *site.Req) string {
	all := n.Roots(rq.Who)
	if at, ok := n.places.Get(to.Number(rq.Query("place"))); ok {
		return n.places.Name(at.Path)
	}
	if len(all) != 1 {
		return ""
	}
	return n.places.Name(all[0].Path)
}

// PlaceBelow names a place without what the list is about anyway.
func (n *Names) PlaceBelow(path, own string) string {
	name := n.places.Name(path)
	if rest, ok := strings.CutPrefix(name, own+" · "); ok && own != "" {
		return rest
	}
	if i := strings.LastIndex(name, " · "); name == own && i >= 0 {
		return name[i+len(" · "):]
	}
	return name
}

// Areas are the communities under their streets: how to say the place without a map.
func (n *Names) Areas() []ui.Group {
	root, ok := n.places.Root()
	if !ok {
		return nil
	}
	var all []ui.Group
	for _, street := range n.places.Children(root.ID) {
		g := ui.Group{Label: street.Name, Choices: []ui.Choice{{Value: street.Code, Label: street.Name}}}
		for _, c := range n.places.Children(street.ID) {
			g.Choices = append(g.Choices, ui.Choice{Value: c.Code, Label: c.Name})
		}
		all = append(all, g)
	}
	return all
}

// FindPlace looks a place up by code or name. One that has the very code or name alone wins.
func (n *Names) FindPlace(text string) []ui.Choice {
	found := n.places.Search(text, ui.MaxChoices)
	exact := slices.DeleteFunc(slices.Clone(found), func(x place.Place) bool { return x.Code != text && x.Name != text })
	if len(exact) == 1 {
		found = exact
	}
	return ui.ChoicesOf(found, func(x place.Place) (int64, string, string) { return x.ID, n.places.Name(x.Path), x.Code })
}

// Everywhere tells whether the actor holds the right over the whole city.
func (n *Names) Everywhere(who access.Actor, right access.Right) bool {
	root, ok := n.places.Root()
	return ok && who.May(right, access.At{Path: root.Path}) == nil
}

// Only lets those in who hold a right over the whole city.
func (n *Names) Only(right access.Right, do site.Handler) site.Handler {
	return func(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
		if !n.Everywhere(rq.Who, right) {
			return access.ErrDenied
		}
		return do(w, r, rq)
	}
}
