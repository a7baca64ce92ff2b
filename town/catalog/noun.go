package catalog

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/ledger"
	"mulin/internal/register"
	"mulin/internal/store"
)

// of is what the catalogue's nouns have in common.
func of[T any](c *Catalog, name string, fields []register.Field) register.Of[T] {
	return register.Of[T]{Name: name, Fields: fields, See: Edit, Edit: Edit,
		Refs: map[string]register.Directory{"class": c.ClassDirectory(), "urgency": c.urgencyDirectory()},
		Then: func(ctx context.Context) error { c.lists.Refresh(ctx); return nil }}
}

// ReasonEntry is a reason as lists, forms and sheets show it.
type ReasonEntry struct {
	register.Head
	Kind, Code, Name string
	Rank             int64
}

// ReasonNoun is the lists of reasons as pages and sheets work on them. Kind and code are its key and stay; one that comes again is brought back, and one
// that is said no place stands at the end.
func (c *Catalog) ReasonNoun() *register.Register[ReasonEntry] {
	return register.Adapt(c.city, register.Own[ReasonEntry]{
		Of: of[ReasonEntry](c, "reason", []register.Field{
			register.One("kind", ReasonKinds, func(x *ReasonEntry) *string { return &x.Kind }).Needed().Fixed().Listed().Sieve(),
			codeField(func(x *ReasonEntry) *string { return &x.Code }).Unique("kind"),
			register.Line("name", MaxName, func(x *ReasonEntry) *string { return &x.Name }).Needed().Listed().Found(),
			register.Count("rank", "", maxRank, func(x *ReasonEntry) *int64 { return &x.Rank }).Listed(),
		}),
		All: c.reasonEntries,
		Put: func(ctx context.Context, tx *store.Tx, who access.Actor, old, x *ReasonEntry) error {
			if x.Rank == 0 {
				x.Rank = int64(10 * (1 + len(c.Reasons(x.Kind))))
			}
			r := Reason{Kind: x.Kind, Code: x.Code, Name: x.Name, Rank: x.Rank}
			x.ID = r.id()
			return nextReason(ctx, tx, who, "catalog.reason.save", r.Kind, r.Code, "", func(before *Reason, _ int64) (Reason, error) {
				return r, taken(old == nil && before != nil && before.Until == 0, "code")
			})
		},
		End: func(ctx context.Context, tx *store.Tx, who access.Actor, x *ReasonEntry, reason string) error {
			return nextReason(ctx, tx, who, "catalog.reason.retire", x.Kind, x.Code, reason, endReason)
		},
		Told: func(ctx context.Context, x *ReasonEntry) ([]ledger.Entry, error) {
			return told(ctx, c, "reason", x.ID, Reason.id)
		},
	})
}

func (c *Catalog) reasonEntries() (all []*ReasonEntry) {
	s := c.lists.Now()
	for _, r := range s.reason {
		all = append(all, &ReasonEntry{register.Head{ID: r.id(), Until: r.Until}, r.Kind, r.Code, r.Name, r.Rank})
	}
	slices.SortFunc(all, func(a, b *ReasonEntry) int {
		return cmp.Or(slices.Index(ReasonKinds, a.Kind)-slices.Index(ReasonKinds, b.Kind), int(a.Rank-b.Rank), strings.Compare(a.Code, b.Code))
	})
	return all
}

// UrgencyEntry is a degree of urgency as lists, forms and sheets show it.
type UrgencyEntry struct {
	register.Head
	Code, Name, Words string
	Rank              int64
}

// UrgencyNoun is the degrees of urgency as pages and sheets work on them. The code is its key and stays; one that comes again is brought back.
func (c *Catalog) UrgencyNoun() *register.Register[UrgencyEntry] {
	own := of[UrgencyEntry](c, "urgency", []register.Field{
		codeField(func(x *UrgencyEntry) *string { return &x.Code }).Unique(),
		register.Line("name", MaxName, func(x *UrgencyEntry) *string { return &x.Name }).Listed().Found(),
		register.Count("rank", "", maxRank, func(x *UrgencyEntry) *int64 { return &x.Rank }).Listed(),
		register.Text("words", MaxWords, func(x *UrgencyEntry) *string { return &x.Words }).Listed().Found(),
	})
	own.Check = func(_ context.Context, _ store.Querier, x *UrgencyEntry, bad *fault.List) {
		bad.Check(x.Name != "" || knownUrgency(x.Code), "name", "register.needed", i18n.Key("urgency.name"))
	}
	return register.Adapt(c.city, register.Own[UrgencyEntry]{
		Of: own,
		All: func() (all []*UrgencyEntry) {
			for _, u := range c.lists.Now().degrees {
				all = append(all, &UrgencyEntry{register.Head{ID: u.id(), Until: u.Until}, u.Code, u.Name, u.Words, u.Rank})
			}
			return all
		},
		Put: func(ctx context.Context, tx *store.Tx, who access.Actor, old, x *UrgencyEntry) error {
			x.Words = wordList(x.Words)
			u := Urgency{Code: x.Code, Name: x.Name, Rank: x.Rank, Words: x.Words}
			x.ID = u.id()
			return nextUrgency(ctx, tx, who, "catalog.urgency.save", u.Code, "", func(before *Urgency, _ int64) (Urgency, error) {
				return u, taken(old == nil && before != nil && before.Until == 0, "code")
			})
		},
		End: func(ctx context.Context, tx *store.Tx, who access.Actor, x *UrgencyEntry, reason string) error {
			return nextUrgency(ctx, tx, who, "catalog.urgency.retire", x.Code, reason, endUrgency)
		},
		Told: func(ctx context.Context, x *UrgencyEntry) ([]ledger.Entry, error) {
			return told(ctx, c, "urgency", x.ID, Urgency.id)
		},
	})
}

// codeField is the code that a thing has for ever.
func codeField[T any](at func(*T) *string) register.Field {
	return register.As("code", register.Plain(register.SortLine, func(code string) string { return code }, func(text string) (string, string) {
		text = strings.ToLower(text)
		if text != "" && !word(text) {
			return text, "catalog.code.word"
		}
		return text, ""
	}), at).Needed().Fixed().Listed().Found()
}

// taken refuses a key that somebody else has given to another thing just now.
func taken(is bool, field string) error {
	if is {
		return fault.Field(field, "catalog.key.taken")
	}
	return nil
}

// LimitEntry is a limit as lists, forms and sheets show it.
type LimitEntry struct {
	register.Head
	Rule
}

// LimitNoun is the limits as pages and sheets work on them. Step, class and urgency are its key and stay; what is removed is gone, and the next more
// general limit holds.
func (c *Catalog) LimitNoun() *register.Register[LimitEntry] {
	return register.Adapt(c.city, register.Own[LimitEntry]{
		Of: of[LimitEntry](c, "limit", []register.Field{
			register.One("step", c.Steps(), func(x *LimitEntry) *string { return &x.Step }).Needed().Fixed().Unique("class", "urgency").Listed().Sieve(),
			register.Ref("class", "class", func(x *LimitEntry) *int64 { return &x.Class }).Fixed().Listed().Sieve(),
			urgencyField(c, func(x *LimitEntry) *string { return &x.Urgency }).Fixed().Listed().Sieve(),
			register.Limit("limit", func(x *LimitEntry) *clock.Limit { return &x.Limit }).Needed().Listed(),
		}),
		Final: true,
		All: func() (all []*LimitEntry) {
			for _, r := range c.Limits() {
				all = append(all, &LimitEntry{register.Head{ID: r.id()}, r})
			}
			return all
		},
		Put: func(ctx context.Context, tx *store.Tx, who access.Actor, old, x *LimitEntry) error {
			before, err := ruleOf(ctx, tx, x.Rule)
			if err == nil {
				err = taken(old == nil && before != nil, "step")
			}
			if err != nil {
				return err
			}
			x.ID = x.id()
			return saveLimit(ctx, tx, who, x.Rule)
		},
		End: func(ctx context.Context, tx *store.Tx, who access.Actor, x *LimitEntry, reason string) error {
			return removeLimit(ctx, tx, who, x.Rule, reason)
		},
		Told: func(ctx context.Context, x *LimitEntry) ([]ledger.Entry, error) {
			return told(ctx, c, "limit", x.ID, Rule.id)
		},
	})
}

// told are the ledger's entries of a thing whose key is no number. Those of earlier releases stand under the number 0 and are known by what they say.
func told[T any](ctx context.Context, c *Catalog, kind string, id int64, idOf func(T) int64) ([]ledger.Entry, error) {
	early, err := ledger.Of(ctx, c.city, c.city.ID, kind, 0, 0, 500)
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(early, func(e ledger.Entry) bool {
		var b struct{ Before, After *T }
		if json.Unmarshal(e.Body, &b) != nil {
			return true
		}
		return !(b.After != nil && idOf(*b.After) == id || b.Before != nil && idOf(*b.Before) == id)
	})
	late, err := ledger.Of(ctx, c.city, c.city.ID, kind, id, 0, 500)
	return append(all, late...), err
}

// urgencyField is a degree of urgency by its code, picked by its name.
func urgencyField[T any](c *Catalog, at func(*T) *string) register.Field {
	f := register.As("urgency", register.Way[string]{
		Sort: register.SortRef,
		Put:  func(code string) []any { return []any{Urgency{Code: code}.id()} },
		Dest: func(code *string) []any { return []any{code} },
		Parts: func(code string) []string {
			if code == "" {
				return []string{""}
			}
			return []string{strconv.FormatInt(Urgency{Code: code}.id(), 10)}
		},
		Read: func(code *string, parts []string) string {
			*code = ""
			for _, u := range c.lists.Now().degrees {
				if strconv.FormatInt(u.id(), 10) == parts[0] {
					*code = u.Code
				}
			}
			if *code == "" && parts[0] != "" {
				return "register.unknown"
			}
			return ""
		},
	}, at)
	f.Ref, f.Max = "urgency", 1
	return f
}

// urgencyDirectory lets nouns name degrees of urgency.
func (c *Catalog) urgencyDirectory() register.Directory {
	name := func(u Urgency) string {
		if u.Name != "" {
			return u.Name
		}
		return u.Code
	}
	return register.Directory{Few: true,
		Name: func(id int64) string {
			for _, u := range c.lists.Now().degrees {
				if u.id() == id {
					return name(u)
				}
			}
			return ""
		},
		Live: func(id int64) bool {
			return slices.ContainsFunc(c.Urgencies(), func(u Urgency) bool { return u.id() == id })
		},
		Find: func(text string, most int) (all []register.Named) {
			for _, u := range c.Urgencies() {
				if len(all) < most && (text == "" || u.Code == text || name(u) == text) {
					all = append(all, register.Named{ID: u.id(), Name: name(u), Hint: u.Code})
				}
			}
			return all
		},
	}
}
