package triage

import (
	"context"
	"hash/fnv"
	"slices"

	"mulin/internal/sensitive"
	"mulin/internal/store"
	"mulin/town/casework"
	"mulin/town/catalog"
)

// Bounds of what is learned from.
const (
	mostLessons = 20_000 // the newest cases
	lessonPage  = 500
	longLesson  = 1000 // characters; what is said later says no more
	// FewLessons is how many classified cases it takes to learn at all.
	FewLessons = 30
)

// Weights of what is learned from.
const (
	byPerson    = 3.0 // a person has said it, looking at a suggestion
	unreviewed  = 1.0
	ofCatalogue = 1.0
)

// Lesson is a text and what it turned out to be.
type Lesson struct {
	ID      int64 // of the case, or any number that stays the same for the same text
	Text    string
	Class   int64
	Kind    casework.Kind
	Urgency string
	Hidden  bool
	Lead    int64
	At      int64 // when the case was over
	Person  bool  // who works on it has said so, it isn't only as it came
	title   string
}

func (l *Lesson) weight() float64 {
	if l.Person {
		return byPerson
	}
	return unreviewed
}

// FromFile is a lesson that isn't a case: the same text is always the same lesson.
func FromFile(text string, class int64) Lesson {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text))
	return Lesson{ID: int64(h.Sum64() >> 1), Text: clip(sensitive.Mask(text)), Class: class}
}

// bucket puts each lesson for ever into one of ten, so that what tests a model has never taught any.
func (l *Lesson) bucket() uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(label(l.ID)))
	return h.Sum64() >> 32 % 10
}

// clip cuts a text to what is read of it.
func clip(text string) string {
	if len(text) <= longLesson {
		return text
	}
	return firstRunes(text, longLesson)
}

// textOf is a case's title and what it tells; a title made from the text isn't said twice. Masked, so that no number of somebody becomes a word of the model.
func textOf(title, text string) string {
	title, text = sensitive.Mask(title), sensitive.Mask(text)
	if casework.Repeats(title, text) {
		return clip(text)
	}
	return clip(title + "\n" + text)
}

const lessonColumns = `c.id, c.title, c.text, c.class, c.kind, c.urgency, c.hidden, c.lead, c.closed_at,
	exists (select 1 from case_sort s where s.city = c.city and s.case_id = c.id)`

// fields are where a row goes; more are the columns behind lessonColumns.
func (l *Lesson) fields(more ...any) []any {
	return append([]any{&l.ID, &l.title, &l.Text, &l.Class, &l.Kind, &l.Urgency, &l.Hidden, &l.Lead, &l.At, &l.Person}, more...)
}

func scanLesson(r store.Row, more ...any) (l Lesson, err error) {
	err = r.Scan(l.fields(more...)...)
	l.Text = textOf(l.title, l.Text)
	l.title = ""
	return l, err
}

// These read page by page: cases that are over and open ones a person has classified, the newest first, and those that are answered and wait for the
// resident's word.
const (
	answeredLessons = `select ` + lessonColumns + `, c.step_due_at from cases c where c.city = ? and c.open and (c.step_due_at, c.id) > (?, ?)
		and c.status in ('answered', 'rated') and c.class <> 0 order by c.step_due_at, c.id limit ?`
	closedLessons = `select ` + lessonColumns + ` from cases c where c.city = ? and not c.open and (c.closed_at, c.id) < (?, ?) and c.class <> 0
		order by c.closed_at desc, c.id desc limit ?`
	sortedLessons = `select ` + lessonColumns + `, s.at from case_sort s join cases c on c.city = s.city and c.id = s.case_id
		where s.city = ? and (s.at, s.case_id) < (?, ?) and c.open and c.class <> 0 order by s.at desc, s.case_id desc limit ?`
)

// lessons reads the newest classified cases of the city, at most most of them; tell is told how many there are so far.
func (r *Reader) lessons(ctx context.Context, most int, tell func(int)) ([]Lesson, error) {
	var all []Lesson
	at, id := int64(1<<62), int64(0)
	for len(all) < most {
		page, err := store.All(ctx, r.city, func(row store.Row) (Lesson, error) { return scanLesson(row) }, closedLessons, r.city.ID, at, id, lessonPage)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		tell(len(all))
		if len(page) < lessonPage {
			break
		}
		at, id = page[len(page)-1].At, page[len(page)-1].ID
	}
	for _, more := range []func(context.Context, int) ([]Lesson, error){r.sortedOpen, r.answered} {
		some, err := more(ctx, most/4)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return once(all), nil
}

// once keeps the first of the lessons that are the same case.
func once(all []Lesson) []Lesson {
	seen := make(map[int64]bool, len(all))
	return slices.DeleteFunc(all, func(l Lesson) bool {
		twice := seen[l.ID]
		seen[l.ID] = true
		return twice
	})
}

// answered are the cases under way that have been answered.
func (r *Reader) answered(ctx context.Context, most int) ([]Lesson, error) {
	var all []Lesson
	due, id := int64(-1), int64(0)
	for len(all) < most {
		page, err := store.All(ctx, r.city, func(row store.Row) (Lesson, error) { return scanLesson(row, &due) }, answeredLessons, r.city.ID, due, id, lessonPage)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < lessonPage {
			break
		}
		id = page[len(page)-1].ID
	}
	return all, nil
}

// sortedOpen are the cases under way that a person has classified.
func (r *Reader) sortedOpen(ctx context.Context, most int) ([]Lesson, error) {
	var all []Lesson
	at, id := int64(1<<62), int64(0)
	for len(all) < most {
		page, err := store.All(ctx, r.city, func(row store.Row) (Lesson, error) { return scanLesson(row, &at) }, sortedLessons, r.city.ID, at, id, lessonPage)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < lessonPage {
			break
		}
		id = page[len(page)-1].ID
	}
	return all, nil
}

// mostNamesakes is how many classes may have a name that still says something: "其他" doesn't.
const mostNamesakes = 3

// teachings are what the catalogue says of its classes: the name with those above it, and each example.
func teachings(cat *catalog.Catalog, teach func(text string, class int64)) {
	often := map[string]int{}
	for _, c := range cat.Classes() {
		often[c.Name]++
	}
	for _, c := range cat.Classes() {
		if often[c.Name] <= mostNamesakes {
			teach(c.Name, c.ID)
			teach(cat.FullName(c.ID), c.ID)
		}
		for _, p := range c.Phrases() {
			teach(p, c.ID)
			teach(c.Name+" "+p, c.ID)
		}
	}
}
