// Package i18n turns keys into sentences in the reader's language. The sentences are flat TOML files, <area>.zh.toml and <area>.en.toml.
package i18n

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// Langs are the languages, the first one being the default.
var Langs = []string{"zh", "en"}

// Catalog holds the sentences of all languages. It doesn't change once loaded.
type Catalog struct {
	words map[string]*Words
	keys  []string
}

// Load reads every *.zh.toml and *.en.toml of the folder. Each key must be in both languages, in one file, with the same placeholders;
// the error names all that break this.
func Load(fsys fs.FS) (*Catalog, error) {
	c := &Catalog{words: map[string]*Words{}}
	var errs []error
	for _, lang := range Langs {
		w := &Words{lang: lang, all: map[string]sentence{}}
		c.words[lang] = w
		files, err := fs.Glob(fsys, "*."+lang+".toml")
		if err != nil {
			return nil, fmt.Errorf("list words: %w", err)
		}
		for _, file := range files {
			errs = append(errs, w.read(fsys, file)...)
		}
	}
	errs = append(errs, c.compare()...)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	c.keys = slices.Sorted(maps.Keys(c.words[Langs[0]].all))
	return c, nil
}

// read adds the sentences of one file.
func (w *Words) read(fsys fs.FS, file string) (errs []error) {
	b, err := fs.ReadFile(fsys, file)
	if err != nil {
		return []error{fmt.Errorf("read words: %w", err)}
	}
	var texts map[string]string
	if err := toml.Unmarshal(b, &texts); err != nil {
		return []error{fmt.Errorf("%s: %w", file, err)}
	}
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		if _, twice := w.all[key]; twice {
			errs = append(errs, fmt.Errorf("%s: %q is in another file too", file, key))
		}
		s, err := parse(texts[key])
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %q: %w", file, key, err))
		}
		w.all[key] = s
	}
	return errs
}

// compare finds the keys that the languages don't share.
func (c *Catalog) compare() (errs []error) {
	first := c.words[Langs[0]]
	for _, lang := range Langs[1:] {
		other := c.words[lang]
		for _, key := range slices.Sorted(maps.Keys(first.all)) {
			s, ok := other.all[key]
			if !ok {
				errs = append(errs, fmt.Errorf("%q has no %s", key, lang))
			} else if a, b := first.all[key].holes(), s.holes(); !slices.Equal(a, b) {
				errs = append(errs, fmt.Errorf("%q has placeholders %v in %s and %v in %s", key, a, first.lang, b, lang))
			}
		}
		for _, key := range slices.Sorted(maps.Keys(other.all)) {
			if _, ok := first.all[key]; !ok {
				errs = append(errs, fmt.Errorf("%q has no %s", key, first.lang))
			}
		}
	}
	return errs
}

// Words is the list of one language; an unknown one gets the default.
func (c *Catalog) Words(lang string) *Words {
	if w, ok := c.words[lang]; ok {
		return w
	}
	return c.words[Langs[0]]
}

// Keys are all keys, sorted. The caller must not change them.
func (c *Catalog) Keys() []string { return c.keys }

// Args is how many arguments the sentence of key takes; -1 if there is no such key.
func (c *Catalog) Args(key string) int {
	s, ok := c.words[Langs[0]].all[key]
	if !ok {
		return -1
	}
	n := 0
	for _, i := range s.holes() {
		n = max(n, i+1)
	}
	return n
}

// Match picks the language that an Accept-Language header likes best; the default if it names none of ours.
func (c *Catalog) Match(acceptLanguage string) string {
	best, weight := Langs[0], 0.0
	for part := range strings.SplitSeq(acceptLanguage, ",") {
		tag, params, _ := strings.Cut(part, ";")
		base, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			var err error
			if q, err = strconv.ParseFloat(v, 64); err != nil || q > 1 {
				q = 0
			}
		}
		if slices.Contains(Langs, base) && q > weight {
			best, weight = base, q
		}
	}
	return best
}
