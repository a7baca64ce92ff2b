package linear

import (
	"cmp"
	"context"
	"slices"
)

const (
	small     = 1 << 19  // occurrences up to which features of a single text are kept
	sketch    = 1 << 23  // counters by which those are left out of a larger set
	maxRows   = 24 << 20 // bytes of a model's weights; beyond it the features of the fewest texts are left out
	signBytes = 8        // of a feature, beside one for each class
)

// corpus is what there is to learn from.
type corpus struct {
	lex    *lexicon
	texts  [][]feature // of each document: its features, with how much they count
	class  []int
	weight []float64
	k      int // classes
}

// gather finds the features of all documents.
func gather(ctx context.Context, docs []Doc, class []int, k int) (*corpus, error) {
	c := &corpus{class: class, k: k}
	var r reading
	df, err := r.frequent(ctx, docs)
	if err != nil {
		return nil, err
	}
	c.lex = index(df, maxRows/(signBytes+k))
	for _, d := range docs {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r.count(r.read(d.Text), c.lex)
		list := make([]feature, 0, len(r.bag.used))
		r.bag.each(func(id uint32, v float32) { list = append(list, feature{id, v}) })
		c.texts = append(c.texts, list)
		w := d.Weight
		if w == 0 {
			w = 1
		}
		c.weight = append(c.weight, w)
	}
	return c, nil
}

// spread is in how many texts a feature is, and the last of them.
type spread struct{ texts, last int32 }

// frequent counts in how many texts each feature is; of a large set, those of one text only are left out, nearly all without being counted.
func (r *reading) frequent(ctx context.Context, docs []Doc) (map[uint64]spread, error) {
	often, total := make([]uint8, sketch), 0
	for _, d := range docs {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for _, o := range r.read(d.Text) {
			at := &often[o.hash%sketch]
			*at = min(*at, 254) + 1
			total++
		}
	}
	least := 2
	if total <= small {
		least = 1
	}
	df := map[uint64]spread{}
	for i, d := range docs {
		for _, o := range r.read(d.Text) {
			if int(often[o.hash%sketch]) < least {
				continue
			}
			if s := df[o.hash]; s.texts == 0 || int(s.last) != i {
				df[o.hash] = spread{s.texts + 1, int32(i)}
			}
		}
	}
	for h, s := range df {
		if int(s.texts) < least {
			delete(df, h)
		}
	}
	return df, ctx.Err()
}

// index numbers the features of the most texts.
func index(df map[uint64]spread, most int) *lexicon {
	list := make([]uint64, 0, len(df))
	for h := range df {
		list = append(list, h)
	}
	slices.SortFunc(list, func(a, b uint64) int { return cmp.Or(cmp.Compare(df[b].texts, df[a].texts), cmp.Compare(a, b)) })
	list = list[:min(len(list), most)]
	l := newLexicon(len(list))
	for _, h := range list {
		l.add(h)
	}
	return l
}

// count fills the bag with the known ones of a text's features.
func (r *reading) count(seen []occurrence, lex *lexicon) {
	r.bag.reset(len(seen))
	for i := range seen {
		if num, ok := lex.find(seen[i].hash); ok {
			r.bag.add(num)
			seen[i].num = num + 1
		}
	}
}
