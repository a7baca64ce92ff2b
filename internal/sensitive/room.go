package sensitive

import (
	"strings"
	"unicode/utf8"
)

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
