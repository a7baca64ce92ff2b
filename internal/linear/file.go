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

// magic begins a stored model; its last byte is the version.
const magic = "mulin-linear\x01"

const (
	maxStored = 256 << 20 // bytes of a stored model
	maxMemory = 512 << 20 // bytes of a model in memory
)

// ErrDamaged is returned by Read for what is no model, or no longer one.
var ErrDamaged = errors.New("this is not a model of this version, or it is damaged")

// WriteTo stores the model.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	b := []byte(magic)
	b = binary.AppendUvarint(b, uint64(len(m.labels)))
	for _, l := range m.labels {
		b = binary.AppendUvarint(b, uint64(len(l)))
		b = append(b, l...)
	}
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(m.scale))
	for c := range m.labels {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(m.prior[c]))
		b = appendFloat(b, m.bias[c])
	}
	width, last := len(m.labels)+1, 0
	for f := range size {
		if row := m.rows[f*width : (f+1)*width]; row[0] != 0 {
			b = binary.AppendUvarint(b, uint64(f-last+1))
			for _, v := range row {
				b = appendFloat(b, v)
			}
			last = f
		}
	}
	b = binary.AppendUvarint(b, 0)
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	n, err := w.Write(b)
	return int64(n), err
}

func appendFloat(b []byte, v float32) []byte {
	return binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
}

// Read brings back a stored model.
func Read(r io.Reader) (*Model, error) {
	all, err := io.ReadAll(io.LimitReader(r, maxStored+1))
	if err != nil {
		return nil, fmt.Errorf("read a model: %w", err)
	}
	end := len(all) - 4
	if end < len(magic) || end > maxStored || !bytes.HasPrefix(all, []byte(magic)) || binary.LittleEndian.Uint32(all[end:]) != crc32.ChecksumIEEE(all[:end]) {
		return nil, ErrDamaged
	}
	return (&source{all[len(magic):end], nil}).model()
}

// source is what is left to be read; after err everything read is zero.
type source struct {
	b   []byte
	err error
}

func (s *source) take(n int) []byte {
	if n < 0 || n > len(s.b) {
		s.err = ErrDamaged
	}
	if s.err != nil {
		return make([]byte, 8)
	}
	b := s.b[:n]
	s.b = s.b[n:]
	return b
}

func (s *source) number(most int) int {
	v, n := binary.Uvarint(s.b)
	if n <= 0 || v > uint64(most) {
		s.err = ErrDamaged
		return 0
	}
	s.b = s.b[n:]
	return int(v)
}

func (s *source) float64() float64 {
	return s.finite(math.Float64frombits(binary.LittleEndian.Uint64(s.take(8))))
}

func (s *source) float32() float32 {
	return float32(s.finite(float64(math.Float32frombits(binary.LittleEndian.Uint32(s.take(4))))))
}

func (s *source) finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		s.err = ErrDamaged
		return 0
	}
	return v
}

func (s *source) model() (*Model, error) {
	m := &Model{}
	for n := s.number(maxMemory / (4 * size)); len(m.labels) < n && s.err == nil; {
		m.labels = append(m.labels, string(s.take(s.number(len(s.b)))))
	}
	m.scale = s.float64()
	for range m.labels {
		m.prior = append(m.prior, s.float64())
		m.bias = append(m.bias, s.float32())
	}
	if len(m.labels) < 2 || s.err != nil {
		return nil, ErrDamaged
	}
	width := len(m.labels) + 1
	m.rows = make([]float32, size*width)
	for f := 0; s.err == nil; {
		step := s.number(size)
		if step == 0 {
			break
		}
		if f += step - 1; f >= size {
			return nil, ErrDamaged
		}
		for i := range width {
			m.rows[f*width+i] = s.float32()
		}
	}
	if s.err != nil || len(s.b) > 0 {
		return nil, ErrDamaged
	}
	return m, nil
}
