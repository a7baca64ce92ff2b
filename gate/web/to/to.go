// Package to knows the addresses of the site: it is how the wings link to each other without importing each other.
package to

import (
	"net/url"
	"strconv"
)

// Digits is a number as addresses and hidden fields carry it.
func Digits(n int64) string { return strconv.FormatInt(n, 10) }

// SignIn is the page where people sign in; it gets the wanted address as next.
func SignIn() string { return "/signin" }

// Phone is where residents show their phone number, to be back at next afterwards.
func Phone(next string) string { return "/my?next=" + url.QueryEscape(next) + "#phone" }

// Invitation is where somebody who was invited chooses a password.
func Invitation(code string) string { return "/invitations/" + code }

// Photo is a picture of a case.
func Photo(number, hash string) string { return "/cases/" + number + "/photos/" + hash }

// Issues is the board of hot issues.
func Issues() string { return "/hot" }

// Issue is the page of a hot issue.
func Issue(id int64) string { return Issues() + "/" + Digits(id) }

// Tasks is the list of special tasks.
func Tasks() string { return "/tasks" }

// Task is the page of a special task.
func Task(id int64) string { return Tasks() + "/" + Digits(id) }

// Places is the list of places.
func Places() string { return "/places" }

// Bodies is the list of units.
func Bodies() string { return "/bodies" }

// People is the list of the staff.
func People() string { return "/people" }

// Roles is the list of roles.
func Roles() string { return "/admin/roles" }

// Place is the page where a place is looked after.
func Place(id int64) string { return Places() + "/" + Digits(id) }

// Body is the page where a unit is looked after.
func Body(id int64) string { return Bodies() + "/" + Digits(id) }

// Person is the page where somebody's account and posts are looked after.
func Person(id int64) string { return People() + "/" + Digits(id) }

// Classes is the list of request classes.
func Classes() string { return "/lists/classes" }

// Limits is the list of time limits.
func Limits() string { return "/lists/limits" }

// Calendar is the city's calendar of working days.
func Calendar() string { return "/admin/catalog/calendar" }

// Models is where the class models are looked after.
func Models() string { return "/admin/triage/models" }

// Answers is the list of rules that answers are held against.
func Answers() string { return "/lists/answers" }

// Whistles is the list of what may be whistled.
func Whistles() string { return "/lists/whistles" }

// Reasons is the list of reasons.
func Reasons() string { return "/lists/reasons" }

// Urgencies is the list of the degrees of urgency.
func Urgencies() string { return "/lists/urgencies" }

// Codes is the list of component and matter codes.
func Codes() string { return "/admin/catalog/codes" }

// Settings is where the city's settings are changed.
func Settings() string { return "/admin/catalog/settings" }

// Weights is where it is said what makes an issue hot.
func Weights() string { return "/admin/hot" }

// Ledger is where the ledger is read.
func Ledger() string { return "/admin/ledger" }
