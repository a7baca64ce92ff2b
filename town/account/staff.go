package account

import (
	"context"
	"maps"
	"slices"
	"strings"

	"mulin/internal/access"
	"mulin/internal/store"
	"mulin/town/place"
)

// joined is the one verb that changes neither staff nor rights; the others make what is remembered stale.
const joined = "account.join"

// Worker is somebody who holds a role for a place.
type Worker struct {
	Person, Post int64
	Name, Phone  string // the phone of their work
	Body, Place  int64
	from, until  int64
}

// Holder is a person of the staff with the posts they hold.
type Holder struct {
	Person
	Posts []Post
}

// snapshot is the staff at one moment.
type snapshot struct {
	names   map[int64]string
	holders []Holder  // by name
	members []*Member // the same
	roles   map[string]map[access.Right]access.Scope
	duty    map[string]map[int64][]Worker // role, then root of the territory
}

func (a *Accounts) read(ctx context.Context, _ *snapshot) (*snapshot, error) {
	s := &snapshot{names: map[int64]string{}, duty: map[string]map[int64][]Worker{}, roles: map[string]map[access.Right]access.Scope{}}
	people, err := store.All(ctx, a.city, scanPerson, `select `+personColumns+` from account_person where city = ? and login <> '' order by name, id`, a.city.ID)
	if err != nil {
		return nil, err
	}
	if s.members, err = store.All(ctx, a.city, a.scanMember, `select `+memberColumns+` from account_person where city = ? and login <> '' order by name, id`, a.city.ID); err != nil {
		return nil, err
	}
	roles, err := a.Roles(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range roles {
		s.roles[r.Name] = r.Rights
	}
	posts, err := store.All(ctx, a.city, scanPost, `select `+postColumns+` from account_post where city = ? and (until = 0 or until > ?) order by person, id`,
		a.city.ID, a.now())
	if err != nil {
		return nil, err
	}
	by := map[int64][]Post{}
	for _, p := range posts {
		by[p.Person] = append(by[p.Person], p)
	}
	phones := map[int64]string{}
	for _, m := range s.members {
		m.Posts, phones[m.ID] = by[m.ID], m.Phone
	}
	for _, p := range people {
		s.names[p.ID] = p.Name
		s.holders = append(s.holders, Holder{p, by[p.ID]})
		if p.Active {
			s.onDuty(p, phones[p.ID], by[p.ID])
		}
	}
	return s, nil
}

func (s *snapshot) onDuty(p Person, phone string, posts []Post) {
	for _, o := range posts {
		if s.duty[o.Role] == nil {
			s.duty[o.Role] = map[int64][]Worker{}
		}
		s.duty[o.Role][o.Place] = append(s.duty[o.Role][o.Place], Worker{
			Person: p.ID, Post: o.ID, Name: p.Name, Phone: phone, Body: o.Body, Place: o.Place, from: o.From, until: o.Until,
		})
	}
}

// OnDuty lists who holds the role for a place: those whose territory is the place itself or its nearest ancestor that has any.
// Who had a part of a merged place has all of it.
func (a *Accounts) OnDuty(path, role string) []Worker {
	by, now := a.staff.Now().duty[role], a.now()
	for _, id := range slices.Backward(place.IDs(path)) {
		if p, ok := a.places.Current(id); ok {
			id = p.ID
		}
		var all []Worker
		for _, at := range append([]int64{id}, a.places.Former(id)...) {
			for _, w := range by[at] {
				if w.from <= now && (w.until == 0 || w.until > now) {
					all = append(all, w)
				}
			}
		}
		if len(all) > 0 {
			return all
		}
	}
	return nil
}

// Serving lists who holds a post at a body or at one that was merged into it, by name, each once.
func (a *Accounts) Serving(body int64) []Worker {
	var all []Worker
	now := a.now()
	for _, h := range a.staff.Now().holders {
		for _, o := range h.Posts {
			if h.Active && (o.Body == body || a.bodies.Current(o.Body) == body) && o.From <= now && (o.Until == 0 || o.Until > now) {
				all = append(all, Worker{Person: h.ID, Post: o.ID, Name: h.Name, Body: o.Body, Place: o.Place})
				break
			}
		}
	}
	return all
}

// Name is what a person of the staff is called, also after they left; "" for residents and the unknown.
func (a *Accounts) Name(id int64) string { return a.staff.Now().names[id] }

// RoleNames are the codes of all roles, in order.
func (a *Accounts) RoleNames() []string { return slices.Sorted(maps.Keys(a.staff.Now().roles)) }

// Count is how many people of the staff have an open account.
func (a *Accounts) Count() int {
	n := 0
	for _, h := range a.staff.Now().holders {
		if h.Active {
			n++
		}
	}
	return n
}

// Staff lists the people whose posts the actor may see, by name, with those who hold none; query is part of a name or login, "" for all.
// At most limit come back, behind the person after (0: from the start).
func (a *Accounts) Staff(_ context.Context, who access.Actor, query string, after int64, limit int) ([]Holder, error) {
	if err := a.has(who, See); err != nil {
		return nil, err
	}
	query = foldLogin(query)
	var all []Holder
	begun := after == 0
	for _, h := range a.staff.Now().holders {
		if !begun {
			begun = h.ID == after
			continue
		}
		if len(all) >= limit {
			break
		}
		if (strings.Contains(h.Login, query) || strings.Contains(foldLogin(h.Name), query)) && a.sees(who, h.Posts) {
			all = append(all, Holder{h.Person, a.within(who, h.Posts)})
		}
	}
	return all, nil
}
