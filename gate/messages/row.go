package messages

import (
	"errors"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/town/casework"
)

// needed are the columns without which a file can't be read; others are ignored, also the user: who wrote is not kept.
var needed = []string{"id", "title", "time", "detail", "reply", "reply_time"}

// maxID bounds the number a message has where it comes from.
const maxID = 100

// layouts are the ways in which times are written, those without a zone in the city's.
var layouts = []string{"2006-01-02 15:04:05", "2006-01-02 15:04", "2006/1/2 15:04:05", "2006/1/2 15:04", "2006-01-02", "2006/1/2", time.RFC3339}

// row is one message, or why it can't be taken.
type row struct {
	cells                  []string
	id, title, text, reply string
	at, replyAt            int64
	bad                    fault.List
}

// table is a file with its columns.
type table struct {
	in    *reader
	names []string
	at    map[string]int
	twice map[string]bool // names of more than one column
	zone  *time.Location
	now   int64
	seen  map[string]bool
}

// newTable reads the first line.
func newTable(in *reader, zone *time.Location, now int64) (*table, error) {
	head, err := in.read()
	if errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "import.empty")
	}
	if err != nil {
		return nil, err
	}
	t := &table{in: in, names: head.cells, at: map[string]int{}, twice: map[string]bool{}, zone: zone, now: now, seen: map[string]bool{}}
	for i, name := range head.cells {
		name = strings.ToLower(strings.TrimSpace(name))
		_, t.twice[name] = t.at[name]
		t.at[name] = i
	}
	return t, nil
}

// need tells what is wrong if the file has not each of the columns once.
func (t *table) need(columns []string) error {
	var missing []string
	for _, name := range columns {
		if t.twice[name] {
			return fault.New(fault.Invalid, "import.column.twice", name)
		}
		if _, ok := t.at[name]; !ok {
			missing = append(missing, name)
		}
	}
	if missing != nil {
		return fault.New(fault.Invalid, "import.columns", strings.Join(missing, ", "))
	}
	return nil
}

// readTable reads the first line of a file that must have the columns needed.
func readTable(in *reader, needed []string, zone *time.Location, now int64) (*table, error) {
	t, err := newTable(in, zone, now)
	if err != nil {
		return nil, err
	}
	return t, t.need(needed)
}

// tableOf opens a file that must have the columns needed.
func tableOf(in io.Reader, needed []string, zone *time.Location, now int64) (*table, error) {
	r, err := newReader(in)
	if err != nil {
		return nil, err
	}
	return readTable(r, needed, zone, now)
}

// through hands over every row that can be read, with its line, and counts those that can't or aren't taken.
func (t *table) through(take func(r *row, line int) bool) (unusable int, err error) {
	for {
		rec, err := t.in.read()
		if errors.Is(err, io.EOF) {
			return unusable, nil
		}
		if err != nil {
			return unusable, err
		}
		r := row{cells: rec.cells}
		if rec.bad != nil || len(rec.cells) != len(t.names) || !take(&r, rec.line) {
			unusable++
		}
	}
}

// next reads up to n rows, or until they hold size bytes; io.EOF comes with the last ones.
func (t *table) next(n, size int) (rows []row, err error) {
	for len(rows) < n && size > 0 {
		rec, err := t.in.read()
		if err != nil {
			return rows, err
		}
		for _, c := range rec.cells {
			size -= len(c)
		}
		rows = append(rows, t.row(rec))
	}
	return rows, nil
}

// row reads one message.
func (t *table) row(rec record) row {
	r := row{cells: rec.cells}
	if rec.bad != nil {
		r.bad = fault.List{rec.bad}
		return r
	}
	if len(rec.cells) != len(t.names) {
		r.bad = fault.List{fault.New(fault.Invalid, "import.cells", len(rec.cells), len(t.names))}
		return r
	}
	get := func(name string) string { return t.cell(&r, name) }
	r.id, r.title, r.text, r.reply = get("id"), get("title"), get("detail"), get("reply")
	r.bad.Check(r.id != "" && len(r.id) <= maxID && !strings.ContainsFunc(r.id, unicode.IsControl), "id", "import.id", maxID)
	r.bad.Check(!t.seen[r.id], "id", "import.twice", r.id)
	r.at = t.time(&r, "time", get("time"))
	if !shows(r.reply) {
		r.reply = ""
	}
	if r.reply != "" {
		r.replyAt = t.time(&r, "reply_time", get("reply_time"))
		r.bad.Check(r.replyAt >= r.at || r.replyAt == 0, "reply_time", "import.before")
		r.bad.Check(utf8.RuneCountInString(r.reply) <= casework.MaxNote, "reply", "case.note.long", casework.MaxNote)
	}
	if r.bad == nil {
		t.seen[r.id] = true
	}
	return r
}

// cell is what stands in a column, "" if the file has no such one.
func (t *table) cell(r *row, name string) string {
	i, ok := t.at[name]
	if !ok {
		return ""
	}
	s := r.cells[i]
	if !utf8.ValidString(s) || t.in.legacy && strings.ContainsRune(s, utf8.RuneError) {
		r.bad.Check(false, name, "import.encoding", name)
	}
	return strings.TrimSpace(strings.ReplaceAll(s, "\x00", ""))
}

// time reads a time that has passed; 0 if it is none.
func (t *table) time(r *row, column, s string) int64 {
	for _, layout := range layouts {
		at, err := time.ParseInLocation(layout, s, t.zone)
		if err != nil {
			continue
		}
		us := clock.Micros(at)
		r.bad.Check(us > 0 && us <= t.now, column, "import.when", column, s)
		return us
	}
	r.bad.Check(false, column, "import.time", column, cut(s, 40))
	return 0
}

// shows tells whether there is anything to read.
func shows(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
