package live

import (
	"strings"

	"mulin/gate/web/to"
	"mulin/internal/access"
	"mulin/town/casework"
	"mulin/town/place"
)

// Mine are the topics an actor may listen to: those of its places and bodies, and single cases it may see.
func Mine(who access.Actor) []string {
	var all []string
	reach := who.Reach(casework.See)
	for _, path := range reach.Paths {
		ids := place.IDs(path)
		all = append(all, "place/"+to.Digits(ids[len(ids)-1]))
	}
	for _, b := range reach.Bodies {
		all = append(all, "body/"+to.Digits(b))
	}
	return all
}

// Issues are what tells an open board that something has changed: the places of the actor's reach.
func Issues(who access.Actor) []string {
	all := []string{}
	for _, t := range Mine(who) {
		if at, ok := strings.CutPrefix(t, "place/"); ok {
			all = append(all, hotTopic+at)
		}
	}
	return all
}

// Case is the topic of one case.
func Case(id int64) string { return "case/" + to.Digits(id) }

const hotTopic = "hot/"
