package issue

import (
	"context"
	"slices"
	"strconv"

	"mulin/internal/access"
	"mulin/internal/store"
	"mulin/town/casework"
)

// member is a case of an issue as a board reads it.
type member struct {
	Item
	issue        int64
	name         string // people's title of the issue
	open, hidden bool
	kind         casework.Kind
	lead         int64
}

// measured is what an issue is measured by: its cases within reach, those who joined one, and how many cases lie elsewhere.
type measured struct {
	cases  []*member
	joined []*Item
	beyond int
}

// members reads the cases of issues that lie within reach and were opened since; each with a key that tells people apart and never who they are.
// A case that was merged into another is told by those who joined that one.
func (is *Issues) members(ctx context.Context, reach access.Reach, ids []int64, from int64) (map[int64]*measured, error) {
	by := map[int64]*measured{}
	if len(ids) == 0 {
		return by, nil
	}
	args := []any{is.city.ID}
	for _, id := range ids {
		args = append(args, id)
	}
	where, more := reach.Where("c.path", "")
	args = append(append(args, from), more...)
	people := newPeople()
	all, err := store.All(ctx, is.city, people.scan, `select `+itemColumns+`, i.issue, x.title, c.open, c.hidden, c.kind, c.lead,
			coalesce(k.person, 0), coalesce(k.phone_blind, ''), coalesce(a.made_at, 0)
		from triage_issue_case i join triage_issue x on x.city = i.city and x.id = i.issue join cases c on c.city = i.city and c.id = i.case_id
		left join case_contact k on k.city = c.city and k.case_id = c.id left join account_person a on a.city = k.city and a.id = k.person
		where i.city = ? and i.issue in (`+store.In(len(ids))+`) and i.at >= ? and c.merged = 0 and `+where+` order by i.at desc limit `+strconv.Itoa(boardCases), args...)
	if err != nil {
		return nil, err
	}
	for _, m := range slices.Backward(all) {
		if by[m.issue] == nil {
			by[m.issue] = &measured{}
		}
		by[m.issue].cases = append(by[m.issue].cases, m)
	}
	joined, err := is.joined(ctx, people, where, ids, args)
	if err != nil {
		return nil, err
	}
	people.settle(append(all, joined...))
	for _, m := range joined {
		if x := by[m.issue]; x != nil {
			x.joined = append(x.joined, &m.Item)
		}
	}
	return by, is.beyond(ctx, by, reach, ids, from)
}

// joined reads who said of one of these cases that it is theirs too.
func (is *Issues) joined(ctx context.Context, people *people, where string, ids []int64, args []any) ([]*member, error) {
	return store.All(ctx, is.city, func(row store.Row) (*member, error) {
		m := &member{}
		var person int64
		var phone string
		err := row.Scan(&m.issue, &m.ID, &m.At, &person, &phone, &m.Proven, &m.Since)
		m.ID = -m.ID // no case's
		people.tell(&m.Item, person, phone)
		return m, err
	}, `select i.issue, s.id, s.at, s.person, s.phone_blind, s.verified, coalesce(a.made_at, 0)
		from triage_issue_case i join cases c on c.city = i.city and c.id = i.case_id join case_supporter s on s.city = c.city and s.case_id = c.id and s.counts
		left join account_person a on a.city = s.city and a.id = s.person
		where i.city = ? and i.issue in (`+store.In(len(ids))+`) and i.at >= ? and c.merged = 0 and `+where+` order by s.at desc limit `+strconv.Itoa(boardCases), args...)
}

// beyond counts the cases of the same time that lie outside of the reach.
func (is *Issues) beyond(ctx context.Context, by map[int64]*measured, reach access.Reach, ids []int64, from int64) error {
	if reach.All {
		return nil
	}
	args := []any{is.city.ID}
	for _, id := range ids {
		args = append(args, id)
	}
	where, more := reach.Where("c.path", "")
	type far struct{ issue, n int64 }
	all, err := store.All(ctx, is.city, func(row store.Row) (f far, err error) { return f, row.Scan(&f.issue, &f.n) },
		`select i.issue, count(*) from triage_issue_case i join cases c on c.city = i.city and c.id = i.case_id
		where i.city = ? and i.issue in (`+store.In(len(ids))+`) and i.at >= ? and c.merged = 0 and not `+where+` group by i.issue`, append(append(args, from), more...)...)
	for _, f := range all {
		if x := by[f.issue]; x != nil {
			x.beyond = int(f.n)
		}
	}
	return err
}

// people tells which reporters are the same: one may be signed in once and leave only the phone another time.
type people struct{ of map[string]string }

func newPeople() *people { return &people{map[string]string{}} }

func (p *people) scan(row store.Row) (*member, error) {
	m := &member{}
	var lat, lng *float64
	var person int64
	var phone string
	err := row.Scan(append(m.fields(&lat, &lng), &m.issue, &m.name, &m.open, &m.hidden, &m.kind, &m.lead, &person, &phone, &m.Since)...)
	m.Item.took(lat, lng)
	p.tell(&m.Item, person, phone)
	return m, err
}

// tell gives a message the key of who sent it. A person who signed in has proven the phone that goes with them.
func (p *people) tell(it *Item, person int64, phone string) {
	switch {
	case person != 0:
		it.Person, it.Proven = "p"+strconv.FormatInt(person, 10), true
		if phone != "" {
			p.of["t"+phone] = it.Person
		}
	case phone != "":
		it.Person = "t" + phone
	}
}

// settle gives those who left only a phone the key of the person who has it.
func (p *people) settle(all []*member) {
	for _, m := range all {
		if known, ok := p.of[m.Person]; ok {
			m.Person = known
		}
	}
}
