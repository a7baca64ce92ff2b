// Package fault holds the errors that people are meant to read: each names a sentence in the word lists, which the gate shows in the reader's language.
package fault

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Kind says what sort of mistake it is; the gate turns it into an HTTP status.
type Kind uint8

// The kinds, with the status the gates answer.
const (
	Invalid     Kind = iota // 422: something typed is wrong or missing
	Denied                  // 403: the actor has no such right here
	Missing                 // 404: no such thing, or none the actor may know of
	Conflict                // 409: someone was faster, the page is stale
	TooMany                 // 429: slow down
	TooLarge                // 413: the upload is over the limit
	Unavailable             // 503: the database or another service can't be reached
)

// Fault is one readable error. Key names its sentence, Args fill it, Field is the form field it belongs to (empty: the whole form).
type Fault struct {
	Kind  Kind
	Field string
	Key   string
	Args  []any
}

// New makes a fault that concerns no single field.
func New(kind Kind, key string, args ...any) *Fault {
	return &Fault{Kind: kind, Key: key, Args: args}
}

// Field makes an Invalid fault at a form field.
func Field(field, key string, args ...any) *Fault {
	return &Fault{Kind: Invalid, Field: field, Key: key, Args: args}
}

// Error is for logs; people see the sentence behind Key.
func (f *Fault) Error() string {
	s := f.Key
	if f.Field != "" {
		s = f.Field + ": " + s
	}
	if len(f.Args) > 0 {
		s += fmt.Sprint(" ", f.Args)
	}
	return s
}

// Is makes errors.Is compare by key, so that a declared fault matches a copy with a field or arguments.
func (f *Fault) Is(target error) bool {
	t, ok := target.(*Fault)
	return ok && t.Key == f.Key
}

// With is a copy of f with arguments.
func (f *Fault) With(args ...any) *Fault {
	return &Fault{Kind: f.Kind, Field: f.Field, Key: f.Key, Args: args}
}

// List is several faults of one form, in field order.
type List []*Fault

// Error joins the faults for logs.
func (l List) Error() string {
	all := make([]string, len(l))
	for i, f := range l {
		all[i] = f.Error()
	}
	return strings.Join(all, "; ")
}

// Check adds an Invalid fault at field unless ok.
func (l *List) Check(ok bool, field, key string, args ...any) {
	if !ok {
		*l = append(*l, Field(field, key, args...))
	}
}

// Within adds an Invalid fault at field unless the text is at most that many characters long, which the key says as {0}.
func (l *List) Within(text string, most int, field, key string) {
	l.Check(utf8.RuneCountInString(text) <= most, field, key, most)
}

// Or is nil when the list is empty, else the list.
func (l List) Or() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// As finds the readable faults inside err; ok is false if there are none.
func As(err error) (l List, ok bool) {
	if errors.As(err, &l) {
		return l, true
	}
	var f *Fault
	if errors.As(err, &f) {
		return List{f}, true
	}
	return nil, false
}
