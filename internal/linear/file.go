package linear

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// magic begins a stored model; its last byte is the version of the format and of the features.
const magic = "mulin-linear\x01"

// maxStored bounds a stored model, in bytes.
const maxStored = 256 << 20

// ErrDamaged is returned by Read for what is no model, none of this version, or no longer whole.
var ErrDamaged = errors.New("this is not a model of this version, or it is damaged")

// WriteTo stores the model: what begins it, the classes, the chances, the features in the order of their places, and a checksum.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	b := []byte(magic)
	b = binary.AppendUvarint(b, uint64(len(m.labels)))
	for _, l := range m.labels {
		b = binary.AppendUvarint(b, uint64(len(l)))
		b = append(b, l...)
	}
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(m.chance.scale))
	for c := range m.labels {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(m.chance.prior[c]))
		b = appendFloat(b, m.bias[c])
	}
	b = m.appendFeatures(b)
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	n, err := w.Write(b)
	return int64(n), err
}

func (m *Model) appendFeatures(b []byte) []byte {
	k, last := len(m.labels), -1
	b = binary.AppendUvarint(b, uint64(m.lex.n))
	b = binary.AppendUvarint(b, uint64(len(m.lex.slots)))
	for at, s := range m.lex.slots {
		if s.key == 0 {
			continue
		}
		f := int(s.num)
		b = binary.AppendUvarint(b, uint64(at-last))
		b = binary.LittleEndian.AppendUint32(b, s.key)
		b = appendFloat(appendFloat(b, m.signs[f].weight), m.signs[f].step)
		for _, w := range m.w[f*k : (f+1)*k] {
			b = append(b, byte(w))
		}
		last = at
	}
	return b
}

func appendFloat(b []byte, v float32) []byte {
	return binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
}

// Read brings back a stored model. What is damaged or foreign gives ErrDamaged, and takes no more memory than a few times its length.
func Read(r io.Reader) (*Model, error) {
	all, err := io.ReadAll(io.LimitReader(r, maxStored+1))
	if err != nil {
		return nil, fmt.Errorf("read a model: %w", err)
	}
	end := len(all) - 4
	if end < len(magic) || end > maxStored || !bytes.HasPrefix(all, []byte(magic)) || binary.LittleEndian.Uint32(all[end:]) != crc32.ChecksumIEEE(all[:end]) {
		return nil, ErrDamaged
	}
	s := source{b: all[len(magic):end]}
	m := s.model()
	if s.bad || len(s.b) > 0 {
		return nil, ErrDamaged
	}
	return m, nil
}

// source is what is left to be read; once it is bad, all that is read is zero.
type source struct {
	b   []byte
	bad bool
}

var zeros [8]byte

func (s *source) take(n int) []byte {
	if s.bad = s.bad || n > len(s.b); s.bad {
		return zeros[:min(n, len(zeros))]
	}
	b := s.b[:n]
	s.b = s.b[n:]
	return b
}

// number reads a whole number of at most so much.
func (s *source) number(most int) int {
	v, n := binary.Uvarint(s.b)
	if s.bad = s.bad || n <= 0 || v > uint64(most); s.bad {
		return 0
	}
	s.b = s.b[n:]
	return int(v)
}

func (s *source) float64() float64 {
	v := math.Float64frombits(binary.LittleEndian.Uint64(s.take(8)))
	s.bad = s.bad || math.IsNaN(v) || math.IsInf(v, 0)
	return v
}

func (s *source) float32() float32 {
	v := math.Float32frombits(binary.LittleEndian.Uint32(s.take(4)))
	s.bad = s.bad || v != v || math.IsInf(float64(v), 0)
	return v
}

func (s *source) model() *Model {
	m := &Model{}
	n := s.number(MaxLabels)
	for range n {
		m.labels = append(m.labels, string(s.take(s.number(len(s.b)))))
	}
	m.chance.scale = s.float64()
	for range n {
		m.chance.prior = append(m.chance.prior, s.float64())
		m.bias = append(m.bias, s.float32())
	}
	s.bad = s.bad || n < 2
	s.features(m)
	return m
}

func (s *source) features(m *Model) {
	k := len(m.labels)
	n := s.number(len(s.b) / (signBytes + k)) // a feature takes more than that in the file as well
	size := s.number(16 + 8*n)
	if s.bad = s.bad || size < 16 || size&(size-1) != 0 || size < 2*n; s.bad { // a lexicon without free places would be searched for ever
		return
	}
	m.lex = &lexicon{slots: make([]slot, size), n: n}
	m.signs, m.w = make([]sign, n), make([]int8, n*k)
	for f, at := 0, -1; f < n && !s.bad; f++ {
		at += s.number(size)
		key := binary.LittleEndian.Uint32(s.take(4))
		if s.bad = s.bad || at < 0 || at >= size || key == 0 || m.lex.slots[at].key != 0; s.bad {
			return
		}
		m.lex.slots[at] = slot{key, uint32(f)}
		m.signs[f] = sign{s.float32(), s.float32()}
		for c, w := range s.take(k)[:] {
			m.w[f*k+c] = int8(w)
		}
	}
}
