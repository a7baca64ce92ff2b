// Package ui is what pages are made of: the frame, forms, tables, maps, and everything smaller. It knows no area's rules.
package ui

import "mulin/gate/web/site"

// HasIcon tells whether an icon of that name is drawn: one that isn't shows nothing.
func HasIcon(name string) bool { return icons[name] != "" }

// icons are drawn on a 24 × 24 grid with a line of 1.75; those in solid are filled. Own drawings.
var icons = map[string]string{
	"home":     "M4 11l8-7 8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z",
	"report":   "M4 8.5A1.5 1.5 0 0 1 5.5 7H8l1.5-2.5h5L16 7h2.5A1.5 1.5 0 0 1 20 8.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
	"phone":    "M6.5 4h3l1.5 4-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2 4 1.5v3a2 2 0 0 1-2.2 2A16 16 0 0 1 4.5 6.2 2 2 0 0 1 6.5 4z",
	"list":     "M8.5 6H20M8.5 12H20M8.5 18H20M4.5 6h.01M4.5 12h.01M4.5 18h.01",
	"inbox":    "M4 13l2.5-8h11L20 13v6H4zM4 13h4.5a3.5 3.5 0 0 0 7 0H20",
	"map":      "M9 5L4 7v13l5-2 6 2 5-2V5l-5 2zM9 5v13M15 7v13",
	"pin":      "M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
	"people":   "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-3.3 2.7-5.5 6-5.5s6 2.2 6 5.5M15.5 4.8a3.5 3.5 0 0 1 0 6.4M17.5 14.8c2.1.7 3.5 2.5 3.5 5.2",
	"person":   "M12 11.5a3.8 3.8 0 1 0 0-7.5 3.8 3.8 0 0 0 0 7.5zM5 20c0-3.6 3.1-5.8 7-5.8s7 2.2 7 5.8",
	"whistle":  "M13.5 8.5H21v3.5h-4.3a5.8 5.8 0 1 1-3.2-3.5zM10.5 14.5h.01M13.5 5V3M9.5 5.5L8.3 3.8M17.5 5.5l1.2-1.7",
	"chart":    "M4 4v16h16M8 16v-4M12.5 16V8M17 16v-6",
	"bell":     "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4",
	"search":   "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20 20",
	"menu":     "M4 7h16M4 12h16M4 17h16",
	"globe":    "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM3.5 12h17M12 3.5c2.3 2.4 3.4 5.2 3.4 8.5s-1.1 6.1-3.4 8.5c-2.3-2.4-3.4-5.2-3.4-8.5s1.1-6.1 3.4-8.5z",
	"text":     "M3 18L8 6l5 12M4.7 14h6.6M14.5 18l3.3-8 3.2 8M15.6 15.3h4.4",
	"camera":   "M4 8.5A1.5 1.5 0 0 1 5.5 7H8l1.5-2.5h5L16 7h2.5A1.5 1.5 0 0 1 20 8.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
	"locate":   "M12 17.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM12 3v3M12 18v3M3 12h3M18 12h3M12 12h.01",
	"right":    "M9 5l7 7-7 7",
	"left":     "M15 5l-7 7 7 7",
	"back":     "M8.5 5L4 9.5 8.5 14M4 9.5h10a5.25 5.25 0 0 1 0 10.5H9",
	"up":       "M12 19V6M6 11.5L12 5.5l6 6",
	"down":     "M12 5v13M6 12.5l6 6 6-6",
	"plus":     "M12 5v14M5 12h14",
	"check":    "M5 12.5l5 5L19.5 7",
	"close":    "M6 6l12 12M18 6L6 18",
	"clock":    "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.5V12l3 2",
	"calendar": "M5 6h14v14H5zM5 10.5h14M9 3.5v4M15 3.5v4",
	"edit":     "M4 20l1-4.5L16 4.5 19.5 8 8.5 19zM14 6.5L17.5 10",
	"trash":    "M5 7h14M9.5 7V4.5h5V7M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5",
	"print":    "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
	"download": "M12 4v11M7 10.5l5 5 5-5M5 20h14",
	"send":     "M4 12l16-7.5L15.5 20l-4-6.5zM11.5 13.5L20 4.5",
	"talk":     "M4 5h16v11.5h-8L7 20.5v-4H4zM8.5 9.5h7M8.5 12.5h4.5",
	"heart":    "M12 20s-8-4.8-8-10.5A4.5 4.5 0 0 1 12 7a4.5 4.5 0 0 1 8 2.5C20 15.2 12 20 12 20z",
	"shield":   "M12 3.5l7.5 2.5v5.5c0 4.5-3 7.5-7.5 9-4.5-1.5-7.5-4.5-7.5-9V6zM8.5 12l2.5 2.5 4.5-5",
	"gear":     "M12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M18.4 5.6l-2.2 2.2M7.8 16.2l-2.2 2.2",
	"key":      "M8 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM12.5 12H21v3.5M17 12v3",
	"out":      "M10 4H5v16h5M15 8l4 4-4 4M19 12H9.5",
	"help":     "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM9.5 9.5a2.5 2.5 0 1 1 3.7 2.2c-.8.5-1.2 1-1.2 1.8M12 16.5h.01",
	"info":     "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 11v5.5M12 7.7h.01",
	"building": "M5 20.5V4h9v16.5M14 9h5v11.5M3.5 20.5h17M8 8h3M8 12h3M8 16h3",
	"book":     "M5 5a2 2 0 0 1 2-1.5h12v14H7a2 2 0 0 0-2 1.5zM5 19a2 2 0 0 0 2 1.5h12v-3",
	"folder":   "M3.5 18.5V6h6l2 2.5h9v10z",
	"lock":     "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
	"spin":     "M12 4a8 8 0 1 0 8 8",
	// States: each has its own outline, so that they differ without colour.
	"ok":   "M12 2.5a9.5 9.5 0 1 1 0 19 9.5 9.5 0 0 1 0-19zm5 6.2l-1.5-1.5L10.5 12.7 8 10.2l-1.5 1.5 4 4z",
	"wait": "M12 2.5a9.5 9.5 0 1 1 0 19 9.5 9.5 0 0 1 0-19zm0 2.4a7.1 7.1 0 1 0 0 14.2 7.1 7.1 0 0 0 0-14.2zm-1.2 2.3h2.4v4.4l2.9 2-1.3 2-4-2.7z",
	"warn": "M12 2.2L23 21H1zm-1.3 6.6v6h2.6v-6zm0 7.6V19h2.6v-2.6z",
	"bad":  "M8 2h8l6 6v8l-6 6H8l-6-6V8zm2.7 4.5v7.5h2.6V6.5zm0 9v2.6h2.6v-2.6z",
	"done": "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm2 7.8v2.4h10v-2.4z",
}

var solid = map[string]bool{"ok": true, "wait": true, "warn": true, "bad": true, "done": true}

// stateKeys are the words of a state where no better ones are at hand.
var stateKeys = map[site.State]string{site.OK: "ui.state.ok", site.Wait: "ui.state.wait", site.Warn: "ui.state.warn", site.Bad: "ui.state.bad", site.Grey: "ui.state.done"}
