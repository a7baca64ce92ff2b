package catalog

import (
	"context"
	"slices"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/store"
)

// CodeKind says which of the two code lists of GB/T 47678.5 a code is of.
type CodeKind string

// The code lists; the same digits mean different things in each.
const (
	Component CodeKind = "component" // 管理部件
	Matter    CodeKind = "matter"    // 管理事项
)

// CodeKinds are both.
var CodeKinds = []CodeKind{Component, Matter}

// Code is a national class code of an urban component or matter.
type Code struct {
	Kind      CodeKind `json:"kind"`
	Code      string   `json:"code"`  // 5 digits
	Major     string   `json:"major"` // its first two
	MajorName string   `json:"major_name"`
	Name      string   `json:"name"`
	Until     int64    `json:"until,omitempty"`
}

// Live tells whether the code is in use.
func (c Code) Live() bool { return c.Until == 0 }

type codeKey struct {
	kind CodeKind
	code string
}

// Codes are those in use, in order.
func (c *Catalog) Codes(kind CodeKind) []Code { return c.lists.Now().codes[kind] }

// Code is one code, in use or retired.
func (c *Catalog) Code(kind CodeKind, code string) (Code, bool) {
	x, ok := c.lists.Now().code[codeKey{kind, code}]
	return x, ok
}

const codeColumns = `kind, code, major_name, name, until`

func scanCode(r store.Row) (x Code, err error) {
	err = r.Scan(&x.Kind, &x.Code, &x.MajorName, &x.Name, &x.Until)
	if len(x.Code) >= 2 {
		x.Major = x.Code[:2]
	}
	return x, err
}

func (s *state) loadCodes(ctx context.Context, city *store.City) error {
	all, err := store.All(ctx, city, scanCode, `select `+codeColumns+` from catalog_code where city = ? order by kind, code`, city.ID)
	for _, x := range all {
		s.code[codeKey{x.Kind, x.Code}] = x
		if x.Live() {
			s.codes[x.Kind] = append(s.codes[x.Kind], x)
		}
	}
	return err
}

// SaveCode adds a code, renames one or brings a retired one back.
func (c *Catalog) SaveCode(ctx context.Context, who access.Actor, x Code) error {
	if err := c.may(who); err != nil {
		return err
	}
	if err := x.check(); err != nil {
		return err
	}
	_, err := c.saveCodes(ctx, who, "catalog.code.save", []Code{x})
	return err
}

func (x *Code) check() error {
	var all fault.List
	all.Check(slices.Contains(CodeKinds, x.Kind), "kind", "catalog.code.kind")
	all.Check(digits(x.Code, 5), "code", "catalog.code.digits")
	x.MajorName = filled(&all, "major_name", x.MajorName, MaxName)
	x.Name = filled(&all, "name", x.Name, MaxName)
	if err := all.Or(); err != nil {
		return err
	}
	x.Major, x.Until = x.Code[:2], 0
	return nil
}

// saveCodes writes checked codes of one kind in one write, with one entry in the ledger.
func (c *Catalog) saveCodes(ctx context.Context, who access.Actor, verb string, codes []Code) (report Report, err error) {
	err = c.write(ctx, "save codes", func(tx *store.Tx) error {
		report = Report{Rows: len(codes)}
		all, err := store.All(ctx, tx, scanCode, `select `+codeColumns+` from catalog_code where city = ? and kind = ?`, tx.City, string(codes[0].Kind))
		if err != nil {
			return err
		}
		was := map[string]Code{}
		for _, x := range all {
			was[x.Code] = x
		}
		var before, after []Code
		for _, x := range codes {
			old, ok := was[x.Code]
			report.count(ok, old == x)
			if ok && old == x {
				continue
			}
			if ok {
				before = append(before, old)
			}
			after = append(after, x)
			tx.Exec(`insert into catalog_code (city, kind, code, major_name, name, until) values (?, ?, ?, ?, ?, 0)
				on conflict (city, kind, code) do update set major_name = excluded.major_name, name = excluded.name, until = 0`,
				tx.City, string(x.Kind), x.Code, x.MajorName, x.Name)
		}
		if len(after) > 0 {
			record(tx, who, verb, "code", 0, change{Before: before, After: after})
		}
		return nil
	})
	return report, err
}

// RetireCode takes a code out of use. What carries it keeps it.
func (c *Catalog) RetireCode(ctx context.Context, who access.Actor, kind CodeKind, code string) error {
	if err := c.may(who); err != nil {
		return err
	}
	return c.write(ctx, "retire code", func(tx *store.Tx) error {
		all, err := store.All(ctx, tx, scanCode, `select `+codeColumns+` from catalog_code where city = ? and kind = ? and code = ?`, tx.City, string(kind), code)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return fault.New(fault.Missing, "catalog.code.missing")
		}
		if !all[0].Live() {
			return nil
		}
		after := all[0]
		after.Until = tx.Now
		tx.Exec(`update catalog_code set until = ? where city = ? and kind = ? and code = ?`, after.Until, tx.City, string(kind), code)
		record(tx, who, "catalog.code.retire", "code", 0, change{Before: all[0], After: after})
		return nil
	})
}
