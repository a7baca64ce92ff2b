package triage

import (
	"bytes"
	"compress/gzip"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync/atomic"

	"mulin/internal/linear"
	"mulin/town/body"
)

// model is what was learned: the first level by a linear classifier, all below it and the other questions by likeness to what was seen.
type model struct {
	Version   int64 // 0: made from the catalogue alone
	Tops      *linear.Model
	Class     *likeness
	Kind      *likeness
	Urgency   *likeness
	Hide      *likeness
	Leads     []lead
	Lessons   int64
	byClass   map[int64][]lead
	index     *index
	classTree atomic.Pointer[classTree]
}

// lead is who led the cases of a class: a kind of body where each place has its own, else the very body.
type lead struct {
	Class int64
	Kind  body.Kind
	Body  int64
	N     int64
}

// packed is a model on its way into the database. Its bytes know the fields by their names, so these stay: Rush holds the urgency.
type packed struct {
	Lessons                 int64
	Class, Kind, Rush, Hide *likeness
	Leads                   []lead
	Tops                    []byte
}

const mark = "mulin triage 2\n"

var errDamaged = errors.New("the model's bytes are damaged")

// pack writes the model, compressed and with a checksum.
func (b *model) pack() ([]byte, error) {
	p := packed{Lessons: b.Lessons, Class: b.Class, Kind: b.Kind, Rush: b.Urgency, Hide: b.Hide, Leads: b.Leads}
	if b.Tops != nil {
		var tops bytes.Buffer
		if _, err := b.Tops.WriteTo(&tops); err != nil {
			return nil, fmt.Errorf("write the first level: %w", err)
		}
		p.Tops = tops.Bytes()
	}
	var out bytes.Buffer
	out.WriteString(mark)
	z, _ := gzip.NewWriterLevel(&out, gzip.BestSpeed) // the level is a good one
	if err := gob.NewEncoder(z).Encode(p); err != nil {
		return nil, fmt.Errorf("write the model: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// unpack reads what pack wrote; anything else is errDamaged.
func unpack(raw []byte, version int64) (b *model, err error) {
	defer func() {
		if p := recover(); p != nil {
			b, err = nil, fmt.Errorf("%w: %v", errDamaged, p)
		}
	}()
	rest, ok := bytes.CutPrefix(raw, []byte(mark))
	if !ok {
		return nil, errDamaged
	}
	z, err := gzip.NewReader(bytes.NewReader(rest))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	all, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	var p packed
	if err := gob.NewDecoder(bytes.NewReader(all)).Decode(&p); err != nil || p.Class == nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, errors.Join(err))
	}
	b = &model{Version: version, Class: p.Class, Kind: p.Kind, Urgency: p.Rush, Hide: p.Hide, Leads: p.Leads, Lessons: p.Lessons}
	if len(p.Tops) > 0 {
		if b.Tops, err = linear.Read(bytes.NewReader(p.Tops)); err != nil {
			return nil, fmt.Errorf("%w: %w", errDamaged, err)
		}
	}
	if !b.whole() {
		return nil, errDamaged
	}
	b.ready()
	for _, l := range b.all() {
		l.lean()
	}
	return b, nil
}

func (b *model) whole() bool {
	return !slices.ContainsFunc(b.all(), func(l *likeness) bool { return !l.whole() })
}

// all are the questions that were learned by likeness.
func (b *model) all() []*likeness {
	return slices.DeleteFunc([]*likeness{b.Class, b.Kind, b.Urgency, b.Hide}, func(l *likeness) bool { return l == nil })
}

// ready computes what is not kept.
func (b *model) ready() {
	for _, l := range b.all() {
		l.ready()
	}
	b.index = newIndex(b.Class, b.Kind, b.Urgency, b.Hide)
	b.byClass = map[int64][]lead{}
	for _, l := range b.Leads {
		b.byClass[l.Class] = append(b.byClass[l.Class], l)
	}
}
