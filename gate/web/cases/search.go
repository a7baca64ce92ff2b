package cases

import (
	"errors"
	"net/http"
	"strings"

	"mulin/gate/web/site"
	"mulin/internal/sensitive"
	"mulin/town/casework"
	"mulin/view/search"
)

// findView is a search with what it found.
type findView struct {
	Text  string
	Sieve sieve
	Rows  []Row
	Next  string
	Asked bool
}

// find looks for cases by their words or number, within the reach of whoever asks. Phones are sealed and can't be looked for.
func (p *Pages) find(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	q := rq.URL.Query()
	q.Set("q", casework.Words(q.Get("q")))
	f := p.filter(q)
	f.Tab = "" // open and closed ones alike
	v := findView{Text: strings.TrimSpace(q.Get("q")), Sieve: p.sieve(rq, q, f)}
	v.Asked = v.Text != ""
	if !v.Asked {
		return rq.Show(w, findPage(v))
	}
	res, err := p.Search.Find(r.Context(), rq.Who, search.Query{Text: v.Text, Filter: f})
	if errors.Is(err, search.ErrCursor) {
		f.After = ""
		res, err = p.Search.Find(r.Context(), rq.Who, search.Query{Text: v.Text, Filter: f})
	}
	if err != nil {
		return err
	}
	if v.Rows, err = p.Rows(r.Context(), rq, res.Cases); err != nil {
		return err
	}
	p.guessRows(rq, v.Rows)
	for i := range v.Rows {
		v.Rows[i].Said = res.Snippets[v.Rows[i].ID]
	}
	v.Next = res.Next
	return rq.Show(w, findPage(v))
}

// phone tells whether a phone number is looked for, which can't be, so that the page says so instead of finding nothing.
func (v findView) phone() bool {
	kinds := sensitive.KindsOf(v.Text)
	return kinds.Has(sensitive.Mobile) || kinds.Has(sensitive.Landline)
}
