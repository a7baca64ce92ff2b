package triage

import (
	"context"

	"mulin/town/casework"
)

// Tests tells whether a lesson tests and never teaches.
func (l Lesson) Tests() bool { return l.bucket() == testBucket }

// What is read to learn from, for the test of its indexes.
const (
	ClosedLessons   = closedLessons
	SortedLessons   = sortedLessons
	AnsweredLessons = answeredLessons
)

// ExplainSame is how the engine reads what is open around. A young table is read whole by PostgreSQL, so that is switched off.
func (r *Reader) ExplainSame(ctx context.Context, q Inquiry) (string, error) {
	sql, args := r.aroundQuery(q)
	return r.city.DB().Explain(ctx, sql, args...)
}

// MostKept bounds the impressions that are kept.
const MostKept = mostKept

// Remembers tells whether the impression of a case is kept.
func (r *Reader) Remembers(c *casework.Case) bool {
	g := r.classTree(r.current()).impressions.at(c.ID).Load()
	return g != nil && g.id == c.ID && g.words == wordsOf(c)
}
