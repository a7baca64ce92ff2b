package access

import (
	"errors"
	"reflect"
	"testing"
)

const see, deal Right = "case.see", "case.deal"

func worker(role string, body int64, path string, rights map[Right]Scope) Actor {
	return Actor{City: 1, Person: 9, Posts: []Post{{ID: 5, Role: role, Body: body, Path: path, Rights: rights}}}
}

func TestMay(t *testing.T) {
	grid := worker("grid", 3, "/1/4/17/", map[Right]Scope{see: Territory})
	company := worker("company", 8, "/1/4/", map[Right]Scope{deal: Body})
	for _, c := range []struct {
		name string
		who  Actor
		r    Right
		at   At
		ok   bool
	}{
		{"own grid", grid, see, At{Path: "/1/4/17/"}, true},
		{"below own grid", grid, see, At{Path: "/1/4/17/90/"}, true},
		{"neighbour", grid, see, At{Path: "/1/4/18/"}, false},
		{"number with the same beginning", grid, see, At{Path: "/1/4/170/"}, false},
		{"above", grid, see, At{Path: "/1/4/"}, false},
		{"no place", grid, see, At{}, false},
		{"another right", grid, deal, At{Path: "/1/4/17/"}, false},
		{"own body", company, deal, At{Path: "/2/", Bodies: []int64{7, 8}}, true},
		{"other body in own territory", company, deal, At{Path: "/1/4/", Bodies: []int64{7}}, false},
		{"nobody", Nobody(1), see, At{Path: "/1/"}, false},
		{"the system", System(1), deal, At{Path: "/1/"}, true},
	} {
		err := c.who.May(c.r, c.at)
		if (err == nil) != c.ok || (err != nil && !errors.Is(err, ErrDenied)) {
			t.Errorf("%s: May = %v, want ok %v", c.name, err, c.ok)
		}
	}
}

func TestReach(t *testing.T) {
	a := Actor{Posts: []Post{
		{Path: "/1/4/17/", Rights: map[Right]Scope{see: Territory}},
		{Path: "/1/4/", Rights: map[Right]Scope{see: Territory}},
		{Path: "/1/5/", Rights: map[Right]Scope{see: Territory}},
		{Body: 8, Path: "/1/", Rights: map[Right]Scope{see: Body}},
		{Body: 9, Path: "/1/", Rights: map[Right]Scope{deal: Body}},
	}}
	want := Reach{Paths: []string{"/1/4/", "/1/5/"}, Bodies: []int64{8}}
	if got := a.Reach(see); !reflect.DeepEqual(got, want) {
		t.Errorf("Reach = %+v, want %+v", got, want)
	}
	sql, args := want.Where("path", "lead = ?")
	if sql != "((path >= ? and path < ?) or (path >= ? and path < ?) or lead = ?)" {
		t.Errorf("Where = %q", sql)
	}
	if !reflect.DeepEqual(args, []any{"/1/4/", "/1/40", "/1/5/", "/1/50", int64(8)}) {
		t.Errorf("args = %v", args)
	}
	if sql, _ := (Reach{}).Where("path", ""); sql != "false" {
		t.Errorf("empty reach = %q", sql)
	}
}
