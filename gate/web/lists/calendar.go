package lists

import (
	"net/http"
	"strconv"
	"time"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/clock"
	"mulin/internal/fault"
	"mulin/town/catalog"
)

// calendarRoutes edit which days are worked, and when.
func (p *Pages) calendarRoutes() []site.Route {
	all := []site.Route{{Pattern: "GET " + to.Calendar(), Do: p.lists(p.adminCalendar), Need: catalog.Edit}}
	all = append(all, site.Both(to.Calendar()+"/{date}", catalog.Edit, p.lists(p.dayForm), p.lists(p.saveDay))...)
	return append(all, site.Both("/admin/catalog/hours", catalog.Edit, p.lists(p.hoursForm), p.lists(p.saveHours))...)
}

// dayCell is a day of the year's view.
type dayCell struct {
	Date  string // "" before the first and behind the last day of a month
	Day   int
	Off   bool // not worked
	Set   catalog.Day
	Today bool
}

// month is a month of the year's view, its weeks beginning on Monday.
type month struct {
	Name  string
	Weeks [][7]dayCell
}

func (p *Pages) adminCalendar(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	year := p.thisYear(rq)
	if asked := rq.Query("year"); asked != "" {
		n, err := strconv.Atoi(asked)
		if err != nil || n < 2000 || n > 2099 {
			return site.ErrMissing
		}
		year = n
	}
	days := p.Catalog.Days(year)
	return rq.Show(w, calendarPage(calendarView{Year: year, Months: p.months(rq, year), Days: days, Hours: p.hourLines(rq)}))
}

type calendarView struct {
	Year   int
	Months []month
	Days   []catalog.Day
	Hours  []ui.Choice // weekday and its hours
}

func (p *Pages) thisYear(rq *site.Req) int {
	return clock.Time(rq.Now).In(p.zone()).Year()
}

func (p *Pages) zone() *time.Location {
	if z := p.Catalog.Calendar().Zone; z != nil {
		return z
	}
	return time.UTC
}

// months draws the year.
func (p *Pages) months(rq *site.Req, year int) []month {
	set := map[string]catalog.Day{}
	for _, d := range p.Catalog.Days(year) {
		set[d.Date] = d
	}
	today := clock.Time(rq.Now).In(p.zone()).Format(time.DateOnly)
	cal := p.Catalog.Calendar()
	all := make([]month, 12)
	for m := range all {
		all[m].Name = rq.T("admin.month." + strconv.Itoa(m+1))
		week, at := [7]dayCell{}, 0
		for day := time.Date(year, time.Month(m+1), 1, 12, 0, 0, 0, p.zone()); day.Month() == time.Month(m+1); day = day.AddDate(0, 0, 1) {
			at = (int(day.Weekday()) + 6) % 7
			date := day.Format(time.DateOnly)
			week[at] = dayCell{Date: date, Day: day.Day(), Off: !cal.WorkingDay(day), Set: set[date], Today: date == today}
			if at == 6 {
				all[m].Weeks = append(all[m].Weeks, week)
				week = [7]dayCell{}
			}
		}
		if at != 6 {
			all[m].Weeks = append(all[m].Weeks, week)
		}
	}
	return all
}

// hourLines are the weekdays from Monday on, each with its hours.
func (p *Pages) hourLines(rq *site.Req) []ui.Choice {
	week := p.Catalog.Hours().Week
	out := make([]ui.Choice, 7)
	for i := range out {
		d := (i + 1) % 7
		out[i] = ui.Choice{Value: strconv.Itoa(d), Label: rq.T("time.weekday." + strconv.Itoa(d)), Hint: clock.FormatSpans(week[d])}
	}
	return out
}

// dayView is the form of a day, and of those after it that are to be the same.
type dayView struct {
	Day    time.Time
	Crumbs []site.Link
}

func (p *Pages) viewDay(r *http.Request, rq *site.Req) (dayView, error) {
	day, err := time.Parse(time.DateOnly, r.PathValue("date"))
	if err != nil || day.Year() < 2000 || day.Year() > 2099 {
		return dayView{}, site.ErrMissing
	}
	return dayView{day, ui.AdminCrumbs(rq, site.Link{URL: to.Calendar() + "?year=" + strconv.Itoa(day.Year()), Label: rq.T("admin.calendar")})}, nil
}

func (p *Pages) dayForm(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	v, err := p.viewDay(r, rq)
	if err != nil {
		return err
	}
	f := site.NewForm("kind", string(catalog.Ordinary))
	for _, d := range p.Catalog.Days(v.Day.Year()) {
		if d.Date == r.PathValue("date") {
			f = site.NewForm("kind", string(d.Kind), "name", d.Name)
			if d.Provisional {
				f.Set("draft", "1")
			}
		}
	}
	return rq.Show(w, dayPage(v, f))
}

// maxRange is how many days one form may set.
const maxRange = 31

func (p *Pages) saveDay(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v, err := p.viewDay(r, rq)
	if err != nil {
		return err
	}
	last := v.Day
	if until := f.Value("until"); until != "" {
		if last, err = time.Parse(time.DateOnly, until); err != nil || last.Before(v.Day) || last.Sub(v.Day) > maxRange*24*time.Hour {
			return rq.Again(w, f, fault.Field("until", "admin.day.until", maxRange), dayPage(v, f))
		}
	}
	var days []catalog.Day
	for d := v.Day; !d.After(last); d = d.AddDate(0, 0, 1) {
		days = append(days, catalog.Day{Date: d.Format(time.DateOnly), Kind: catalog.DayKind(f.Value("kind")), Name: f.Value("name"), Provisional: f.Value("draft") != ""})
	}
	if err := p.Catalog.SetDays(r.Context(), rq.Who, days); err != nil {
		return rq.Again(w, f, err, dayPage(v, f))
	}
	return rq.Done(w, v.Crumbs[1].URL, "admin.day.saved", len(days))
}

func (p *Pages) hoursForm(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f := site.NewForm()
	for _, d := range p.hourLines(rq) {
		f.Set("day"+d.Value, d.Hint)
	}
	if p.Catalog.Hours().CountFirst {
		f.Set("count_first", "1")
	}
	return rq.Show(w, hoursPage(p.hourLines(rq), f))
}

func (p *Pages) saveHours(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	hours := catalog.Hours{CountFirst: f.Value("count_first") != ""}
	var bad fault.List
	for d := range hours.Week {
		field := "day" + strconv.Itoa(d)
		spans, err := clock.ParseSpans(f.Value(field))
		l, _ := fault.As(err)
		for _, x := range l {
			bad = append(bad, &fault.Fault{Field: field, Key: x.Key, Args: x.Args})
		}
		hours.Week[d] = spans
	}
	if err = bad.Or(); err == nil {
		err = p.Catalog.SetHours(r.Context(), rq.Who, hours)
	}
	if err != nil {
		return rq.Again(w, f, site.Renamed(err, map[string]string{"hours": "day1"}), hoursPage(p.hourLines(rq), f))
	}
	return rq.Done(w, to.Calendar(), "common.saved")
}
