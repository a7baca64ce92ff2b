package kit

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/register"
)

// offered is how many things are offered at most to choose among.
const offered = 20

// named are things by a name that finds them again: with their number where several answer to the name.
func (p *Pages) named(w *i18n.Words, f *register.Field, parts []string) string {
	var all []string
	for _, id := range ids(parts) {
		if id != 0 {
			all = append(all, unmistakable(p.Refs[f.Ref], register.Named{ID: id, Name: p.name(w, f.Ref, id)}))
		}
	}
	return strings.Join(all, "；")
}

func unmistakable(dir register.Directory, x register.Named) string {
	if found := dir.Find(x.Name, 2); len(found) == 1 && found[0].ID == x.ID {
		return x.Name
	}
	return x.Name + " #" + to.Digits(x.ID)
}

// apart are the names that stand in one text: between semicolons or on lines, and of several things also between the marks of a Chinese list, unless something
// is called so.
func apart(f *register.Field, dir register.Directory, text string) (all []string) {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '；' || r == ';' }) {
		names := []string{part}
		if f.Sort == register.SortRefs && strings.Contains(part, "、") && len(dir.Find(strings.TrimSpace(part), 1)) == 0 {
			names = strings.Split(part, "、")
		}
		for _, name := range names {
			if name = strings.TrimSpace(name); name != "" {
				all = append(all, name)
			}
		}
	}
	return all
}

// found are the things that a text may mean: one by its number; one that is called exactly so comes before those that are only like it.
func found(dir register.Directory, text string) []register.Named {
	if _, num, ok := strings.Cut(text, "#"); ok {
		if id, err := strconv.ParseInt(num, 10, 64); err == nil {
			return []register.Named{{ID: id, Name: dir.Name(id)}}
		}
	}
	all := dir.Find(text, offered)
	if exact := slices.DeleteFunc(slices.Clone(all), func(x register.Named) bool { return x.Name != text }); len(exact) == 1 {
		return exact
	}
	return all
}

// picked reads what somebody typed to name things: "#12" as offered before, or texts that the directory finds; choices are what is offered next.
func (p *Pages) picked(f *register.Field, texts []string) (parts []string, choices []ui.Choice, bad *fault.Fault) {
	dir := p.Refs[f.Ref]
	var sure, unsure []register.Named
	for _, text := range texts {
		for _, name := range apart(f, dir, text) {
			switch all := found(dir, name); len(all) {
			case 0:
				bad = fault.Field(f.Name, "admin.pick.none", name)
			case 1:
				sure = append(sure, all[0])
			default:
				unsure = append(unsure, all...)
				bad = fault.Field(f.Name, "admin.pick.several", name)
			}
		}
	}
	for _, x := range sure {
		parts = append(parts, to.Digits(x.ID))
	}
	if len(parts) == 0 {
		parts = []string{""}
	}
	return parts, append(boxes(sure), boxes(unsure)...), bad
}

// Named finds the thing that a text names; where it may mean several they are said.
func Named(field string, dir register.Directory, text string) (int64, *fault.Fault) {
	switch all := found(dir, text); len(all) {
	case 0:
		return 0, fault.Field(field, "admin.pick.none", text)
	case 1:
		return all[0].ID, nil
	default:
		return 0, fault.Field(field, "kit.import.several", text, several(all))
	}
}

// several are the first of many things that a text may mean.
func several(found []register.Named) string {
	names := make([]string, 0, 5)
	for _, x := range found[:min(len(found), 5)] {
		names = append(names, x.Name+" #"+to.Digits(x.ID))
	}
	return strings.Join(names, "、")
}

func boxes(things []register.Named) []ui.Choice {
	all := make([]ui.Choice, len(things))
	for i, x := range things {
		all[i] = ui.Choice{Value: "#" + to.Digits(x.ID), Label: x.Name, Hint: x.Hint}
	}
	return all
}

// few tells that one chooses among all things that a field may name.
func (p *Pages) few(f *register.Field) bool { return f.Sort == register.SortRef && p.Refs[f.Ref].Few }

// all are the things to choose among, and the one that is named if it is no longer among them.
func (p *Pages) all(w *i18n.Words, f *register.Field, named string) (all []ui.Choice) {
	for _, x := range p.Refs[f.Ref].Find("", offered) {
		all = append(all, ui.Choice{Value: "#" + to.Digits(x.ID), Label: p.name(w, f.Ref, x.ID)})
	}
	id, ok := strings.CutPrefix(named, "#")
	if ok && !slices.ContainsFunc(all, func(c ui.Choice) bool { return c.Value == named }) {
		all = append(all, ui.Choice{Value: named, Label: p.name(w, f.Ref, ids([]string{id})[0])})
	}
	return all
}

// find answers while somebody types: the names that a field could take.
func (p *Pages) find(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	names := []string{}
	for _, f := range p.fields(every) {
		if f.Name != rq.Query("field") || f.Ref == "" {
			continue
		}
		for _, x := range p.Refs[f.Ref].Find(strings.TrimSpace(rq.Query("q")), offered) {
			names = append(names, unmistakable(p.Refs[f.Ref], x))
		}
	}
	return rq.JSON(w, http.StatusOK, names)
}

// findURL is where a field's pick asks.
func (p *Pages) findURL(f *register.Field) string { return p.Base + "/find?field=" + f.Name }
