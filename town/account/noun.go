package account

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/register"
	"mulin/internal/store"
)

// Member is somebody of the staff with the posts they hold, as lists, forms and sheets show it.
type Member struct {
	register.Head
	Name, Login, Phone string
	Posts              []Post
}

// Fields describe a member. What stands in the ledger says only that name, login or phone changed.
var Fields = []register.Field{
	register.As("name", register.Plain(register.SortLine, asIs, readName), func(m *Member) *string { return &m.Name }).Needed().Listed().Found().Sorts().Upto(maxName),
	register.As("login", register.Plain(register.SortLine, asIs, readLogin), func(m *Member) *string { return &m.Login }).Needed().Fixed().Unique().Listed().Found().Sorts().Upto(MaxLogin),
	register.As("phone", register.Plain(register.SortLine, asIs, readPhone), func(m *Member) *string { return &m.Phone }).Sealed().Upto(maxWorkPhone),
	register.As("posts", register.Way[[]Post]{
		Sort:  register.SortText,
		Put:   func(all []Post) []any { return []any{PostsText(all)} },
		Parts: func(all []Post) []string { return []string{PostsText(all)} },
		Read: func(all *[]Post, parts []string) string {
			posts, ok := ReadPosts(parts[0])
			if !ok {
				return "account.post.text"
			}
			if PostsText(posts) != PostsText(*all) { // else they keep their numbers
				*all = posts
			}
			return ""
		},
	}, func(m *Member) *[]Post { return &m.Posts }).Listed(),
}

func asIs(text string) string { return text }

func readName(text string) (string, string) {
	if !validName(text) {
		return text, "account.name"
	}
	return text, ""
}

func readLogin(text string) (string, string) {
	if text = foldLogin(text); !validLogin(text) {
		return text, "account.login.form"
	}
	return text, ""
}

func readPhone(text string) (string, string) {
	if !validWorkPhone(text) {
		return text, "account.workphone"
	}
	return text, ""
}

// PostsText says which posts somebody holds: a line "clerk/12/34" for each, with the numbers of place and body, 0 for no body.
func PostsText(all []Post) string {
	lines := make([]string, len(all))
	for i, p := range all {
		lines[i] = p.text()
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func (p Post) text() string { return fmt.Sprintf("%s/%d/%d", p.Role, p.Place, p.Body) }

// ReadPosts reads what PostsText writes, false if it doesn't say each post once.
func ReadPosts(text string) (all []Post, ok bool) {
	for line := range strings.FieldsSeq(text) {
		parts := strings.Split(line, "/")
		if len(parts) != 3 {
			return nil, false
		}
		place, err1 := strconv.ParseInt(parts[1], 10, 64)
		body, err2 := strconv.ParseInt(parts[2], 10, 64)
		p := Post{Role: parts[0], Place: place, Body: body}
		if errors.Join(err1, err2) != nil || slices.ContainsFunc(all, p.same) {
			return nil, false
		}
		all = append(all, p)
	}
	return all, true
}

// same tells whether two posts are of one role at one place and body, whoever holds them.
func (p Post) same(o Post) bool { return p.text() == o.text() }

// Noun is the staff as pages and sheets work on it; passwords, invitations and sessions have verbs of their own. A change of somebody asks for all their
// posts, for it is the whole account that changes.
func (a *Accounts) Noun() *register.Register[Member] {
	return register.Adapt(a.city, register.Own[Member]{
		Of: register.Of[Member]{Name: "person", Fields: Fields, See: See, Edit: Edit,
			Check: func(_ context.Context, _ store.Querier, m *Member, bad *fault.List) { a.checkPosts(m, bad) },
			Then:  func(ctx context.Context) error { a.staff.Refresh(ctx); return nil }},
		All: func() []*Member { return a.staff.Now().members },
		Now: a.member, Put: a.put, End: a.close, Told: a.told, Tell: tell, May: a.mayKeep,
		Cut: func(who access.Actor, m *Member) { m.Posts = a.within(who, m.Posts) }, Hears: a.hears,
	})
}

// within are the posts that the actor may see or change.
func (a *Accounts) within(who access.Actor, posts []Post) (all []Post) {
	for _, p := range posts {
		if path := a.path(p.Place); a.may(who, See, path) == nil || a.may(who, Edit, path) == nil {
			all = append(all, p)
		}
	}
	return all
}

// hears tells whether an entry about somebody is for the actor: those of posts are for whoever is shown the post.
func (a *Accounts) hears(who access.Actor, e ledger.Entry) bool {
	var p Post
	return e.Subject.Kind != "post" || json.Unmarshal(e.Body, &p) == nil && len(a.within(who, []Post{p})) > 0
}

// mayKeep tells whether the actor may see somebody, or could give all the posts that they hold or shall hold.
func (a *Accounts) mayKeep(who access.Actor, r access.Right, m *Member) error {
	if err := a.has(who, r); err != nil {
		return err
	}
	if r == See {
		if !a.sees(who, m.Posts) {
			return access.ErrDenied
		}
		return nil
	}
	roles := a.staff.Now().roles
	for _, p := range slices.Concat(m.Posts, a.heldBy(m.ID)) { // who is shown only some of the posts keeps none of them
		path := a.path(p.Place)
		if err := a.may(who, Edit, path); err != nil {
			return err
		}
		if err := a.mayGive(who, Role{p.Role, roles[p.Role]}, p.Body, path); err != nil {
			return err
		}
	}
	return nil
}

// heldBy are the posts that somebody holds, by memory; 0 holds none.
func (a *Accounts) heldBy(person int64) []Post {
	s := a.staff.Now()
	if i := slices.IndexFunc(s.members, func(m *Member) bool { return m.ID == person }); i >= 0 && person != 0 {
		return s.members[i].Posts
	}
	return nil
}

// checkPosts refuses posts of a role, place or body that there isn't; what is held already stays.
func (a *Accounts) checkPosts(m *Member, bad *fault.List) {
	s, held := a.staff.Now(), a.heldBy(m.ID)
	for _, p := range m.Posts {
		if slices.ContainsFunc(held, p.same) {
			continue
		}
		_, known := s.roles[p.Role]
		at, ok := a.places.Get(p.Place)
		bad.Check(known, "posts", "account.role.none")
		bad.Check(ok && at.Live(), "posts", "account.post.place")
		bad.Check(p.Body == 0 || a.bodies.Live(p.Body), "posts", "account.post.body")
	}
}

const memberColumns = `id, version, made_at, closed_at, name, login, phone`

func (a *Accounts) scanMember(r store.Row) (*Member, error) {
	var m Member
	var sealed []byte
	err := r.Scan(&m.ID, &m.Version, &m.Since, &m.Until, &m.Name, &m.Login, &sealed)
	if err == nil && len(sealed) > 0 {
		m.Phone, err = a.box.Open(sealed)
	}
	return &m, err
}

// member reads somebody of the staff anew, nil for nobody.
func (a *Accounts) member(ctx context.Context, q store.Querier, id int64) (*Member, error) {
	m, err := store.One(ctx, q, a.scanMember, `select `+memberColumns+` from account_person where city = ? and id = ? and login <> ''`, a.city.ID, id)
	if errors.Is(err, store.ErrNone) {
		return nil, nil
	}
	if err == nil {
		m.Posts, err = held(ctx, q, a.city.ID, id, a.now())
	}
	return m, err
}

// put makes somebody, or what is known of them, what the member says, each change with an entry of its own.
func (a *Accounts) put(ctx context.Context, tx *store.Tx, who access.Actor, old, m *Member) error {
	d, err := a.draft(ctx, NewPerson{Login: m.Login, Name: m.Name, Phone: m.Phone})
	if err != nil {
		return err
	}
	if old == nil {
		p, err := d.insert(ctx, tx, who)
		m.ID, m.Version = p.ID, 1
		return cmp.Or(err, a.repost(ctx, tx, who, m, nil))
	}
	if _, err := a.mayHandle(ctx, tx, who, m.ID); err != nil {
		return err
	}
	if old.Until != 0 {
		tx.Exec(`update account_person set active = ?, closed_at = 0 where city = ? and id = ?`, true, tx.City, m.ID)
		ledger.Append(tx, who, "account.active", ledger.Subject{Kind: "person", ID: m.ID}, activity{false, true, ""})
	}
	if changed := changes(old, m); len(changed) > 0 {
		tx.Exec(`update account_person set name = ?, phone = ? where city = ? and id = ?`, m.Name, d.sealed, tx.City, m.ID)
		ledger.Append(tx, who, "account.change", ledger.Subject{Kind: "person", ID: m.ID}, map[string]any{"changes": changed})
	}
	renew(tx, m.ID)
	m.Version++
	return a.repost(ctx, tx, who, m, old.Posts)
}

// changes are the fields that differ, without what they say: that is nobody's but the person's.
func changes(old, m *Member) map[string]register.Change {
	all := map[string]register.Change{}
	if m.Name != "" && (old == nil || old.Name != m.Name) {
		all["name"] = register.Change{}
	}
	if old == nil && m.Phone != "" || old != nil && old.Phone != m.Phone {
		all["phone"] = register.Change{}
	}
	return all
}

// renew counts a change of what is known of a person, so that nobody overwrites what they haven't seen.
func renew(tx *store.Tx, person int64) {
	tx.Exec(`update account_person set version = version + 1 where city = ? and id = ?`, tx.City, person)
}

// repost gives and takes what makes somebody hold the posts that the member says.
func (a *Accounts) repost(ctx context.Context, tx *store.Tx, who access.Actor, m *Member, held []Post) error {
	for _, p := range m.Posts {
		if slices.ContainsFunc(held, p.same) {
			continue
		}
		p.Person = m.ID
		if err := a.mayGivePost(ctx, tx, who, p); err != nil {
			return err
		}
		a.insertPost(tx, who, p, a.path(p.Place))
	}
	var ended []Post
	for _, p := range held {
		if !slices.ContainsFunc(m.Posts, p.same) {
			a.endPost(tx, who, p)
			ended = append(ended, p)
		}
	}
	return a.keepAdmin(ctx, tx, ended...)
}

// close closes an account, which ends its sessions at once. Only who could give all its posts may do so; the posts stay.
func (a *Accounts) close(ctx context.Context, tx *store.Tx, who access.Actor, m *Member, reason string) error {
	h, err := a.mayHandle(ctx, tx, who, m.ID)
	if err != nil {
		return err
	}
	tx.Exec(`update account_person set active = ?, closed_at = ? where city = ? and id = ?`, false, tx.Now, tx.City, m.ID)
	renew(tx, m.ID)
	endSessions(tx, m.ID)
	if err := a.keepAdmin(ctx, tx, h.Posts...); err != nil {
		return err
	}
	ledger.Append(tx, who, "account.active", ledger.Subject{Kind: "person", ID: m.ID}, activity{true, false, reason})
	return nil
}

// activity is the body of an entry that closes or opens an account.
type activity struct {
	Before bool   `json:"before"`
	After  bool   `json:"after"`
	Reason string `json:"reason,omitempty"`
}

// told are the entries that speak of somebody or of their posts.
func (a *Accounts) told(ctx context.Context, m *Member) ([]ledger.Entry, error) {
	posts, err := store.Values[int64](ctx, a.city, `select id from account_post where city = ? and person = ? order by id desc limit 50`, a.city.ID, m.ID)
	if err != nil {
		return nil, err
	}
	all, err := ledger.Of(ctx, a.city, a.city.ID, "person", m.ID, 0, 500)
	for _, id := range posts {
		some, failed := ledger.Of(ctx, a.city, a.city.ID, "post", id, 0, 10)
		all, err = append(all, some...), cmp.Or(err, failed)
	}
	slices.SortFunc(all, func(x, y ledger.Entry) int { return cmp.Compare(x.Seq, y.Seq) })
	return all, err
}

// tell says what an entry of ours means for a person: "add", "save", "retire", "restore", or the verb's own last word.
func tell(ev *register.Event) {
	ev.Did = strings.TrimPrefix(ev.Verb, "account.")
	switch ev.Verb {
	case "account.create":
		ev.Did = "add"
	case "account.change":
		ev.Did = "save"
	case "account.active":
		var b activity
		if ev.Did = "restore"; json.Unmarshal(ev.Body, &b) == nil && !b.After {
			ev.Did = "retire"
		}
	case "account.appoint", "account.dismiss":
		var p Post
		if json.Unmarshal(ev.Body, &p) == nil {
			c := register.Change{After: []string{p.text()}}
			if ev.Verb == "account.dismiss" {
				c = register.Change{Before: c.After}
			}
			ev.Changes = map[string]register.Change{"posts": c}
		}
	}
}
