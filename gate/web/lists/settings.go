package lists

import (
	"net/http"
	"slices"
	"strconv"

	"mulin/gate/web/names"
	"mulin/gate/web/site"
	"mulin/gate/web/to"
	"mulin/gate/web/ui"
	"mulin/internal/geo"
	"mulin/town/catalog"
)

// settingRoutes show the national codes and edit the settings; the other lists have files of their own.
func (p *Pages) settingRoutes() []site.Route {
	return append(site.Both("/admin/catalog/settings", catalog.Edit, p.lists(p.settingsForm), p.lists(p.saveSettings)),
		site.Route{Pattern: "GET /admin/catalog/codes", Do: p.lists(p.adminCodes), Need: catalog.Edit})
}

type codeList struct {
	Kind  catalog.CodeKind
	Query string
	Codes []catalog.Code
	All   int
	Next  string
}

func (p *Pages) adminCodes(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	l := codeList{Kind: catalog.CodeKind(rq.Query("kind")), Query: rq.Query("q")}
	if l.Kind == "" {
		l.Kind = catalog.Component
	}
	if !slices.Contains(catalog.CodeKinds, l.Kind) {
		return site.ErrMissing
	}
	all := slices.Clone(p.Catalog.Codes(l.Kind))
	if l.Query != "" {
		all = slices.DeleteFunc(all, func(c catalog.Code) bool { return !names.Holds(l.Query, c.Code, c.Name, c.MajorName) })
	}
	l.All = len(all)
	l.Codes, l.Next = site.PageOf(all, rq.Query("after"), site.PageSize, func(c catalog.Code) string { return c.Code })
	return rq.Show(w, codesPage(l))
}

// settingTexts are the settings that are plain texts: the field and where it goes.
func settingTexts(s *catalog.Settings) []struct {
	Name string
	Of   *string
} {
	type text = struct {
		Name string
		Of   *string
	}
	return []text{{"city_name", &s.CityName}, {"city_name_en", &s.CityNameEN}, {"platform", &s.Platform}, {"platform_en", &s.PlatformEN}, {"client", &s.Client},
		{"client_en", &s.ClientEN}, {"logo", &s.Logo}, {"phone", &s.Phone}, {"privacy_phone", &s.PrivacyPhone}, {"tile_url", &s.TileURL}, {"tile_credit", &s.TileCredit},
		{"zone", &s.Zone}, {"region_code", &s.RegionCode}, {"secret_words", &s.SecretWords}}
}

func (p *Pages) settingsForm(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	s := p.Catalog.Settings()
	f := site.NewForm()
	for _, x := range settingTexts(&s) {
		f.Set(x.Name, *x.Of)
	}
	if s.MapCentre != (geo.Point{}) {
		f.Set("lat", ui.Degrees(s.MapCentre.Lat))
		f.Set("lng", ui.Degrees(s.MapCentre.Lng))
	}
	f.Set("map_zoom", strconv.Itoa(s.MapZoom))
	f.Set("report_in_metres", to.Digits(s.ReportInMetres))
	f.Set("same_metres", to.Digits(s.SameMetres))
	f.Set("sure_percent", strconv.Itoa(int(100*s.Sure()+0.5)))
	return rq.Show(w, settingsPage(f))
}

func (p *Pages) saveSettings(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	s := p.Catalog.Settings()
	for _, x := range settingTexts(&s) {
		*x.Of = f.Value(x.Name)
	}
	centre, err := ui.PointOf(f)
	if err == nil {
		s.MapCentre = geo.Point{}
		if centre != nil {
			s.MapCentre = *centre
		}
		s.MapZoom, s.ReportInMetres, s.SameMetres = int(f.Int("map_zoom")), f.Int("report_in_metres"), f.Int("same_metres")
		s.SurePercent = f.Int("sure_percent")
		err = p.Catalog.SaveSettings(r.Context(), rq.Who, s)
	}
	if err != nil {
		return rq.Again(w, f, site.Renamed(err, map[string]string{"map_centre": "lat"}), settingsPage(f))
	}
	return rq.Done(w, "/admin/catalog/settings", "common.saved")
}
