package resident

import (
	"cmp"
	"errors"
	"net/http"
	"slices"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/internal/fault"
	"mulin/internal/life"
	"mulin/town/casework"
)

func (p *Pages) followForm(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	return rq.Show(w, followPage(site.NewForm("number", rq.Query("number"))))
}

// follow checks number and secret, which come by POST, so that no address or log holds a secret. A wrong secret and a number that doesn't exist get
// the same answer, after the same work.
func (p *Pages) follow(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	if !p.Allow(p.Secrets, r) {
		return rq.Again(w, f, site.ErrTooMany, followPage(f))
	}
	number, secret := to.CaseNumber(f.Value("number")), f.Value("secret")
	file, err := p.Desk.Track(r.Context(), number, casework.Claim{Secret: secret})
	if err != nil {
		return rq.Again(w, f, site.InForm(err), followPage(f))
	}
	p.Claims.Remember(w, r, file.Number, secret)
	http.Redirect(w, r, "/cases/"+file.Number, http.StatusSeeOther)
	return nil
}

// myView is the list of one's own cases.
type myView struct {
	Cases  []casework.Case
	Wishes []life.View
	Phone  string // the end of the verified number; "" for none
	Next   string
	Form   *site.Form // phone and code
	Sent   bool       // a code is on its way
	Code   string     // a demo's code
	Kept   bool       // this browser remembers cases or wishes
}

const myPage, myWishes = 20, 5

func (p *Pages) my(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.myView(r, rq)
	if err != nil {
		return err
	}
	return rq.Show(w, myCases(v))
}

// myView gathers what the browser remembers and, behind it page by page, what was reported with the verified phone.
func (p *Pages) myView(r *http.Request, rq *site.Req) (myView, error) {
	v := myView{Form: site.NewForm("next", rq.Query("next"))}
	before := to.Number(rq.Query("after"))
	claims := p.Claims.All(r)
	if before == 0 {
		all, err := p.Wishes(r, rq)
		if err != nil {
			return v, err
		}
		v.Wishes = all[:min(len(all), myWishes)]
	}
	v.Kept = len(claims) > 0 || len(p.Wished.All(r)) > 0
	if len(claims) > 0 {
		if before == 0 {
			mine, err := p.Desk.OfSecrets(r.Context(), claims)
			if err != nil {
				return v, err
			}
			v.Cases = mine
		}
	}
	if phone := p.Claims.Phone(r); phone != "" {
		v.Phone = phone[max(0, len(phone)-4):]
		more, err := p.Desk.OfPhone(r.Context(), phone, before, myPage+1)
		if err != nil {
			return v, err
		}
		if len(more) > myPage {
			more = more[:myPage]
			v.Next = to.Digits(more[myPage-1].ID)
		}
		v.Cases = mergedCases(v.Cases, more)
	}
	return v, nil
}

// mergedCases are the cases of both lists, each once, newest first.
func mergedCases(a, b []casework.Case) []casework.Case {
	for _, c := range b {
		if !slices.ContainsFunc(a, func(o casework.Case) bool { return o.ID == c.ID }) {
			a = append(a, c)
		}
	}
	slices.SortFunc(a, func(x, y casework.Case) int { return cmp.Compare(y.ID, x.ID) })
	return a
}

// sendCode sends a code to a phone and asks for it. The page is the answer to the POST, since a phone doesn't belong into an address.
func (p *Pages) sendCode(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.myView(r, rq)
	if err != nil {
		return err
	}
	v.Form = f
	if err := p.Accounts.SendCode(r.Context(), f.Value("phone"), p.Address(r).String()); err != nil {
		return rq.Again(w, f, site.InForm(err), myCases(v))
	}
	v.Sent = true
	p.showCode(&v)
	return rq.Show(w, myCases(v))
}

// showCode puts a demo's code on the page.
func (p *Pages) showCode(v *myView) {
	if p.Code != nil {
		v.Code = p.Code(v.Form.Value("phone"))
	}
}

func (p *Pages) verifyCode(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.myView(r, rq)
	if err != nil {
		return err
	}
	v.Form, v.Sent = f, true
	p.showCode(&v)
	if !p.Allow(p.Secrets, r) {
		return rq.Again(w, f, site.ErrTooMany, myCases(v))
	}
	s, err := p.Accounts.VerifyCode(r.Context(), f.Value("phone"), f.Value("code"), p.Address(r).String())
	if err != nil {
		return rq.Again(w, f, site.Renamed(site.InForm(err), map[string]string{"": "code"}), myCases(v))
	}
	if err := p.Session.Begin(w, r, s); err != nil {
		return err
	}
	return rq.Done(w, cmp.Or(f.Value("next"), "/my"), "follow.phone.in")
}

// forget takes cases and wishes away from this browser, for devices that several people use.
func (p *Pages) forget(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	p.Claims.Forget(w)
	p.Wished.Forget(w)
	p.PutSealed(w, receiptCookie, "/receipt/", "", -1)
	return rq.Done(w, "/my", "follow.forgotten")
}

// Instead lets somebody who can't show that a case is theirs type its secret. done is false if that isn't what was refused.
func (p *Pages) Instead(w http.ResponseWriter, rq *site.Req, err error) (done bool) {
	number := rq.HTTP.PathValue("number")
	if rq.HTTP.Method == http.MethodGet && number != "" && !site.Staff(rq.Who) && errors.Is(err, casework.ErrSecret) && rq.URL.Path == "/cases/"+number {
		f := site.NewForm("number", number)
		f.Fail(rq.Words, fault.New(fault.Invalid, "follow.prove"))
		return rq.ShowAs(w, http.StatusNotFound, followPage(f)) == nil
	}
	return false
}
