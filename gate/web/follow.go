package web

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"mulin/gate/web/site"
	"mulin/town/casework"
)

// The cases that this browser reported or opened with their secrets: at most claimsKept, for half a year.
const (
	claimsCookie = "claims"
	claimsKept   = 20
	claimsLife   = 180 * 24 * time.Hour
)

// claims are number and secret of the cases this browser knows of.
func (p *Pages) claims(r *http.Request) map[string]string {
	all := map[string]string{}
	for _, line := range p.claimLines(r) {
		number, secret, _ := strings.Cut(line, " ")
		all[number] = secret
	}
	return all
}

// claimLines are the claims as they are kept, newest first.
func (p *Pages) claimLines(r *http.Request) []string {
	text := p.Sealed(r, claimsCookie)
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// remember adds a case to those of this browser; the oldest one goes when there are too many.
func (p *Pages) remember(w http.ResponseWriter, r *http.Request, number, secret string) {
	lines := slices.DeleteFunc(p.claimLines(r), func(line string) bool { return strings.HasPrefix(line, number+" ") })
	lines = append([]string{number + " " + secret}, lines...)
	p.PutSealed(w, claimsCookie, "/", strings.Join(lines[:min(claimsKept, len(lines))], "\n"), claimsLife)
}

// claim is how this browser shows that it is the reporter's: by the secret it remembers, or by the phone that was verified.
func (p *Pages) claim(r *http.Request, _ *site.Req, number string) casework.Claim {
	all := p.claims(r)
	c := casework.Claim{Secret: all[number], Phone: p.phone(r)}
	if c.Secret == "" { // perhaps a part of one that this browser knows
		c.Others = slices.Collect(maps.Values(all))
	}
	return c
}

// phone is the verified one of a resident who is signed in. That of a member of the staff was typed by somebody else and proves nothing.
func (p *Pages) phone(r *http.Request) string {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return ""
	}
	who, s, err := p.Accounts.Session(r.Context(), c.Value)
	if err != nil || !s.Resident {
		return ""
	}
	phone, _ := p.Accounts.Phone(r.Context(), who)
	return phone
}

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
	if !p.allow(p.Secrets, r) {
		return rq.Again(w, f, site.ErrTooMany, followPage(f))
	}
	number, secret := typedNumber(f.Value("number")), f.Value("secret")
	file, err := p.Desk.Track(r.Context(), number, casework.Claim{Secret: secret})
	if err != nil {
		return rq.Again(w, f, inForm(err), followPage(f))
	}
	p.remember(w, r, file.Number, secret)
	http.Redirect(w, r, "/cases/"+file.Number, http.StatusSeeOther)
	return nil
}

// typedNumber is a case's number as it is written, however it was typed: full width, blanks, without its hyphen.
func typedNumber(s string) string {
	s = strings.Map(func(c rune) rune {
		switch {
		case c >= '0' && c <= '9':
			return c
		case strings.ContainsRune(" \t-–—－_", c):
			return -1
		}
		return c
	}, norm.NFKC.String(s))
	if len(s) > 6 && len(s) < 20 {
		return s[:6] + "-" + s[6:]
	}
	return s
}

// myView is the list of one's own cases.
type myView struct {
	Cases []casework.Case
	Phone string // the end of the verified number; "" for none
	Next  string
	Form  *site.Form // phone and code
	Sent  bool       // a code is on its way
	Code  string     // a demo's code
	Kept  bool       // this browser remembers cases
}

const myPage = 20

func (p *Pages) my(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.myView(r, rq)
	if err != nil {
		return err
	}
	return rq.Show(w, myCases(v))
}

// myView gathers what the browser remembers and, behind it page by page, what was reported with the verified phone.
func (p *Pages) myView(r *http.Request, rq *site.Req) (myView, error) {
	v := myView{Form: site.NewForm()}
	before, _ := strconv.ParseInt(rq.Query("after"), 10, 64)
	if claims := p.claims(r); len(claims) > 0 {
		v.Kept = true
		if before == 0 {
			mine, err := p.Desk.OfSecrets(r.Context(), claims)
			if err != nil {
				return v, err
			}
			v.Cases = mine
		}
	}
	if phone := p.phone(r); phone != "" {
		v.Phone = phone[max(0, len(phone)-4):]
		more, err := p.Desk.OfPhone(r.Context(), phone, before, myPage+1)
		if err != nil {
			return v, err
		}
		if len(more) > myPage {
			more = more[:myPage]
			v.Next = strconv.FormatInt(more[myPage-1].ID, 10)
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
		return rq.Again(w, f, inForm(err), myCases(v))
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
	if !p.allow(p.Secrets, r) {
		return rq.Again(w, f, site.ErrTooMany, myCases(v))
	}
	s, err := p.Accounts.VerifyCode(r.Context(), f.Value("phone"), f.Value("code"), p.Address(r).String())
	if err != nil {
		return rq.Again(w, f, renamed(inForm(err), map[string]string{"": "code"}), myCases(v))
	}
	if err := p.begin(w, r, s); err != nil {
		return err
	}
	return rq.Done(w, "/my", "follow.phone.in")
}

// forget takes the cases away from this browser, for devices that several people use.
func (p *Pages) forget(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	p.PutSealed(w, claimsCookie, "/", "", -1)
	p.PutSealed(w, receiptCookie, "/receipt/", "", -1)
	return rq.Done(w, "/my", "follow.forgotten")
}
