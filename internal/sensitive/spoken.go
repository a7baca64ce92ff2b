package sensitive

import "unicode/utf8"

// numerals looks at a run of Chinese numerals: an address, or a mobile number written out.
func (sc *scanner) numerals(i int) int {
	if h, ok := sc.room(i); ok {
		return sc.add(h)
	}
	if h, ok := sc.spoken(i); ok {
		return sc.add(h)
	}
	_, size := utf8.DecodeRuneInString(sc.s[i:])
	if !numeralsAt(sc.s, i, 12) {
		return i + size
	}
	for numeralsAt(sc.s, i, 1) { // a long one is passed at once
		_, size = utf8.DecodeRuneInString(sc.s[i:])
		i += size
	}
	return i
}

// spoken reads a mobile number that is written out, in numerals alone or between digits: 一三八一二三四五六七八, 138一二三四五六七八.
func (sc *scanner) spoken(i int) (h hit, ok bool) {
	var d [12]byte
	var pos [13]int
	n := 0
	for pos[0] = i; n < len(d); n++ {
		c, size := sc.digitOrNumeral(pos[n])
		if size == 0 {
			break
		}
		d[n], pos[n+1] = '0'+c, pos[n]+size
	}
	if n != 11 || !isMobile(d[:11]) || sc.joined(i) {
		return hit{}, false
	}
	h = hit{Span: Span{Mobile, i, pos[11]}}
	h.hides(pos[3], pos[7])
	return h, true
}

func (sc *scanner) digitOrNumeral(i int) (d byte, n int) {
	if d, n = digitAt(sc.s, i); n > 0 {
		return d, n
	}
	r, n := utf8.DecodeRuneInString(sc.s[i:])
	if v := numeral(r); v >= 0 {
		return byte(v), n
	}
	return 0, 0
}
