// Package towntest builds a very small city for tests of the areas: two streets side by side, each with a community of two grids, and the bodies that serve them.
package towntest

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"mulin/internal/access"
	"mulin/internal/geo"
	"mulin/internal/seal"
	"mulin/internal/store"
	"mulin/town"
	"mulin/town/account"
	"mulin/town/body"
	"mulin/town/casework"
	"mulin/town/place"
	"mulin/town/whistle"
)

// Town is the small city with its areas.
type Town struct {
	*town.Areas
	Box *seal.Box

	Root                                       place.Place
	Street, Community, Grid                    place.Place // where most things happen
	Street2, Community2, Grid2                 place.Place // the neighbour
	Centre, Office, Committee, Branch, Company body.Body   // of the first street
	Committee2, Company2, Water, Power         body.Body
}

// Inside is a point in the first grid; Inside2 in the neighbour's, Outside in neither.
var (
	Inside  = geo.Point{Lat: 35.01, Lng: 117.01}
	Inside2 = geo.Point{Lat: 35.01, Lng: 117.11}
	Outside = geo.Point{Lat: 36, Lng: 119}
)

// Build makes the small city in an empty database.
func Build(t testing.TB, city *store.City) *Town {
	t.Helper()
	return BuildSending(t, city, nil)
}

// BuildSending makes one whose residents get codes by send.
func BuildSending(t testing.TB, city *store.City, send account.Sender) *Town {
	t.Helper()
	box := seal.New(make([]byte, seal.KeySize))
	w := &Town{Areas: town.Join(city, box, send), Box: box}
	if err := w.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.land(t)
	w.units(t)
	return w
}

func square(t testing.TB, lat, lng, height, width float64) geo.Shape {
	t.Helper()
	s, err := geo.NewShape([]geo.Point{{Lat: lat, Lng: lng}, {Lat: lat, Lng: lng + width}, {Lat: lat + height, Lng: lng + width}, {Lat: lat + height, Lng: lng}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// land is 0.2° by 0.1°: the first street in the west, the second in the east; each community has a southern and a northern grid.
func (w *Town) land(t testing.TB) {
	list := []place.Details{{Kind: place.City, Code: "370481", Name: "测试市", Shape: square(t, 35, 117, 0.1, 0.2)}}
	for i := range 2 {
		lng := 117 + 0.1*float64(i)
		s, c := fmt.Sprintf("37048100%d", i+1), fmt.Sprintf("37048100%d001", i+1)
		list = append(list,
			place.Details{ParentCode: "370481", Kind: place.Street, Code: s, Name: []string{"东风街道", "西湖街道"}[i], Shape: square(t, 35, lng, 0.1, 0.1)},
			place.Details{ParentCode: s, Kind: place.Community, Code: c, Name: []string{"幸福社区", "平安社区"}[i], Shape: square(t, 35, lng, 0.1, 0.1)},
			place.Details{ParentCode: c, Kind: place.Grid, Code: c + "001", Name: "第一网格", Shape: square(t, 35, lng, 0.05, 0.1)},
			place.Details{ParentCode: c, Kind: place.Grid, Code: c + "002", Name: "第二网格", Shape: square(t, 35.05, lng, 0.05, 0.1)})
	}
	all, err := w.Places.AddAll(t.Context(), w.System(), list)
	if err != nil {
		t.Fatalf("make the land: %v", err)
	}
	w.Root, w.Street, w.Community, w.Grid = all[0], all[1], all[2], all[3]
	w.Street2, w.Community2, w.Grid2 = all[5], all[6], all[7]
}

func (w *Town) units(t testing.TB) {
	for _, u := range []struct {
		into   *body.Body
		kind   body.Kind
		name   string
		places []int64
	}{
		{&w.Centre, body.Centre, "市指挥中心", []int64{w.Root.ID}},
		{&w.Office, body.StreetOffice, "东风街道办事处", []int64{w.Street.ID}},
		{&w.Committee, body.Committee, "幸福社区居委会", []int64{w.Community.ID}},
		{&w.Branch, body.PartyBranch, "幸福社区党支部", []int64{w.Community.ID}},
		{&w.Company, body.Property, "安居物业", []int64{w.Grid.ID}},
		{&w.Committee2, body.Committee, "平安社区居委会", []int64{w.Community2.ID}},
		{&w.Company2, body.Property, "和美物业", []int64{w.Grid2.ID}},
		{&w.Water, body.Department, "水务局", []int64{w.Root.ID}},
		{&w.Power, body.Department, "供电公司", []int64{w.Root.ID}},
	} {
		b, err := w.Bodies.Add(t.Context(), w.System(), body.Details{Kind: u.kind, Name: u.name, Places: u.places})
		if err != nil {
			t.Fatalf("make %s: %v", u.name, err)
		}
		*u.into = b
	}
}

const territory, ofBody = access.Territory, access.Body

// actor has the rights given, and of the areas that tests give nothing of by hand those of the standard role.
func (w *Town) actor(person int64, role string, b int64, path string, given map[access.Right]access.Scope) access.Actor {
	rights := maps.Clone(given)
	for _, s := range town.Rights {
		if slices.Contains([]string{"case", "whistle", "office"}, s.Name) {
			continue
		}
		for _, o := range s.Offers {
			if scope, ok := o.To[role]; ok {
				rights[o.Right] = scope
			}
		}
	}
	return access.Actor{City: w.City.ID, Person: person, Name: role, Posts: []access.Post{{ID: person, Role: role, Body: b, Path: path, Rights: rights}}}
}

var desk = map[access.Right]access.Scope{
	casework.See: territory, casework.Enter: territory, casework.Handle: territory, casework.Work: territory, casework.Reply: territory,
	casework.Contact: territory, casework.Clear: territory, whistle.Blow: territory, whistle.ReportIn: ofBody,
}

// Worker is the grid worker of the first grid.
func (w *Town) Worker() access.Actor {
	return w.actor(11, "grid_worker", w.Committee.ID, w.Grid.Path, desk)
}

// Worker2 is the neighbour's grid worker.
func (w *Town) Worker2() access.Actor {
	return w.actor(12, "grid_worker", w.Committee2.ID, w.Grid2.Path, desk)
}

// Clerk works at the first community.
func (w *Town) Clerk() access.Actor {
	return w.actor(13, "clerk", w.Committee.ID, w.Community.Path, desk)
}

// StreetCentre is at the first street's centre.
func (w *Town) StreetCentre() access.Actor {
	return w.actor(14, "street_centre", w.Office.ID, w.Street.Path, desk)
}

// Visitor is of the party branch.
func (w *Town) Visitor() access.Actor {
	return w.actor(15, "party_branch", w.Branch.ID, w.Community.Path, map[access.Right]access.Scope{casework.See: territory, casework.Visit: territory, casework.Clear: territory})
}

// Of serves a company or department.
func (w *Town) Of(b body.Body) access.Actor {
	return w.actor(100+b.ID, "department", b.ID, w.Root.Path, map[access.Right]access.Scope{casework.See: ofBody, casework.Work: ofBody, casework.Clear: ofBody, whistle.ReportIn: ofBody})
}

// Resident is somebody who has shown a phone.
func (w *Town) Resident(person int64) access.Actor {
	return access.Actor{City: w.City.ID, Person: 1000 + person}
}

// Photo is a photo as if it had been uploaded.
func Photo(name string) casework.Photo { return casework.Photo{Hash: name, Width: 4, Height: 3} }
