package answer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

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

// ReadRules reads a CSV file of rules as WriteRules writes it and spreadsheets save it: UTF-8 with or without mark, or GB 18030. The order of the lines
// is the order of the rules. What can't be read is a fault that names the line.
func ReadRules(file []byte) ([]Rule, error) {
	if len(file) > maxRuleFile {
		return nil, fault.New(fault.TooLarge, "answer.csv.large", maxRuleFile>>20)
	}
	if !utf8.Valid(file) {
		var err error
		if file, err = simplifiedchinese.GB18030.NewDecoder().Bytes(file); err != nil || bytes.ContainsRune(file, utf8.RuneError) {
			return nil, fault.Field("file", "answer.csv.encoding")
		}
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(file), "\ufeff")))
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil {
		return nil, fault.Field("file", "answer.csv.empty")
	}
	order := ruleOrder(head)
	if order[0] < 0 || order[1] < 0 {
		return nil, fault.Field("file", "answer.csv.head")
	}
	return readRules(r, order)
}

// ruleOrder says where each column stands in the file, -1 for nowhere.
func ruleOrder(head []string) []int {
	order := make([]int, len(ruleColumns))
	for i, names := range ruleColumns {
		order[i] = slices.IndexFunc(head, func(h string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(h))) })
	}
	return order
}

func readRules(r *csv.Reader, order []int) (all []Rule, err error) {
	var bad fault.List
	for len(bad) < maxRuleFaults {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			return nil, append(bad, fault.Field("file", "answer.csv.quote", line))
		}
		x, empty := ruleOf(cells, order)
		if empty {
			continue
		}
		x.Rank = int64(len(all)+1) * 10
		if err := x.check(); err != nil {
			l, _ := fault.As(err)
			bad = append(bad, fault.Field("file", "answer.csv.line", line, opening(x.Phrase), i18n.Key(l[0].Key)))
			continue
		}
		if all = append(all, x); len(all) > maxRules {
			return nil, errRuleMany
		}
	}
	if len(all) == 0 && len(bad) == 0 {
		return nil, fault.Field("file", "answer.csv.empty")
	}
	return all, bad.Or()
}

// ruleOf reads one line; a severity left out is a hint, a rule is active unless the file says 0.
func ruleOf(cells []string, order []int) (x Rule, empty bool) {
	cell := func(i int) string {
		if at := order[i]; at >= 0 && at < len(cells) {
			return strings.TrimPrefix(strings.TrimSpace(cells[at]), "'")
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

// WriteRules writes rules as ReadRules reads them.
func WriteRules(all []Rule) []byte {
	var b bytes.Buffer
	b.WriteString("\ufeff") // spreadsheets take it for UTF-8 then
	w := csv.NewWriter(&b)
	w.Write([]string{"kind", "phrase", "regex", "severity", "amount", "active"})
	mark := map[bool]string{true: "1", false: "0"}
	for _, x := range all {
		w.Write([]string{x.Kind, sheet.Safe(x.Phrase), mark[x.Regex], string(x.Severity), strconv.FormatInt(x.Amount, 10), mark[x.Active]})
	}
	w.Flush()
	return b.Bytes()
}
