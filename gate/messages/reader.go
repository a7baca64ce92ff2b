package messages

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"mulin/internal/fault"
)

const (
	maxRecord = 4 << 20 // bytes of one row; what follows is read and dropped
	maxCells  = 1000
	sample    = 64 << 10 // bytes by which the encoding is told
)

// reader reads CSV row by row in bounded memory. It takes what spreadsheets write: a byte order mark, CRLF, line breaks in quotes, UTF-8 or GB 18030.
type reader struct {
	in     *bufio.Reader
	legacy bool // not UTF-8: what could not be decoded has become U+FFFD
	line   int
}

// record is one row as it stands; bad says why it can't be trusted.
type record struct {
	line  int
	cells []string
	bad   *fault.Fault
}

func newReader(in io.Reader) (*reader, error) {
	b := bufio.NewReaderSize(in, sample)
	head, err := b.Peek(sample)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	r := &reader{in: b, line: 1}
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, fault.New(fault.Invalid, "import.utf16")
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = b.Discard(3)
	case !mostlyUTF8(head):
		r.in, r.legacy = bufio.NewReaderSize(simplifiedchinese.GB18030.NewDecoder().Reader(b), sample), true
	}
	return r, nil
}

// mostlyUTF8 tells UTF-8 with a few broken bytes from another encoding.
func mostlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for len(b) > 0 {
		c, n := utf8.DecodeRune(b)
		switch {
		case c == utf8.RuneError && n == 1 && len(b) >= utf8.UTFMax: // not merely cut off
			bad++
		case n > 1:
			good++
		}
		b = b[n:]
	}
	return bad*20 <= good || bad < 3
}

// read gives the next row that is not empty, or io.EOF.
func (r *reader) read() (record, error) {
	p := parse{r: r}
	for {
		c, err := r.in.ReadByte()
		if err != nil {
			return p.end(err)
		}
		if c == '\r' && p.crlf() {
			c = '\n'
		}
		if c == '\n' {
			r.line++
			if p.rec.line == 0 && p.state == atStart {
				continue
			}
		}
		if p.rec.line == 0 {
			p.rec.line = r.line
		}
		if p.take(c) {
			return p.rec, nil
		}
	}
}

// The states of parse.
const (
	atStart = iota // of a cell
	plain
	quoted
	closed // behind the closing quote, or between two that stand for one
)

// parse is one row under way.
type parse struct {
	r     *reader
	rec   record
	cell  []byte
	size  int
	state int
}

// crlf tells whether a \r ends a line, and takes the \n.
func (p *parse) crlf() bool {
	next, err := p.r.in.Peek(1)
	if err != nil {
		return errors.Is(err, io.EOF)
	}
	if next[0] == '\n' {
		_, _ = p.r.in.Discard(1)
	}
	return next[0] == '\n'
}

// take takes one byte and tells whether the row ends with it.
func (p *parse) take(c byte) (end bool) {
	switch {
	case p.state == quoted && c == '"':
		p.state = closed
	case p.state == quoted:
		p.add(c)
	case c == ',':
		p.next()
	case c == '\n':
		p.next()
		return true
	case p.state == atStart && c == '"':
		p.state = quoted
	case p.state == closed && c == '"':
		p.add(c)
		p.state = quoted
	case p.state == closed:
		p.fail("import.quotes")
		p.add(c)
	default:
		p.add(c)
		p.state = plain
	}
	return false
}

func (p *parse) add(c byte) {
	if p.size++; p.size > maxRecord {
		p.fail("import.large")
		return
	}
	p.cell = append(p.cell, c)
}

func (p *parse) next() {
	p.state = atStart
	if len(p.rec.cells) >= maxCells {
		p.fail("import.large")
		return
	}
	p.rec.cells = append(p.rec.cells, string(p.cell))
	p.cell = p.cell[:0]
}

func (p *parse) fail(key string) {
	if p.rec.bad == nil {
		p.rec.bad = fault.New(fault.Invalid, key)
	}
}

// end finishes a last row without a line break.
func (p *parse) end(err error) (record, error) {
	if !errors.Is(err, io.EOF) || p.rec.line == 0 {
		return record{}, err
	}
	if p.state == quoted {
		p.fail("import.quotes")
	}
	p.next()
	return p.rec, nil
}
