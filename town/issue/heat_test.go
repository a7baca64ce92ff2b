package issue

import (
	"fmt"
	"math"
	"testing"
)

func TestWilson(t *testing.T) {
	for _, c := range []struct {
		yes, n int64
		want   float64
	}{{0, 0, 0}, {0, 10, 0}, {1, 1, 0.2065}, {10, 10, 0.7225}, {50, 100, 0.4038}, {95, 100, 0.8882}, {1000, 1000, 0.9962}} {
		if got := Wilson(c.yes, c.n); math.Abs(got-c.want) > 0.0005 {
			t.Errorf("Wilson(%d, %d) = %.4f, want %.4f", c.yes, c.n, got, c.want)
		}
	}
}

const hour = 3600e6

// voices are n messages of different people, an hour apart.
func voices(n int, make func(i int, it *Item)) []*Item {
	var all []*Item
	for i := range n {
		it := &Item{ID: int64(i + 1), Person: fmt.Sprint("p", i), Proven: true, At: int64(i) * hour, Text: fmt.Sprintf("第%d家住户自己写的话，各说各的情况", i)}
		if make != nil {
			make(i, it)
		}
		all = append(all, it)
	}
	return all
}

func TestHeatCountsPeopleOnce(t *testing.T) {
	w, now := DefaultWeights, int64(60*hour)
	one := w.Heat(voices(50, func(_ int, it *Item) { it.Person = "same" }), now)
	if one.Proven != 1 || one.People != 1 {
		t.Errorf("one person fifty times: %+v", one)
	}
	if single := w.Heat(voices(1, nil), now); one.Value > single.Value {
		t.Errorf("fifty messages of one person are hotter (%.2f) than one (%.2f)", one.Value, single.Value)
	}
	ten := w.Heat(voices(10, nil), now)
	if ten.Proven != 10 || ten.Value < 9*one.Value || ten.Burst.Any() {
		t.Errorf("ten people: %+v", ten)
	}
}

func TestHeatWeighsWhoIsUnknown(t *testing.T) {
	w, now := DefaultWeights, int64(60*hour)
	nobody := w.Heat(voices(200, func(_ int, it *Item) { it.Person, it.Proven = "", false }), now)
	if nobody.Unknown != 200 || nobody.People > 0.1*maxUnknown+0.001 {
		t.Errorf("without a sender: %+v", nobody)
	}
	named := w.Heat(voices(4, func(_ int, it *Item) { it.Proven = false }), now)
	if named.Named != 4 || named.People != 4*w.Named {
		t.Errorf("who left a phone only: %+v", named)
	}
	both := w.Heat(voices(2, func(i int, it *Item) { it.Person, it.Proven = "p", i == 1 }), now)
	if both.Proven != 1 || both.Named != 0 || both.People != 1 {
		t.Errorf("once without and once with a proof: %+v", both)
	}
}

func TestHeatCools(t *testing.T) {
	w := DefaultWeights
	fresh, old := w.Heat(voices(5, nil), 5*hour), w.Heat(voices(5, nil), 5*hour+7*dayMicro)
	if math.Abs(old.Pace-fresh.Pace/2) > 0.01 || old.People != fresh.People {
		t.Errorf("pace %.3f, a half-life later %.3f", fresh.Pace, old.Pace)
	}
}

func TestSupportIsABound(t *testing.T) {
	w := DefaultWeights
	liked := func(yes, no int64) float64 {
		return w.Heat(voices(1, func(_ int, it *Item) { it.Likes, it.Dislikes = yes, no }), 0).Support
	}
	if !(liked(0, 0) == 0 && liked(1, 0) < 0.5 && liked(20, 0) > liked(20, 20) && liked(2000, 0) < 12) {
		t.Errorf("%v %v %v %v %v", liked(0, 0), liked(1, 0), liked(20, 0), liked(20, 20), liked(2000, 0))
	}
}

// TestFloodingLiftsNothing is A34: many accounts of few people, made for it, in seconds, with one text.
func TestFloodingLiftsNothing(t *testing.T) {
	w, now := DefaultWeights, int64(60*hour)
	honest := w.Heat(voices(8, nil), now)
	for name, c := range map[string]struct {
		make func(i int, it *Item)
		mark func(Burst) bool
	}{
		"new accounts": {func(_ int, it *Item) { it.Since = it.At - dayMicro + 1; it.At += dayMicro }, func(b Burst) bool { return b.New && b.Fresh == 60 }},
		"in seconds":   {func(i int, it *Item) { it.At, it.Proven = int64(i)*4e6, false }, func(b Burst) bool { return b.Rapid && b.Seconds == 4 }},
		"same text":    {func(_ int, it *Item) { it.Text, it.Proven = "请立即拆除门口的岗亭，还路于民！", false }, func(b Burst) bool { return b.Same && b.Copies == 60 }},
	} {
		h := w.Heat(voices(60, c.make), now)
		if !c.mark(h.Burst) || !h.Burst.Any() {
			t.Errorf("%s: not marked: %+v", name, h.Burst)
		}
		if h.People > 1 || h.Value >= honest.Value {
			t.Errorf("%s: sixty accounts count as %.1f people, heat %.1f; eight neighbours have %.1f", name, h.People, h.Value, honest.Value)
		}
	}
	three := w.Heat(voices(30, func(i int, it *Item) { it.Person = fmt.Sprint(i % 3) }), now)
	if !three.Burst.Few || three.Proven != 3 || three.People != 3 {
		t.Errorf("three people thirty times: %+v", three)
	}
}

func TestNeighboursMayShareAText(t *testing.T) {
	h := DefaultWeights.Heat(voices(12, func(_ int, it *Item) { it.Text = "本小区全体业主要求公布电梯维修账目。" }), 60*hour)
	if !h.Burst.Same || h.Proven != 12 || h.People != 12 {
		t.Errorf("twelve proven people with one text: %+v", h)
	}
}
