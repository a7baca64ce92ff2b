package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

const sample = 64 << 10 // bytes by which encoding, line end and separator are told

// Text is a whole text in any usual encoding, as UTF-8 without a mark. ok is false if some of it can't be read.
func Text(raw []byte) (text string, ok bool) {
	in, err := decoded(bufio.NewReaderSize(bytes.NewReader(raw), sample))
	if err != nil {
		return "", false
	}
	all, err := io.ReadAll(in)
	if err != nil {
		return "", false
	}
	var d decoder
	text, ok = d.text(all, func() []byte { return all })
	return text, ok && !strings.ContainsRune(text, 0)
}

// decoded takes a mark away and makes UTF-8 of UTF-16; what else there is, its decoder tells when it comes to it.
func decoded(in *bufio.Reader) (*bufio.Reader, error) {
	head, err := in.Peek(sample)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	order, wide := utf16(head)
	switch {
	case wide:
		in = bufio.NewReaderSize(unicode.UTF16(order, unicode.UseBOM).NewDecoder().Reader(in), sample)
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, err = in.Discard(3)
		return in, err
	}
	return in, nil
}

// utf16 tells UTF-16 by its mark, or by the zeros that Latin signs have in it.
func utf16(head []byte) (unicode.Endianness, bool) {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return unicode.LittleEndian, true
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return unicode.BigEndian, true
	}
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	if zeros[0] > 0 && zeros[1] == 0 && zeros[0]*8 > len(head) {
		return unicode.BigEndian, true
	}
	return unicode.LittleEndian, zeros[1] > 0 && zeros[0] == 0 && zeros[1]*8 > len(head)
}

// decoder makes UTF-8 of bytes. It decides between UTF-8 and GB 18030 at the first bytes that aren't ASCII, however late they come.
type decoder struct{ decided, legacy bool }

// text decodes some bytes; around gives those and what follows them, to decide by. What neither encoding can read stays as it is, byte for byte.
func (d *decoder) text(raw []byte, around func() []byte) (string, bool) {
	if ascii(raw) {
		return string(raw), true
	}
	if !d.decided {
		d.decided, d.legacy = true, !mostlyUTF8(around())
	}
	whole := utf8.Valid(raw)
	if whole && !d.legacy {
		return string(raw), true
	}
	if text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(raw); err == nil && !bytes.ContainsRune(text, utf8.RuneError) {
		return string(text), true
	}
	return string(raw), whole
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// mostlyUTF8 tells UTF-8 with a few broken bytes from another encoding, in which whole signs come about by chance only.
func mostlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for len(b) > 0 {
		c, n := utf8.DecodeRune(b)
		switch {
		case c == utf8.RuneError && n == 1 && utf8.FullRune(b): // not merely cut off
			bad++
		case n > 1:
			good++
		}
		b = b[n:]
	}
	return bad == 0 || good >= 2*bad
}

// lines reads physical lines without their ends, in bounded memory.
type lines struct {
	in   *bufio.Reader
	end  byte
	long bool // the line read last was cut
}

// newLines tells the line end: only a text without \n ends its lines with \r.
func newLines(in *bufio.Reader) (*lines, error) {
	in, err := decoded(in)
	if err != nil {
		return nil, err
	}
	head, err := in.Peek(sample)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	l := &lines{in: in, end: '\n'}
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		l.end = '\r'
	}
	return l, nil
}

// next gives a line of its own memory; io.EOF comes after the last one.
func (l *lines) next() (line []byte, err error) {
	l.long = false
	for {
		part, err := l.in.ReadSlice(l.end)
		if l.long = l.long || len(line)+len(part) > maxRow; !l.long {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && (!errors.Is(err, io.EOF) || len(line) == 0 && !l.long):
			return nil, err
		}
		line = bytes.TrimSuffix(line, []byte{l.end})
		return bytes.TrimSuffix(line, []byte("\r")), nil
	}
}
