package triage

import (
	"cmp"
	"slices"
	"strings"

	"mulin/internal/lexicon"
	"mulin/town/place"
)

// Gazetteer knows what the places of a city are called, in full and in short, and finds them in texts. It is made from the register's memory and
// never changes; a text that names nothing costs one pass over its characters.
type Gazetteer struct {
	names  *lexicon.Lexicon
	calls  [][]call        // by name of the lexicon: which places are called so
	sites  []site          // all places
	by     map[int64]int32 // sites by id
	inside map[inner]int32 // buildings of an estate and grids of a community by their number
}

// site is a place as far as finding it needs.
type site struct {
	id, parent int64
	kind       place.Kind
	path       string
}

// strength says how surely a name means a place.
type strength uint8

// The strengths, the least first.
const (
	weak  strength = iota + 1 // a word that means other things too: needs something that speaks for it
	short                     // what people leave when they drop the kind
	alias                     // given by people, or its name before
	full                      // its name
)

type call struct {
	site int32
	how  strength
}

// inner is a numbered part of an estate or community.
type inner struct {
	site int32
	name string
}

// mostCalled is how many places may share a name before it means none of them without their parent.
const mostCalled = 24

// NewGazetteer reads the names of places.
func NewGazetteer(all []place.Spoken) *Gazetteer {
	all = slices.SortedFunc(slices.Values(all), func(a, b place.Spoken) int { return cmp.Compare(a.ID, b.ID) }) // the same every time
	g := &Gazetteer{by: make(map[int64]int32, len(all)), inside: map[inner]int32{}, sites: make([]site, len(all))}
	for i, p := range all {
		g.by[p.ID], g.sites[i] = int32(i), site{p.ID, p.Parent, p.Kind, p.Path}
	}
	l := &list{by: map[string]int{}}
	for i := range all {
		g.learn(l, int32(i), &all[i])
	}
	g.names, g.calls = lexicon.New(l.names), l.calls
	return g
}

// list gathers names, each once.
type list struct {
	names []string
	calls [][]call
	by    map[string]int
}

func (l *list) add(name string, site int32, how strength) {
	folded := string(lexicon.Fold(name).Runes)
	i, ok := l.by[folded]
	if !ok {
		i = len(l.names)
		l.by[folded], l.names, l.calls = i, append(l.names, name), append(l.calls, nil)
	}
	for j, c := range l.calls[i] {
		if c.site == site {
			l.calls[i][j].how = max(c.how, how)
			return
		}
	}
	l.calls[i] = append(l.calls[i], call{site, how})
}

// learn notes what a place is called: numbered parts by their number below their parent, all others by name.
func (g *Gazetteer) learn(l *list, i int32, p *place.Spoken) {
	if p.Kind == place.City {
		return
	}
	for n, name := range append([]string{p.Name}, p.Also...) {
		if number, ok := numberOf(p.Kind, name); ok {
			if up, ok := g.by[p.Parent]; ok {
				g.inside[inner{up, number}] = i
			}
			continue
		}
		how := full
		if n > 0 {
			how = alias
		}
		for form, s := range forms(p.Kind, name, how) {
			l.add(form, i, s)
		}
	}
}

// numberOf is the number of a building, an entrance or a grid that has no other name.
func numberOf(k place.Kind, name string) (string, bool) {
	text := []rune(strings.TrimPrefix(string(lexicon.Fold(name).Runes), "第"))
	number, end := lexicon.Ordinal(text, 0)
	rest := string(text[end:])
	if number == "" || end == len(text) && k == place.Grid {
		return "", false
	}
	return number, slices.Contains(numberWords[k], rest)
}

// numberWords are what may follow the number in the name of a place.
var numberWords = map[place.Kind][]string{
	place.Building: {"号楼", "栋楼", "栋", "幢", "座", "号", "楼", "#楼", "#", ""},
	place.Entrance: {"单元", "门", "门洞", "单元门", ""},
	place.Grid:     {"网格", "号网格"},
}

// Endings of names by kind: those that name the same, the first as people say it.
var (
	streetEndings    = []string{"街道办事处", "街道办", "街道", "镇人民政府", "镇政府", "镇", "乡"}
	communityEndings = []string{"社区居民委员会", "社区居委会", "社区居委", "居民委员会", "居委会", "社区", "村民委员会", "村委会", "村委", "村"}
)

// forms are the ways a name is said, each with how surely it means the place.
func forms(k place.Kind, name string, how strength) map[string]strength {
	all := map[string]strength{}
	add := func(form string, s strength) {
		if s < alias && place.Common(form) || len([]rune(form)) < 2 {
			return
		}
		all[form] = max(all[form], min(s, how))
	}
	add(name, how)
	switch k {
	case place.Street:
		streetForms(name, how, add)
	case place.Community:
		communityForms(name, how, add)
	case place.Estate:
		estateForms(name, how, add)
	}
	return all
}

// stem is a name without the first ending it has; nothing is left of it unless two characters are.
func stem(name string, endings []string) (string, string) {
	for _, e := range endings {
		if s, ok := strings.CutSuffix(name, e); ok && len([]rune(s)) >= 2 {
			return s, e
		}
	}
	return "", ""
}

func streetForms(name string, how strength, add func(string, strength)) {
	s, ending := stem(name, streetEndings)
	switch {
	case s == "":
	case strings.HasPrefix(ending, "街"):
		for _, e := range []string{"街道", "街道办", "街道办事处", "办事处", "街办"} {
			add(s+e, how)
		}
	case strings.HasPrefix(ending, "镇"):
		for _, e := range []string{"镇", "镇政府", "镇人民政府"} {
			add(s+e, how)
		}
	}
	add(s, weak)
}

func communityForms(name string, how strength, add func(string, strength)) {
	s, ending := stem(name, communityEndings)
	if s == "" {
		return
	}
	said := []string{"社区", "居委会", "社区居委会", "社区居民委员会"}
	if strings.HasPrefix(ending, "村") {
		said = []string{"村", "村委会", "村民委员会", "村委"}
	}
	for _, e := range said {
		add(s+e, how)
	}
	add(s, weak)
}

func estateForms(name string, how strength, add func(string, strength)) {
	if s, ending := stem(name, []string{"小区", "花园", "家园"}); s != "" {
		if ending != "小区" {
			add(name+"小区", how)
			add(s+"小区", short)
		}
		if ending != "家园" {
			add(s+"花园", short)
		}
		if len([]rune(s)) > 2 {
			add(s, short)
		}
		add(s, weak)
		return
	}
	add(name+"小区", how)
}

// goesOn are the characters that make another name of a short one that stands before them: 东湖 is not meant by 东湖路, nor 龙泉 by 龙泉中学.
var goesOn = func() map[rune]bool {
	set := map[rune]bool{}
	for _, r := range "路街巷道桥河湖山店站厂城村镇乡社居大中小幼学医广公市超酒宾饭花家苑园国新第银商菜机派法检税寺庙水" {
		set[r] = true
	}
	return set
}()

// roads make a road of any name before them.
var roads = map[rune]bool{'路': true, '街': true, '巷': true, '桥': true}

// stands refuses a name that is only the beginning of another.
func (g *Gazetteer) stands(text []rune, h lexicon.Hit) bool {
	if h.To == len(text) {
		return true
	}
	if has(text, h.To, "路灯") || has(text, h.To, "路面") {
		return true
	}
	next := text[h.To]
	if roads[next] {
		return false
	}
	return !goesOn[next] || slices.ContainsFunc(g.calls[h.Name], func(c call) bool { return c.how >= alias })
}

// Size is about how many bytes the gazetteer takes.
func (g *Gazetteer) Size() int {
	n := g.names.Size() + len(g.sites)*64 + len(g.by)*24 + len(g.inside)*56
	for _, c := range g.calls {
		n += 24 + 8*cap(c)
	}
	return n
}
