package triage

import (
	"cmp"
	"slices"
	"strings"

	"mulin/internal/lexicon"
	"mulin/town/place"
)

// Around is what is known of a text besides its words: where the case lies so far, and other paths that speak for what is near them (the grid of a
// point, the territory of the desk).
type Around struct {
	Path string
	Near []string
}

// Span marks a part of a text, in bytes.
type Span struct{ From, To int }

// Named is a place that a text names.
type Named struct {
	ID       int64
	Path     string
	Entrance string // the number of the entrance of that building, "" for none
	Marks    []Span // the words that name it and what lies around it
	Rivals   int    // how many other places are called so, with as much speaking for them
	Sure     bool   // nothing else can be meant, and it is a grid or finer

	score int
	how   strength
}

// Called tells whether the text says the place's name, one before it or one that people gave it, and not a part or a word that means other things too.
func (n Named) Called() bool { return n.how >= alias }

// mostNamed is how many places are offered for a text.
const mostNamed = 5

// Find gives the places that a text names, the likeliest first. Places around others that are named too only speak for them.
func (g *Gazetteer) Find(text string, around Around) []Named {
	f := lexicon.Fold(text)
	hits := g.names.Find(f.Runes, func(h lexicon.Hit) bool { return g.stands(f.Runes, h) })
	r := &hearing{g: g, text: f.Runes, around: around}
	for _, h := range hits {
		r.words = append(r.words, word{h, g.options(h)})
	}
	r.number()
	if len(r.words) == 0 {
		return nil
	}
	found := r.weigh()
	for i := range found {
		for j, m := range found[i].Marks {
			found[i].Marks[j].From, found[i].Marks[j].To = f.Source(m.From, m.To)
		}
	}
	return found
}

// hearing is one text on its way to its places.
type hearing struct {
	g      *Gazetteer
	text   []rune
	words  []word
	around Around
}

// word is a name in the text with the places it may mean.
type word struct {
	lexicon.Hit
	options []option
}

// option is a place that a word may mean, perhaps a numbered part of the one that was named.
type option struct {
	call
	part     Span // where the number stands; empty for none
	entrance string
}

func (g *Gazetteer) options(h lexicon.Hit) []option {
	calls := g.calls[h.Name]
	if len(calls) > mostCalled {
		calls = calls[:mostCalled]
	}
	all := make([]option, len(calls))
	for i, c := range calls {
		all[i].call = c
	}
	return all
}

// reachBehind is how far behind the name of an estate its building may stand.
const reachBehind = 16

// number follows the names of estates to their buildings and those of communities to their grids. Numbers without such a name belong to the estate
// or community where the case lies.
func (r *hearing) number() {
	var some bool
	for i := range r.words {
		w := &r.words[i]
		limit := len(r.text)
		if i+1 < len(r.words) {
			limit = r.words[i+1].From
		}
		for j := range w.options {
			some = r.step(&w.options[j], w.To, min(limit, w.To+reachBehind)) || some
		}
	}
	if some {
		return
	}
	for _, id := range place.IDs(r.around.Path) {
		at, ok := r.g.by[id]
		if !ok {
			continue
		}
		o := option{call: call{at, alias}}
		if r.step(&o, 0, len(r.text)) {
			r.words = append(r.words, word{lexicon.Hit{From: o.part.From, To: o.part.From}, []option{o}})
		}
	}
}

// step goes from an estate to the building, or from a community to the grid, whose number stands between from and to.
func (r *hearing) step(o *option, from, to int) bool {
	for i := from; i < to; i++ {
		number, end, kind := r.part(i, from)
		if kind == "" {
			continue
		}
		parent := r.g.sites[o.site].kind
		if kind == place.Building && parent != place.Estate || kind == place.Grid && parent != place.Community {
			continue
		}
		at, ok := r.g.inside[inner{o.site, number}]
		if !ok {
			return false // such a building isn't in the register: the estate is all that is known
		}
		o.site = at
		if kind == place.Building {
			o.entrance, end = r.entrance(end)
		}
		o.part = Span{i, end}
		return true
	}
	return false
}

// partWords are what makes the number of a building or grid of a number; those of one character mean much else and stand right behind the estate.
var partWords = []struct {
	word string
	kind place.Kind
	near bool
}{
	{"号网格", place.Grid, false}, {"网格", place.Grid, false}, {"号楼", place.Building, false}, {"栋", place.Building, false}, {"幢", place.Building, false},
	{"#", place.Building, false}, {"座", place.Building, false}, {"号", place.Building, true}, {"-", place.Building, true},
}

// part reads the number of a building or grid at i; kind is "" if there is none.
func (r *hearing) part(i, from int) (number string, end int, kind place.Kind) {
	if i > 0 && digit(r.text[i]) && digit(r.text[i-1]) {
		return "", i, "" // the end of a longer number
	}
	number, end = lexicon.Ordinal(r.text, i)
	if number == "" {
		return "", i, ""
	}
	for _, w := range partWords {
		if has(r.text, end, w.word) && (!w.near || i == from && r.plain(w.word, end+1)) {
			return number, end + len([]rune(w.word)), w.kind
		}
	}
	return "", i, ""
}

// plain tells whether 号 or - behind a number can mean a building: "3号", "3-2-501", but not "3号线" and "3-5岁".
func (r *hearing) plain(word string, end int) bool {
	if word == "-" {
		_, next := lexicon.Number(r.text, end)
		return next > end && has(r.text, next, "-")
	}
	return end >= len(r.text) || !strings.ContainsRune("线门院店铺路井公机以之前后到至晚早上下", r.text[end])
}

func has(text []rune, i int, word string) bool {
	for _, r := range word {
		if i >= len(text) || text[i] != r {
			return false
		}
		i++
	}
	return true
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

// entrance reads the number of an entrance behind a building.
func (r *hearing) entrance(i int) (number string, end int) {
	number, next := lexicon.Ordinal(r.text, i)
	if number == "" {
		return "", i
	}
	for _, w := range []string{"单元", "门洞", "-"} {
		if has(r.text, next, w) {
			if w == "-" {
				return number, next
			}
			return number, next + len([]rune(w))
		}
	}
	return "", i
}

// The weights of what speaks for a place.
const (
	perStrength = 10
	namedAround = 8 // what it lies in is named too
	hintAround  = 4 // perhaps
	liesAround  = 6 // the case lies there
	nearAround  = 3
	hasPart     = 6 // and it has the building that is named
	enough      = 16
)

// weigh chooses among the options and gathers what is left.
func (r *hearing) weigh() []Named {
	var all []Named
	for i := range r.words {
		all = append(all, r.best(i)...)
	}
	all = absorb(all)
	slices.SortStableFunc(all, func(a, b Named) int { return cmp.Compare(b.score, a.score) })
	if len(all) > 0 {
		all[0].Sure = sure(all)
	}
	return all[:min(len(all), mostNamed)]
}

// best are the likeliest meanings of the i-th word: those with the highest score, if it is enough.
func (r *hearing) best(i int) []Named {
	w, top := &r.words[i], 0
	scores := make([]int, len(w.options))
	for j := range w.options {
		scores[j] = r.score(i, &w.options[j])
		top = max(top, scores[j])
	}
	if top < enough {
		return nil
	}
	rivals := -1
	for _, s := range scores {
		if s == top {
			rivals++
		}
	}
	var all []Named
	for j, o := range w.options {
		if scores[j] != top {
			continue
		}
		s := r.g.sites[o.site]
		n := Named{ID: s.id, Path: s.path, Entrance: o.entrance, Rivals: rivals, score: top, how: o.how}
		if w.To > w.From {
			n.Marks = append(n.Marks, Span{w.From, w.To})
		}
		if o.part.To > o.part.From {
			n.Marks = append(n.Marks, o.part)
		}
		all = append(all, n)
	}
	return all
}

func (r *hearing) score(i int, o *option) int {
	s := &r.g.sites[o.site]
	score := int(o.how)*perStrength + place.Depth(s.kind)
	if o.part.To > 0 {
		score += hasPart
	}
	for j := range r.words {
		if j != i {
			score += r.around1(j, s.path)
		}
	}
	if len(place.IDs(r.around.Path)) > 1 && strings.HasPrefix(s.path, r.around.Path) {
		score += liesAround
	}
	for _, near := range r.around.Near {
		if len(place.IDs(near)) > 1 && strings.HasPrefix(s.path, near) {
			score += nearAround
		}
	}
	return score
}

// around1 is what the j-th word says for a place at path: the most of its meanings that lie around it.
func (r *hearing) around1(j int, path string) (most int) {
	for _, o := range r.words[j].options {
		if up := r.g.sites[o.site].path; len(up) < len(path) && strings.HasPrefix(path, up) {
			if o.how >= alias {
				return namedAround
			}
			most = hintAround
		}
	}
	return most
}

// absorb makes one of what names the same place, and gives the marks of places around a finer one to it.
func absorb(all []Named) []Named {
	all = perPlace(all)
	gone := make([]bool, len(all))
	given := slices.Clone(all) // what each says by itself: nothing is handed on twice
	for i := range all {
		for k := range all {
			if i != k && strings.HasPrefix(all[k].Path, all[i].Path) {
				gone[i] = true
				all[k].Marks = append(all[k].Marks, given[i].Marks...)
				all[k].score = max(all[k].score, given[i].score)
			}
		}
	}
	var left []Named
	for i, n := range all {
		if !gone[i] {
			n.Marks = tidyMarks(n.Marks)
			left = append(left, n)
		}
	}
	return left
}

// perPlace gathers what names the same place, however often a text says it: each place keeps the marks of all its words once.
func perPlace(all []Named) (out []Named) {
	at := map[string]int{}
	for _, n := range all {
		i, ok := at[n.Path]
		if !ok {
			at[n.Path], out = len(out), append(out, n)
			continue
		}
		out[i].Marks = append(out[i].Marks, n.Marks...)
		if n.score > out[i].score {
			out[i].score, out[i].Entrance, out[i].Rivals = n.score, n.Entrance, n.Rivals
		}
		out[i].how = max(out[i].how, n.how)
	}
	return out
}

// tidyMarks sorts marks and joins those that touch.
func tidyMarks(marks []Span) []Span {
	slices.SortFunc(marks, func(a, b Span) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	var out []Span
	for _, m := range marks {
		if n := len(out); n > 0 && m.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, m.To)
			continue
		}
		out = append(out, m)
	}
	return out
}

// sure: the first is a grid or finer, named by its name, an alias or with its surroundings, and no other place that surely named is far from it.
func sure(all []Named) bool {
	first := all[0]
	if len(place.IDs(first.Path)) <= place.Depth(place.Grid) || first.Rivals > 0 || first.how < alias && first.score < int(first.how)*perStrength+namedAround {
		return false
	}
	return !slices.ContainsFunc(all[1:], func(n Named) bool { return n.how >= alias })
}
