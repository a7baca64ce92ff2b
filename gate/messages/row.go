package messages

import (
	"errors"
	"io"
	"strings"
	"time"
	"unicode"

	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/sheet"
	"mulin/town/casework"
)

// needed are the columns without which a file can't be read; others are ignored, also the user: who wrote is not kept.
var needed = []string{"id", "title", "time", "detail", "reply", "reply_time"}

// maxID bounds the number a message has where it comes from.
const maxID = 100

// row is one message, or why it can't be taken.
type row struct {
	cells                  []string
	id, title, text, reply string
	at, replyAt            int64
	bad                    fault.List
}

// table is a file with its columns.
type table struct {
	in    *sheet.Reader
	order sheet.Order // of the days that have their year last, by the first rows
	told  bool
	names []string
	at    map[string]int
	twice map[string]bool // names of more than one column
	zone  *time.Location
	now   int64
	seen  map[string]bool
}

// newTable reads the first line.
func newTable(in *sheet.Reader, zone *time.Location, now int64) (*table, error) {
	head, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "import.empty")
	}
	if err != nil {
		return nil, err
	}
	t := &table{in: in, names: head.Cells, at: map[string]int{}, twice: map[string]bool{}, zone: zone, now: now, seen: map[string]bool{}}
	for i, name := range head.Cells {
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
func readTable(in *sheet.Reader, needed []string, zone *time.Location, now int64) (*table, error) {
	t, err := newTable(in, zone, now)
	if err != nil {
		return nil, err
	}
	return t, t.need(needed)
}

// tableOf opens a file that must have the columns needed.
func tableOf(in io.Reader, needed []string, zone *time.Location, now int64) (*table, error) {
	r, err := sheet.NewReader(in)
	if err != nil {
		return nil, err
	}
	return readTable(r, needed, zone, now)
}

// read gives the next row in which anything stands.
func (t *table) read() (rec sheet.Row, err error) {
	for {
		if rec, err = t.in.Read(); err != nil || rec.Bad != nil || !rec.Blank() {
			return rec, err
		}
	}
}

// through hands over every row that can be read, with its line, and counts those that can't or aren't taken.
func (t *table) through(take func(r *row, line int) bool) (unusable int, err error) {
	for {
		rec, err := t.read()
		if errors.Is(err, io.EOF) {
			return unusable, nil
		}
		if err != nil {
			return unusable, err
		}
		r := row{cells: rec.Cells}
		if rec.Bad != nil || len(rec.Cells) != len(t.names) || !take(&r, rec.Line) {
			unusable++
		}
	}
}

// next reads up to n rows, or until they hold size bytes; io.EOF comes with the last ones.
func (t *table) next(n, size int) (rows []row, err error) {
	var all []sheet.Row
	for len(all) < n && size > 0 && err == nil {
		var rec sheet.Row
		if rec, err = t.read(); err == nil {
			all = append(all, rec)
		}
		for _, c := range rec.Cells {
			size -= len(c)
		}
	}
	t.judge(all)
	for _, rec := range all {
		rows = append(rows, t.row(rec))
	}
	return rows, err
}

// judge tells by the first rows what the days mean that have their year last.
func (t *table) judge(rows []sheet.Row) {
	if t.told {
		return
	}
	t.told = true
	t.order = sheet.Judge(func(yield func(string) bool) {
		for _, rec := range rows {
			for _, name := range []string{"time", "reply_time"} {
				if i, ok := t.at[name]; ok && i < len(rec.Cells) && !yield(rec.Cells[i]) {
					return
				}
			}
		}
	})
}

// row reads one message.
func (t *table) row(rec sheet.Row) row {
	r := row{cells: rec.Cells}
	if rec.Bad != nil {
		r.bad = fault.List{rec.Bad}
		return r
	}
	if len(rec.Cells) != len(t.names) {
		r.bad = fault.List{fault.New(fault.Invalid, "import.cells", len(rec.Cells), len(t.names))}
		return r
	}
	get := func(name string) string { return t.cell(&r, name) }
	r.id, r.title, r.text, r.reply = get("id"), get("title"), get("detail"), get("reply")
	r.bad.Check(r.id != "" && len(r.id) <= maxID && !strings.ContainsFunc(r.id, unicode.IsControl), "id", "import.id", maxID)
	r.bad.Check(!sheet.Rounded(r.id), "id", "import.rounded", r.id)
	r.bad.Check(!t.seen[r.id], "id", "import.twice", r.id)
	r.at = t.time(&r, "time", get("time"))
	if !shows(r.reply) {
		r.reply = ""
	}
	if r.reply != "" {
		if r.replyAt = r.at; get("reply_time") != "" { // when it was answered may not be known
			r.replyAt = t.time(&r, "reply_time", get("reply_time"))
		}
		r.bad.Check(r.replyAt >= r.at || r.replyAt == 0, "reply_time", "import.before")
		r.bad.Within(r.reply, casework.MaxNote, "reply", "case.note.long")
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
	return strings.TrimSpace(strings.ReplaceAll(r.cells[i], "\x00", ""))
}

// time reads a time that has passed; 0 if it is none.
func (t *table) time(r *row, column, s string) int64 {
	if at, ok := t.order.Time(s, t.zone); ok {
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
