package i18n

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// sentence is a text cut at its placeholders.
type sentence []part

// part is a piece of text, or the place of an argument. With forms it stands for a word that goes with the argument's number.
type part struct {
	text  string
	arg   int // -1: only text
	forms []string
}

// parse reads "{0}" as the argument 0 and "{0|day|days}" as the form for one or for more of it. A brace that no digit follows is text.
func parse(text string) (sentence, error) {
	var s sentence
	for text != "" {
		i := 0
		for i < len(text) && !(text[i] == '{' && i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '9') {
			i++
		}
		if i > 0 {
			s = append(s, part{text: text[:i], arg: -1})
		}
		if text = text[i:]; text == "" {
			break
		}
		inner, rest, ok := strings.Cut(text[1:], "}")
		fields := strings.Split(inner, "|")
		arg, err := strconv.Atoi(fields[0])
		if !ok || err != nil || arg > 9 || len(fields) == 2 || len(fields) > 3 {
			return s, fmt.Errorf("bad placeholder in %q: want {0} or {0|one|more}", text)
		}
		s = append(s, part{arg: arg, forms: fields[1:]})
		text = rest
	}
	return s, nil
}

// holes are the arguments that s uses, sorted.
func (s sentence) holes() []int {
	all := []int{}
	for _, p := range s {
		if p.arg >= 0 {
			all = append(all, p.arg)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// fill puts the arguments in. A missing one shows as its placeholder.
func (s sentence) fill(w *Words, args []any) string {
	if len(s) == 1 && s[0].arg < 0 {
		return s[0].text
	}
	var b strings.Builder
	for _, p := range s {
		switch {
		case p.arg < 0:
			b.WriteString(p.text)
		case p.arg >= len(args):
			fmt.Fprintf(&b, "{%d}", p.arg)
		case len(p.forms) == 0:
			b.WriteString(w.text(args[p.arg]))
		case one(w.text(args[p.arg])):
			b.WriteString(p.forms[0])
		default:
			b.WriteString(p.forms[1])
		}
	}
	return b.String()
}

// one tells whether a number is said in the singular.
func one(number string) bool { return number == "1" || number == "-1" }

// text writes an argument into a sentence.
func (w *Words) text(arg any) string {
	switch v := arg.(type) {
	case string:
		return v
	case Key:
		return w.T(string(v))
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case float32:
		return strconv.FormatFloat(float64(v), 'f', -1, 32)
	}
	return fmt.Sprint(arg)
}
