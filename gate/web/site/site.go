// Package site carries a request from its route to an answer: who asks and in what language, guards and headers, forms, errors, what is said on the next page.
// It knows no template: the error page is handed in.
package site

import (
	"log/slog"
	"net/http"
	"net/netip"
	"sync"

	"github.com/a-h/templ"

	"mulin/gate/web/assets"
	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/internal/i18n"
	"mulin/internal/seal"
)

// Site is the web gate with all it needs; the zero value of an optional field gives the sensible thing.
type Site struct {
	Words *i18n.Catalog
	Clock clock.Clock
	Log   *slog.Logger

	// Brand tells the city's name, logo and phone from its settings, as this reader knows them. Optional.
	Brand func(*Req) Brand
	// Who tells who asks, from the session. Optional: everybody is unknown.
	Who func(*http.Request) (access.Actor, error)
	// Nav lists the top-level links this actor sees. Optional.
	Nav func(*Req) []Link
	// Menu lists what this actor opens now and then, in the menu of the account. Optional.
	Menu func(*Req) []Link
	// Home tells the first page of somebody who works here, "" of others.
	Home func(access.Actor) string
	// Instead answers a refusal with a page that leads on, as to sign in and go on with what was typed; false leaves it to the error page. Optional.
	Instead func(http.ResponseWriter, *Req, error) bool
	// Error is the page that says what went wrong: its status, what people may read, the id that support can find. Optional: a bare line.
	Error func(code int, faults fault.List, id string) templ.Component
	// City and Box seal what browsers keep for residents, as which cases are theirs. No Box: they keep nothing.
	City int64
	Box  *seal.Box
	// Trusted are the proxies whose X-Forwarded-For is believed.
	Trusted []netip.Prefix
	// TileOrigin tells the origin of foreign map tiles as they are set now, "https://tiles.example.org"; nil or empty for none.
	TileOrigin func() string
	// Intake and Secrets slow down one address: filing, and trying secrets, codes or passwords; Typing bounds what is looked up while somebody writes, Drafting
	// how often one person asks for a draft. nil: any number.
	Intake, Secrets, Typing, Drafting *Limiter
	// Secure is set when people reach the site by https: cookies and HSTS follow.
	Secure bool

	assets   *assets.Set
	assetsMu sync.Once
}
