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
	Name, Label   string // as programs call it; what people call it, "" for nothing better
	Before, After string
	Only          bool
}

type ledgerView struct {
	Lines                    []entryLine
	Next                     string
	Area, Person, PersonName string
	Kind, ID                 string
	Areas                    []ui.Choice
}

// area is a part of the ledger that one can ask for alone.
type area struct {
	name, label string
	verbs       []string // how they begin
}

// areas of the ledger: those of the town, each noun and each law.
func (p *Pages) areas(rq *site.Req) []area {
	all := []area{{"contact", rq.T("admin.ledger.area.contact"), p.Looks}}
	for _, name := range []string{"place", "body", "account", "catalog", "triage"} {
		all = append(all, area{name, rq.T("admin.ledger.area." + name), []string{name + "."}})
	}
	for _, n := range p.Nouns {
		all = append(all, area{n.Name, rq.T(n.Name + ".list"), []string{n.Verbs() + "."}})
	}
	for _, d := range p.Laws {
		all = append(all, area{d.Named(), rq.T("admin.ledger.area." + d.Named()), []string{d.Named() + "."}})
	}
	return all
}

func (p *Pages) adminLedger(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	q := site.NewForm("after", rq.Query("after"), "person", rq.Query("person"), "id", rq.Query("id"))
	v := ledgerView{Area: rq.Query("area"), Person: rq.Query("person"), Kind: rq.Query("kind"), ID: rq.Query("id")}
	f := ledger.Filter{Before: q.Int("after"), Kind: v.Kind, ID: q.Int("id")}
	v.Areas = []ui.Choice{{Label: rq.T("admin.ledger.office")}}
	for _, a := range p.areas(rq) {
		v.Areas = append(v.Areas, ui.Choice{Value: a.name, Label: a.label})
		if a.name == v.Area {
			f.Verbs = a.verbs
		}
	}
	f.Office = v.Kind == "" && v.Person == "" && !slices.Contains([]string{"case", "whistle", "contact"}, v.Area) // an index of its own
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
	l := entryLine{Entry: e, Who: p.Accounts.Name(e.Person), What: p.did(rq, e.Verb), Where: p.Places.Name(e.Subject.Path)}
	switch {
	case e.Person == 0:
		l.Who = rq.T("admin.ledger.system")
	case l.Who == "":
		l.Who = rq.T("admin.ledger.resident")
	}
	l.On, l.OnURL = p.subject(rq, e.Subject)
	l.Diff = p.named(rq, e.Verb, diffOf(e.Body))
	if len(l.Diff) > maxDiff {
		l.Diff, l.More = l.Diff[:maxDiff], len(l.Diff)-maxDiff
	}
	return l
}

// did says what was done: in words of its own, or in those of the timeline of a law or of the list of a noun.
func (p *Pages) did(rq *site.Req, verb string) string {
	dot := strings.LastIndexByte(verb, '.')
	kind, did := verb[:max(dot, 0)], verb[dot+1:]
	for _, key := range []string{"verb." + verb, kind + ".past." + did, kind + ".verb." + did} {
		if rq.Has(key) {
			return rq.T(key)
		}
	}
	for _, n := range p.Nouns {
		if n.Verbs() == kind {
			return rq.T("admin.ledger.did."+did, rq.T(n.Name+".list"))
		}
	}
	return verb
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

// named puts the names of people, units, places and classes in the stead of their numbers, times and states in that of what programs write, and calls a value
// as the page of its noun does, or by its last word.
func (p *Pages) named(rq *site.Req, verb string, lines []diffLine) []diffLine {
	noun := verb[:max(strings.LastIndexByte(verb, '.'), 0)]
	for _, n := range p.Nouns {
		if n.Verbs() == noun {
			noun = n.Name
		}
	}
	for i, l := range lines {
		kind := l.Name[strings.LastIndexByte(l.Name, '.')+1:]
		lines[i].Before, lines[i].After = p.value(rq, noun, kind, l.Before), p.value(rq, noun, kind, l.After)
		for _, key := range []string{noun + "." + kind, "ledger." + kind} {
			if rq.Has(key) {
				lines[i].Label = rq.T(key)
				break
			}
		}
	}
	return lines
}

// value writes one value of an entry for people.
func (p *Pages) value(rq *site.Req, noun, kind, text string) string {
	if at, err := strconv.ParseInt(text, 10, 64); err == nil && at > aTime && slices.Contains([]string{"at", "due", "since", "until", "from", "opened", "ended"}, kind) {
		return rq.When(at, rq.Brand.Zone)
	}
	if key := noun + "." + kind + "." + text; text != "" && rq.Has(key) {
		return rq.T(key)
	}
	return p.nameAll(rq, kind, text)
}

// aTime is below every time in µs that an entry can speak of, and above every id.
const aTime = 1_500_000_000_000_000

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
	was, is := "before", "after"
	if _, step := all["from"].(map[string]any); step { // of a life
		was, is = "from", "to"
	}
	before, after := map[string]string{}, map[string]string{}
	flatten(before, "", all[was])
	flatten(after, "", all[is])
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
	changes, _ := all["changes"].(map[string]any) // of a noun: by field
	for _, field := range slices.Sorted(maps.Keys(changes)) {
		if c, ok := changes[field].(map[string]any); ok {
			lines = append(lines, diffLine{Name: field, Before: joined(c["before"]), After: joined(c["after"])})
		}
	}
	for _, told := range []string{was, is, "changes"} {
		delete(all, told)
	}
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

// joined is a value of several parts as one text.
func joined(v any) string {
	flat := map[string]string{}
	flatten(flat, "", v)
	return flat[""]
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
