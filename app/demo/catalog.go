package demo

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mulin/internal/access"
	"mulin/internal/clock"
	"mulin/internal/register"
	"mulin/town/body"
	"mulin/town/catalog"
)

// settings are the demo city's name, map and working hours.
//
//go:embed data/settings.json
var settings []byte

// Catalog fills the lists of the demo city; doing it again changes nothing. The tree of requests has 15, 118 and 517 classes on its three levels.
// The codes of GB/T 47678.5 (153 components, 250 matters) are transcribed from a secondary source. The whistle items are invented and marked
// as demo; units they name that the city lacks are added. The days off of 2026 are as announced as far as we know, those of 2027 only the
// statutory ones and marked as provisional, since the exchange of working days is announced later.
func Catalog(ctx context.Context, who access.Actor, cat *catalog.Catalog, bodies *body.Bodies) error {
	for _, part := range []struct {
		what string
		fill func(context.Context, access.Actor, *catalog.Catalog) error
	}{
		{"settings", fillSettings}, {"calendar", fillCalendar}, {"urgencies", fillUrgencies}, {"classes", fillClasses},
		{"codes", fillCodes}, {"limits", fillLimits}, {"reasons", fillReasons},
	} {
		if err := part.fill(ctx, who, cat); err != nil {
			return fmt.Errorf("fill demo %s: %w", part.what, err)
		}
	}
	if err := fillWhistles(ctx, who, cat, bodies); err != nil {
		return fmt.Errorf("fill demo whistle list: %w", err)
	}
	return nil
}

func fillSettings(ctx context.Context, who access.Actor, cat *catalog.Catalog) error {
	var in struct {
		Settings catalog.Settings
		Hours    catalog.Hours
	}
	if err := json.Unmarshal(settings, &in); err != nil {
		return err
	}
	if err := cat.SaveSettings(ctx, who, in.Settings); err != nil {
		return err
	}
	return cat.SetHours(ctx, who, in.Hours)
}

func fillCalendar(ctx context.Context, who access.Actor, cat *catalog.Catalog) error {
	lines, err := rows("calendar.csv")
	if err != nil {
		return err
	}
	days := make([]catalog.Day, len(lines))
	for i, l := range lines {
		days[i] = catalog.Day{Date: l[0], Kind: catalog.DayKind(l[1]), Name: l[2], Provisional: l[3] == "true"}
	}
	return cat.SetDays(ctx, who, days)
}

func fillUrgencies(ctx context.Context, who access.Actor, cat *catalog.Catalog) error {
	lines, err := rows("urgencies.csv")
	if err != nil {
		return err
	}
	var lacking []*catalog.UrgencyEntry
	for _, l := range lines {
		rank, err := strconv.ParseInt(l[1], 10, 64)
		if err != nil {
			return err
		}
		if _, ok := cat.Urgency(l[0]); !ok {
			lacking = append(lacking, &catalog.UrgencyEntry{Code: l[0], Rank: rank, Words: l[2]})
		}
	}
	return cat.UrgencyNoun().Save(ctx, who, lacking...)
}

// fillClasses adds the classes that the city lacks, at once with what is said of them in files of their own.
func fillClasses(ctx context.Context, who access.Actor, cat *catalog.Catalog) error {
	var lacking []*catalog.ClassEntry
	named := map[string]*catalog.ClassEntry{}
	for _, file := range []string{"request_taxonomy.csv", "class_urgencies.csv", "class_examples.csv"} {
		lines, err := rows(file)
		if err != nil {
			return err
		}
		for _, l := range lines {
			path := slices.DeleteFunc(l[:3:3], func(level string) bool { return level == "" })
			full, last := register.FullName(path...), len(path)-1
			if _, ok := cat.ByFullName(full); ok {
				continue
			}
			if named[full] == nil {
				named[full] = &catalog.ClassEntry{Above: register.FullName(path[:last]...), Name: path[last]}
				lacking = append(lacking, named[full])
			}
			switch file {
			case "class_urgencies.csv":
				named[full].Urgency = l[3]
			case "class_examples.csv":
				named[full].Says = l[3]
			}
		}
	}
	return cat.ClassNoun().Save(ctx, who, lacking...)
}

func fillCodes(ctx context.Context, who access.Actor, cat *catalog.Catalog) error {
	for _, list := range []struct {
		kind catalog.CodeKind
		file string
	}{{catalog.Component, "gbt47678_components.csv"}, {catalog.Matter, "gbt47678_matters.csv"}} {
		b, err := data.ReadFile("data/" + list.file)
		if err != nil {
			return err
		}
		if _, err := cat.ImportCodes(ctx, who, list.kind, b); err != nil {
			return fmt.Errorf("%s: %w", list.file, err)
		}
	}
	return nil
}

func fillLimits(ctx context.Context, who access.Actor, cat *catalog.Catalog) error {
	lines, err := rows("limits.csv")
	if err != nil {
		return err
	}
	var lacking []*catalog.LimitEntry
	for _, l := range lines {
		limit, err := readLimit(l[2], l[3])
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(cat.Limits(), func(r catalog.Rule) bool { return r.Step == l[0] && r.Class == 0 && r.Urgency == l[1] }) {
			lacking = append(lacking, &catalog.LimitEntry{Rule: catalog.Rule{Step: l[0], Urgency: l[1], Limit: limit}})
		}
	}
	return cat.LimitNoun().Save(ctx, who, lacking...)
}

func readLimit(amount, unit string) (clock.Limit, error) {
	n, err := strconv.Atoi(amount)
	return clock.Limit{Amount: n, Unit: clock.Unit(unit)}, err
}

func fillReasons(ctx context.Context, who access.Actor, cat *catalog.Catalog) error {
	lines, err := rows("reasons.csv")
	if err != nil {
		return err
	}
	var lacking []*catalog.ReasonEntry
	for i, l := range lines {
		if _, ok := cat.Reason(l[0], l[1]); !ok {
			lacking = append(lacking, &catalog.ReasonEntry{Kind: l[0], Code: l[1], Name: l[2], Rank: int64(i + 1)})
		}
	}
	return cat.ReasonNoun().Save(ctx, who, lacking...)
}

// basis says of every demo item that it rests on nothing.
const basis = "示范数据，非正式清单"

// fillWhistles makes the whistle list unless there is one already.
func fillWhistles(ctx context.Context, who access.Actor, cat *catalog.Catalog, bodies *body.Bodies) error {
	if slices.ContainsFunc(catalog.Levels, func(l catalog.Level) bool { return len(cat.Whistles(l)) > 0 }) {
		return nil
	}
	units, err := addUnits(ctx, who, bodies)
	if err != nil {
		return err
	}
	lines, err := rows("whistle_items.csv")
	if err != nil {
		return err
	}
	items := make([]*catalog.WhistleItem, len(lines))
	for i, l := range lines {
		w := &catalog.WhistleItem{Level: catalog.Level(l[0]), Class: l[1], Item: l[2], BodyKind: body.Kind(l[4]), Condition: l[9], Basis: basis, Demo: true}
		for name := range strings.SplitSeq(l[3], "|") {
			if id := units[name]; id != 0 {
				w.Bodies = append(w.Bodies, id)
			} else if name != "" {
				return fmt.Errorf("item %q: no unit %q", w.Item, name)
			}
		}
		if w.Limit, err = readLimit(l[5], l[6]); err != nil {
			return err
		}
		if w.Work, err = readLimit(l[7], l[8]); err != nil {
			return err
		}
		items[i] = w
	}
	return cat.WhistleList.Save(ctx, who, items...)
}

// Units are the departments and companies that the demo's whistle list calls.
func Units() ([]body.Details, error) {
	lines, err := rows("units.csv")
	list := make([]body.Details, len(lines))
	for i, l := range lines {
		list[i] = body.Details{Name: l[0], Short: l[1], Kind: body.Kind(l[2])}
	}
	return list, err
}

// addUnits adds the Units that the city lacks and gives the ids of all by short name.
func addUnits(ctx context.Context, who access.Actor, bodies *body.Bodies) (map[string]int64, error) {
	units, err := Units()
	if err != nil {
		return nil, err
	}
	ids := map[string]int64{}
	known := map[string]int64{}
	for _, kind := range body.Kinds {
		for _, b := range bodies.All(kind) {
			known[b.Name] = b.ID
			known[b.Label()] = b.ID
		}
	}
	var lacking []body.Details
	for _, u := range units {
		id := known[u.Name]
		if id == 0 {
			id = known[u.Short]
		}
		if ids[u.Short] = id; id == 0 {
			lacking = append(lacking, u)
		}
	}
	if len(lacking) == 0 {
		return ids, nil
	}
	added, err := bodies.AddAll(ctx, who, lacking)
	for _, b := range added {
		ids[b.Short] = b.ID
	}
	return ids, err
}
