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
