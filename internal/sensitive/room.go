package sensitive

import (
	"strings"
	"unicode/utf8"
)

// sides are the directions that name the homes on one floor.
const sides = "东西中南北左右"

func isSide(r rune) bool {
	switch r {
	case '东', '西', '中', '南', '北', '左', '右':
		return true
	}
	return false
}

// part is a number or letter that names a building, entrance, floor or room.
type part struct {
	from, to int
	n        int // digits or signs
	value    int
	letter   bool
	written  bool // in Chinese numerals
}

// part reads one: 12, １２, 十二, 3A, B.
func (sc *scanner) part(i int) (p part, ok bool) {
	p = part{from: i, to: i}
	for {
		d, size := digitAt(sc.s, p.to)
		if size == 0 {
			break
		}
		if p.n++; p.n > 5 {
			return p, false
		}
		p.value = p.value*10 + int(d)
		p.to += size
	}
	switch {
	case p.to == len(sc.s):
	case p.n > 0 && isLetter(sc.s[p.to]) && (p.to+1 == len(sc.s) || !isLetter(sc.s[p.to+1]) && !isDigit(sc.s[p.to+1])): // 3A
		p.to++
	case p.n == 0 && isLetter(sc.s[p.to]): // B
		p.to, p.n, p.letter = p.to+1, 1, true
		for n := 0; n < 2 && p.to < len(sc.s) && isDigit(sc.s[p.to]); n++ { // G1
			p.to++
		}
	case p.n == 0:
		sc.written(&p)
	}
	return p, p.n > 0
}

// written reads a Chinese numeral of up to five signs: 十二, 三零一.
func (sc *scanner) written(p *part) {
	p.written = true
	for p.n < 6 {
		r, size := utf8.DecodeRuneInString(sc.s[p.to:])
		v := numeral(r)
		switch {
		case v >= 0:
			p.value = p.value*10 + v
		case r == '十' || r == '百':
		default:
			return
		}
		p.to, p.n = p.to+size, p.n+1
	}
	p.n = 0 // too long for a part
}

// spaced skips the blank some people put between a number and its word.
func (sc *scanner) spaced(i int) int {
	if i < len(sc.s) && sc.s[i] == ' ' {
		return i + 1
	}
	return i
}

var buildingWords = []string{"号楼", "#楼", "＃楼", "号公寓", "栋楼", "幢楼", "栋", "幢", "座", "#", "＃", "号"}

// building reads "3号楼"; weak ones are only believed before a room that says it is one.
func (sc *scanner) building(i int) (end int, weak, ok bool) {
	p, ok := sc.part(i)
	if !ok || p.n > 3 {
		return 0, false, false
	}
	for _, w := range buildingWords {
		if at := sc.spaced(p.to); strings.HasPrefix(sc.s[at:], w) {
			return sc.link(at + len(w)), w == "号", true
		}
	}
	return 0, false, false
}

// link skips what may stand between the parts of an address.
func (sc *scanner) link(i int) int {
	for range 2 {
		n := starts(sc.s[i:], " ", "-", "－", "—", "–", ",", "，", "、", "　", "·", "/", "的")
		if n == 0 {
			break
		}
		i += n
	}
	return i
}

// entrance reads "2单元"; a door or stairs is one only before a room.
func (sc *scanner) entrance(i int) (p part, end int, weak, ok bool) {
	if p, ok = sc.part(i); !ok {
		if p, ok = sc.side(i); !ok {
			return p, 0, false, false
		}
	}
	if p.n > 2 {
		return p, 0, false, false
	}
	at := sc.spaced(p.to)
	switch n := starts(sc.s[at:], "单元", "门洞", "门栋", "梯", "门", "单"); n {
	case 0:
		return p, 0, false, false
	case len("单元"):
		return p, sc.link(at + n), false, true
	default:
		return p, sc.link(at + n), true, true
	}
}

// side reads an entrance that is named by a direction: 东单元.
func (sc *scanner) side(i int) (p part, ok bool) {
	r, size := utf8.DecodeRuneInString(sc.s[i:])
	return part{from: i, to: i + size, n: 1, letter: true}, isSide(r)
}

// floor reads "5楼".
func (sc *scanner) floor(i int) (p part, end int, ok bool) {
	p, ok = sc.part(i)
	if !ok || p.n > 2 || p.letter {
		return p, 0, false
	}
	at := sc.spaced(p.to)
	n := starts(sc.s[at:], "楼", "层")
	return p, sc.link(at + n), n > 0
}

var roomWords = []string{"号室", "室", "号房", "房间", "房", "号户", "户", "号"}

// How sure a door is one.
const (
	bareDoor  = iota + 1 // a number that can be one
	likeDoor             // 501号, 501户
	namedDoor            // 501室, 501房, 东户
)

// door reads the room itself and how sure it is one; 0 for none.
func (sc *scanner) door(i int, bare bool) (p part, end, sure int) {
	if p, end, ok := sc.sideDoor(i); ok {
		return p, end, namedDoor
	}
	p, ok := sc.part(i)
	if !ok || p.letter {
		return p, 0, 0
	}
	for _, w := range roomWords {
		at := sc.spaced(p.to)
		rest, found := strings.CutPrefix(sc.s[at:], w)
		if !found {
			continue
		}
		switch {
		case w == "号" && starts(rest, "楼", "院", "门", "路", "线", "公寓", "地块") > 0:
			return p, 0, 0
		case w == "户" && (starts(rest, "居民", "业主", "人家", "家庭", "村民", "住户", "都", "共", "全", "没", "人", "左右", "以上", "商") > 0 || !plausible(p)):
			return p, 0, 0
		case w == "号" || w == "户":
			return p, at + len(w), likeDoor
		}
		return p, at + len(w), namedDoor
	}
	if !bare || p.written && p.n < 3 || !plausible(p) || sc.goesOn(p.to) || sc.counted(p.to) {
		return p, 0, 0
	}
	return p, p.to, bareDoor
}

// sideDoor reads a home named by its side: 东户, 西南户, 中间户, 左手.
func (sc *scanner) sideDoor(i int) (p part, end int, ok bool) {
	p = part{from: i, to: i}
	for p.n < 2 {
		r, size := utf8.DecodeRuneInString(sc.s[p.to:])
		if !isSide(r) {
			break
		}
		p.to, p.n = p.to+size, p.n+1
	}
	if p.n == 0 {
		return p, 0, false
	}
	n := starts(sc.s[p.to:], "边户", "间户", "首户", "户", "室", "手边", "手户", "边那户", "边这户")
	return p, p.to + n, n > 0
}

// plausible: floor and door make a room number, 301, 1203.
func plausible(p part) bool {
	floor, door := p.value/100, p.value%100
	return (p.n == 3 || p.n == 4) && floor >= 1 && floor <= 60 && door >= 1 && door <= 30
}

// counted tells whether what follows a number makes it an amount.
func (sc *scanner) counted(i int) bool {
	rest := strings.TrimLeft(sc.s[i:], " ")
	return starts(rest, "年", "月", "日", "元", "块", "米", "平", "人", "个", "家", "次", "点", "分", "时", "岁", "栋", "号楼", "幢", "座", "%", "％", "万", "千", "百", "度", "吨", "斤",
		"公里", "多", "余", "辆", "车", "台", "路", "亩", "株", "棵", "只", "天", "小时", "-", "/", ".", ":", "：", "套", "名", "位", "盏", "条", "层", "单元", "cm", "km", "m") > 0
}

// room finds an address down to the room and hides entrance, floor and room. Building or entrance alone, or a floor, say where a matter is, not
// whose home it is, and stay.
func (sc *scanner) room(i int) (hit, bool) {
	if sc.joined(i) || !sc.placed(i) {
		return hit{}, false
	}
	if at, weak, ok := sc.building(i); ok {
		if h, ok := sc.inside(at, true, weak); ok {
			return h, true
		}
	}
	if h, ok := sc.inside(i, false, false); ok {
		return h, true
	}
	if h, ok := sc.dashed(i); ok {
		return h, true
	}
	return sc.alone(i)
}

// placed tells quickly whether the word behind the first number can belong to an address.
func (sc *scanner) placed(i int) bool {
	p, ok := sc.part(i)
	if !ok {
		if p, ok = sc.side(i); !ok {
			return false
		}
	}
	r, _ := utf8.DecodeRuneInString(sc.s[sc.spaced(p.to):])
	switch r {
	case '号', '#', '＃', '栋', '幢', '座', '单', '门', '梯', '楼', '层', '室', '-', '－', '—', '–':
		return true
	}
	return false
}

// inside reads what stands behind a building, or without one: entrance, floor, room.
func (sc *scanner) inside(i int, building, weak bool) (h hit, ok bool) {
	u, at, soft, hasUnit := sc.entrance(i)
	if !hasUnit {
		at = i
	}
	f, behind, hasFloor := sc.floor(at)
	if hasFloor {
		at = behind
	}
	d, end, sure := sc.door(at, hasUnit || building && !weak)
	switch {
	case sure > 0 && hasUnit && (sure > bareDoor || !soft || building):
	case sure > 0 && building && (!weak || sure == namedDoor) && (!hasFloor || sure > bareDoor):
	case sure == namedDoor && hasFloor && !sc.office(i):
	case hasUnit && !soft && hasFloor:
		d, end = part{}, behind
	case building && !weak && !hasUnit && !hasFloor:
		return sc.dashedRoom(i)
	default:
		return hit{}, false
	}
	h = hit{Span: Span{Kind: Room, To: end}}
	if hasUnit {
		h.hides(u.from, u.to)
	}
	if hasFloor {
		h.hides(f.from, f.to)
	}
	h.hides(d.from, d.to)
	h.From = h.hide[0][0]
	return h, h.parts > 0
}

// dashedRoom reads "3-402" behind a building: entrance and room.
func (sc *scanner) dashedRoom(i int) (h hit, ok bool) {
	u, ok := sc.part(i)
	if !ok || u.n > 2 || u.written {
		return hit{}, false
	}
	n := starts(sc.s[u.to:], "-", "－", "—", "–")
	d, ok := sc.part(u.to + n)
	if n == 0 || !ok || d.written || !plausible(d) || sc.goesOn(d.to) || sc.counted(d.to) {
		return hit{}, false
	}
	h = hit{Span: Span{Room, u.from, d.to}}
	h.hides(u.from, u.to)
	h.hides(d.from, d.to)
	h.To += starts(sc.s[d.to:], "室", "户", "号")
	return h, true
}

// estates are the ends of the names of places where people live.
var estates = []string{"小区", "花园", "家园", "花苑", "公寓", "新村", "新区", "宿舍", "华庭", "名邸", "国际", "雅居", "嘉园", "佳苑", "苑", "园", "城", "府", "庭", "居", "湾", "墅", "邸", "郡", "轩", "阁", "里"}

// dashed reads building, entrance and room behind the name of an estate: 阳光花园3-2-501, 阳光花园3-501.
func (sc *scanner) dashed(i int) (h hit, ok bool) {
	b, ok := sc.part(i)
	if !ok || b.n > 3 || b.written || !endsIn(strings.TrimRight(sc.before(i, 12), " "), estates...) {
		return hit{}, false
	}
	n := starts(sc.s[b.to:], "-", "－", "—", "–")
	if n == 0 {
		return hit{}, false
	}
	if h, ok := sc.dashedRoom(b.to + n); ok {
		return h, true
	}
	d, ok := sc.part(b.to + n)
	if !ok || d.written || !plausible(d) || sc.goesOn(d.to) || sc.counted(d.to) {
		return hit{}, false
	}
	h = hit{Span: Span{Room, d.from, d.to}}
	h.hides(d.from, d.to)
	h.To += starts(sc.s[d.to:], "室", "户", "号")
	return h, true
}

// alone reads "501室" with nothing before it; offices and classrooms are not homes.
func (sc *scanner) alone(i int) (h hit, ok bool) {
	p, ok := sc.part(i)
	at := sc.spaced(p.to)
	if !ok || p.n < 3 || p.letter || !strings.HasPrefix(sc.s[at:], "室") || starts(sc.s[at:], "室内", "室外", "室主任") > 0 {
		return hit{}, false
	}
	if sc.office(i) {
		return hit{}, false
	}
	h = hit{Span: Span{Room, p.from, at + len("室")}}
	h.hides(p.from, p.to)
	return h, true
}

// office tells whether the words before speak of a place where people work.
func (sc *scanner) office(i int) bool {
	return holds(sc.before(i, 30), "办公", "大厅", "中心", "会议", "医院", "诊", "学校", "委员会", "居委", "政府", "法院", "检察", "派出所", "办事处", "局", "教学")
}

// englishRoom reads "Room 501", "Apt. 3B".
func (sc *scanner) englishRoom(i, j int) int {
	at := j
	for n := 0; n < 3 && at < len(sc.s) && strings.IndexByte(" .#", sc.s[at]) >= 0; n++ {
		at++
	}
	p, ok := sc.part(at)
	if !ok || p.letter || p.written || at == j && !isDigit(sc.s[at]) || sc.goesOn(p.to) {
		return j
	}
	h := hit{Span: Span{Room, i, p.to}}
	h.hides(p.from, p.to)
	return sc.add(h)
}

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
