// Package body keeps the units that do the work: departments, street offices, committees, party branches, property companies, command centres and partners.
// They stand beside the territory and are tied to its places many to many. All are held in memory; what is ended, renamed or merged stays readable as it was.
package body

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// Edit is the right to change bodies: at every place a body serves, or at the city for one that serves none.
const Edit access.Right = "body.edit"

// Kind is what sort of unit a body is.
type Kind string

// The kinds.
const (
	Department   Kind = "department"
	StreetOffice Kind = "streetoffice"
	Committee    Kind = "committee"
	PartyBranch  Kind = "partybranch"
	Property     Kind = "property"
	Centre       Kind = "centre"
	Partner      Kind = "partner"
)

// Kinds lists all kinds in the order people name them.
var Kinds = []Kind{Centre, Department, StreetOffice, Committee, PartyBranch, Property, Partner}

// Word is the kind as an argument of a sentence.
func (k Kind) Word() i18n.Key { return i18n.Key("body.kind." + string(k)) }

// Body is one unit as it is now, or as it was when it ended.
type Body struct {
	ID        int64
	Kind      Kind
	Name      string
	Short     string // "" if the name is short enough
	Phone     string
	Code      string
	Parent    int64
	From      int64 // µs
	Until     int64 // µs; 0: still
	Successor int64 // what it was merged into, 0 for none
}

// Link says that a body serves a place.
type Link struct {
	Body, Place int64
	From, Until int64 // µs; Until 0: still
}

// Details are what people say of a body to be.
type Details struct {
	Kind        Kind
	Name, Short string
	Phone, Code string
	Parent      int64
	ParentCode  string  // used if Parent is 0
	Places      []int64 // it serves from the start
	Reason      string  // why bodies are merged; for people only, a program may leave it out
}

// What can be wrong with a body.
var (
	ErrMissing = fault.New(fault.Missing, "body.missing")
	ErrEnded   = fault.New(fault.Conflict, "body.ended")
)

// Live tells whether the body still is.
func (b Body) Live() bool { return b.Until == 0 }

// Label is the short name if there is one.
func (b Body) Label() string { return cmp.Or(b.Short, b.Name) }

// Subject is the body as the ledger names it.
func (b Body) Subject() ledger.Subject { return ledger.Subject{Kind: "body", ID: b.ID} }

// state is what the ledger keeps of a body before and after a change.
type state struct {
	ID     int64  `json:"id"`
	Kind   Kind   `json:"kind"`
	Code   string `json:"code,omitempty"`
	Name   string `json:"name"`
	Short  string `json:"short,omitempty"`
	Parent int64  `json:"parent,omitempty"`
}

func (b Body) state() state { return state{b.ID, b.Kind, b.Code, b.Name, b.Short, b.Parent} }

// change is the body of a ledger entry.
type change struct {
	Before *state  `json:"before,omitempty"`
	After  *state  `json:"after,omitempty"`
	From   []state `json:"from,omitempty"`
	Places []int64 `json:"places,omitempty"`
	Reason string  `json:"reason,omitempty"`
}

// The most characters of what is said of a body.
const (
	MaxName  = 60
	MaxShort = 20
	MaxCode  = 40
	MaxPhone = 40
)

func (d *Details) tidy() {
	for _, s := range []*string{&d.Name, &d.Short, &d.Phone, &d.Code, &d.ParentCode} {
		*s = strings.TrimSpace(*s)
	}
}

// check looks at the details alone.
func (d *Details) check() fault.List {
	var l fault.List
	l.Check(slices.Contains(Kinds, d.Kind), "kind", "body.kind.unknown", string(d.Kind))
	l = append(l, checkName(d.Name, d.Short)...)
	l = append(l, checkPhone(d.Phone)...)
	l.Check(len(d.Code) <= MaxCode && !strings.ContainsFunc(d.Code, func(r rune) bool { return r <= ' ' || r > '~' }), "code", "body.code.bad", d.Code)
	return l
}

func checkName(name, short string) fault.List {
	var l fault.List
	l.Check(name != "", "name", "body.name.empty")
	l.Check(line(name, MaxName), "name", "body.name.long", name, MaxName)
	l.Check(line(short, MaxShort), "short", "body.name.long", short, MaxShort)
	return l
}

func checkPhone(phone string) fault.List {
	var l fault.List
	l.Check(len(phone) <= MaxPhone && strings.Trim(phone, "0123456789+-() ,/") == "", "phone", "body.phone.bad", phone)
	return l
}

// line tells whether s is one line of at most n characters.
func line(s string, n int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= n && !strings.ContainsAny(s, "\r\n\t\x00")
}

const columns = `id, parent, kind, code, name, short, phone, since_at, until_at, successor`

func scan(r store.Row) (b Body, err error) {
	return b, r.Scan(&b.ID, &b.Parent, &b.Kind, &b.Code, &b.Name, &b.Short, &b.Phone, &b.From, &b.Until, &b.Successor)
}

func (b Body) insert(tx *store.Tx) {
	tx.Exec(`insert into body (city, `+columns+`) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.City, b.ID, b.Parent, b.Kind, b.Code, b.Name, b.Short, b.Phone, b.From, b.Until, b.Successor)
}

// load reads one body; a missing one is ErrMissing.
func load(ctx context.Context, q store.Querier, city, id int64) (Body, error) {
	b, err := store.One(ctx, q, scan, `select `+columns+` from body where city = ? and id = ?`, city, id)
	if errors.Is(err, store.ErrNone) {
		return Body{}, ErrMissing
	}
	return b, err
}
