package triage

import (
	"cmp"
	"math"
	"slices"
)

// The questions that are learned by likeness.
const (
	ofClass = iota
	ofKind
	ofUrgency
	ofHide
	questions
)

// index is where the tokens of a text are found, for all questions at once: each is looked up once, because nearly all are known to every question.
// What they speak for is in whole steps, so that adding it up is quick, and the same in whatever order.
type index struct {
	of    [questions]*likeness // nil: not learned
	first [questions + 1]int   // where the labels of each begin, which are numbered through
	slots []slot               // of the tokens, by open addressing
	lifts []lift
	rows  []uint64 // of what tokens of many classes speak for, four classes in a word
	wide  int      // words of a row
}

// slot is a token and where its lifts are: those of the first question begin at from, those of each question end so many behind it.
type slot struct {
	key  uint32 // 0: free
	from uint32
	row  uint32 // the number of its row for the classes, plus one; 0: its lifts are few
	ends [questions]uint16
}

// lift is how much a token speaks for a label, in steps.
type lift struct{ label, by uint16 }

const (
	single   = 1 << 15 // of a label: no more than one text of it has the token
	steps    = 4096    // of a lift of 1; the largest of 20 000 lessons of 1000 tokens is below 16
	fewLifts = 4       // a token that speaks for less than one in so many classes has no row
)

// newIndex makes the index of some questions, in their order.
func newIndex(of ...*likeness) *index {
	x := &index{}
	copy(x.of[:], of)
	var keys []uint32
	for q, l := range x.of {
		x.first[q+1] = x.first[q]
		if l != nil {
			keys = append(keys, l.Keys...)
			x.first[q+1] += len(l.Labels)
		}
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	x.wide = (x.first[1] + 3) / 4
	size := 16
	for size < 2*len(keys) {
		size *= 2
	}
	x.slots = make([]slot, size)
	var next [questions]int
	for _, k := range keys {
		x.put(k, &next)
	}
	x.lifts, x.rows = slices.Clip(x.lifts), slices.Clip(x.rows)
	return x
}

// put adds a token; next is where each question has those that were not put yet.
func (x *index) put(key uint32, next *[questions]int) {
	s := slot{key: key, from: uint32(len(x.lifts))}
	for q, l := range x.of {
		if l != nil && next[q] < len(l.Keys) && l.Keys[next[q]] == key {
			x.lifts = l.speaks(x.lifts, next[q], uint16(x.first[q]))
			next[q]++
		}
		s.ends[q] = uint16(len(x.lifts) - int(s.from))
	}
	if many := x.speaks(&s, ofClass); len(many) > 0 && len(many)*fewLifts >= x.first[1] {
		s.row = x.row(many)
	}
	mask := uint32(len(x.slots) - 1)
	at := key & mask
	for x.slots[at].key != 0 {
		at = (at + 1) & mask
	}
	x.slots[at] = s
}

// row writes lifts side by side and gives the row's number, plus one.
func (x *index) row(lifts []lift) uint32 {
	from := len(x.rows)
	x.rows = append(x.rows, make([]uint64, x.wide)...)
	for _, l := range lifts {
		at := l.label &^ single
		x.rows[from+int(at/4)] |= uint64(l.by) << (16 * (at % 4))
	}
	return uint32(len(x.rows) / x.wide)
}

// find is where a token stands, -1 for one that no question knows.
func (x *index) find(key uint32) int32 {
	mask := uint32(len(x.slots) - 1)
	for at := key & mask; x.slots[at].key != 0; at = (at + 1) & mask {
		if x.slots[at].key == key {
			return int32(at)
		}
	}
	return -1
}

// look finds the tokens that are known, into found.
func (x *index) look(found []int32, text []token) []int32 {
	found = found[:0]
	for _, t := range text {
		if at := x.find(t.key); at >= 0 {
			found = append(found, at)
		}
	}
	return found
}

// start is where the lifts for a question begin behind those of the first.
func (s *slot) start(q int) uint16 {
	if q == 0 {
		return 0
	}
	return s.ends[q-1]
}

// speaks are the lifts of a token for a question.
func (x *index) speaks(s *slot, q int) []lift {
	return x.lifts[s.from+uint32(s.start(q)) : s.from+uint32(s.ends[q])]
}

// sums is the space in which lifts are added up, to be used again.
type sums struct {
	each      []uint32 // of each label
	rows      []uint32 // those to be added
	even, odd []uint64 // what rows say of the first and third, and of the second and fourth of four classes
	scores    []float64
}

// clear makes room for so many labels.
func (s *sums) clear(labels int) {
	whole := (labels + 3) / 4 * 4
	s.each, s.rows = slices.Grow(s.each[:0], whole)[:whole], s.rows[:0]
	clear(s.each)
}

// two are the bits of two of the four numbers in a word of a row, with as many beside each for what is carried.
const two = 0x0000ffff_0000ffff

// addRows adds up the rows, four at once, which takes half the time of one by one.
func (x *index) addRows(s *sums) {
	if len(s.rows) == 0 {
		return
	}
	s.even, s.odd = slices.Grow(s.even[:0], x.wide)[:x.wide], slices.Grow(s.odd[:0], x.wide)[:x.wide]
	clear(s.even)
	clear(s.odd)
	even, odd := s.even, s.odd[:len(s.even)]
	rows := s.rows
	for ; len(rows) >= 4; rows = rows[4:] {
		a, b, c, d := x.at(rows[0])[:len(even)], x.at(rows[1])[:len(even)], x.at(rows[2])[:len(even)], x.at(rows[3])[:len(even)]
		for i := range even {
			even[i] += a[i]&two + b[i]&two + c[i]&two + d[i]&two
			odd[i] += a[i]>>16&two + b[i]>>16&two + c[i]>>16&two + d[i]>>16&two
		}
	}
	for _, row := range rows {
		for i, four := range x.at(row)[:len(even)] {
			even[i] += four & two
			odd[i] += four >> 16 & two
		}
	}
	for i := range even {
		four := s.each[4*i:][:4]
		four[0] += uint32(even[i])
		four[1] += uint32(odd[i])
		four[2] += uint32(even[i] >> 32)
		four[3] += uint32(odd[i] >> 32)
	}
}

// at is a row.
func (x *index) at(row uint32) []uint64 { return x.rows[int(row-1)*x.wide:][:x.wide] }

// add adds up what the tokens that were found speak for in the questions from one up to another; known is how many of them each knows.
func (x *index) add(from, to int, found []int32, s *sums) (known [questions]int) {
	s.clear(x.first[to])
	each := s.each
	for _, at := range found {
		slot := &x.slots[at]
		before := slot.start(from)
		lifts := x.lifts[slot.from+uint32(before) : slot.from+uint32(slot.ends[to-1])]
		for q := from; q < to; q++ {
			if slot.ends[q] > before {
				known[q]++
			}
			before = slot.ends[q]
		}
		if from == ofClass && slot.row > 0 {
			s.rows = append(s.rows, slot.row)
			continue
		}
		for _, lift := range lifts {
			each[lift.label&^single] += uint32(lift.by)
		}
	}
	x.addRows(s)
	return known
}

// classes are the scores of the classes: the higher the more like a class's texts a text is whose tokens were found. They are s's until it is used again.
func (x *index) classes(found []int32, s *sums) (scores []float64, known int) {
	known = x.add(ofClass, ofClass+1, found, s)[ofClass]
	return x.scores(ofClass, known, s), known
}

// scores makes scores of what was added up for a question that knows so many tokens.
func (x *index) scores(q, known int, s *sums) []float64 {
	l, n, by := x.of[q], float64(known), 1/math.Sqrt(float64(max(1, known)))
	s.scores = slices.Grow(s.scores[:0], len(l.Labels))[:len(l.Labels)]
	scores := s.scores
	each, costs, prior := s.each[x.first[q]:][:len(scores)], l.costs[:len(scores)], l.prior[:len(scores)]
	for i := range scores {
		scores[i] = (float64(each[i])*(1./steps) - n*float64(costs[i]) + float64(prior[i])) * by
	}
	for i, mass := range l.Mass {
		if mass == 0 {
			scores[i] = math.Inf(-1)
		}
	}
	return scores
}

// chances are the classes' scores, made to sum to one; all are zero if nothing in the text is known.
func (x *index) chances(found []int32, s *sums) []float64 {
	scores, known := x.classes(found, s)
	if known == 0 {
		clear(scores)
		return scores
	}
	soften(scores, x.of[ofClass].Heat)
	return scores
}

// answer is the likeliest answer to a question, and how many texts it was learned from.
type answer struct {
	label string
	p     float64
	seen  int
}

// answers are those to all questions but the class.
func (x *index) answers(found []int32, s *sums) (all [questions]answer) {
	known := x.add(ofClass+1, questions, found, s)
	for q, n := range known {
		if n > 0 {
			all[q] = x.best(q, n, s)
		}
	}
	return all
}

func (x *index) best(q, known int, s *sums) answer {
	l, at := x.of[q], 0
	all := x.scores(q, known, s)
	soften(all, l.Heat)
	for i := range all {
		if all[i] > all[at] {
			at = i
		}
	}
	return answer{l.Labels[at], all[at], int(l.Seen[at])}
}

// words are the pieces of a text that speak for a class, the strongest first; tokens that overlap are one piece.
func (x *index) words(text string, read []token, class string, most int) []string {
	at, ok := x.of[ofClass].at(class)
	if !ok {
		return nil
	}
	var all []piece
	for _, t := range read {
		if w := x.speak(t.key, uint16(at)); w > 0 {
			all = append(all, piece{t.from, t.to, w})
		}
	}
	slices.SortStableFunc(all, func(a, b piece) int { return cmp.Compare(b.w, a.w) })
	return pieces(text, all[:min(2*most, len(all))], most)
}

// speak is how much a token speaks for a class. What a person has said only once says nothing.
func (x *index) speak(key uint32, class uint16) float32 {
	slot := x.find(key)
	if slot < 0 {
		return 0
	}
	all := x.speaks(&x.slots[slot], ofClass)
	i, here := slices.BinarySearchFunc(all, class, func(l lift, n uint16) int { return int(l.label&^single) - int(n) })
	if !here || x.of[ofClass].Seen[class] > 0 && all[i].label&single != 0 {
		return 0
	}
	return float32(all[i].by)/steps - x.of[ofClass].costs[class]
}
