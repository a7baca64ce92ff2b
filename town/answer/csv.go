package answer

import (
	"slices"
	"strconv"
	"strings"

	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/sheet"
)

// ruleColumns are the columns of a file of rules, by their English and Chinese headings.
var ruleColumns = [][]string{{"kind", "类型"}, {"phrase", "短语"}, {"regex", "正则"}, {"severity", "程度"}, {"amount", "数值"}, {"active", "启用"}}

// Bounds of an uploaded file.
const (
	maxRuleFile   = 1 << 20
	maxRuleFaults = 20
)

// ReadRules reads a sheet of rules that a new city starts with, as spreadsheets save it. The order of the lines is the order of the rules. What can't be read
// is a fault that names the line.
func ReadRules(file []byte) (all []Rule, err error) {
	if len(file) > maxRuleFile {
		return nil, fault.New(fault.TooLarge, "answer.csv.large", maxRuleFile>>20)
	}
	book, err := sheet.Open(file)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	var bad fault.List
	var order []int
	for row, err := range book.Rows(book.Sheets[0]) {
		switch {
		case err != nil:
			return nil, err
		case row.Bad != nil:
			bad = append(bad, fault.Field("file", row.Bad.Key, row.Bad.Args...))
		case order == nil:
			if order = ruleOrder(row.Cells); order[0] < 0 || order[1] < 0 {
				return nil, fault.Field("file", "answer.csv.head")
			}
		default:
			all, bad = readRule(all, bad, row, order)
		}
		if len(all) > maxRules {
			return nil, errRuleMany
		}
		if len(bad) >= maxRuleFaults {
			break
		}
	}
	if len(all) == 0 && len(bad) == 0 {
		return nil, fault.Field("file", "answer.csv.empty")
	}
	return all, bad.Or()
}

// ruleOrder says where each column stands in the file, -1 for nowhere.
func ruleOrder(head []string) []int {
	order := make([]int, len(ruleColumns))
	for i, names := range ruleColumns {
		order[i] = slices.IndexFunc(head, func(h string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(h))) })
	}
	return order
}

func readRule(all []Rule, bad fault.List, row sheet.Row, order []int) ([]Rule, fault.List) {
	x, empty := ruleOf(row.Cells, order)
	if empty {
		return all, bad
	}
	x.Rank = int64(len(all)+1) * 10
	if err := x.check(); err != nil {
		l, _ := fault.As(err)
		return all, append(bad, fault.Field("file", "answer.csv.line", row.Line, opening(x.Phrase), i18n.Key(l[0].Key)))
	}
	return append(all, x), bad
}

// ruleOf reads one line; a severity left out is a hint, a rule is active unless the file says 0.
func ruleOf(cells []string, order []int) (x Rule, empty bool) {
	cell := func(i int) string {
		if at := order[i]; at >= 0 && at < len(cells) {
			return strings.TrimSpace(cells[at])
		}
		return ""
	}
	x = Rule{Kind: cell(0), Phrase: cell(1), Severity: Severity(cell(3)), Active: !slices.Contains([]string{"0", "no", "否"}, cell(5))}
	x.Regex = slices.Contains([]string{"1", "yes", "是"}, cell(2))
	if x.Severity == "" {
		x.Severity = Hint
	}
	if a := cell(4); a != "" {
		n, err := strconv.ParseInt(a, 10, 64)
		if err != nil {
			n = -1
		}
		x.Amount = n
	}
	return x, x.Kind == "" && x.Phrase == ""
}
