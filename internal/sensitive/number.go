package sensitive

import (
	"slices"
	"strings"
	"time"
)

// mobileShapes are the ways people group the eleven digits. Six and five are not among them: so our own case numbers look.
var mobileShapes = [][]int{{11}, {3, 8}, {3, 4, 4}, {4, 3, 4}, {4, 4, 3}, {7, 4}, {5, 6}, {3, 3, 5}, {3, 4, 2, 2}, {3, 2, 2, 2, 2}, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}}

func isMobile(d []byte) bool { return len(d) == 11 && d[0] == '1' && d[1] >= '3' }

// mobile finds a mobile number with or without its country, or the zero that was once dialled before it.
func (sc *scanner) mobile(k int) (hit, int) {
	if h, n := sc.mobileAt(k); n > 0 && (k > 0 || sc.callable()) {
		return h, n
	}
	return hit{}, 0
}

func (sc *scanner) mobileAt(k int) (hit, int) {
	if n := sc.shapedAs(k, mobileShapes); n > 0 && isMobile(sc.of(k, k+n-1)) {
		return sc.hitOf(Mobile, k, k+n-1, 3, 7), n
	}
	d := sc.of(k, k)
	if d[0] != '8' && d[0] != '0' {
		return hit{}, 0
	}
	for _, code := range []string{"86", "0086", "0"} {
		rest, ok := strings.CutPrefix(string(d), code)
		if !ok {
			continue
		}
		if isMobile([]byte(rest)) {
			return sc.hitOf(Mobile, k, k, len(code)+3, len(code)+7), 1
		}
		if n := sc.shapedAs(k+1, mobileShapes); rest == "" && n > 0 && isMobile(sc.of(k+1, k+n)) {
			return sc.hitOf(Mobile, k, k+n, len(code)+3, len(code)+7), n + 1
		}
	}
	return hit{}, 0
}

// callWords are the Latin words that may touch a phone number.
var callWords = []string{"tel", "telephone", "phone", "mobile", "mob", "cell", "call", "ph", "t", "m", "p", "v", "vx", "wx", "q", "qq", "wechat", "weixin", "no", "x"}

// callable tells whether a phone number may begin with the chain: not behind other letters, nor behind the word for an order or meter.
func (sc *scanner) callable() bool {
	i := sc.runs[0].from
	from := i
	for from > 0 && i-from < 12 && isLetter(sc.s[from-1]) {
		from--
	}
	if from < i && !slices.Contains(callWords, strings.ToLower(sc.s[from:i])) {
		return false
	}
	return !sc.serial(i)
}

// serial tells whether the word before says that a number is one of things, not of people.
func (sc *scanner) serial(i int) bool {
	s := strings.TrimRight(sc.before(i, 30), " 　:：是为#")
	return endsIn(s, "单号", "编号", "表号", "户号", "流水号", "序列号", "设备号", "合同号", "案号", "机号码牌", "条码", "条形码", "订单", "运单", "工单", "流水",
		"单号码", "编码", "代码", "机编号", "税号", "批号", "IMEI", "imei", "SN", "文号")
}

// landline finds a number with its area: 0632-5512345, （010）8888 8888, 06325512345转801.
func (sc *scanner) landline(k int) (hit, int) {
	if first := sc.of(k, k)[0]; first != '0' && first != '8' || k == 0 && !sc.callable() {
		return hit{}, 0
	}
	d := sc.of(k, k)
	if a := area(d); a > 0 && a < len(d) && subscriber(d[:a], d[a:]) {
		return sc.extended(sc.hitOf(Landline, k, k, a, len(d)-4), k, k)
	}
	m, a := k, area(d)
	if a != len(d) {
		a = 0
	}
	if a == 0 && k+1 < sc.n && (string(d) == "0086" || string(d) == "86") { // +86 632 551 2345
		m, a = k+1, len(d)+sc.runs[k+1].n
		d = append([]byte{'0'}, sc.of(m, m)...)
		if area(d) != len(d) {
			return hit{}, 0
		}
	}
	if a == 0 {
		return hit{}, 0
	}
	n := sc.shapedAs(m+1, localShapes)
	if n == 0 || !subscriber(d, sc.of(m+1, m+n)) {
		return hit{}, 0
	}
	last := m + n
	return sc.extended(sc.hitOf(Landline, k, last, a, a+len(sc.of(m+1, last))-4), k, last)
}

var localShapes = [][]int{{7}, {8}, {3, 4}, {4, 4}}

// area is the length of an area code at the beginning, 0 for none.
func area(d []byte) int {
	switch {
	case len(d) < 3 || d[0] != '0':
		return 0
	case d[1] == '1' && d[2] == '0', d[1] == '2':
		return 3
	case d[1] >= '3' && len(d) >= 4:
		return 4
	}
	return 0
}

// subscriber tells whether the digits may be a number within the area: those with short codes have eight.
func subscriber(area, d []byte) bool {
	return len(d) > 0 && d[0] >= '2' && (len(d) == 8 || len(d) == 7 && len(area) > 3)
}

// extended adds an extension: 转801, -801.
func (sc *scanner) extended(h hit, k, m int) (hit, int) {
	if m+1 < sc.n && sc.runs[m+1].hyphen && sc.runs[m+1].n <= 5 {
		h.To = sc.runs[m+1].to
		h.hides(sc.runs[m+1].from, h.To)
		return h, m + 2 - k
	}
	if m+1 < sc.n {
		return h, m + 1 - k
	}
	i := h.To
	for i < len(sc.s) && sc.s[i] == ' ' {
		i++
	}
	n := starts(sc.s[i:], "转", "分机", "ext.", "ext", "Ext.", "Ext", "EXT")
	if n == 0 {
		return h, m + 1 - k
	}
	i += n
	i += starts(sc.s[i:], "号", "：", ":", " ", ".")
	from := i
	for {
		_, size := digitAt(sc.s, i)
		if size == 0 {
			break
		}
		i += size
	}
	if i > from && i-from <= 6*3 {
		h.To = i
		h.hides(from, i)
	}
	return h, m + 1 - k
}

// local finds a number without an area where the word before says that it is a phone.
func (sc *scanner) local(k int) (hit, int) {
	n := sc.shapedAs(k, localShapes)
	if k > 0 || n == 0 || n < sc.n && sc.runs[n].hyphen && sc.runs[n].n > 5 {
		return hit{}, 0
	}
	d := sc.of(0, n-1)
	s := strings.TrimRight(sc.before(sc.runs[0].from, 36), " 　:：=是为号码（([【")
	if d[0] < '2' || !endsIn(strings.ToLower(s), "电话", "座机", "固话", "致电", "拨打", "来电", "联系方式", "手机", "tel", "phone", "call") {
		return hit{}, 0
	}
	return sc.extended(sc.hitOf(Landline, 0, n-1, 0, len(d)-4), 0, n-1)
}

// identity finds the number of an identity card: a possible birthday and the check digit of GB 11643, so that meters and orders stay readable.
func (sc *scanner) identity(k int) (hit, int) {
	if k == 0 && sc.joined(sc.runs[0].from) {
		return hit{}, 0
	}
	for m := k; m < sc.n && m < k+6; m++ {
		d, end := sc.of(k, m), sc.runs[m].to
		if len(d) > 18 {
			break
		}
		n := 0
		if len(d) == 17 {
			n = starts(sc.s[end:], "X", "x", "Ｘ", "ｘ")
		}
		if len(d)+min(n, 1) != 18 || sc.goesOn(end+n) {
			continue
		}
		last := byte('X')
		if n == 0 {
			last = d[17]
		}
		if province(d) && birthday(string(d[6:14])) && last == checkDigit(d) {
			h := sc.hitOf(Identity, k, m, 6, 14)
			h.To += n
			return h, m + 1 - k
		}
	}
	return hit{}, 0
}

// oldIdentity finds a number of the fifteen digits that were used until 1999. It has no check digit, so the text must speak of a card.
func (sc *scanner) oldIdentity(k int) (hit, int) {
	if k > 0 || sc.runs[0].n != 15 || sc.joined(sc.runs[0].from) || sc.goesOn(sc.runs[0].to) {
		return hit{}, 0
	}
	d := sc.of(0, 0)
	if !province(d) || !birthday("19"+string(d[6:12])) || !holds(sc.before(sc.runs[0].from, 48), "身份证", "证件", "身份号", "ID") {
		return hit{}, 0
	}
	return sc.hitOf(Identity, 0, 0, 6, 12), 1
}

// province tells whether a division code can begin so.
func province(d []byte) bool {
	n := int(d[0]-'0')*10 + int(d[1]-'0')
	return n >= 11 && n <= 15 || n >= 21 && n <= 23 || n >= 31 && n <= 37 || n >= 41 && n <= 46 || n >= 50 && n <= 54 || n >= 61 && n <= 65 || n == 71 || n >= 81 && n <= 83
}

func birthday(s string) bool {
	born, err := time.Parse("20060102", s)
	return err == nil && born.Year() >= 1880 && born.Year() < 2100
}

func checkDigit(d []byte) byte {
	sum := 0
	for i := range 17 {
		sum += int(d[i]-'0') * (1 << (17 - i) % 11)
	}
	return "10X98765432"[sum%11]
}

// bank finds the number of a bank card: the beginning of an issuer, the check digit of Luhn, and the groups of a card.
func (sc *scanner) bank(k int) (hit, int) {
	if k == 0 && (sc.joined(sc.runs[0].from) || sc.serial(sc.runs[0].from)) {
		return hit{}, 0
	}
	for m := min(sc.n-1, k+4); m >= k; m-- {
		d := sc.of(k, m)
		if len(d) < 16 || len(d) > 19 || !sc.cardShaped(k, m) || sc.goesOn(sc.runs[m].to) || !luhn(d) || !sc.issued(d, sc.runs[k].from) {
			continue
		}
		return sc.hitOf(Bank, k, m, 6, len(d)-4), m + 1 - k
	}
	return hit{}, 0
}

// cardShaped: one run, groups of four, or six and the rest.
func (sc *scanner) cardShaped(k, m int) bool {
	if k == m || m == k+1 && sc.runs[k].n == 6 {
		return true
	}
	for i := k; i < m; i++ {
		if sc.runs[i].n != 4 {
			return false
		}
	}
	return sc.runs[m].n <= 4
}

func luhn(d []byte) bool {
	sum := 0
	for i := range d {
		n := int(d[len(d)-1-i] - '0')
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}

// issued tells whether a card may begin so. What begins like a foreign card is one only where the text speaks of cards: it is erased for ever.
func (sc *scanner) issued(d []byte, at int) bool {
	s := string(d[:6])
	if starts(s, "62", "9558", "95599") > 0 {
		return true
	}
	return starts(s, "3", "4", "5", "60", "69", "22", "23", "24", "25", "26", "27", "8", "9") > 0 && holds(sc.before(at, 48), "卡", "账号", "帐号", "账户", "银行", "card", "Card")
}
