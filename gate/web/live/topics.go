package live

import (
	"encoding/json"
	"strings"

	"mulin/gate/web/to"
	"mulin/internal/access"
	"mulin/internal/ledger"
	"mulin/town/casework"
	"mulin/town/place"
)

// Mine are the topics an actor may listen to: those of its places and bodies, and single cases it may see.
func Mine(who access.Actor) []string {
	var all []string
	reach := who.Reach(casework.See)
	for _, path := range reach.Paths {
		ids := place.IDs(path)
		all = append(all, placeTopic+to.Digits(ids[len(ids)-1]))
	}
	for _, b := range reach.Bodies {
		all = append(all, bodyTopic+to.Digits(b))
	}
	return all
}

// Issues are what tells an open board that something has changed: the places of the actor's reach.
func Issues(who access.Actor) []string {
	all := []string{}
	for _, t := range Mine(who) {
		if at, ok := strings.CutPrefix(t, placeTopic); ok {
			all = append(all, hotTopic+at)
		}
	}
	return all
}

// Case is the topic of one case.
func Case(id int64) string { return caseTopic + to.Digits(id) }

// The kinds of topics: one case, what lies in a place, what a body takes part in, the hot issues of a place.
const caseTopic, placeTopic, bodyTopic, hotTopic = "case/", "place/", "body/", "hot/"

// told are the pages an entry concerns: the case's own, those of the places above it, those of the bodies that take part.
func told(e ledger.Entry) []string {
	if e.Subject.Kind == "issue" || e.Subject.Kind == "task" {
		return above(hotTopic, e.Subject.Path)
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
	all := append([]string{Case(id)}, above(placeTopic, e.Subject.Path)...)
	for _, unit := range append(b.Bodies, b.Units...) {
		all = append(all, bodyTopic+to.Digits(unit))
	}
	return all
}

// above are the topics of a kind of all places of a path.
func above(kind, path string) []string {
	var all []string
	for _, p := range place.IDs(path) {
		all = append(all, kind+to.Digits(p))
	}
	return all
}
