package ui

import (
	"net/http"

	"mulin/gate/web/site"
	"mulin/internal/access"
)

// Question is what is asked before something is done that can't be done by a slip.
type Question struct {
	Title, Text string
	Label       string // of the button
	Crumbs      []site.Link
	Danger      bool      // it can't be undone: a reason is asked for
	Hidden      []string  // name, value, … that travel along
	Instead     site.Link // another way to go; optional
}

// Done is where to go afterwards and what is said there.
type Done struct {
	To, Key string
	Args    []any
}

// Confirm makes the two routes of an act that is asked about first: the question and the act.
func Confirm(path string, need access.Right, ask func(*http.Request, *site.Req) (Question, error), act func(r *http.Request, rq *site.Req, reason string) (Done, error)) []site.Route {
	get := func(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
		q, err := ask(r, rq)
		if err != nil {
			return err
		}
		return rq.Show(w, AskPage(q, &site.Form{}))
	}
	post := func(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
		f, err := rq.Form()
		if err != nil {
			return err
		}
		q, err := ask(r, rq)
		if err != nil {
			return err
		}
		d, err := act(r, rq, f.Value("reason"))
		if err != nil {
			return rq.Again(w, f, err, AskPage(q, f))
		}
		return rq.Done(w, d.To, d.Key, d.Args...)
	}
	return []site.Route{{Pattern: "GET " + path, Do: get, Need: need}, {Pattern: "POST " + path, Do: post, Need: need}}
}
