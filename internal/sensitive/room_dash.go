package sensitive

import "strings"

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
