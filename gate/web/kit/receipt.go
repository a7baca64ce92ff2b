package kit

import (
	"net/http"
	"slices"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/internal/fault"
	"mulin/internal/life"
)

// errSecret is the one answer to a wrong secret and to a number that doesn't exist.
var errSecret = fault.New(fault.Invalid, "kit.receipt.wrong")

// claim is how a browser shows that a thing is its owner's.
func (l *Law) claim(r *http.Request, id int64) life.Claim {
	return life.Claim{Secret: l.Keeps.All(r)[to.Digits(id)]}
}

// Kept are the things that this browser has asked for, the newest first.
func (l *Law) Kept(r *http.Request, rq *site.Req) (all []life.View) {
	for id := range l.Keeps.All(r) {
		if v, err := l.LookBy(r.Context(), rq.Who, to.Number(id), l.claim(r, to.Number(id))); err == nil && v.Owned {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, func(a, b life.View) int { return int(b.ID - a.ID) })
	return all
}

// Receipt shows number and secret of what was just asked for. The browser keeps them, unless somebody of the staff asked for another person: they get it on paper.
func (l *Law) Receipt(w http.ResponseWriter, r *http.Request, rq *site.Req, id int64, secret string, agent bool) error {
	if !agent {
		l.Keeps.Remember(w, r, to.Digits(id), secret)
	}
	w.Header().Set("Cache-Control", "private, no-store")
	return rq.Show(w, lawReceipt(l, id, secret, agent))
}

// follow lets another browser show a receipt. Number and secret come by POST, so that no address or log holds a secret.
func (l *Law) follow(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	if r.Method == http.MethodGet {
		return rq.Show(w, lawFollow(l, site.NewForm("number", rq.Query("number"))))
	}
	if !l.Keeps.Allow(l.Keeps.Secrets, r) {
		return rq.Again(w, f, site.ErrTooMany, lawFollow(l, f))
	}
	id, secret := to.Number(f.Value("number")), f.Value("secret")
	if v, err := l.LookBy(r.Context(), rq.Who, id, life.Claim{Secret: secret}); err != nil || !v.Owned {
		return rq.Again(w, f, errSecret, lawFollow(l, f))
	}
	l.Keeps.Remember(w, r, to.Digits(id), secret)
	http.Redirect(w, r, l.URL(id), http.StatusSeeOther)
	return nil
}
