package web

import (
	"slices"
	"strings"

	"mulin/gate/web/names"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/internal/access"
	"mulin/town/casework"
	"mulin/town/catalog"
	"mulin/town/station"
	"mulin/town/task"
	"mulin/town/wish"
)

// nav are the links on top: what this actor works with, or the resident's four doors.
func nav(rq *site.Req) []site.Link {
	if !site.Staff(rq.Who) {
		return []site.Link{
			{URL: "/", Label: rq.T("nav.home"), Icon: "home"},
			{URL: "/report", Label: rq.T("nav.report"), Icon: "camera"},
			{URL: "/my", Label: rq.T("nav.my"), Icon: "list"},
			{URL: "/wishes", Label: rq.T("nav.wishes"), Icon: "heart"},
		}
	}
	var links []site.Link
	if rq.Who.Has(casework.See) {
		links = append(links, site.Link{URL: "/desk", Label: rq.T("nav.desk"), Icon: "inbox"})
		if hasBoard(rq.Who) {
			links = append(links, site.Link{URL: "/board", Label: rq.T("nav.board"), Icon: "map"})
		}
		links = append(links, site.Link{URL: "/search", Label: rq.T("nav.search"), Icon: "search"})
	}
	if rq.Who.Has(casework.Enter) {
		links = append(links, site.Link{URL: "/report", Label: rq.T("nav.file"), Icon: "camera"})
	}
	if names.SeesIssues(rq.Who) {
		links = append(links, site.Link{URL: to.Issues(), Label: rq.T("nav.hot"), Icon: "chart"})
	}
	if rq.Who.Has(task.Lead) {
		links = append(links, site.Link{URL: to.Tasks(), Label: rq.T("nav.tasks"), Icon: "check"})
	}
	at := "/wishes"
	if rq.Who.Has(wish.See) {
		at = "/wishes/desk"
	}
	links = append(links, site.Link{URL: at, Label: rq.T("nav.wishes"), Icon: "heart"})
	if slices.ContainsFunc(offices, rq.Who.Has) {
		links = append(links, site.Link{URL: "/admin", Label: rq.T("nav.admin"), Icon: "gear"})
	}
	return links
}

// menu are the lists that this actor keeps and has no place on top.
func menu(rq *site.Req) (links []site.Link) {
	if rq.Who.Has(station.Edit) {
		links = append(links, site.Link{URL: "/stations", Label: rq.T("station.list"), Icon: "building"})
	}
	if rq.Who.Has(catalog.Edit) {
		links = append(links, site.Link{URL: "/lists/rights", Label: rq.T("duty.list"), Icon: "book"})
	}
	return links
}

// hasBoard tells whether the actor stands above a street or more: those have the board of three columns.
func hasBoard(who access.Actor) bool {
	return slices.ContainsFunc(who.Posts, func(post access.Post) bool {
		return post.Rights[casework.See] == access.Territory && strings.Count(post.Path, "/") <= 4
	})
}
