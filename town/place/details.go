package place

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"mulin/internal/fault"
)

// Bounds of a place's name and code, in characters.
const (
	MaxName = 60
	MaxCode = 40 // codePattern says so
)

var codePattern = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]{0,39}$`)

// tidy trims what people type around names and codes.
func (d *Details) tidy() {
	d.Name, d.Code, d.ParentCode = strings.TrimSpace(d.Name), strings.TrimSpace(d.Code), strings.TrimSpace(d.ParentCode)
	d.Aliases = tidyNames(d.Aliases)
}

// check looks at the details alone.
func (d *Details) check() fault.List {
	var l fault.List
	l.Check(Depth(d.Kind) >= 0, "kind", "place.kind.unknown", string(d.Kind))
	l = append(l, checkName(d.Name, d.Code)...)
	l = append(l, checkAliases("aliases", d.Aliases)...)
	l.Check(len(d.Aliases) == 0 || d.Kind.remembered(), "aliases", "place.alias.kind", d.Kind.Word())
	l.Check(d.Point == nil || d.Point.Valid(), "point", "place.point", d.Name)
	return l
}

func checkName(name, code string) fault.List {
	var l fault.List
	l.Check(name != "", "name", "place.name.empty", code)
	l.Check(utf8.ValidString(name) && utf8.RuneCountInString(name) <= MaxName && !strings.ContainsAny(name, "\r\n\t\x00"), "name", "place.name.long", name, MaxName)
	l.Check(code == "" || codePattern.MatchString(code), "code", "place.code.bad", code)
	return l
}

// checkAll tidies and checks a list; it gives up after the first twenty faults.
func checkAll(list []Details) ([]Details, error) {
	tidy := make([]Details, len(list))
	var l fault.List
	for i, d := range list {
		d.tidy()
		tidy[i] = d
		if l = append(l, d.check()...); len(l) >= maxFaults {
			break
		}
	}
	return tidy, l.Or()
}

// maxFaults is how many mistakes one answer names.
const maxFaults = 20

// shorten keeps the first faults of a long list and says how many more there are.
func shorten(l fault.List) error {
	if len(l) > maxFaults {
		more := len(l) - maxFaults
		l = append(l[:maxFaults:maxFaults], fault.New(fault.Invalid, "place.more", more))
	}
	return l.Or()
}
