// Package issues shows what many speak of, and lets people put it right.
package issues

import (
	"mulin/gate/web/cases"
	"mulin/gate/web/names"
	"mulin/gate/web/site"
	"mulin/gate/web/tasks"
	"mulin/town/casework"
	"mulin/town/issue"
	"mulin/town/task"
)

// Pages are the pages of the wing.
type Pages struct {
	*names.Names
	Issues *issue.Issues
	Tasks  *task.Tasks
	Desk   *casework.Desk
	Cases  *cases.Pages // rows of the cases of an issue
	Lines  *tasks.Pages // lines of the tasks about it
}

// Routes are the lines of the wing in the table of pages.
func (p *Pages) Routes() []site.Route {
	return []site.Route{
		{Pattern: "GET /hot", Do: p.hotBoard, Need: casework.See},
		{Pattern: "GET /hot/{id}", Do: p.hotIssue, Need: casework.See},
		{Pattern: "POST /hot/{id}/rename", Do: p.hotRename, Need: casework.Handle},
		{Pattern: "POST /hot/{id}/merge", Do: p.hotMerge, Need: casework.Handle},
		{Pattern: "POST /hot/{id}/cases/{number}", Do: p.hotMove, Need: casework.Handle},
	}
}
