package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"mulin/gate/web/site"
)

// moved are the addresses that pages had in earlier releases, each with where the page is now. Links in mails, bookmarks and other systems go on working.
var moved = [][2]string{
	{"/admin/bodies", "/bodies"},
	{"/admin/bodies/add", "/bodies/add"},
	{"/admin/bodies/merge", "/bodies/merge"},
	{"/admin/bodies/{id}", "/bodies/{id}"},
	{"/admin/bodies/{id}/rename", "/bodies/{id}/edit"},
	{"/admin/bodies/{id}/end", "/bodies/{id}/retire"},
	{"/admin/catalog/classes", "/lists/classes"},
	{"/admin/catalog/classes.csv", "/lists/classes.csv"},
	{"/admin/catalog/classes/add", "/lists/classes/add"},
	{"/admin/catalog/classes/import", "/lists/classes/import"},
	{"/admin/catalog/classes/{id}", "/lists/classes/{id}"},
	{"/admin/catalog/classes/{id}/retire", "/lists/classes/{id}/retire"},
	{"/admin/catalog/limits", "/lists/limits"},
	{"/admin/catalog/limits/edit", "/lists/limits"},
	{"/admin/catalog/limits/remove", "/lists/limits"},
	{"/admin/catalog/reasons", "/lists/reasons"},
	{"/admin/catalog/reasons/urgency", "/lists/urgencies/add"},
	{"/admin/catalog/reasons/urgency/{code}", "/lists/urgencies?q={code}"},
	{"/admin/catalog/reasons/urgency/{code}/retire", "/lists/urgencies?q={code}"},
	{"/admin/catalog/reasons/{kind}", "/lists/reasons/add?kind={kind}"},
	{"/admin/catalog/reasons/{kind}/{code}", "/lists/reasons?kind={kind}&q={code}"},
	{"/admin/catalog/reasons/{kind}/{code}/retire", "/lists/reasons?kind={kind}&q={code}"},
	{"/admin/catalog/whistles", "/lists/whistles"},
	{"/admin/catalog/whistles/add", "/lists/whistles/add"},
	{"/admin/catalog/whistles/{id}", "/lists/whistles/{id}"},
	{"/admin/catalog/whistles/{id}/retire", "/lists/whistles/{id}/retire"},
	{"/admin/places", "/places"},
	{"/admin/places/{id}", "/places/{id}"},
	{"/admin/places/{id}/add", "/places/add?place={id}"},
	{"/admin/places/{id}/aliases", "/places/{id}/edit"},
	{"/admin/places/{id}/end", "/places/{id}/retire"},
	{"/admin/places/{id}/import", "/places/{id}/import"},
	{"/admin/places/{id}/merge", "/places/{id}/merge"},
	{"/admin/places/{id}/poster", "/places/{id}/poster"},
	{"/admin/places/{id}/rename", "/places/{id}/edit"},
	{"/admin/places/{id}/shapes", "/places/{id}/shapes"},
	{"/admin/people", "/people"},
	{"/admin/people/add", "/people/add"},
	{"/admin/people/{id}", "/people/{id}"},
	{"/admin/people/{id}/appoint", "/people/{id}/appoint"},
	{"/admin/people/{id}/close", "/people/{id}/retire"},
	{"/admin/people/{id}/dismiss/{post}", "/people/{id}/dismiss/{post}"},
	{"/admin/people/{id}/password", "/people/{id}/password"},
	{"/admin/people/{id}/signout", "/people/{id}/signout"},
	{"/admin/triage/answers", "/lists/answers"},
	{"/admin/triage/answers.csv", "/lists/answers.csv"},
	{"/admin/triage/answers/add", "/lists/answers/add"},
	{"/admin/triage/answers/import", "/lists/answers/import"},
	{"/admin/triage/answers/try", "/lists/answers/try"},
	{"/admin/triage/answers/{id}", "/lists/answers/{id}"},
	{"/admin/triage/answers/{id}/retire", "/lists/answers/{id}"},
}

// movedRoutes lead on from the old addresses; the page there asks who may see it.
func movedRoutes() (all []site.Route) {
	for _, m := range moved {
		all = append(all, site.Route{Pattern: "GET " + m[0], Do: func(w http.ResponseWriter, r *http.Request, _ *site.Req) error {
			http.Redirect(w, r, forward(r, m[1]), http.StatusMovedPermanently)
			return nil
		}})
	}
	return all
}

// forward is the new address with what the old one said: the values of its path and its query.
func forward(r *http.Request, pattern string) string {
	to := value.ReplaceAllStringFunc(pattern, func(name string) string { return url.QueryEscape(r.PathValue(strings.Trim(name, "{}"))) })
	switch {
	case r.URL.RawQuery == "":
		return to
	case strings.Contains(to, "?"):
		return to + "&" + r.URL.RawQuery
	}
	return to + "?" + r.URL.RawQuery
}

// value is one of a path.
var value = regexp.MustCompile(`{[a-z]+}`)
