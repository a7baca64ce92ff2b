package people

import (
	"net/http"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/internal/sheet"
)

// invitePerson makes an invitation and shows its link: here, once, and nowhere else.
func (p *Pages) invitePerson(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	id, err := site.PathID(r, "id")
	if err != nil {
		return err
	}
	if _, err := p.Kit.Get(r.Context(), rq.Who, id); err != nil { // out of reach is no such person
		return err
	}
	one, err := p.Accounts.Invite(r.Context(), rq.Who, id)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	crumbs := append(peopleCrumbs(rq), site.Link{URL: to.Person(id), Label: one.Name})
	return rq.Show(w, invitedPage(one, p.Origin(r)+to.Invitation(one.Code), crumbs))
}

// invitePeople invites everybody who has no password yet, as after an import, and gives the links as a sheet: here, once, and nowhere else.
func (p *Pages) invitePeople(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	all, err := p.Accounts.InviteAll(r.Context(), rq.Who)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return rq.Done(w, to.People(), "admin.invite.nobody")
	}
	h := w.Header()
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	h.Set("Content-Disposition", `attachment; filename="invitations.xlsx"`)
	h.Set("Cache-Control", "no-store")
	out := sheet.NewWriter(w, sheet.XLSX)
	err = out.Sheet(rq.T("admin.invite.all"), []sheet.Column{{Head: rq.T("person.name")}, {Head: rq.T("person.login")}, {Head: rq.T("admin.invite.link")}, {Head: rq.T("admin.invite.until")}})
	for _, one := range all {
		if err == nil {
			err = out.Row([]string{one.Name, one.Login, p.Origin(r) + to.Invitation(one.Code), rq.When(one.Until, rq.Brand.Zone)})
		}
	}
	if err == nil {
		err = out.Close()
	}
	return err
}
