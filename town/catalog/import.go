package catalog

import (
	"context"
	"slices"
	"strings"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/store"
)

// Report says what an import did.
type Report struct {
	Rows    int // lines of the file
	Added   int // new entries; for classes also those above a line
	Changed int // entries with another name, urgency or examples now, or back in use
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

var classTable = []column{
	{names: []string{"l1", "一级", "一级分类", "一级类别"}, must: true},
	{names: []string{"l2", "二级", "二级分类", "二级类别"}},
	{names: []string{"l3", "三级", "三级分类", "三级类别"}},
	{names: []string{"l4", "四级", "四级分类", "四级类别"}},
	{names: []string{"l5", "五级", "五级分类", "五级类别"}},
	{names: []string{"urgency", "紧急程度"}},
	{names: []string{"examples", "例句"}, most: maxText},
}

// line is one class of an imported file.
type line struct {
	row     int
	path    []string // its name and those above it, the first level first
	urgency string   // "": as it was
	says    string   // "": as it was
}

// readClasses reads the file of ImportClasses.
func readClasses(file []byte) ([]line, error) {
	rows, err := readTable(file, classTable)
	if err != nil {
		return nil, err
	}
	var bad fault.List
	lines := make([]line, 0, len(rows))
	first := map[string]int{}
	for _, r := range rows {
		if len(bad) >= maxFaults {
			break
		}
		levels := r.cells[:MaxDepth]
		n := slices.Index(levels, "")
		if n < 0 {
			n = MaxDepth
		}
		if n == 0 || slices.ContainsFunc(levels[n:], func(s string) bool { return s != "" }) {
			bad.Check(false, "file", "catalog.csv.gap", r.line)
			continue
		}
		key := strings.Join(levels[:n], "\x00")
		if was, twice := first[key]; twice {
			bad.Check(false, "file", "catalog.csv.twice", r.line, levels[n-1], was)
			continue
		}
		first[key] = r.line
		lines = append(lines, line{r.line, levels[:n:n], r.cells[MaxDepth], phrases(r.cells[MaxDepth+1])})
	}
	return lines, bad.Or()
}

// ImportClasses reads a tree of requests from a CSV file with a column for each level (l1, l2 … or 一级, 二级 …) and, if wanted, one for the
// urgency and one for examples. Classes the tree lacks are added, retired ones come back, and nothing is retired; all of it or nothing.
func (c *Catalog) ImportClasses(ctx context.Context, who access.Actor, file []byte) (report Report, err error) {
	if err := c.may(who); err != nil {
		return Report{}, err
	}
	lines, err := readClasses(file)
	if err != nil {
		return Report{}, err
	}
	err = c.write(ctx, "import classes", func(tx *store.Tx) error {
		tree, err := allClasses(ctx, tx, tx.City)
		if err != nil {
			return err
		}
		degrees, err := store.Values[string](ctx, tx, `select code from catalog_urgency where city = ? and until = 0`, tx.City)
		if err != nil {
			return err
		}
		g := newGraft(tx, tree)
		if err := g.all(lines, degrees); err != nil {
			return err
		}
		report = g.report
		if len(g.after) > 0 {
			record(tx, who, "catalog.class.import", "class", 0, change{Before: g.before, After: g.after})
		}
		return nil
	})
	return report, err
}

// graft joins imported lines to the tree.
type graft struct {
	tx     *store.Tx
	known  map[graftKey]Class // by parent and name; one in use comes before a retired one
	next   int64
	report Report
	before []Class
	after  []Class
}

type graftKey struct {
	parent int64
	name   string
}

func newGraft(tx *store.Tx, tree []Class) *graft {
	g := &graft{tx: tx, known: map[graftKey]Class{}, next: 1}
	for _, x := range tree {
		key := graftKey{x.Parent, x.Name}
		if old, ok := g.known[key]; !ok || !old.Live() {
			g.known[key] = x
		}
		g.next = x.ID + 1
	}
	return g
}

func (g *graft) all(lines []line, degrees []string) error {
	var bad fault.List
	g.report.Rows = len(lines)
	for _, l := range lines {
		if l.urgency != "" && !slices.Contains(degrees, l.urgency) {
			if bad.Check(false, "file", "catalog.csv.urgency", l.row, l.urgency); len(bad) >= maxFaults {
				break
			}
			continue
		}
		var parent Class
		for i, name := range l.path {
			urgency, says := "", ""
			last := i == len(l.path)-1
			if last {
				urgency, says = l.urgency, l.says
			}
			parent = g.put(parent, name, urgency, says, last)
		}
	}
	return bad.Or()
}

// put finds or adds one class; last tells that the line is about this class and not about one below it.
func (g *graft) put(parent Class, name, urgency, says string, last bool) Class {
	key := graftKey{parent.ID, name}
	x, ok := g.known[key]
	if !ok {
		x = newClass(g.next, parent, name, urgency, says)
		g.next++
		insertClass(g.tx, x)
		g.after = append(g.after, x)
		g.report.count(false, false)
		g.known[key] = x
		return x
	}
	now := x
	now.Until = 0
	if urgency != "" {
		now.Own = urgency
	}
	if says != "" {
		now.Says = says
	}
	if now != x {
		g.tx.Exec(`update catalog_class set urgency = ?, examples = ?, until = 0 where city = ? and id = ?`, now.Own, now.Says, g.tx.City, now.ID)
		g.before, g.after = append(g.before, x), append(g.after, now)
		g.report.count(true, false)
		g.known[key] = now
	} else if last {
		g.report.count(true, true)
	}
	return now
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
