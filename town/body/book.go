package body

import (
	"context"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// book is all living bodies within a write, by what must be unique.
type book struct {
	ids   map[int64]Body
	codes map[string]int64
	names map[title]int64
}

type title struct {
	kind   Kind
	parent int64
	name   string
}

func living(ctx context.Context, tx *store.Tx) (*book, error) {
	all, err := store.All(ctx, tx, scan, `select `+columns+` from body where city = ? and until_at = 0`, tx.City)
	k := &book{map[int64]Body{}, map[string]int64{}, map[title]int64{}}
	for _, b := range all {
		k.put(b)
	}
	return k, err
}

func (k *book) put(b Body) {
	k.ids[b.ID] = b
	k.names[title{b.Kind, b.Parent, b.Name}] = b.ID
	if b.Code != "" {
		k.codes[b.Code] = b.ID
	}
}

func (k *book) drop(b Body) {
	delete(k.ids, b.ID)
	delete(k.names, title{b.Kind, b.Parent, b.Name})
	delete(k.codes, b.Code)
}

// free refuses a name that a body of the same kind and parent has, and a code that anyone has, except the body itself.
func (k *book) free(b Body) error {
	var l fault.List
	other, taken := k.names[title{b.Kind, b.Parent, b.Name}]
	l.Check(!taken || other == b.ID, "name", "body.name.taken", b.Name)
	other, taken = k.codes[b.Code]
	l.Check(b.Code == "" || !taken || other == b.ID, "code", "body.code.taken", b.Code, k.ids[other].Name)
	return l.Or()
}

func (k *book) add(tx *store.Tx, d Details) (Body, error) {
	parent := d.Parent
	if parent == 0 && d.ParentCode != "" {
		parent = k.codes[d.ParentCode]
	}
	if _, ok := k.ids[parent]; !ok && (parent != 0 || d.ParentCode != "") {
		return Body{}, fault.Field("parent", "body.parent.bad", d.Name)
	}
	b := Body{Kind: d.Kind, Name: d.Name, Short: d.Short, Phone: d.Phone, Code: d.Code, Parent: parent, From: tx.Now}
	if err := k.free(b); err != nil {
		return Body{}, err
	}
	b.ID = tx.NewID()
	k.put(b)
	return b, nil
}

// found makes a body of a draft, with its entry and the places it serves.
func (k *book) found(tx *store.Tx, who access.Actor, d Details) (Body, error) {
	b, err := k.add(tx, d)
	if err != nil {
		return b, err
	}
	after := b.state()
	seq := ledger.Append(tx, who, "body.add", b.Subject(), change{After: &after, Places: d.Places})
	b.insert(tx)
	tie(tx, b.ID, d.Places, seq)
	return b, nil
}
