// Package i18n turns keys into sentences in the reader's language. The sentences are flat TOML files with all languages of a key in one line.
package i18n

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
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

// Load reads every *.toml of the folder and of those below it: "key" = ["中文", "English"]. Each key stands in one file, in every language, with the same
// placeholders; the error names all that break this.
func Load(fsys fs.FS) (*Catalog, error) {
	c := &Catalog{words: map[string]*Words{}}
	for _, lang := range Langs {
		c.words[lang] = &Words{lang: lang, all: map[string]sentence{}}
	}
	var errs []error
	err := fs.WalkDir(fsys, ".", func(file string, d fs.DirEntry, err error) error {
		if err == nil && path.Ext(file) == ".toml" {
			errs = append(errs, c.read(fsys, file)...)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list words: %w", err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	c.keys = slices.Sorted(maps.Keys(c.words[Langs[0]].all))
	return c, nil
}

// read adds the sentences of one file.
func (c *Catalog) read(fsys fs.FS, file string) (errs []error) {
	b, err := fs.ReadFile(fsys, file)
	if err != nil {
		return []error{fmt.Errorf("read words: %w", err)}
	}
	var texts map[string][]string
	if err := toml.Unmarshal(b, &texts); err != nil {
		return []error{fmt.Errorf("%s: %w", file, err)}
	}
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		if err := c.add(key, texts[key]); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", file, err))
		}
	}
	return errs
}

// add takes one key with its sentences in the order of Langs.
func (c *Catalog) add(key string, texts []string) error {
	if len(texts) != len(Langs) {
		return fmt.Errorf("%q has %d sentences, wants one each of %v", key, len(texts), Langs)
	}
	if _, twice := c.words[Langs[0]].all[key]; twice {
		return fmt.Errorf("%q is in another file too", key)
	}
	for i, lang := range Langs {
		s, err := parse(texts[i])
		if err != nil {
			return fmt.Errorf("%q: %w", key, err)
		}
		c.words[lang].all[key] = s
		if a, b := c.words[Langs[0]].all[key].holes(), s.holes(); !slices.Equal(a, b) {
			return fmt.Errorf("%q has placeholders %v in %s and %v in %s", key, a, Langs[0], b, lang)
		}
	}
	return nil
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
