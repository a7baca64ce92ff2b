package sensitive

import "unicode/utf8"

// chain are runs of digits with little between them: "138 1234 5678", "(0632) 551-2345".
type chain struct {
	runs   [maxRuns]run
	n      int
	digits [maxDigits]byte
	pos    [maxDigits]int32 // where each digit stands
	used   int
	cut    bool // there may be more than fits
}

type run struct {
	from, to int // in the text
	at, n    int // in digits
	hyphen   bool
}

const (
	maxRuns    = 16
	maxDigits  = 128
	longestRun = 40
)

// read reads a chain. A run that is too long is no number of ours and ends it.
func (sc *scanner) read(i int) {
	sc.n, sc.used, sc.cut = 0, 0, false
	for hyphen := false; ; {
		if sc.n == maxRuns || sc.used+longestRun > maxDigits {
			sc.cut = true
			return
		}
		r := run{from: i, at: sc.used, hyphen: hyphen}
		for {
			d, size := digitAt(sc.s, i)
			if size == 0 {
				break
			}
			if r.n < longestRun {
				sc.digits[sc.used], sc.pos[sc.used] = '0'+d, int32(i)
				sc.used++
			}
			r.n++
			i += size
		}
		r.to = i
		sc.runs[sc.n] = r
		sc.n++
		if r.n > longestRun {
			return
		}
		next, h, ok := sc.gap(i)
		if !ok {
			return
		}
		if _, room := sc.room(next); room { // 13812345678 3号楼2单元501
			return
		}
		i, hyphen = next, h
	}
}

// gap finds the next digit behind a little that may stand between groups.
func (sc *scanner) gap(i int) (next int, hyphen, ok bool) {
	for n := 0; n < 4; n++ {
		if _, size := digitAt(sc.s, i); size > 0 {
			return i, hyphen, n > 0
		}
		r, size := utf8.DecodeRuneInString(sc.s[i:])
		if !between(r) {
			return 0, false, false
		}
		hyphen = hyphen || r == '-' || r == '－' || r == '—' || r == '–' || r == '‐' || r == '‑'
		i += size
	}
	return 0, false, false
}

// of are the digits of the runs k to m.
func (c *chain) of(k, m int) []byte { return c.digits[c.runs[k].at : c.runs[m].at+c.runs[m].n] }

// shaped tells whether the runs from k on have these lengths.
func (c *chain) shaped(k int, lens ...int) bool {
	if k+len(lens) > c.n {
		return false
	}
	for i, n := range lens {
		if c.runs[k+i].n != n {
			return false
		}
	}
	return true
}

// shapedAs finds the longest of some shapes that the runs from k on have; 0 runs for none.
func (c *chain) shapedAs(k int, shapes [][]int) int {
	best := 0
	for _, s := range shapes {
		if len(s) > best && c.shaped(k, s...) {
			best = len(s)
		}
	}
	return best
}

// number looks at a chain of digits: first whether it is a place, then run by run what it may be.
func (sc *scanner) number(i int) int {
	if h, ok := sc.room(i); ok {
		return sc.add(h)
	}
	sc.read(i)
	if _, n := sc.digitOrNumeral(sc.runs[0].to); n > 0 {
		if h, ok := sc.spoken(i); ok {
			return sc.add(h)
		}
	}
	if sc.runs[0].n > longestRun || sc.decimal() {
		return sc.runs[0].to
	}
	if sc.used < 7 {
		return sc.runs[sc.n-1].to
	}
	last := -1 // the run that the newest hit ends with
	end := sc.runs[sc.n-1].to
	for k := 0; k < sc.n; {
		if sc.runs[k].n > longestRun {
			return sc.runs[k].to
		}
		h, n := sc.match(k)
		if n == 0 {
			if last == k-1 && k > 0 {
				sc.closeTail()
			}
			if k++; sc.cut && k > maxRuns/2 {
				return sc.runs[k-1].to
			}
			continue
		}
		k += n
		last = k - 1
		end = max(end, sc.add(h))
		if h.To > sc.runs[last].to {
			return h.To // the extension lies behind the chain
		}
	}
	return end
}

// closeTail hides the readable end of the newest hit too: with the digits that follow, it could be read as another number.
func (sc *scanner) closeTail() {
	if h := &sc.hits[len(sc.hits)-1]; h.parts > 0 {
		h.hide[h.parts-1][1] = h.To
	}
}

// decimal tells a number with a fraction or an address of a computer.
func (sc *scanner) decimal() bool {
	i := sc.runs[0].from
	return i > 1 && sc.s[i-1] == '.' && isDigit(sc.s[i-2])
}

// match tries what may begin with run k.
func (sc *scanner) match(k int) (hit, int) {
	for _, try := range [...]func(*scanner, int) (hit, int){(*scanner).identity, (*scanner).bank, (*scanner).mobile, (*scanner).landline, (*scanner).local, (*scanner).oldIdentity} {
		if h, n := try(sc, k); n > 0 {
			return h, n
		}
	}
	return hit{}, 0
}

// hitOf is a hit over the runs k to m that hides the digits from a to b of them.
func (sc *scanner) hitOf(kind Kind, k, m, a, b int) hit {
	h := hit{Span: Span{kind, sc.runs[k].from, sc.runs[m].to}}
	first := sc.runs[k].at
	last := int(sc.pos[first+b-1])
	_, size := digitAt(sc.s, last)
	h.hides(int(sc.pos[first+a]), last+size)
	return h
}
