// Package access answers one question: may this actor do that, there. Verbs ask it in their first line, lists cut themselves to an actor's reach in SQL.
package access

import (
	"slices"
	"strings"

	"mulin/internal/fault"
)

// ErrDenied says that the actor has no such right at that place.
var ErrDenied = fault.New(fault.Denied, "error.denied")

// Right names something one may do, "area.verb". Areas declare theirs; which role has which is a row of the city.
type Right string

// Scope says over what a role holds a right.
type Scope string

// The scopes, from wide to narrow.
const (
	Territory Scope = "territory" // everything in the post's subtree of places
	Body      Scope = "body"      // only where the post's body takes part
)

// Post is a role somebody holds at a body over a subtree of territory.
type Post struct {
	ID     int64
	Role   string
	Body   int64           // the body served
	Path   string          // root of the territory, "/1/4/"
	Rights map[Right]Scope // what the role may do
}

// Actor is a person or a program with its posts in one city. The zero Person is somebody unknown: a resident without an account.
type Actor struct {
	City   int64
	Person int64
	Name   string
	Posts  []Post
	// Program marks the system's own work: the scanner of due times, an import. It may do everything in its city.
	Program bool
}

// Root is the path of the whole city: places are numbered from 1, and the first one is the city.
const Root = "/1/"

// WholeCity is where a right over what belongs to the whole city is asked for.
var WholeCity = At{Path: Root}

// At is where a right is asked for: a place in the tree and the bodies that take part.
type At struct {
	Path   string
	Bodies []int64
}

// System is the city's own program.
func System(city int64) Actor { return Actor{City: city, Name: "system", Program: true} }

// Nobody is somebody without an account.
func Nobody(city int64) Actor { return Actor{City: city} }

// May is nil if one of the actor's posts gives the right there, else ErrDenied.
func (a Actor) May(r Right, at At) error {
	if a.Program {
		return nil
	}
	for _, p := range a.Posts {
		if p.may(r, at) {
			return nil
		}
	}
	return ErrDenied
}

// Has tells whether the actor holds the right somewhere: for menus, never instead of May.
func (a Actor) Has(r Right) bool {
	if a.Program {
		return true
	}
	return slices.ContainsFunc(a.Posts, func(p Post) bool { _, ok := p.Rights[r]; return ok })
}

// Post returns the post by which the actor may, for the ledger; 0 if by none.
func (a Actor) Post(r Right, at At) int64 {
	for _, p := range a.Posts {
		if p.may(r, at) {
			return p.ID
		}
	}
	return 0
}

// Body returns the body the actor serves in its first post, 0 for none.
func (a Actor) Body() int64 {
	if len(a.Posts) == 0 {
		return 0
	}
	return a.Posts[0].Body
}

// In tells whether the actor serves the body.
func (a Actor) In(body int64) bool {
	return slices.ContainsFunc(a.Posts, func(p Post) bool { return p.Body == body })
}

// Is tells whether the actor is one of these people; somebody unknown is nobody of them.
func (a Actor) Is(people ...int64) bool { return a.Person != 0 && slices.Contains(people, a.Person) }

// Bodies lists the bodies the actor serves.
func (a Actor) Bodies() []int64 {
	var all []int64
	for _, p := range a.Posts {
		if p.Body != 0 && !slices.Contains(all, p.Body) {
			all = append(all, p.Body)
		}
	}
	return all
}

func (p Post) may(r Right, at At) bool {
	switch p.Rights[r] {
	case Territory:
		return p.Path != "" && strings.HasPrefix(at.Path, p.Path)
	case Body:
		return p.Body != 0 && slices.Contains(at.Bodies, p.Body)
	}
	return false
}

// Reach is what a list may show: places below any of the paths, or things that one of the bodies takes part in.
type Reach struct {
	All    bool
	Paths  []string // roots, none inside another
	Bodies []int64
}

// Empty tells that nothing can be reached.
func (r Reach) Empty() bool { return !r.All && len(r.Paths) == 0 && len(r.Bodies) == 0 }

// Reach gathers what the actor may see by the right.
func (a Actor) Reach(r Right) Reach {
	if a.Program {
		return Reach{All: true}
	}
	var all Reach
	for _, p := range a.Posts {
		switch p.Rights[r] {
		case Territory:
			all.Paths = addRoot(all.Paths, p.Path)
		case Body:
			if p.Body != 0 && !slices.Contains(all.Bodies, p.Body) {
				all.Bodies = append(all.Bodies, p.Body)
			}
		}
	}
	return all
}

// addRoot keeps only the widest roots.
func addRoot(roots []string, path string) []string {
	if path == "" {
		return roots
	}
	for _, r := range roots {
		if strings.HasPrefix(path, r) {
			return roots
		}
	}
	roots = slices.DeleteFunc(roots, func(r string) bool { return strings.HasPrefix(r, path) })
	return append(roots, path)
}

// Where writes the reach as a condition on a path column and, if takesPart is not empty, a condition with one ? for a body: "path >= ? and path < ?" ranges joined by or.
func (r Reach) Where(pathColumn, takesPart string) (sql string, args []any) {
	if r.All {
		return "true", nil
	}
	var or []string
	for _, p := range r.Paths {
		or = append(or, "("+pathColumn+" >= ? and "+pathColumn+" < ?)")
		args = append(args, p, After(p))
	}
	if takesPart != "" {
		for _, b := range r.Bodies {
			or = append(or, takesPart)
			args = append(args, b)
		}
	}
	if len(or) == 0 {
		return "false", nil
	}
	return "(" + strings.Join(or, " or ") + ")", args
}

// After is the first key behind everything below path: "/1/4/" → "/1/40", since "0" follows "/".
func After(path string) string {
	return strings.TrimSuffix(path, "/") + "0"
}
