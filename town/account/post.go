package account

import (
	"context"
	"fmt"
	"slices"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

var (
	errTwice    = fault.New(fault.Conflict, "account.post.twice")
	errPlace    = fault.Field("place", "account.post.place")
	errBody     = fault.Field("body", "account.post.body")
	errInactive = fault.New(fault.Conflict, "account.inactive")
)

// Appoint gives a person a role at a body (0 for none) over a place and everything below it. The actor must be able to edit accounts there and hold
// every right the role gives; administrators of the place need not hold them.
func (a *Accounts) Appoint(ctx context.Context, who access.Actor, person int64, role string, body, place int64) (Post, error) {
	at, ok := a.places.Get(place)
	if err := a.may(who, Edit, at.Path); err != nil {
		return Post{}, err
	}
	if !ok || !at.Live() {
		return Post{}, errPlace
	}
	if body != 0 && !a.bodies.Live(body) {
		return Post{}, errBody
	}
	path := at.Path
	var post Post
	err := a.city.Write(ctx, func(tx *store.Tx) error {
		rights, err := roleRights(ctx, tx, role)
		if err != nil {
			return err
		}
		if err := a.mayGive(who, Role{role, rights}, body, path); err != nil {
			return err
		}
		if err := a.canHold(ctx, tx, person, role, body, place); err != nil {
			return err
		}
		post = a.insertPost(tx, who, Post{Person: person, Role: role, Body: body, Place: place}, path)
		renew(tx, person)
		return nil
	})
	if err != nil {
		return Post{}, err
	}
	a.staff.Refresh(ctx)
	return post, nil
}

// canHold refuses residents, closed accounts and the same post twice.
func (a *Accounts) canHold(ctx context.Context, tx *store.Tx, person int64, role string, body, place int64) error {
	p, err := findPerson(ctx, tx, tx.City, person)
	switch {
	case err != nil:
		return err
	case p.Resident:
		return ErrResident
	case !p.Active:
		return errInactive
	}
	posts, err := held(ctx, tx, tx.City, person, tx.Now)
	if err != nil {
		return fmt.Errorf("appoint: %w", err)
	}
	if slices.ContainsFunc(posts, func(o Post) bool { return o.Role == role && o.Body == body && o.Place == place }) {
		return errTwice
	}
	return nil
}

func (a *Accounts) insertPost(tx *store.Tx, who access.Actor, p Post, path string) Post {
	p.ID, p.From = tx.NewID(), tx.Now
	tx.Exec(`insert into account_post (city, id, person, role, body, place, from_at, until) values (?, ?, ?, ?, ?, ?, ?, 0)`,
		tx.City, p.ID, p.Person, p.Role, p.Body, p.Place, p.From)
	ledger.Append(tx, who, "account.appoint", ledger.Subject{Kind: "post", ID: p.ID, Path: path}, postBody(p))
	return p
}

// postBody is what the ledger says of a post: numbers, no names.
func postBody(p Post) any {
	return map[string]any{"person": p.Person, "role": p.Role, "body": p.Body, "place": p.Place}
}

// Dismiss ends a post at once. Only who could give it may do so; the last administrator of the city stays.
func (a *Accounts) Dismiss(ctx context.Context, who access.Actor, post int64) error {
	if err := a.has(who, Edit); err != nil {
		return err
	}
	err := a.city.Write(ctx, func(tx *store.Tx) error {
		p, err := store.One(ctx, tx, scanPost, `select `+postColumns+` from account_post where city = ? and id = ? and (until = 0 or until > ?)`, tx.City, post, tx.Now)
		if err != nil {
			return missing(err, ErrNoPost)
		}
		if err := a.mayGivePost(ctx, tx, who, p); err != nil {
			return err
		}
		a.endPost(tx, who, p)
		renew(tx, p.Person)
		return a.keepAdmin(ctx, tx, p)
	})
	if err != nil {
		return err
	}
	a.staff.Refresh(ctx)
	return nil
}

func (a *Accounts) endPost(tx *store.Tx, who access.Actor, p Post) {
	tx.Exec(`update account_post set until = ? where city = ? and id = ?`, tx.Now, tx.City, p.ID)
	ledger.Append(tx, who, "account.dismiss", ledger.Subject{Kind: "post", ID: p.ID, Path: a.path(p.Place)}, postBody(p))
}

// keepAdmin refuses to end posts after which the city would have no administrator. It reads what the write has queued.
func (a *Accounts) keepAdmin(ctx context.Context, tx *store.Tx, ended ...Post) error {
	if !slices.ContainsFunc(ended, func(p Post) bool { return p.Role == Admin && whole(a.path(p.Place)) }) {
		return nil
	}
	places, err := store.Values[int64](ctx, tx, `select p.place from account_post p join account_person n on n.city = p.city and n.id = p.person
		where p.city = ? and p.role = ? and (p.until = 0 or p.until > ?) and n.active`, tx.City, Admin, tx.Now)
	if err != nil {
		return fmt.Errorf("look for administrators: %w", err)
	}
	if !slices.ContainsFunc(places, func(id int64) bool { return whole(a.path(id)) }) {
		return ErrLastAdmin
	}
	return nil
}

// mayHandle tells whether the actor may act on a person's account: they could give every post held. Else a clerk could reset a leader's password and
// sign in as the leader. Residents belong to the whole city.
func (a *Accounts) mayHandle(ctx context.Context, tx *store.Tx, who access.Actor, person int64) (Holder, error) {
	p, err := findPerson(ctx, tx, tx.City, person)
	if err != nil {
		return Holder{}, err
	}
	if p.Resident {
		root, _ := a.places.Root()
		return Holder{Person: p}, a.may(who, Edit, root.Path)
	}
	posts, err := held(ctx, tx, tx.City, person, tx.Now)
	if err != nil {
		return Holder{}, fmt.Errorf("find posts: %w", err)
	}
	for _, o := range posts {
		if err := a.mayGivePost(ctx, tx, who, o); err != nil {
			return Holder{}, err
		}
	}
	return Holder{p, posts}, nil
}

func (a *Accounts) mayGivePost(ctx context.Context, tx *store.Tx, who access.Actor, p Post) error {
	path := a.path(p.Place)
	if err := a.may(who, Edit, path); err != nil {
		return err
	}
	rights, err := roleRights(ctx, tx, p.Role)
	if err != nil {
		return err
	}
	return a.mayGive(who, Role{p.Role, rights}, p.Body, path)
}

// mayGive refuses to give more than one has. A right over a body's own matters reaches beyond any place: it can be given by who serves the body or
// holds the right over the whole city. The role of administrator is given by administrators only.
func (a *Accounts) mayGive(who access.Actor, role Role, body int64, path string) error {
	if who.Program || wholeAdmin(who) {
		return nil
	}
	admin := adminAt(who, path)
	if role.Name == Admin && !admin {
		return ErrBeyond
	}
	for right, scope := range role.Rights {
		ok := admin || who.May(right, access.At{Path: path}) == nil
		if scope == access.Body {
			ok = body == 0 || admin && who.In(body) || overBody(who, right, body)
		}
		if !ok {
			return ErrBeyond
		}
	}
	return nil
}

// overBody tells whether the actor holds the right over everything the body takes part in.
func overBody(who access.Actor, right access.Right, body int64) bool {
	return slices.ContainsFunc(who.Posts, func(p access.Post) bool {
		s := p.Rights[right]
		return s == access.Body && p.Body == body || s == access.Territory && whole(p.Path)
	})
}
