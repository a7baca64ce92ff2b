package town

import (
	"context"
	"strings"

	"mulin/internal/access"
	"mulin/town/account"
	"mulin/town/body"
	"mulin/town/campaign"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/place"
	"mulin/town/station"
	"mulin/town/task"
	"mulin/town/triage"
	"mulin/town/whistle"
	"mulin/town/wish"
)

// Roles are the roles a city begins with, those nearest to the residents first. Afterwards they are rows, edited in the site.
var Roles = []string{
	"grid_worker", "property", "party_branch", "clerk", "street_centre", "department", "city_centre", "leader", "auditor", "data_protection", "city_it", "admin",
}

// Subject is a group of rights as people look through them.
type Subject struct {
	Name   string
	Offers []account.Offer
}

// Rights are those of the subject, in order.
func (s Subject) Rights() (all []access.Right) {
	for _, o := range s.Offers {
		all = append(all, o.Right)
	}
	return all
}

// everybody is the whole staff.
const everybody = "grid_worker property party_branch clerk street_centre department city_centre leader auditor data_protection city_it admin"

// Rights are all rights of the house and the roles that have them. A right that is new here reaches the roles of cities that stand when they are next
// opened; docs/roles.md shows the table to those who review it.
var Rights = []Subject{
	{"case", []account.Offer{
		{Right: casework.See, To: to("grid_worker party_branch clerk street_centre city_centre leader auditor data_protection", "property department")},
		{Right: casework.Enter, To: to("grid_worker clerk street_centre city_centre", "")},
		{Right: casework.Handle, To: to("grid_worker clerk street_centre city_centre", "")},
		{Right: casework.Work, To: to("grid_worker clerk street_centre city_centre", "property department")},
		{Right: casework.Reply, To: to("grid_worker clerk street_centre city_centre", "")},
		{Right: casework.Visit, To: to("party_branch clerk street_centre city_centre", "")},
		{Right: casework.Contact, To: to("grid_worker party_branch clerk street_centre city_centre", "")},
		{Right: casework.Clear, To: to("grid_worker party_branch clerk street_centre city_centre", "property department")},
		{Right: casework.Backdate, To: to("", "")}, // given by hand for the time of an import
	}},
	{"whistle", []account.Offer{
		{Right: whistle.Blow, To: to("grid_worker clerk street_centre", "")},
		{Right: whistle.ReportIn, To: to("", "clerk street_centre department city_centre")},
		{Right: task.Lead, To: to("street_centre city_centre leader", "property department")},
	}},
	{"station", []account.Offer{
		{Right: station.See, To: to(everybody, "")},
		{Right: station.Edit, To: to("clerk street_centre city_centre admin", "")},
	}},
	{"wish", []account.Offer{
		{Right: wish.See, To: to("clerk street_centre city_centre leader auditor data_protection", "")},
		{Right: wish.Ask, To: to("grid_worker party_branch clerk street_centre", "")},
		{Right: wish.Review, To: to("clerk street_centre city_centre", "")},
		{Right: wish.Help, To: to(everybody, "")},
		{Right: campaign.Edit, To: to("clerk street_centre city_centre", "")},
	}},
	{"office", []account.Offer{
		{Right: place.Edit, To: to("admin", "")},
		{Right: body.Edit, To: to("admin", "")},
		{Right: catalog.Edit, To: to("city_it admin", "")},
		{Right: account.Edit, To: to("admin", "")},
		{Right: account.See, To: to("auditor data_protection admin", "")},
		{Right: triage.Train, To: to("admin", "")},
	}},
}

// to gives a right to roles, over the territory of their posts or where their body takes part.
func to(territory, body string) map[string]access.Scope {
	all := map[string]access.Scope{}
	for _, role := range strings.Fields(territory) {
		all[role] = access.Territory
	}
	for _, role := range strings.Fields(body) {
		all[role] = access.Body
	}
	return all
}

// Offers are all rights in one list.
func Offers() (all []account.Offer) {
	for _, s := range Rights {
		all = append(all, s.Offers...)
	}
	return all
}

// Offer gives the city's roles the rights that are new to it; a new city gets all of them.
func (a *Areas) Offer(ctx context.Context) error {
	return a.Accounts.OfferRights(ctx, a.System(), Offers())
}
