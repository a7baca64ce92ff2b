package casework

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"mulin/internal/access"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// Leak is a place in a text, in bytes, that names who reported.
type Leak struct{ From, To int }

// Leaks looks whether a text that is about to go out names the reporter of a case who asked to stay unknown: their name, or one of the phone numbers found in
// the text. Nobody is shown what was compared, and a hit is written to the ledger, so that names can't be tried out unseen.
func (d *Desk) Leaks(ctx context.Context, who access.Actor, c *Case, text string) (found []Leak, err error) {
	if err := d.ours(who); err != nil {
		return nil, err
	}
	if err := who.May(See, c.At()); err != nil {
		return nil, ErrNotFound
	}
	if !c.Hidden || text == "" {
		return nil, nil
	}
	all, err := d.contacts(ctx, d.city, c.ID)
	if err != nil {
		return nil, err
	}
	if found = leaks(all.Person, text); len(found) == 0 {
		return nil, nil
	}
	return found, d.city.Write(ctx, func(tx *store.Tx) error {
		ledger.Append(tx, who, "contact.guard", c.Subject(), map[string]int{"found": len(found)})
		return nil
	})
}

// leaks finds the name, as typed or with blanks in it, and the phone, however it is grouped.
func leaks(p Person, text string) (all []Leak) {
	if utf8.RuneCountInString(strings.TrimSpace(p.Name)) >= 2 {
		all = append(all, occurrences(text, strings.TrimSpace(p.Name))...)
	}
	if len(p.Phone) >= 7 {
		all = append(all, occurrences(text, p.Phone)...)
	}
	return all
}

// occurrences finds a word in a text, whatever blanks and hyphens stand between its signs.
func occurrences(text, word string) (all []Leak) {
	want := []rune(strings.ToLower(strings.Join(strings.Fields(word), "")))
	for i := range text {
		if end := follows(text[i:], want); end > 0 {
			all = append(all, Leak{i, i + end})
		}
	}
	return all
}

// follows is where the signs wanted end if the text begins with them, 0 if it doesn't.
func follows(text string, want []rune) int {
	n := 0
	for i, r := range text {
		if n > 0 && (r == '-' || unicode.IsSpace(r)) {
			continue
		}
		if unicode.ToLower(r) != want[n] {
			return 0
		}
		if n++; n == len(want) {
			return i + utf8.RuneLen(r)
		}
	}
	return 0
}
