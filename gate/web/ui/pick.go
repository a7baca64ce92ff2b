package ui

import (
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/internal/fault"
)

// Picked reads what somebody typed to name one of many: "#12" as a choice offered before gives, or a text that find looks up.
func Picked(f *site.Form, field string, find func(text string) []Choice) (id int64, choices []Choice, err error) {
	text := f.Value(field)
	if text == "" {
		return 0, nil, nil
	}
	if text[0] == '#' {
		return to.Number(text[1:]), nil, nil
	}
	choices = find(text)
	switch len(choices) {
	case 0:
		return 0, nil, fault.Field(field, "admin.pick.none", text)
	case 1:
		return to.Number(choices[0].Value[1:]), nil, nil
	}
	return 0, choices, fault.Field(field, "admin.pick.several", text)
}

// MaxChoices is how many choices a name that several have is answered with.
const MaxChoices = 20

// ChoicesOf makes choices of things: Picked reads their values.
func ChoicesOf[T any](all []T, of func(T) (id int64, label, hint string)) []Choice {
	out := make([]Choice, len(all))
	for i, x := range all {
		id, label, hint := of(x)
		out[i] = Choice{"#" + to.Digits(id), label, hint}
	}
	return out
}

// Choice is one of several; Hint explains it where there is room.
type Choice struct{ Value, Label, Hint string }
