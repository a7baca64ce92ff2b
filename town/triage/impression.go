package triage

import (
	"hash/maphash"
	"sync/atomic"

	"mulin/town/casework"
	"mulin/town/catalog"
)

// impression is what a text says of a case, whatever else is known of the case. Nothing in it changes.
type impression struct {
	choices []Choice
	sure    bool
	answers [questions]answer
	heard   catalog.Heard
}

// impression reads a text; to find the words that speak for its classes takes longer than the rest.
func (r *Reader) impression(b *model, text string, explain bool) *impression {
	seems := r.consider(b, text)
	defer seems.done()
	line := r.catalog.Settings().Sure()
	i := &impression{choices: seems.pick(mostChoices, line, explain), answers: b.index.answers(seems.found, &seems.sums), heard: r.catalog.Hear(seems.text)}
	i.sure = len(i.choices) > 0 && i.choices[0].P >= line
	return i
}

// mostKept bounds the impressions that are kept: about 0.7 MB of a city's memory.
const mostKept = 2048

// impressions are impressions of cases that lists have shown. They belong to a tree of classes, so that they are forgotten with the model and the lists of the city they
// were made by.
type impressions [mostKept]atomic.Pointer[keptImpression]

// keptImpression is the impression of one state of a case's words.
type keptImpression struct {
	id    int64
	words uint64
	*impression
}

var wordSeed = maphash.MakeSeed()

// wordsOf is a number that tells the words of one case from others.
func wordsOf(c *casework.Case) uint64 {
	var h maphash.Hash
	h.SetSeed(wordSeed)
	_, _ = h.WriteString(c.Title)
	_ = h.WriteByte(0)
	_, _ = h.WriteString(c.Text)
	return h.Sum64()
}

// at is where the impression of a case is kept.
func (g *impressions) at(id int64) *atomic.Pointer[keptImpression] {
	return &g[uint64(id)*0x9e3779b97f4a7c15>>32%mostKept]
}

// remembered is the impression of a case, from memory if its words are the same as when it was looked at last.
func (r *Reader) remembered(b *model, c *casework.Case) *impression {
	n := r.classTree(b)
	place, words := n.impressions.at(c.ID), wordsOf(c)
	if g := place.Load(); g != nil && g.id == c.ID && g.words == words {
		return g.impression
	}
	i := r.impression(b, textOf(c.Title, c.Text), false)
	if c.ID != 0 && len(n.of) > 0 { // without classes the tree does not change with the city's other lists
		place.Store(&keptImpression{c.ID, words, i})
	}
	return i
}
