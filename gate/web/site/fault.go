package site

import "mulin/internal/fault"

// Renamed moves faults to the fields they have on a page.
func Renamed(err error, fields map[string]string) error {
	faults, ok := fault.As(err)
	if !ok {
		return err
	}
	out := make(fault.List, len(faults))
	for i, one := range faults {
		moved := *one
		if to, ok := fields[one.Field]; ok {
			moved.Field = to
		}
		out[i] = &moved
	}
	return out
}

// InForm turns faults that refuse somebody into ones a form shows: a wrong password is no forbidden page.
func InForm(err error) error {
	faults, ok := fault.As(err)
	if !ok {
		return err
	}
	out := make(fault.List, len(faults))
	for i, one := range faults {
		shown := *one
		if shown.Kind == fault.Denied || shown.Kind == fault.Missing {
			shown.Kind = fault.Invalid
		}
		out[i] = &shown
	}
	return out
}
