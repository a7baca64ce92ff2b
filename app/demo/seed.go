package demo

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"mulin/app"
	"mulin/gate/web/session"
	"mulin/internal/blob"
	"mulin/town/account"
	"mulin/town/body"
	"mulin/town/place"
)

// ID is the demo city's number.
const ID = 370481

// Progress is told how far each part of the seeding is.
type Progress func(part string, done, total int)

// Seed fills a new city: land, bodies, lists, people, cases. It is meant for an empty city; one that has land already is left alone.
func Seed(ctx context.Context, t *app.Town, photos *blob.Photos, size string, say Progress) error {
	if _, ok := t.Places.Root(); ok {
		return nil
	}
	s := &seeder{t: t, photos: photos, size: size, say: say}
	for _, part := range []func(context.Context) error{s.land, s.units, s.lists, s.people, s.nouns, s.cases, s.hot, s.wishes} {
		if err := part(ctx); err != nil {
			return fmt.Errorf("make the demo city: %w", err)
		}
	}
	return nil
}

type seeder struct {
	t      *app.Town
	photos *blob.Photos
	size   string
	say    Progress
}

func (s *seeder) land(ctx context.Context) error {
	s.say("places", 0, 1)
	areas := Land(s.size)
	list := make([]place.Details, len(areas))
	for i, a := range areas {
		list[i] = place.Details{Kind: place.Kind(a.Kind), Code: a.Code, Name: a.Name, ParentCode: a.ParentCode, Point: &areas[i].Point}
		if a.Shape != nil {
			list[i].Shape = *a.Shape
		}
	}
	const piece = 1000
	for i := 0; i < len(list); i += piece {
		end := min(i+piece, len(list))
		if _, err := s.t.Places.AddAll(ctx, s.t.System(), list[i:end]); err != nil {
			return err
		}
		s.say("places", end, len(list))
	}
	return nil
}

// units makes the bodies of the territory: the city's centre, an office for each street, committee and party branch for each community, property companies for the estates.
func (s *seeder) units(ctx context.Context) error {
	p := s.t.Places
	root, _ := p.Root()
	list := []body.Details{{Kind: body.Centre, Name: root.Name + "基层治理指挥中心", Short: "市指挥中心", Code: "centre", Places: []int64{root.ID}}}
	for _, st := range p.All(place.Street) {
		kind := "街道办事处"
		name := strings.TrimSuffix(st.Name, "街道")
		if strings.HasSuffix(st.Name, "镇") {
			name, kind = st.Name, "人民政府"
		}
		list = append(list, body.Details{Kind: body.StreetOffice, Name: name + kind, Short: st.Name, Code: "office" + st.Code, Places: []int64{st.ID}})
	}
	for _, c := range p.All(place.Community) {
		list = append(list,
			body.Details{Kind: body.Committee, Name: c.Name + "居民委员会", Short: c.Name, Code: "committee" + c.Code, Places: []int64{c.ID}},
			body.Details{Kind: body.PartyBranch, Name: c.Name + "党支部", Code: "branch" + c.Code, Places: []int64{c.ID}})
	}
	list = append(list, s.companies()...)
	s.say("bodies", 0, len(list))
	units, err := Units()
	if err != nil {
		return err
	}
	for i := range units {
		units[i].Places = []int64{root.ID}
	}
	_, err = s.t.Bodies.AddAll(ctx, s.t.System(), append(list, units...))
	s.say("bodies", len(list), len(list))
	return err
}

// companyNames are invented; 66 companies check in to the model city's communities.
var companyNames = []string{"安居", "和顺", "锦绣", "恒安", "嘉和", "民生", "祥泰", "万家", "康城", "益民", "鑫源"}

// companies share the communities that have estates among themselves.
func (s *seeder) companies() []body.Details {
	n := 8
	if s.size == City {
		n = 66
	}
	list := make([]body.Details, n)
	for i := range list {
		name := companyNames[i%len(companyNames)]
		if round := i / len(companyNames); round > 0 {
			name += string([]rune("甲乙丙丁戊己庚")[round-1])
		}
		list[i] = body.Details{Kind: body.Property, Name: name + "物业服务有限公司", Short: name + "物业", Code: fmt.Sprintf("property%02d", i+1)}
	}
	seen := map[int64]bool{}
	next := 0
	for _, e := range s.t.Places.All(place.Estate) {
		line := s.t.Places.LineageOf(e.ID)
		grid := line[3].ID
		if !seen[grid] {
			seen[grid] = true
			list[next%n].Places = append(list[next%n].Places, grid)
			next++
		}
	}
	return list
}

func (s *seeder) lists(ctx context.Context) error {
	s.say("lists", 0, 1)
	err := Catalog(ctx, s.t.System(), s.t.Catalog, s.t.Bodies)
	s.say("lists", 1, 1)
	return err
}

// job is a post to fill.
type job struct {
	login, name, role string
	body, place       int64
}

// people are named after their posts: nobody in the demo is anybody. They have no passwords; the demo's one-click sign-in is the only way in.
func (s *seeder) people(ctx context.Context) error {
	jobs := jobs(s.t)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(32)
	for i, j := range jobs {
		g.Go(func() error {
			p, err := s.t.Accounts.Create(ctx, s.t.System(), account.NewPerson{Login: j.login, Name: j.name, Phone: fmt.Sprintf("0632-55%05d", i)})
			if err != nil {
				return fmt.Errorf("person %s: %w", j.login, err)
			}
			_, err = s.t.Accounts.Appoint(ctx, s.t.System(), p.ID, j.role, j.body, j.place)
			if err != nil {
				return fmt.Errorf("post of %s: %w", j.login, err)
			}
			if i%50 == 0 {
				s.say("people", i, len(jobs))
			}
			return nil
		})
	}
	err := g.Wait()
	s.say("people", len(jobs), len(jobs))
	return err
}

// jobs are all posts of the demo, those of the whole city first.
func jobs(t *app.Town) []job {
	p, b := t.Places, t.Bodies
	root, _ := p.Root()
	centre, _ := b.ByCode("centre")
	jobs := []job{
		{"admin", "系统管理员", "admin", centre.ID, root.ID},
		{"city", "指挥中心值班员", "city_centre", centre.ID, root.ID},
		{"leader", "分管领导", "leader", centre.ID, root.ID},
		{"auditor", "审计员", "auditor", centre.ID, root.ID},
		{"protection", "数据保护专员", "data_protection", centre.ID, root.ID},
		{"it", "信息中心工程师", "city_it", centre.ID, root.ID},
	}
	for _, st := range p.All(place.Street) {
		office, _ := b.ByCode("office" + st.Code)
		jobs = append(jobs, job{"street" + st.Code, st.Name + "值班员", "street_centre", office.ID, st.ID})
	}
	for _, c := range p.All(place.Community) {
		committee, _ := b.ByCode("committee" + c.Code)
		branch, _ := b.ByCode("branch" + c.Code)
		jobs = append(jobs, job{"clerk" + c.Code, c.Name + "专职工作者", "clerk", committee.ID, c.ID}, job{"branch" + c.Code, c.Name + "党支部回访员", "party_branch", branch.ID, c.ID})
	}
	for _, g := range p.All(place.Grid) {
		line := p.LineageOf(g.ID)
		committee, _ := b.ByCode("committee" + line[2].Code)
		jobs = append(jobs, job{"grid" + g.Code, g.Name + "网格员", "grid_worker", committee.ID, g.ID})
	}
	for _, u := range b.All(body.Property) {
		jobs = append(jobs, job{u.Code, u.Label() + "客服", "property", u.ID, root.ID})
	}
	for _, kind := range []body.Kind{body.Department, body.Partner} {
		for i, u := range b.All(kind) {
			jobs = append(jobs, job{fmt.Sprintf("%s%02d", kind, i+1), u.Label() + "承办员", "department", u.ID, root.ID})
		}
	}
	return jobs
}

// Guests are the people a visitor may become: one of each role, all concerned with the same grid, so that a case can be followed through every hand.
// A demo city of an earlier release lacks those who came later.
func Guests(ctx context.Context, t *app.Town) ([]session.OneClick, error) {
	people, err := t.Accounts.Staff(ctx, t.System(), "", 0, math.MaxInt)
	if err != nil {
		return nil, fmt.Errorf("look up the demo's people: %w", err)
	}
	names := map[string]string{}
	for _, p := range people {
		names[p.Login] = p.Name
	}
	guests := slices.DeleteFunc(guests(t), func(g session.OneClick) bool { return names[g.Login] == "" })
	for i := range guests {
		guests[i].Name = names[guests[i].Login]
	}
	return guests, nil
}

func guests(t *app.Town) []session.OneClick {
	estates := t.Places.All(place.Estate)
	if len(estates) == 0 {
		return nil
	}
	all := jobs(t)
	var guests []session.OneClick
	add := func(where string, fits func(j job) bool) {
		if i := slices.IndexFunc(all, fits); i >= 0 {
			guests = append(guests, session.OneClick{Login: all[i].login, Role: all[i].role, Where: where})
		}
	}
	at := func(p place.Place, role string) {
		add(p.Name, func(j job) bool { return j.role == role && j.place == p.ID })
	}
	of := func(b body.Body) { add(b.Label(), func(j job) bool { return j.body == b.ID }) }
	line := t.Places.LineageOf(estates[0].ID)
	root, street, community, grid := line[0], line[1], line[2], line[3]
	at(grid, "grid_worker")
	if company := t.Bodies.Serving(grid.Path, body.Property); len(company) > 0 {
		of(company[0])
	}
	at(community, "party_branch")
	at(community, "clerk")
	at(street, "street_centre")
	for _, d := range t.Bodies.All(body.Department) {
		if strings.Contains(d.Name, "水务") || strings.Contains(d.Name, "住房") {
			of(d)
		}
	}
	for _, p := range t.Bodies.All(body.Partner) {
		of(p)
	}
	for _, role := range []string{"city_centre", "leader", "auditor", "data_protection", "city_it", "admin"} {
		at(root, role)
	}
	return guests
}
