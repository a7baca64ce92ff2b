package triage

// Tests tells whether a lesson tests and never teaches.
func (l Lesson) Tests() bool { return l.bucket() == testBucket }

// What is read to learn from, for the test of its indexes.
const (
	ClosedLessons = closedLessons
	SortedLessons = sortedLessons
)
