package record

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"mulin/gate/web/names"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/access"
	"mulin/internal/ledger"
	"mulin/town/account"
)

// entryLine is an entry as people read it.
type entryLine struct {
	ledger.Entry
	Who, What, On, OnURL, Where string
	Diff                        []diffLine
	More                        int // lines of the diff left out
}

// diffLine is one value before and after; for things that only are, Before is empty and Only is set.
type diffLine struct {
	Name, Before, After string
	Only                bool
}

type ledgerView struct {
	Lines                    []entryLine
	Next                     string
	Area, Person, PersonName string
	Kind, ID                 string
	Areas                    []ui.Choice
}

// areas of the ledger, by the beginning of their verbs.
var ledgerAreas = []string{"place", "body", "account", "catalog", "case", "whistle", "contact"}

func (p *Pages) adminLedger(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	q := site.NewForm("after", rq.Query("after"), "person", rq.Query("person"), "id", rq.Query("id"))
	v := ledgerView{Area: rq.Query("area"), Person: rq.Query("person"), Kind: rq.Query("kind"), ID: rq.Query("id")}
	f := ledger.Filter{Before: q.Int("after"), Kind: v.Kind, ID: q.Int("id")}
	switch {
	case slices.Contains(ledgerAreas, v.Area):
		f.Verb, f.Office = v.Area+".", v.Area != "case" && v.Area != "whistle" && v.Area != "contact"
	case v.Area == "" && v.Kind == "" && v.Person == "":
		f.Office = true
	}
	var err error
	if f.Person, err = p.ledgerPerson(r, rq, v.Person); err != nil {
		return err
	}
	v.PersonName = p.Accounts.Name(f.Person)
	entries := []ledger.Entry{}
	if v.Person == "" || f.Person != 0 {
		if entries, err = ledger.Find(r.Context(), p.Desk.City(), p.Desk.City().ID, p.ledgerReach(rq), f, site.PageSize+1); err != nil {
			return err
		}
	}
	if len(entries) > site.PageSize {
		entries = entries[:site.PageSize]
		v.Next = to.Digits(entries[site.PageSize-1].Seq)
	}
	for _, e := range entries {
		v.Lines = append(v.Lines, p.entryLine(rq, e))
	}
	v.Areas = []ui.Choice{{Label: rq.T("admin.ledger.office")}}
	for _, a := range ledgerAreas {
		v.Areas = append(v.Areas, ui.Choice{Value: a, Label: rq.T("admin.ledger.area." + a)})
	}
	return rq.Show(w, ledgerPage(v))
}

// ledgerReach is what the actor may read: everything, or what happened in their territory.
func (p *Pages) ledgerReach(rq *site.Req) access.Reach {
	if p.Everywhere(rq.Who, account.See) {
		return access.Reach{All: true}
	}
	return access.Reach{Paths: rq.Who.Reach(account.See).Paths}
}

// ledgerPerson reads who is meant: a number as links give it, or a login or name typed; 0 if that is nobody, or several.
func (p *Pages) ledgerPerson(r *http.Request, rq *site.Req, typed string) (int64, error) {
	if id, err := strconv.ParseInt(typed, 10, 64); err == nil || typed == "" {
		return id, nil
	}
	found, err := p.Accounts.Staff(r.Context(), rq.Who, typed, 0, 2)
	if err != nil || len(found) != 1 {
		return 0, err
	}
	return found[0].ID, nil
}

func (p *Pages) entryLine(rq *site.Req, e ledger.Entry) entryLine {
	l := entryLine{Entry: e, Who: p.Accounts.Name(e.Person), What: e.Verb, Where: p.Places.Name(e.Subject.Path)}
	switch {
	case e.Person == 0:
		l.Who = rq.T("admin.ledger.system")
	case l.Who == "":
		l.Who = rq.T("admin.ledger.resident")
	}
	if rq.Has("verb." + e.Verb) {
		l.What = rq.T("verb." + e.Verb)
	}
	l.On, l.OnURL = p.subject(rq, e.Subject)
	l.Diff = p.named(rq, diffOf(e.Body))
	if len(l.Diff) > maxDiff {
		l.Diff, l.More = l.Diff[:maxDiff], len(l.Diff)-maxDiff
	}
	return l
}

// subject names the thing an entry speaks of, and where it can be seen.
func (p *Pages) subject(rq *site.Req, s ledger.Subject) (name, url string) {
	switch s.Kind {
	case "place":
		x, _ := p.Places.Get(s.ID)
		return x.Name, to.Place(s.ID)
	case "body":
		x, _ := p.Bodies.Get(s.ID)
		return x.Name, to.Body(s.ID)
	case "person":
		if name := p.Accounts.Name(s.ID); name != "" {
			return name, to.Person(s.ID)
		}
		return rq.T("admin.ledger.resident"), ""
	case "class":
		return p.Catalog.FullName(s.ID), to.Classes() + "/" + to.Digits(s.ID)
	case "whistle_item":
		x, _ := p.Catalog.Whistle(s.ID)
		return x.Item, to.Whistles() + "/" + to.Digits(s.ID)
	case "role":
		return "", "/admin/roles"
	}
	return "", ""
}

// named puts the names of people, units, places and classes in the stead of their numbers.
func (p *Pages) named(rq *site.Req, lines []diffLine) []diffLine {
	for i, l := range lines {
		kind := l.Name[strings.LastIndexByte(l.Name, '.')+1:]
		lines[i].Before, lines[i].After = p.nameAll(rq, kind, l.Before), p.nameAll(rq, kind, l.After)
	}
	return lines
}

// nameAll names each number of a list, if the kind of thing has names.
func (p *Pages) nameAll(rq *site.Req, kind, list string) string {
	var name func(id int64) string
	switch kind {
	case "person":
		name = p.Accounts.Name
	case "body", "bodies", "lead", "units":
		name = func(id int64) string { b, _ := p.Bodies.Get(id); return b.Name }
	case "place", "places":
		name = func(id int64) string { x, _ := p.Places.Get(id); return x.Name }
	case "class":
		name = p.Catalog.FullName
	case "role":
		return names.Role(rq.Words, list)
	default:
		return list
	}
	parts := strings.Split(list, ", ")
	for i, part := range parts {
		if id, err := strconv.ParseInt(part, 10, 64); err == nil && name(id) != "" {
			parts[i] = name(id)
		}
	}
	return strings.Join(parts, ", ")
}

// maxDiff is how many values of one entry are shown.
const maxDiff = 24

// diffOf makes lines of an entry's body: what has changed between before and after, and whatever else it says.
func diffOf(body json.RawMessage) []diffLine {
	var all map[string]any
	if json.Unmarshal(body, &all) != nil {
		return nil
	}
	before, after := map[string]string{}, map[string]string{}
	flatten(before, "", all["before"])
	flatten(after, "", all["after"])
	var lines []diffLine
	names := map[string]bool{}
	for k := range before {
		names[k] = true
	}
	for k := range after {
		names[k] = true
	}
	for _, k := range slices.Sorted(maps.Keys(names)) {
		if before[k] != after[k] {
			lines = append(lines, diffLine{Name: k, Before: before[k], After: after[k]})
		}
	}
	delete(all, "before")
	delete(all, "after")
	rest := map[string]string{}
	flatten(rest, "", all)
	for _, k := range slices.Sorted(maps.Keys(rest)) {
		if rest[k] == "0" || rest[k] == "" { // none
			continue
		}
		lines = append(lines, diffLine{Name: k, After: rest[k], Only: true})
	}
	return lines
}

// flatten puts the values of a JSON value under their names: "limit.amount". Lists of plain values stay one line.
func flatten(into map[string]string, name string, v any) {
	join := func(k string) string { return strings.TrimPrefix(name+"."+k, ".") }
	switch v := v.(type) {
	case nil:
	case map[string]any:
		for k, x := range v {
			flatten(into, join(k), x)
		}
	case []any:
		var plain []string
		for i, x := range v {
			switch x.(type) {
			case map[string]any, []any:
				flatten(into, join(strconv.Itoa(i+1)), x)
			default:
				plain = append(plain, fmt.Sprint(plainNumber(x)))
			}
		}
		if plain != nil {
			into[name] = strings.Join(plain, ", ")
		}
	default:
		into[name] = fmt.Sprint(plainNumber(v))
	}
}

// plainNumber writes whole numbers without an exponent.
func plainNumber(v any) any {
	if n, ok := v.(float64); ok {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return v
}
