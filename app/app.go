// Package app joins everything: it opens the database and builds each city with its areas, views and gates. It reads as a list.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"mulin/gate/draft"
	"mulin/gate/words"
	"mulin/internal/blob"
	"mulin/internal/clock"
	"mulin/internal/i18n"
	"mulin/internal/seal"
	"mulin/internal/store"
)

// Config is how an installation is set up. Leaving a setting out gives the sensible thing.
type Config struct {
	Data       string   // folder of the database file, photos and key; default "mulin-data"
	DB         string   // file or postgres:// URL; default Data/mulin.db
	Key        string   // 64 hex digits that seal personal values; default: made once, kept in Data/key
	Trusted    []string // proxies whose X-Forwarded-For is believed, as addresses or networks
	Secure     bool     // people reach the site by https
	Hosts      []string // "name=city": which city a host name shows; others show the first
	SMS        string   // address of an HTTP gateway that sends phone codes; empty: no codes are sent
	SMSKey     string   // sent to that gateway as a bearer token
	DraftURL   string   // address of a service that proposes answers, as https://host/v1; empty: nobody does
	DraftKey   string   // sent to that service as a bearer token
	DraftModel string   // which of its models
	S3         *blob.S3Config
	Unlimited  bool // no limits per address: for measuring
	Demo       bool // one-click sign-ins, codes shown on the page: only ever on loopback
}

// App is a running installation.
type App struct {
	Config
	DB     *store.DB
	Clock  clock.Clock
	Log    *slog.Logger
	Words  *i18n.Catalog
	Photos *blob.Photos
	box    *seal.Box
	drafts *draft.Client // nil: no drafts are proposed
	towns  map[int64]*Town
	order  []int64
	proxy  []netip.Prefix
	hosts  map[string]int64
}

// Open opens the database and every city in it.
func Open(ctx context.Context, cfg Config, clk clock.Clock, log *slog.Logger) (*App, error) {
	a := &App{Config: cfg.withDefaults(), Clock: clk, Log: log, towns: map[int64]*Town{}, hosts: map[string]int64{}}
	if err := a.settle(); err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, a.Config.DB, clk)
	if err != nil {
		return nil, err
	}
	a.DB = db
	ids, err := db.Cities(ctx)
	if err == nil {
		var key []byte
		if key, err = a.key(len(ids) > 0); err == nil {
			a.box = seal.New(key)
		}
	}
	for _, id := range ids {
		if err == nil {
			_, err = a.raise(ctx, id)
		}
	}
	for name, id := range a.hosts {
		if err == nil && a.towns[id] == nil {
			err = fmt.Errorf("host %s: there is no city %d in this database, only %v", name, id, a.order)
		}
	}
	if err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

func (c Config) withDefaults() Config {
	if c.Data == "" {
		c.Data = "mulin-data"
	}
	if c.DB == "" {
		c.DB = filepath.Join(c.Data, "mulin.db")
	}
	return c
}

// settle reads the settings that need no database: words, photos, proxies, hosts.
func (a *App) settle() (err error) {
	if err := os.MkdirAll(a.Data, 0o750); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	if a.Words, err = words.Load(); err != nil {
		return err
	}
	if a.Photos, err = a.photos(); err != nil {
		return err
	}
	if a.DraftURL != "" {
		if a.drafts, err = draft.New(a.DraftURL, a.DraftKey, a.DraftModel); err != nil {
			return err
		}
	}
	for _, p := range a.Trusted {
		prefix, err := parsePrefix(p)
		if err != nil {
			return fmt.Errorf("trusted proxy %q: %w", p, err)
		}
		a.proxy = append(a.proxy, prefix)
	}
	for _, h := range a.Hosts {
		name, id, ok := strings.Cut(h, "=")
		var city int64
		if _, err := fmt.Sscan(id, &city); !ok || err != nil {
			return fmt.Errorf("host %q: want name=city", h)
		}
		a.hosts[strings.ToLower(name)] = city
	}
	return nil
}

func parsePrefix(s string) (netip.Prefix, error) {
	if strings.Contains(s, "/") {
		return netip.ParsePrefix(s)
	}
	addr, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, err
	}
	return addr.Prefix(addr.BitLen())
}

func (a *App) photos() (*blob.Photos, error) {
	if a.S3 != nil && a.S3.Bucket != "" {
		s, err := blob.S3(*a.S3)
		if err != nil {
			return nil, err
		}
		return blob.NewPhotos(s), nil
	}
	s, err := blob.Folder(filepath.Join(a.Data, "photos"))
	if err != nil {
		return nil, err
	}
	return blob.NewPhotos(s), nil
}

// key is the master key from the settings, or the one kept beside the data, which has to be there once there are cities.
func (a *App) key(cities bool) (key []byte, err error) {
	if a.Key != "" {
		return seal.ParseKey(a.Key)
	}
	return seal.KeyFile(filepath.Join(a.Data, "key"), cities)
}

// Town returns a city by its id; nil if there is none.
func (a *App) Town(id int64) *Town { return a.towns[id] }

// First is the city shown to those whose host name says nothing; nil if none has been founded.
func (a *App) First() *Town {
	if len(a.order) == 0 {
		return nil
	}
	return a.towns[a.order[0]]
}

// Found makes a new city with the standard roles; founding it twice changes nothing.
func (a *App) Found(ctx context.Context, id int64) (*Town, error) {
	if t := a.towns[id]; t != nil {
		return t, nil
	}
	if err := a.DB.Found(ctx, id); err != nil {
		return nil, fmt.Errorf("found city %d: %w", id, err)
	}
	return a.raise(ctx, id)
}

// Cities are the numbers of all cities, in order.
func (a *App) Cities() []int64 { return a.order }

// Close stops everything in order and closes the database.
func (a *App) Close() error {
	for _, t := range a.towns {
		t.close()
	}
	if a.DB == nil {
		return nil
	}
	return a.DB.Close()
}
