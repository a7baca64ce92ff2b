package triage

import (
	"context"
	"hash/fnv"
	"strings"
	"unicode/utf8"

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
	ID     int64 // of the case, or any number that stays the same for the same text
	Text   string
	Class  int64
	Kind   casework.Kind
	Rush   string
	Hidden bool
	Lead   int64
	At     int64 // when the case was over
	Person bool  // who works on it has said so, it isn't only as it came
}

func (l *Lesson) weight() float64 {
	if l.Person {
		return byPerson
	}
	return unreviewed
}

// bucket puts each lesson for ever into one of ten, so that what tests a model has never taught any.
func (l *Lesson) bucket() uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(label(l.ID)))
	return h.Sum64() >> 32 % 10
}

// Read makes of a text what is learned and asked: its beginning, without long numbers, which say who and not what.
func clip(text string) string {
	if utf8.RuneCountInString(text) > longLesson {
		text = string([]rune(text)[:longLesson])
	}
	return text
}

// textOf is a case's title and what it tells; a title made from the text isn't said twice. Masked, so that no number of somebody becomes a word of the model.
func textOf(title, text string) string {
	title, text = sensitive.Mask(title), sensitive.Mask(text)
	if strings.HasPrefix(text, strings.TrimSuffix(title, "…")) {
		return clip(text)
	}
	return clip(title + "\n" + text)
}

const lessonColumns = `c.id, c.title, c.text, c.class, c.kind, c.urgency, c.hidden, c.lead, c.closed_at,
	exists (select 1 from case_sort s where s.city = c.city and s.case_id = c.id)`

func scanLesson(r store.Row) (l Lesson, err error) {
	var title, text string
	err = r.Scan(&l.ID, &title, &text, &l.Class, &l.Kind, &l.Rush, &l.Hidden, &l.Lead, &l.At, &l.Person)
	l.Text = textOf(title, text)
	return l, err
}

// closedLessons and sortedLessons read page by page, the newest first: cases that are over, and open ones a person has classified.
const (
	closedLessons = `select ` + lessonColumns + ` from cases c where c.city = ? and not c.open and (c.closed_at, c.id) < (?, ?) and c.class <> 0
		order by c.closed_at desc, c.id desc limit ?`
	sortedLessons = `select ` + lessonColumns + `, s.at, s.seq from case_sort s join cases c on c.city = s.city and c.id = s.case_id
		where s.city = ? and (s.at, s.case_id) < (?, ?) and c.open and c.class <> 0 order by s.at desc, s.case_id desc limit ?`
)

// Lessons reads the newest classified cases of the city, at most most of them; tell is told how many there are so far.
func (r *Reader) lessons(ctx context.Context, most int, tell func(int)) ([]Lesson, error) {
	var all []Lesson
	at, id := int64(1<<62), int64(0)
	for len(all) < most {
		page, err := store.All(ctx, r.city, scanLesson, closedLessons, r.city.ID, at, id, lessonPage)
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
	more, err := r.sortedOpen(ctx, most/4)
	return append(all, more...), err
}

// sortedOpen are the cases under way that a person has classified.
func (r *Reader) sortedOpen(ctx context.Context, most int) ([]Lesson, error) {
	var all []Lesson
	seen := map[int64]bool{}
	at, id := int64(1<<62), int64(0)
	for len(all) < most {
		page, err := store.All(ctx, r.city, func(row store.Row) (l Lesson, err error) {
			var title, text string
			var seq int64
			err = row.Scan(&l.ID, &title, &text, &l.Class, &l.Kind, &l.Rush, &l.Hidden, &l.Lead, new(int64), &l.Person, &l.At, &seq)
			l.Text = textOf(title, text)
			return l, err
		}, sortedLessons, r.city.ID, at, id, lessonPage)
		if err != nil {
			return nil, err
		}
		for _, l := range page {
			if !seen[l.ID] {
				seen[l.ID] = true
				all = append(all, l)
			}
		}
		if len(page) < lessonPage {
			break
		}
		at, id = page[len(page)-1].At, page[len(page)-1].ID
	}
	return all, nil
}

// teachings are what the catalogue says of its classes: the name with those above it, and each example.
func teachings(cat *catalog.Catalog, teach func(text string, class int64)) {
	for _, c := range cat.Classes() {
		name := cat.ClassName(c.ID)
		teach(c.Name, c.ID)
		if c.Parent != 0 {
			teach(name, c.ID)
		}
		for _, p := range c.Phrases() {
			teach(p, c.ID)
			teach(c.Name+" "+p, c.ID)
		}
	}
}
