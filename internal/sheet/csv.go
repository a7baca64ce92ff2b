package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"mulin/internal/fault"
)

// A cell over many lines is suspicious: mostly somebody's stray quote.
const (
	maxSpan = 500 // lines of one row
	doubt   = 8   // lines beyond which it is looked whether they are rows themselves
)

// Reader reads a text of rows one by one in bounded memory.
type Reader struct {
	in    *lines
	dec   decoder
	comma byte
	ahead []physical // read already: lines that a stray quote had swallowed
	line  int        // of the line given last
	width int        // cells of the newest row that is as it should be
}

type physical struct {
	text []byte
	long bool
}

// NewReader reads a text in any usual encoding; the separator is told from its first lines, or by a line like "sep=;".
func NewReader(in io.Reader) (*Reader, error) {
	l, err := newLines(bufio.NewReaderSize(in, sample))
	if err != nil {
		return nil, err
	}
	r := &Reader{in: l}
	head, err := l.in.Peek(sample)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if r.comma = separator(head, l.end); len(head) > 5 && bytes.EqualFold(head[:4], []byte("sep=")) {
		r.comma = head[4]
		if _, err := r.next(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Comma is the separator.
func (r *Reader) Comma() byte { return r.comma }

// separator is the sign that cuts most of the first lines into equally many cells, more than one.
func separator(head []byte, end byte) byte {
	all := bytes.Split(head, []byte{end})
	if len(all) > 1 {
		all = all[:min(len(all)-1, 30)]
	}
	best, score, width := byte(','), 0, 0
	for _, c := range []byte(",\t;|") {
		counts := map[int]int{}
		for _, line := range all {
			if n := cells(line, c); n > 1 {
				counts[n]++
			}
		}
		for n, times := range counts {
			if times > score || times == score && n > width {
				best, score, width = c, times, n
			}
		}
	}
	return best
}

// cells counts the cells of a line, if it is a row by itself.
func cells(line []byte, comma byte) int {
	n, quoted := 1, false
	for _, c := range line {
		switch {
		case c == '"':
			quoted = !quoted
		case c == comma && !quoted:
			n++
		}
	}
	return n
}

// next gives the next physical line.
func (r *Reader) next() (physical, error) {
	if len(r.ahead) > 0 {
		p := r.ahead[0]
		r.ahead = r.ahead[1:]
		r.line++
		return p, nil
	}
	text, err := r.in.next()
	if err != nil {
		return physical{}, err
	}
	r.line++
	return physical{text, r.in.long}, nil
}

// Read gives the next row, blank ones too, or io.EOF. The lines of all rows together are those of the text.
func (r *Reader) Read() (Row, error) {
	p, err := r.next()
	if err != nil {
		return Row{}, err
	}
	row := Row{Line: r.line, Lines: 1}
	c := cutter{comma: r.comma}
	c.line(p.text)
	taken := []physical{p}
	size := len(p.text)
	for c.state == quoted && !p.long {
		if p, err = r.next(); err != nil && !errors.Is(err, io.EOF) {
			return Row{}, err
		}
		if err != nil {
			return r.resume(row, taken, &c), nil
		}
		taken = append(taken, p)
		size += len(p.text)
		c.cell = append(c.cell, '\n')
		c.line(p.text)
		if c.state == quoted && (p.long || size > maxRow || len(taken) > maxSpan) {
			return r.resume(row, taken, &c), nil
		}
	}
	if len(taken) > 1 && r.suspicious(taken, &c) {
		return r.resume(row, taken, &c), nil
	}
	row.Lines = len(taken)
	r.finish(&row, &c, taken)
	return row, nil
}

// suspicious tells that several lines, though they end well, can hardly be one row.
func (r *Reader) suspicious(taken []physical, c *cutter) bool {
	return c.torn || r.width > 2 && len(c.cells) != r.width || len(taken) > doubt && r.rows(taken[1:len(taken)-1])
}

// rows tells whether most of some lines look like rows of their own.
func (r *Reader) rows(taken []physical) bool {
	if r.width < 3 || len(taken) == 0 {
		return false
	}
	n := 0
	for _, p := range taken {
		if cells(p.text, r.comma) == r.width {
			n++
		}
	}
	return 2*n > len(taken)
}

// resume refuses the line with the stray quote alone and goes on with the next.
func (r *Reader) resume(row Row, taken []physical, c *cutter) Row {
	r.ahead = append(taken[1:len(taken):len(taken)], r.ahead...)
	r.line = row.Line
	*c = cutter{comma: r.comma}
	c.line(taken[0].text)
	if c.state == quoted {
		c.next()
	}
	c.torn = true
	r.finish(&row, c, taken[:1])
	return row
}

// finish decodes the cells and says what is wrong with the row.
func (r *Reader) finish(row *Row, c *cutter, taken []physical) {
	row.Cells = make([]string, len(c.cells))
	whole := true
	for i, cell := range c.cells {
		text, ok := r.dec.text(cell, func() []byte { return r.around(taken) })
		row.Cells[i] = bare(text)
		whole = whole && ok
	}
	switch {
	case taken[0].long || len(c.cells) >= maxCells:
		row.Bad = fault.New(fault.Invalid, "sheet.large", row.Line)
	case c.torn:
		row.Bad = fault.New(fault.Invalid, "sheet.quote", row.Line)
	case !whole:
		row.Bad = fault.New(fault.Invalid, "sheet.encoding", row.Line)
	case len(taken) == 1 && len(c.cells) > 1:
		r.width = len(c.cells)
	}
}

// around are bytes to decide the encoding by: the row and what has been read ahead.
func (r *Reader) around(taken []physical) (all []byte) {
	for _, p := range append(taken[:len(taken):len(taken)], r.ahead...) {
		all = append(append(all, p.text...), '\n')
	}
	more, _ := r.in.in.Peek(r.in.in.Buffered())
	return append(all, more...)
}

// The states of a cutter.
const (
	atStart = iota // of a cell
	plain
	quoted
	closed // behind the closing quote, or between two that stand for one
)

// cutter cuts lines into cells.
type cutter struct {
	comma byte
	cells [][]byte
	cell  []byte
	state int
	torn  bool // something stands behind a closing quote
}

// line takes one line; afterwards the row is complete unless a quoted cell goes on.
func (c *cutter) line(text []byte) {
	for _, b := range text {
		c.take(b)
	}
	if c.state != quoted {
		c.next()
	}
}

func (c *cutter) take(b byte) {
	switch {
	case c.state == quoted && b == '"':
		c.state = closed
	case c.state == quoted:
		c.cell = append(c.cell, b)
	case b == c.comma:
		c.next()
	case c.state == atStart && b == '"':
		c.state = quoted
	case c.state == closed && b == '"':
		c.cell = append(c.cell, b)
		c.state = quoted
	case c.state == closed:
		c.torn = true
		c.cell = append(c.cell, b)
	default:
		c.cell = append(c.cell, b)
		c.state = plain
	}
}

func (c *cutter) next() {
	c.state = atStart
	if len(c.cells) < maxCells {
		c.cells = append(c.cells, c.cell)
	}
	c.cell = nil
}
