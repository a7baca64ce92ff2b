package catalog

import (
	"cmp"
	"context"
	"net/url"
	"strings"
	"time"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/geo"
	"mulin/internal/store"
)

// Settings are what pages say and show of the city. Left out, they show nothing, and the time is UTC.
type Settings struct {
	CityName   string    `json:"city_name,omitempty"`
	CityNameEN string    `json:"city_name_en,omitempty"`
	Platform   string    `json:"platform,omitempty"` // what the staff's platform is called here
	PlatformEN string    `json:"platform_en,omitempty"`
	Client     string    `json:"client,omitempty"` // what the residents' pages are called here
	ClientEN   string    `json:"client_en,omitempty"`
	Logo       string    `json:"logo,omitempty"`        // a few characters shown as the logo
	Phone      string    `json:"phone,omitempty"`       // the number on every resident's page
	TileURL    string    `json:"tile_url,omitempty"`    // base map: "https://…/{z}/{x}/{y}.png"; "" draws our own areas only
	TileCredit string    `json:"tile_credit,omitempty"` // whom the base map is from
	MapCentre  geo.Point `json:"map_centre"`            // where maps open for those without an area of their own
	MapZoom    int       `json:"map_zoom,omitempty"`    // 0: chosen by the map
	Zone       string    `json:"zone,omitempty"`        // IANA name
	RegionCode string    `json:"region_code,omitempty"` // division code, GB/T 2260: 6 digits
	// ReportInMetres is how far from the case somebody who reports in may stand; 0: anywhere.
	ReportInMetres int64 `json:"report_in_metres,omitempty"`
	// SameMetres is how far apart two cases may lie that are taken for one; 0: 300.
	SameMetres   int64  `json:"same_metres,omitempty"`
	PrivacyPhone string `json:"privacy_phone,omitempty"` // of whoever answers questions about personal data
	// SurePercent is how sure a suggested class must be, in percent, to be more than a candidate; 0: usualSure.
	SurePercent int64 `json:"sure_percent,omitempty"`
	// SecretWords hint at a reporter who must not be known to those complained about, with blanks between.
	SecretWords string `json:"secret_words,omitempty"`
}

// usualSure is a good threshold for a city that has set none.
const usualSure = 60

// Sure is how sure, from 0 to 1, a suggested class must be to be more than a candidate.
func (s Settings) Sure() float64 {
	return float64(cmp.Or(s.SurePercent, usualSure)) / 100
}

// Settings are those in force.
func (c *Catalog) Settings() Settings { return c.lists.Now().settings }

// SaveSettings replaces the settings.
func (c *Catalog) SaveSettings(ctx context.Context, who access.Actor, s Settings) error {
	if err := c.may(who); err != nil {
		return err
	}
	if err := s.check(); err != nil {
		return err
	}
	return c.write(ctx, "save settings", func(tx *store.Tx) error {
		old, err := settingsOf(ctx, tx)
		if err != nil || old.Settings == s {
			return err
		}
		putSettings(tx, stored{s, old.Hours})
		record(tx, who, "catalog.settings.save", "settings", 0, change{Before: old.Settings, After: s})
		return nil
	})
}

func (s *Settings) check() error {
	var all fault.List
	s.CityName = filled(&all, "city_name", s.CityName, 20)
	s.CityNameEN = clean(&all, "city_name_en", s.CityNameEN, MaxName)
	s.Platform = clean(&all, "platform", s.Platform, MaxName)
	s.PlatformEN = clean(&all, "platform_en", s.PlatformEN, MaxName)
	s.Client = clean(&all, "client", s.Client, MaxName)
	s.ClientEN = clean(&all, "client_en", s.ClientEN, MaxName)
	s.Logo = clean(&all, "logo", s.Logo, 4)
	s.Phone = phone(&all, "phone", s.Phone)
	s.PrivacyPhone = phone(&all, "privacy_phone", s.PrivacyPhone)
	s.TileURL = clean(&all, "tile_url", s.TileURL, maxText)
	s.TileCredit = clean(&all, "tile_credit", s.TileCredit, MaxName)
	all.Check(s.TileURL == "" || tiles(s.TileURL), "tile_url", "catalog.settings.tiles")
	all.Check(s.MapCentre.Valid(), "map_centre", "catalog.settings.centre")
	all.Check(s.MapZoom >= 0 && s.MapZoom <= 22, "map_zoom", "catalog.settings.zoom")
	_, err := time.LoadLocation(s.Zone)
	all.Check(err == nil && s.Zone != "Local", "zone", "clock.zone", s.Zone)
	all.Check(s.ReportInMetres >= 0 && s.ReportInMetres <= 100_000, "report_in_metres", "catalog.settings.metres")
	all.Check(s.SameMetres >= 0 && s.SameMetres <= 2000, "same_metres", "catalog.settings.same", 2000)
	all.Check(s.RegionCode == "" || digits(s.RegionCode, 6), "region_code", "catalog.settings.region")
	all.Check(s.SurePercent == 0 || s.SurePercent >= 30 && s.SurePercent <= 99, "sure_percent", "catalog.settings.sure")
	s.SecretWords = clean(&all, "secret_words", wordList(s.SecretWords), MaxWords)
	return all.Or()
}

func phone(all *fault.List, field, number string) string {
	number = clean(all, field, number, 20)
	all.Check(strings.Trim(number, "0123456789-+ ") == "", field, "catalog.settings.phone")
	return number
}

// tiles tells whether a text can be the address of map tiles: ours or over HTTPS, never a script.
func tiles(address string) bool {
	for _, part := range []string{"{z}", "{x}", "{y}"} {
		if strings.Count(address, part) != 1 {
			return false
		}
	}
	u, err := url.Parse(strings.NewReplacer("{z}", "1", "{x}", "1", "{y}", "1").Replace(address))
	if err != nil || u.User != nil || strings.ContainsAny(address, " \"'<>;\\") {
		return false
	}
	return u.Scheme == "https" && u.Host != "" || u.Scheme == "" && u.Host == "" && strings.HasPrefix(address, "/")
}
