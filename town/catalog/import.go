package catalog

import (
	"context"
	"slices"
	"strings"

	"mulin/internal/access"
	"mulin/internal/fault"
)

// Report says what an import did.
type Report struct {
	Rows    int // lines of the file
	Added   int // new entries
	Changed int // entries with another name now, or back in use
	Same    int // entries that were so already
}

func (r *Report) count(existed, same bool) {
	switch {
	case same:
		r.Same++
	case existed:
		r.Changed++
	default:
		r.Added++
	}
}

var codeTable = []column{
	{names: []string{"code", "代码"}, must: true},
	{names: []string{"major_name", "大类名称"}, must: true},
	{names: []string{"name", "小类名称", "名称"}, must: true},
	{names: []string{"major", "大类代码"}},
	{names: []string{"minor", "小类代码"}},
}

// readCodes reads the file of ImportCodes.
func readCodes(file []byte, kind CodeKind) ([]Code, error) {
	rows, err := readTable(file, codeTable)
	if err != nil {
		return nil, err
	}
	var bad fault.List
	codes := make([]Code, 0, len(rows))
	first := map[string]int{}
	for _, r := range rows {
		if len(bad) >= maxFaults {
			break
		}
		x := Code{Kind: kind, Code: r.cells[0], MajorName: r.cells[1], Name: r.cells[2]}
		was, twice := first[x.Code]
		switch {
		case !digits(x.Code, 5), !strings.HasPrefix(x.Code, r.cells[3]), !strings.HasSuffix(x.Code, r.cells[4]):
			bad.Check(false, "file", "catalog.csv.code", r.line, x.Code)
			continue
		case twice:
			bad.Check(false, "file", "catalog.csv.twice", r.line, x.Code, was)
			continue
		case x.Name == "" || x.MajorName == "":
			bad.Check(false, "file", "catalog.csv.blank", r.line)
			continue
		}
		first[x.Code], x.Major = r.line, x.Code[:2]
		codes = append(codes, x)
	}
	return codes, bad.Or()
}

// ImportCodes reads a code list from a CSV file with the columns code, major_name and name. It adds and renames; nothing is retired.
func (c *Catalog) ImportCodes(ctx context.Context, who access.Actor, kind CodeKind, file []byte) (Report, error) {
	if err := c.may(who); err != nil {
		return Report{}, err
	}
	if !slices.Contains(CodeKinds, kind) {
		return Report{}, fault.Field("kind", "catalog.code.kind")
	}
	codes, err := readCodes(file, kind)
	if err != nil {
		return Report{}, err
	}
	return c.saveCodes(ctx, who, "catalog.code.import", codes)
}
