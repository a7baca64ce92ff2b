package i18n

import (
	"strconv"
	"strings"

	"mulin/internal/clock"
	"mulin/internal/fault"
)

// Words are the sentences of one language. They may be used by many at once.
type Words struct {
	lang string
	all  map[string]sentence
}

// Key as an argument is said in the reader's language: fault.New(fault.Conflict, "case.step", i18n.Key("case.status.closed")).
type Key string

// Lang is "zh" or "en".
func (w *Words) Lang() string { return w.lang }

// T is the sentence of key with its arguments. A key that nobody wrote shows itself, so that it is noticed.
func (w *Words) T(key string, args ...any) string {
	s, ok := w.all[key]
	if !ok {
		return key
	}
	return s.fill(w, args)
}

// Has tells whether there is a sentence for key.
func (w *Words) Has(key string) bool {
	_, ok := w.all[key]
	return ok
}

// Under are the sentences whose keys begin with prefix, by the rest of the key, placeholders unfilled: what a script in the page needs.
func (w *Words) Under(prefix string) map[string]string {
	m := map[string]string{}
	for key, s := range w.all {
		if rest, ok := strings.CutPrefix(key, prefix); ok {
			m[rest] = s.String()
		}
	}
	return m
}

// String is the text that s was read from.
func (s sentence) String() string {
	var b strings.Builder
	for _, p := range s {
		if p.arg < 0 {
			b.WriteString(p.text)
			continue
		}
		b.WriteString("{" + strconv.Itoa(p.arg))
		for _, form := range p.forms {
			b.WriteString("|" + form)
		}
		b.WriteString("}")
	}
	return b.String()
}

// Fault is what people read of f.
func (w *Words) Fault(f *fault.Fault) string { return w.T(f.Key, f.Args...) }

// Limit is a limit as people say it: "5 个工作日".
func (w *Words) Limit(l clock.Limit) string { return w.T("time.limit."+string(l.Unit), l.Amount) }
