// Package tasks leads special tasks from the proposal to the assessment.
package tasks

import (
	"mulin/gate/web/names"
	"mulin/gate/web/photos"
	"mulin/gate/web/site"
	"mulin/town/account"
	"mulin/town/body"
	"mulin/town/issue"
	"mulin/town/task"
)

// Pages are the pages of the wing.
type Pages struct {
	*names.Names
	Tasks    *task.Tasks
	Issues   *issue.Issues
	Bodies   *body.Bodies
	Accounts *account.Accounts
	Photos   *photos.Photos
}

// Routes lead special tasks from the proposal to the assessment.
func (p *Pages) Routes() []site.Route {
	all := append(site.Both("/hot/{id}/task", task.Lead, p.newTask, p.openTask), site.Both("/tasks/{id}/edit", task.Lead, p.editTask, p.saveTask)...)
	return append(all,
		site.Route{Pattern: "GET /tasks", Do: p.tasks, Need: task.Lead},
		site.Route{Pattern: "GET /tasks/{id}", Do: p.task, Need: task.Lead},
		site.Route{Pattern: "POST /tasks/{id}/advance", Do: p.advanceTask, Need: task.Lead},
		site.Route{Pattern: "POST /tasks/{id}/note", Do: p.noteTask, Need: task.Lead},
		site.Route{Pattern: "POST /tasks/{id}/measures", Do: p.addMeasure, Need: task.Lead},
		site.Route{Pattern: "POST /tasks/{id}/measures/{measure}", Do: p.tickMeasure, Need: task.Lead, Body: site.Upload},
		site.Route{Pattern: "GET /tasks/{id}/photos/{hash}", Do: p.taskPhoto, Need: task.Lead},
	)
}
