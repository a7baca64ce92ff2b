// Package live streams to open pages what happens to what they show.
package live

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"mulin/gate/web/site"
	"mulin/internal/access"
	"mulin/internal/ledger"
	"mulin/internal/sse"
)

// Pages stream what happens to open pages.
type Pages struct{ Hub *sse.Hub }

// Routes are the stream.
func (p *Pages) Routes() []site.Route { return []site.Route{{Pattern: "GET /live", Do: p.live}} }

// live streams the events of the topics asked for. A case's topic tells only that something was done with it and its verb, by an id that no page of
// others shows; a place or body must be within reach.
func (p *Pages) live(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	asked := r.URL.Query()["topic"]
	mine := Mine(rq.Who)
	var topics []string
	for _, t := range asked {
		if strings.HasPrefix(t, caseTopic) || slices.Contains(mine, strings.Replace(t, hotTopic, placeTopic, 1)) {
			topics = append(topics, t)
		}
	}
	if len(topics) == 0 || len(topics) > 50 {
		return access.ErrDenied
	}
	p.Hub.Serve(w, r, topics)
	return nil
}

// Follower tells open pages what has been done with what they show.
func Follower(hub *sse.Hub) ledger.Follower {
	return ledger.Func("live", func(_ context.Context, entries []ledger.Entry) error {
		for _, e := range entries {
			for _, topic := range told(e) {
				hub.Publish(topic, "change", e.Verb)
			}
		}
		return nil
	})
}

// Heated tells open boards of hot issues that a case at a path has found its issue.
func Heated(hub *sse.Hub, path string) {
	for _, topic := range above(hotTopic, path) {
		hub.Publish(topic, "change", "issue")
	}
}
