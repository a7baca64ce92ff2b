package site

import (
	"errors"
	"fmt"
	"math"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"mulin/gate/web/to"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/i18n"
)

// Form is what somebody typed, and what was wrong with it. The zero value is an empty form.
type Form struct {
	values url.Values
	files  *multipart.Form
	errors []FieldError
	part   string // before the ids of fields

	Heading string // above the errors, where nothing needs to be corrected; "" for the usual one
}

// FieldError is one sentence at a field; Field is empty if it concerns the whole form.
type FieldError struct{ Field, Text string }

// NewForm is a form filled with name, value, name, value…
func NewForm(pairs ...string) *Form {
	f := &Form{values: url.Values{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.values.Add(pairs[i], pairs[i+1])
	}
	return f
}

// Part keeps the ids of the fields apart from those of other forms on the page; "" is no part.
func (f *Form) Part(name string) *Form {
	f.part = ""
	if name != "" {
		f.part = name + "."
	}
	return f
}

// Prefix is what stands before the ids of the form's fields.
func (f *Form) Prefix() string { return f.part }

// Again is an empty form with what was typed in this one: its errors stay where they are.
func (f *Form) Again() *Form { return &Form{values: f.values} }

// Set puts a value in anew, and gives the form.
func (f *Form) Set(name, value string) *Form {
	if f.values == nil {
		f.values = url.Values{}
	}
	f.values.Set(name, value)
	return f
}

// Raw is what was typed as it stands in the field: passwords, and texts in which places are counted.
func (f *Form) Raw(name string) string { return f.values.Get(name) }

// Sent tells whether the field was on the form at all, empty or not.
func (f *Form) Sent(name string) bool { return f.values.Has(name) }

// All is everything that was typed, to be sent once more.
func (f *Form) All() url.Values { return f.values }

// parse reads a form; files over 1 MB wait on disk.
func parse(r *http.Request) error {
	err := r.ParseForm()
	if err == nil {
		err = r.ParseMultipartForm(1 << 20)
	}
	if errors.Is(err, http.ErrNotMultipart) {
		err = nil
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return ErrTooLarge
	case err != nil:
		return fmt.Errorf("read form: %w: %w", fault.New(fault.Invalid, "error.invalid"), err)
	}
	return nil
}

// Value is what was typed, without blanks around it.
func (f *Form) Value(name string) string { return strings.TrimSpace(f.values.Get(name)) }

// Values are all values of a name, as of check boxes.
func (f *Form) Values(name string) []string { return f.values[name] }

// Int is a whole number, 0 if it isn't one.
func (f *Form) Int(name string) int64 {
	return to.Number(f.Value(name))
}

// Float is a number, 0 if it isn't one: "NaN" and "Inf" are none.
func (f *Form) Float(name string) float64 {
	n, _ := strconv.ParseFloat(f.Value(name), 64)
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return 0
	}
	return n
}

// Point is where the device says it is; nil if it doesn't say, or says what is no place.
func (f *Form) Point() *geo.Point {
	lat, err1 := strconv.ParseFloat(f.Value("lat"), 64)
	lng, err2 := strconv.ParseFloat(f.Value("lng"), 64)
	at := geo.Point{Lat: lat, Lng: lng}
	if err1 != nil || err2 != nil || !at.Valid() {
		return nil
	}
	return &at
}

// Has tells whether value is among those of name: a box ticked, an option chosen.
func (f *Form) Has(name, value string) bool { return slices.Contains(f.values[name], value) }

// Files are the uploads of a name; empty ones, as browsers send for an untouched field, are left out.
func (f *Form) Files(name string) []*multipart.FileHeader {
	if f.files == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(f.files.File[name]), func(h *multipart.FileHeader) bool { return h.Size == 0 })
}

// HasFiles tells whether pictures or papers came along.
func (f *Form) HasFiles() bool { return f.files != nil && len(f.files.File) > 0 }

// Error is the sentence at a field, "" for none.
func (f *Form) Error(name string) string {
	for _, e := range f.errors {
		if e.Field == name {
			return e.Text
		}
	}
	return ""
}

// Errors are all sentences, in the order of the fields.
func (f *Form) Errors() []FieldError { return f.errors }

// headings stand over faults that nothing typed has caused.
var headings = map[fault.Kind]string{fault.Conflict: "ui.error.400", fault.TooMany: "ui.error.429", fault.Unavailable: "ui.error.500"}

// Fail takes up the readable faults of err; ok is false if there are none, or such as typing can't mend.
func (f *Form) Fail(words *i18n.Words, err error) (code int, ok bool) {
	faults, ok := fault.As(err)
	if !ok || len(faults) == 0 || faults[0].Kind == fault.Denied || faults[0].Kind == fault.Missing {
		return 0, false
	}
	if title := headings[faults[0].Kind]; f.Heading == "" && title != "" {
		f.Heading = words.T(title)
	}
	for _, one := range faults {
		f.errors = append(f.errors, FieldError{one.Field, words.Fault(one)})
	}
	return codes[faults[0].Kind], true
}

// Ref is the client's own mark of what it sends, made once per form shown.
func (f *Form) Ref() string {
	if r := f.Value("client_ref"); r != "" {
		return r
	}
	return uuid.Must(uuid.NewV7()).String() // in the order of time, so that those of an hour lie side by side
}

// ID is that of a field; forms that share a page are told apart by their Part.
func (f *Form) ID(name string) string { return FieldID(f.part + name) }

// FieldID is the id of an input that belongs to no form of ours.
func FieldID(name string) string { return "f-" + strings.ReplaceAll(name, ".", "-") }
