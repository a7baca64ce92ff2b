package people

import (
	"net/http"
	"slices"

	"mulin/gate/web/site"
	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/town"
	"mulin/town/account"
)

// scopes a role may hold a right in, and not at all.
var scopes = []access.Scope{"", access.Territory, access.Body}

// roleRoutes say what each role may do.
func (p *Pages) roleRoutes() []site.Route {
	return append(site.Both("/admin/roles/{role}", account.Edit, p.roleForm, p.saveRole),
		site.Route{Pattern: "GET /admin/roles", Do: p.adminRoles, Need: account.See},
		site.Route{Pattern: "POST /admin/roles", Do: p.addRole, Need: account.Edit})
}

// roleView is the matrix, or one role of it.
type roleView struct {
	Roles []account.Role
	Role  account.Role
	May   bool
}

func (p *Pages) viewRoles(r *http.Request, rq *site.Req) (v roleView, err error) {
	v.May = p.Everywhere(rq.Who, account.Edit)
	v.Roles, err = p.Accounts.Roles(r.Context())
	return v, err
}

func (p *Pages) adminRoles(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.viewRoles(r, rq)
	if err != nil {
		return err
	}
	return rq.Show(w, rolesPage(v, &site.Form{}))
}

// addRole makes a role that may do nothing yet and goes on to its rights.
func (p *Pages) addRole(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.viewRoles(r, rq)
	if err != nil {
		return err
	}
	name := f.Value("role")
	if slices.ContainsFunc(v.Roles, func(x account.Role) bool { return x.Name == name }) {
		err = fault.Field("role", "admin.role.taken", name)
	} else {
		err = p.Accounts.SetRole(r.Context(), rq.Who, name, nil)
	}
	if err != nil {
		return rq.Again(w, f, err, rolesPage(v, f))
	}
	return rq.Done(w, "/admin/roles/"+name, "admin.role.added")
}

// oneRole is the role of the address.
func (p *Pages) oneRole(r *http.Request, rq *site.Req) (v roleView, err error) {
	if v, err = p.viewRoles(r, rq); err != nil {
		return v, err
	}
	if !v.May {
		return v, access.ErrDenied
	}
	i := slices.IndexFunc(v.Roles, func(x account.Role) bool { return x.Name == r.PathValue("role") })
	if i < 0 {
		return v, site.ErrMissing
	}
	v.Role = v.Roles[i]
	return v, nil
}

func (p *Pages) roleForm(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.oneRole(r, rq)
	if err != nil {
		return err
	}
	f := site.NewForm()
	for right, scope := range v.Role.Rights {
		f.Set(string(right), string(scope))
	}
	return rq.Show(w, rolePage(v, f))
}

// saveRole reads a scope for each right we know and nothing else. Rights that the list doesn't show stay as they are.
func (p *Pages) saveRole(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.oneRole(r, rq)
	if err != nil {
		return err
	}
	rights := map[access.Right]access.Scope{}
	for right, scope := range v.Role.Rights {
		rights[right] = scope
	}
	for _, area := range town.Rights {
		for _, right := range area.Rights() {
			delete(rights, right)
			if scope := access.Scope(f.Value(string(right))); scope != "" {
				rights[right] = scope
			}
		}
	}
	if err := p.Accounts.SetRole(r.Context(), rq.Who, v.Role.Name, rights); err != nil {
		return rq.Again(w, f, err, rolePage(v, f))
	}
	return rq.Done(w, "/admin/roles", "common.saved")
}
