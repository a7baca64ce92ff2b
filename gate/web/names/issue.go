package names

import (
	"cmp"

	"mulin/gate/web/site"
	"mulin/internal/access"
	"mulin/town/casework"
	"mulin/town/issue"
)

// IssueTitle is what an issue is called; where no case may give it a title, by its class and place.
func (n *Names) IssueTitle(rq *site.Req, x *issue.Row) string {
	if x.Title != "" {
		return x.Title
	}
	return cmp.Or(n.ClassName(x.Class), rq.T("hot.untitled")) + " · " + n.places.Name(x.Path)
}

// SeesIssues tells whether the actor sees cases over a territory: those have the board of hot issues.
func SeesIssues(who access.Actor) bool { return len(who.Reach(casework.See).Paths) > 0 || who.Program }
