package triage

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"mulin/internal/gram"
	"mulin/internal/linear"
	"mulin/town/body"
	"mulin/town/place"
)

// Where the lessons go: of ten buckets one tests and never teaches, one more finds the heat of likeness before it teaches too.
const (
	testBucket = 0
	fitBucket  = 1
	// fewTests is how many lessons a test needs to say anything, without those that nearly repeat what is taught; with fewer all of them teach.
	fewTests = 20
	// A first level that is learned by the linear classifier needs this many lessons in all, and of each class it tells apart.
	fewForTops = 100
	fewOfTop   = 5
	// fewSecret is how many secret cases it takes to learn what is secret.
	fewSecret = 20
)

// parts are the lessons by what they are for.
type parts struct{ teach, fit, test []Lesson }

func split(all []Lesson) (p parts) {
	for _, l := range all {
		switch l.bucket() {
		case testBucket:
			p.test = append(p.test, l)
		case fitBucket:
			p.fit = append(p.fit, l)
		default:
			p.teach = append(p.teach, l)
		}
	}
	unlike := p.unlike()
	if len(unlike) < fewTests {
		p.teach, p.test = append(p.teach, p.test...), nil
		return p
	}
	p.test = unlike
	return p
}

// unlike are the tests of which nothing that teaches is a near copy: who repeats what was taught tells nothing of how well it was learned.
func (p parts) unlike() []Lesson {
	copies := gram.NearCopies(texts(p.test), texts(slices.Concat(p.teach, p.fit)))
	var all []Lesson
	for i, l := range p.test {
		if len(copies[i]) == 0 {
			all = append(all, l)
		}
	}
	return all
}

func texts(lessons []Lesson) (all []string) {
	for _, l := range lessons {
		all = append(all, l.Text)
	}
	return all
}

// learn makes a model of lessons and of what the catalogue says.
func (r *Reader) learn(ctx context.Context, p parts) (*model, error) {
	taught := append(slices.Clone(p.teach), p.fit...)
	b := &model{Lessons: int64(len(taught))}
	var err error
	if b.Tops, err = r.learnTops(ctx, taught); err != nil {
		return nil, err
	}
	b.Class = r.learnClasses(p)
	kinds := func(l Lesson) string { return string(l.Kind) }
	b.Kind = learnLabels(p, kinds)
	b.Urgency = learnLabels(p, func(l Lesson) string { return l.Urgency })
	if slices.ContainsFunc(taught, func(l Lesson) bool { return l.Hidden }) && countHidden(taught) >= fewSecret {
		b.Hide = learnLabels(p, func(l Lesson) string { return strconv.FormatBool(l.Hidden) })
	}
	b.Leads = r.learnLeads(taught)
	b.ready()
	return b, ctx.Err()
}

func countHidden(all []Lesson) (n int) {
	for _, l := range all {
		if l.Hidden {
			n++
		}
	}
	return n
}

// top is the first level above a class, 0 if the class isn't known.
func (r *Reader) top(class int64) int64 {
	c, ok := r.catalog.Class(class)
	if !ok {
		return 0
	}
	return place.IDs(c.Path)[0]
}

// learnTops teaches the linear classifier the first level; nil while there is too little to learn from.
func (r *Reader) learnTops(ctx context.Context, lessons []Lesson) (*linear.Model, error) {
	n := map[int64]int{}
	for _, l := range lessons {
		n[r.top(l.Class)]++
	}
	delete(n, 0)
	var docs []linear.Doc
	labels := map[string]bool{}
	for _, l := range lessons {
		if top := r.top(l.Class); n[top] >= fewOfTop {
			labels[label(top)] = true
			docs = append(docs, linear.Doc{Text: l.Text, Label: label(top), Weight: l.weight()})
		}
	}
	if len(docs) < fewForTops || len(labels) < 2 {
		return nil, ctx.Err()
	}
	m, err := linear.Train(ctx, docs, linear.Options{})
	if err != nil {
		return nil, fmt.Errorf("learn the first level: %w", err)
	}
	return m, nil
}

// learnClasses learns every class of the catalogue, and those of lessons that are out of use.
func (r *Reader) learnClasses(p parts) *likeness {
	var labels []string
	for _, c := range r.catalog.Classes() {
		labels = append(labels, label(c.ID))
	}
	for _, l := range slices.Concat(p.teach, p.fit) {
		labels = append(labels, label(l.Class))
	}
	k := newLikeness(labels)
	teachings(r.catalog, func(text string, class int64) { k.add(text, label(class), ofCatalogue, false) })
	teach(k, p, func(l Lesson) string { return label(l.Class) })
	return k
}

// learnLabels learns another question by its answers; nil if there is nothing to tell apart.
func learnLabels(p parts, answer func(Lesson) string) *likeness {
	var labels []string
	for _, l := range slices.Concat(p.teach, p.fit) {
		labels = append(labels, answer(l))
	}
	k := newLikeness(labels)
	if len(k.Labels) < 2 {
		return nil
	}
	teach(k, p, answer)
	return k
}

// teach learns, finds the heat on what wasn't learned yet, and learns that as well.
func teach(k *likeness, p parts, answer func(Lesson) string) {
	for _, l := range p.teach {
		k.add(l.Text, answer(l), l.weight(), true)
	}
	k.settle()
	var right []string
	for _, l := range p.fit {
		right = append(right, answer(l))
	}
	k.fit(texts(p.fit), right)
	for _, l := range p.fit {
		k.add(l.Text, answer(l), l.weight(), true)
	}
	k.thin()
	k.settle()
	k.heard = nil
}

// ofPlace are the kinds of body of which each place has its own: what led here need not lead there.
var ofPlace = []body.Kind{body.Property, body.Committee, body.StreetOffice, body.PartyBranch}

// learnLeads counts who led the cases of each class and of those above it.
func (r *Reader) learnLeads(lessons []Lesson) []lead {
	n := map[lead]int64{}
	for _, l := range lessons {
		b, ok := r.bodies.Get(l.Lead)
		c, known := r.catalog.Class(l.Class)
		if !ok || !known {
			continue
		}
		one := lead{Kind: b.Kind}
		if !slices.Contains(ofPlace, b.Kind) {
			one.Body = b.ID
		}
		for _, class := range place.IDs(c.Path) {
			one.Class = class
			n[one]++
		}
	}
	var all []lead
	for l, count := range n {
		l.N = count
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b lead) int {
		switch {
		case a.Class != b.Class:
			return int(a.Class - b.Class)
		case a.N != b.N:
			return int(b.N - a.N)
		}
		return int(a.Body - b.Body)
	})
	return all
}

// fromCatalogue is the model of a city without lessons.
func (r *Reader) fromCatalogue() *model {
	b := &model{Class: r.learnClasses(parts{})}
	b.ready()
	return b
}

// Measured is how well a model answers lessons it has never seen.
type Measured struct {
	Tested                          int64
	MacroF1, Accuracy, Exact, Error float64
}

// measure asks a model about lessons.
func (r *Reader) measure(b *model, test []Lesson) (m Measured) {
	var tops, first linear.Report
	exact := 0
	for _, l := range test {
		if l.Class == 0 {
			continue
		}
		c := r.consider(b, l.Text)
		top, p := c.top()
		tops.Add(label(r.top(l.Class)), label(top), p)
		if leaf := c.leaf(); leaf >= 0 && c.n.id[leaf] == l.Class {
			exact++
		}
		if picks := c.pick(1, r.catalog.Settings().Sure(), false); len(picks) > 0 {
			right := "no"
			if slices.Contains(r.line(l.Class), picks[0].Class) {
				right = "yes"
			}
			first.Add(right, "yes", picks[0].P)
		}
		c.done()
	}
	if m.Tested = int64(tops.N()); m.Tested > 0 {
		m.MacroF1, m.Accuracy, m.Error = tops.MacroF1(), tops.Accuracy(), first.CalibrationError()
		m.Exact = float64(exact) / float64(m.Tested)
	}
	return m
}

// line is a class and all above it.
func (r *Reader) line(class int64) []int64 {
	c, _ := r.catalog.Class(class)
	return append(place.IDs(c.Path), class)
}
