package sensitive

import (
	"strings"
	"unicode/utf8"
)

// word looks at a run of Latin letters: a kind of account, a room in English, a permit, or a building named by a letter.
func (sc *scanner) word(i int) int {
	j := i
	for j < len(sc.s) && isLetter(sc.s[j]) {
		j++
	}
	if j == i+1 && !sc.joined(i) {
		if h, ok := sc.room(i); ok {
			return sc.add(h)
		}
		if h, ok := sc.permit(i); ok {
			return sc.add(h)
		}
	}
	if j-i > 9 || sc.joined(i) {
		return j
	}
	switch strings.ToLower(sc.s[i:j]) {
	case "qq", "wx", "vx", "wechat", "weixin":
		return sc.account(j)
	case "room", "rm", "apt", "apartment", "flat":
		return sc.englishRoom(i, j)
	}
	return j
}

// account finds the name of an account behind the word for it. A phone number there is left to be found as one.
func (sc *scanner) account(i int) int {
	at := i
	for n := 0; n < 8; n++ {
		step := starts(sc.s[at:], " ", "　", ":", "：", "号", "码", "群", "是", "为", "（", "(", "同", "账", "帐")
		if step == 0 {
			break
		}
		at += step
	}
	j, digits := at, 0
	for j < len(sc.s) && j-at < 24 && (isLetter(sc.s[j]) || isDigit(sc.s[j]) || j > at && (sc.s[j] == '_' || sc.s[j] == '-')) {
		if isDigit(sc.s[j]) {
			digits++
		}
		j++
	}
	if digits == 0 || j-at < 5 || j-at > 20 || sc.goesOn(j) || j < len(sc.s) && sc.s[j] == '@' {
		return i
	}
	if digits == j-at && (digits > 11 || digits == 11 && sc.s[at] == '1' && sc.s[at+1] >= '3') {
		return i
	}
	h := hit{Span: Span{Chat, at, j}}
	h.hides(at+2, j)
	return sc.add(h)
}

// mail finds an address around the sign of mail. What stands before it has been read already and is part of it.
func (sc *scanner) mail(i int) int {
	from, floor := i, 0
	for from > 0 && i-from < 64 && inMail(sc.s[from-1]) {
		from--
	}
	to, dots := i+1, 0
	for to < len(sc.s) && to-i < 80 && (isLetter(sc.s[to]) || isDigit(sc.s[to]) || sc.s[to] == '-' || sc.s[to] == '.') {
		if sc.s[to] == '.' {
			dots++
		}
		to++
	}
	for to > i && (sc.s[to-1] == '.' || sc.s[to-1] == '-') {
		if to--; sc.s[to] == '.' {
			dots--
		}
	}
	if from == i || dots < 1 || from > 0 && sc.s[from-1] == '*' {
		return i + 1
	}
	for len(sc.hits) > 0 && sc.hits[len(sc.hits)-1].To > from {
		if last := sc.hits[len(sc.hits)-1]; last.From < from {
			floor = last.To
			break
		}
		sc.hits = sc.hits[:len(sc.hits)-1]
	}
	if from = max(from, floor); from >= i {
		return i + 1
	}
	h := hit{Span: Span{Mail, from, to}}
	h.hides(min(from+1, i-1), i)
	return sc.add(h)
}

func inMail(c byte) bool { return isLetter(c) || isDigit(c) || strings.IndexByte("._%+-", c) >= 0 }

// permit finds a passport or travel permit where the text says that it is one.
func (sc *scanner) permit(i int) (hit, bool) {
	j := i + 1
	for j < len(sc.s) && isDigit(sc.s[j]) {
		j++
	}
	if n := j - i - 1; n < 7 || n > 9 || sc.goesOn(j) || !holds(strings.ToLower(sc.before(i, 48)), "护照", "通行证", "passport", "permit") {
		return hit{}, false
	}
	h := hit{Span: Span{Passport, i, j}}
	h.hides(i+2, j)
	return h, true
}

// isProvince tells the signs that plates begin with; a letter for the place follows.
func isProvince(r rune) bool {
	switch r {
	case '京', '津', '沪', '渝', '冀', '豫', '云', '辽', '黑', '湘', '皖', '鲁', '新', '苏', '浙', '赣', '鄂', '桂', '甘', '晋', '蒙', '陕', '吉', '闽', '贵', '粤', '青', '藏', '川', '宁', '琼':
		return true
	}
	return false
}

// plateEnds are the signs a plate may end with.
const plateEnds = "学警挂港澳试超使领"

// plate finds the plate of a vehicle, those of new energy with a sign more: 鲁D12345, 鲁D·A1234学, 鲁DD12345.
func (sc *scanner) plate(i, n int) (hit, bool) {
	at := i + n
	at += starts(sc.s[at:], " ")
	letter, size := plateSign(sc.s, at)
	if size == 0 || letter < 'A' {
		return hit{}, false
	}
	at += size
	at += starts(sc.s[at:], "·", "•", "・", ".", "-", " ", "—")
	from, signs, digits := at, 0, 0
	var ends [8]int
	for signs < 7 {
		c, size := plateSign(sc.s, at)
		if size == 0 {
			break
		}
		if c <= '9' {
			digits++
		}
		at += size
		ends[signs] = at
		signs++
	}
	last := false
	if signs == 4 {
		r, size := utf8.DecodeRuneInString(sc.s[at:])
		if last = strings.ContainsRune(plateEnds, r); last {
			at += size
		}
	}
	if !last && signs != 5 && signs != 6 || digits < 2 || signs == 6 && digits < 4 || sc.goesOn(at) {
		return hit{}, false
	}
	h := hit{Span: Span{Plate, i, at}}
	show := 2
	if last {
		show = 1
	}
	h.hides(from, ends[signs-1-show])
	return h, true
}

// plateSign reads a letter or digit, also a full-width one, as a capital.
func plateSign(s string, i int) (c byte, n int) {
	if d, n := digitAt(s, i); n > 0 {
		return '0' + d, n
	}
	if i < len(s) && isLetter(s[i]) {
		return s[i] &^ 0x20, 1
	}
	if i+2 < len(s) && s[i] == 0xef {
		if c := s[i+2]; s[i+1] == 0xbc && c >= 0xa1 && c <= 0xba {
			return 'A' + c - 0xa1, 3
		}
	}
	return 0, 0
}
