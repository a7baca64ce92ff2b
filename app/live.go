package app

import (
	"context"
	"encoding/json"
	"fmt"

	"mulin/internal/ledger"
	"mulin/town/place"
)

// live tells open pages what has changed.
func (t *Town) live() ledger.Follower {
	return ledger.Func("live", func(_ context.Context, entries []ledger.Entry) error {
		for _, e := range entries {
			for _, topic := range topics(e) {
				t.Hub.Publish(topic, "change", e.Verb)
			}
		}
		return nil
	})
}

// heated tells open boards of hot issues that a case has found its issue there.
func (t *Town) heated(path string) {
	for _, topic := range below("hot/", path) {
		t.Hub.Publish(topic, "change", "issue")
	}
}

// below names the topics of all places of a path.
func below(kind, path string) []string {
	var all []string
	for _, p := range place.IDs(path) {
		all = append(all, fmt.Sprint(kind, p))
	}
	return all
}

// topics are the pages an entry concerns: the case's own, those of the places above it, those of the bodies that take part.
func topics(e ledger.Entry) []string {
	if e.Subject.Kind == "issue" || e.Subject.Kind == "task" {
		return below("hot/", e.Subject.Path)
	}
	if e.Subject.Kind != "case" && e.Subject.Kind != "whistle" {
		return nil
	}
	var b struct {
		Case   int64   `json:"case"`
		Bodies []int64 `json:"bodies"`
		Units  []int64 `json:"units"`
	}
	_ = json.Unmarshal(e.Body, &b) // a body that says nothing of them leaves them empty
	id := e.Subject.ID
	if e.Subject.Kind == "whistle" {
		id = b.Case
	}
	all := append([]string{fmt.Sprint("case/", id)}, below("place/", e.Subject.Path)...)
	for _, unit := range append(b.Bodies, b.Units...) {
		all = append(all, fmt.Sprint("body/", unit))
	}
	return all
}
