package kit

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"mulin/gate/web/to"
	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/register"
	"mulin/internal/sheet"
)

// reading reads the rows of a file that somebody brings in.
type reading struct {
	*Pages
	id    int64
	file  string // its name
	who   access.Actor
	words []*i18n.Words // all, the person's own first
	spell speller
	found map[string]pickedOnce
	book  *sheet.Book
	load  *load
	cols  map[*matched][]*register.Field
	seen  map[int64]bool // things that a row has named
	left  int            // rows that are none: totals
}

// drawn is a row of the file that may become a thing.
type drawn struct {
	at    int // among all of the file
	sheet *matched
	row   sheet.Row
	x     any   // what it would be; nil where nothing is changed
	err   error // what is wrong with it
}

// columnsOf are the columns of a sheet, nil for those that nothing is taken from.
func (r *reading) columnsOf(m *matched) []*register.Field {
	if r.cols[m] == nil {
		all := make([]*register.Field, len(m.Cols))
		for i, name := range m.Cols {
			all[i] = r.column(name)
		}
		r.cols[m] = all
	}
	return r.cols[m]
}

// totals are how rows begin that add the others up.
var totals = []string{"合计", "总计", "小计", "total", "sum"}

// each gives every row below the headers.
func (r *reading) each(f func(drawn) error) error {
	n := 0
	r.left, r.seen, r.cols = 0, map[int64]bool{}, map[*matched][]*register.Field{}
	for i := range r.load.Sheets {
		m := &r.load.Sheets[i]
		if !m.Use {
			continue
		}
		for row, err := range r.book.Rows(m.Name) {
			if err != nil {
				return err
			}
			if row.Line <= m.Head {
				continue
			}
			if slices.Contains(totals, strings.ToLower(first(row.Cells))) {
				r.left++
				continue
			}
			if err := f(drawn{at: n, sheet: m, row: row}); err != nil {
				return err
			}
			n++
		}
	}
	return nil
}

func first(cells []string) string {
	for _, c := range cells {
		if c = strings.TrimSpace(c); c != "" {
			return c
		}
	}
	return ""
}

// pieces gives the rows many at a time.
func (r *reading) pieces(size int, f func([]drawn) error) error {
	var all []drawn
	err := r.each(func(l drawn) error {
		if all = append(all, l); len(all) < size {
			return nil
		}
		piece := all
		all = nil
		return f(piece)
	})
	if err == nil && len(all) > 0 {
		err = f(all)
	}
	return err
}

// errEnough ends a look at the first rows.
var errEnough = errors.New("enough seen")

// order judges the days of whole columns, unless the first thousand rows need no judging.
func (r *reading) order() error {
	unclear := map[*matched][][]string{}
	err := r.each(func(l drawn) error {
		for i, f := range r.columnsOf(l.sheet) {
			if f == nil || f.Sort != register.SortDay || i >= len(l.row.Cells) || l.row.Cells[i] == "" {
				continue
			}
			if _, ok := sheet.Unknown.Day(l.row.Cells[i]); !ok {
				if unclear[l.sheet] == nil {
					unclear[l.sheet] = make([][]string, len(l.sheet.Cols))
				}
				unclear[l.sheet][i] = append(unclear[l.sheet][i], l.row.Cells[i])
			}
		}
		if l.at > 1000 && len(unclear) == 0 {
			return errEnough
		}
		return nil
	})
	for m, cells := range unclear {
		m.Orders = make([]sheet.Order, len(cells))
		for i := range cells {
			m.Orders[i] = sheet.Judge(slices.Values(cells[i]))
		}
	}
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// draw makes things of rows. What a row says of a thing that it names is compared with what is there; a column that is absent, or says what our own sheet
// would, leaves its field as it is, also where the person sees it masked.
func (r *reading) draw(ctx context.Context, lines []drawn) error {
	var ids []int64
	for _, l := range lines {
		if id := to.Number(l.text(&numberCol)); id > 0 {
			ids = append(ids, id)
		}
	}
	known := map[int64]any{}
	if len(ids) > 0 {
		var err error
		if known, err = r.Several(ctx, r.who, ids); err != nil {
			return err
		}
	}
	for i := range lines {
		if l := &lines[i]; l.row.Bad != nil {
			l.err = l.row.Bad
		} else {
			l.x, l.err = r.thing(l, known)
		}
	}
	return nil
}

// text is the cell of a column, "" if the sheet lacks it.
func (l *drawn) text(f *register.Field) string {
	if i := slices.Index(l.sheet.Cols, f.Name); i >= 0 && i < len(l.row.Cells) {
		return strings.TrimSpace(l.row.Cells[i])
	}
	return ""
}

func (r *reading) thing(l *drawn, known map[int64]any) (x any, err error) {
	old, err := r.meant(l, known)
	if err != nil {
		return nil, err
	}
	if x = old; x == nil {
		x = r.New()
	}
	cells, err := r.cells(l)
	if err != nil {
		return nil, err
	}
	var bad fault.List
	touched := old == nil
	for _, c := range cells {
		text := r.plain(c.f, c.order, c.text)
		if old != nil && r.says(c.f, old, text) {
			continue
		}
		touched = true
		values, wrong := r.values(c.f, text)
		if wrong == nil {
			wrong = r.set(c.f, x, values)
		}
		if wrong != nil {
			bad = append(bad, wrong)
		}
	}
	switch h := register.HeadOf(x); {
	case len(bad) > 0:
		return nil, bad
	case !touched:
		return nil, nil
	case r.Placed && h.Place == 0:
		return nil, fault.Field("place", "register.needed", i18n.Key("kit.place"))
	}
	return x, nil
}

// cell is what a row says of a field.
type cell struct {
	f     *register.Field
	order sheet.Order
	text  string
}

// cells are what a row says of a thing's fields.
func (r *reading) cells(l *drawn) (all []cell, err error) {
	var line []string // of a tree, from the top
	for i, f := range r.columnsOf(l.sheet) {
		if f == nil || f == &numberCol || f == &versionCol {
			continue
		}
		c := cell{f: f, order: l.sheet.order(i)}
		if i < len(l.row.Cells) {
			c.text = strings.TrimSpace(l.row.Cells[i])
		}
		if r.level(f) {
			line = append(line, c.text)
		} else {
			all = append(all, c)
		}
	}
	if line == nil {
		return all, nil
	}
	for len(line) > 0 && line[len(line)-1] == "" {
		line = line[:len(line)-1]
	}
	if len(line) == 0 || slices.Contains(line, "") {
		return nil, fault.New(fault.Invalid, "kit.import.gap")
	}
	name, _ := r.Field(r.Title)
	above, _ := r.Field("parent")
	last := len(line) - 1
	return append(all, cell{f: name, text: line[last]}, cell{f: above, text: register.FullName(line[:last]...)}), nil
}

// meant is the thing that a row names by its number, nil for a new one.
func (r *reading) meant(l *drawn, known map[int64]any) (any, error) {
	text := l.text(&numberCol)
	if text == "" {
		return nil, nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	switch x := known[id]; {
	case sheet.Rounded(text):
		return nil, fault.New(fault.Invalid, "kit.rounded", text)
	case err != nil:
		return nil, fault.New(fault.Invalid, "kit.import.id", text)
	case r.seen[id]:
		return nil, fault.New(fault.Invalid, "kit.import.twice", text)
	case x == nil:
		return nil, register.ErrMissing
	default:
		version, ok := decimal(l.text(&versionCol))
		if !ok {
			return nil, fault.New(fault.Invalid, "kit.import.version")
		}
		register.HeadOf(x).Version = to.Number(version)
		r.seen[id] = true
		return x, nil
	}
}

func (m *matched) order(i int) sheet.Order {
	if i < len(m.Orders) {
		return m.Orders[i]
	}
	return sheet.Unknown
}

// plain is a cell as our own sheets would have it, where spreadsheets write the same in other ways.
func (r *reading) plain(f *register.Field, order sheet.Order, text string) string {
	switch f.Sort {
	case register.SortDay:
		if day, ok := order.Day(text); ok {
			return day
		}
	case register.SortNumber:
		text, _ = decimal(strings.TrimSpace(strings.TrimSuffix(width.Fold.String(text), f.Unit)))
	}
	return text
}

// says tells whether a cell says what our own sheet says of the thing, in any language.
func (r *reading) says(f *register.Field, x any, text string) bool {
	for _, w := range r.words {
		if r.spell.cell(w, f, x) == text {
			return true
		}
	}
	return false
}

// values are the parts of a cell that people write in words.
func (r *reading) values(f *register.Field, text string) ([]string, *fault.Fault) {
	switch {
	case text == "":
		return []string{""}, nil
	case (f.Sort == register.SortLine || f.Sort == register.SortText) && sheet.Rounded(text):
		return nil, fault.Field(f.Name, "kit.rounded", text)
	case f.Ref != "":
		return r.refs(f, text)
	case r.Spell[f.Name].Read != nil:
		spelt, bad := r.Spell[f.Name].Read(text)
		return []string{spelt}, bad
	}
	for _, w := range r.words {
		switch f.Sort {
		case register.SortChoice:
			for _, code := range f.Choices {
				if strings.EqualFold(r.choice(w, f, code), text) {
					return []string{code}, nil
				}
			}
		case register.SortFlag:
			switch strings.ToLower(text) {
			case strings.ToLower(w.T("common.yes")), "true", "y", "√", "✓":
				return []string{"1"}, nil
			case strings.ToLower(w.T("common.no")), "false", "n", "×":
				return []string{""}, nil
			}
		case register.SortLimit:
			if n, u := span(w, text); n != "" {
				return []string{n, string(u)}, nil
			}
		}
	}
	if lat, lng, ok := strings.Cut(text, ","); ok && f.Sort == register.SortSpot {
		return []string{strings.TrimSpace(lat), strings.TrimSpace(lng)}, nil
	}
	return []string{text}, nil
}

// spans are units of time as people write them besides what pages call them.
var spans = map[string]clock.Unit{"天": clock.Day, "日": clock.Day, "day": clock.Day, "days": clock.Day, "时": clock.Hour, "钟头": clock.Hour, "h": clock.Hour, "工作天": clock.WorkDay}

// span reads a span of time: "72小时", "3个工作日", "1 天"; n is "" if it is none.
func span(w *i18n.Words, text string) (n string, u clock.Unit) {
	tight := func(text string) string {
		return strings.NewReplacer(" ", "", "\u00a0", "", "个", "").Replace(strings.ToLower(width.Fold.String(text)))
	}
	text = tight(text)
	unit := strings.TrimLeft(text, "0123456789")
	n = strings.TrimSuffix(text, unit)
	amount, err := strconv.Atoi(n)
	if err != nil {
		return "", ""
	}
	for _, u := range clock.Units {
		if tight(w.Limit(clock.Limit{Amount: amount, Unit: u})) == strconv.Itoa(amount)+unit {
			return n, u
		}
	}
	if u, ok := spans[unit]; ok {
		return n, u
	}
	return "", ""
}

// pickedOnce is what a name was found to mean.
type pickedOnce struct {
	parts []string
	bad   *fault.Fault
}

// refs are the things that a cell names.
func (r *reading) refs(f *register.Field, text string) ([]string, *fault.Fault) {
	key := f.Name + " " + text
	one, ok := r.found[key]
	if !ok {
		dir := r.Refs[f.Ref]
		for _, name := range apart(f, dir, text) {
			id, bad := Named(f.Name, dir, name)
			if one.parts = append(one.parts, to.Digits(id)); bad != nil {
				one.bad = bad
				break
			}
		}
		if one.parts == nil {
			one.parts = []string{""}
		}
		if dir.Makes && !strings.Contains(text, "#") && (one.bad != nil || dir.Name(ids(one.parts)[0]) != text) {
			return []string{text}, nil
		}
		r.found[key] = one
	}
	return one.parts, one.bad
}

// marks are those between the digits of a number.
var marks = strings.NewReplacer(",", "", "，", "", " ", "", "\u00a0", "")

// decimal writes a number as programs do.
func decimal(text string) (string, bool) {
	plain := marks.Replace(text)
	n, err := strconv.ParseFloat(plain, 64)
	if err != nil || n != float64(int64(n)) {
		return text, false
	}
	return strconv.FormatInt(int64(n), 10), true
}
