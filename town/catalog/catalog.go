// Package catalog holds the lists a city works by: the tree of requests, national class codes, limits, the whistle list, reasons, the
// working calendar and the settings. All of them are rows with a verb to edit them; reading comes from memory.
package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"mulin/internal/access"
	"mulin/internal/ledger"
	"mulin/internal/memory"
	"mulin/internal/register"
	"mulin/internal/store"
)

// Edit is the right to change the lists. They belong to the whole city, so it counts only at the root of the territory.
const Edit access.Right = "catalog.edit"

// Catalog is the lists of one city. It is read from memory by many at once; what it returns as a slice, map or pointer must not be changed.
type Catalog struct {
	city *store.City
	memory.Kept
	lists *memory.Copy[*state]
	steps []string // that laws obey

	WhistleList *register.Register[WhistleItem]
}

// New makes the catalog of a city; it is empty until Load. Bodies are those that the whistle list may call.
func New(city *store.City, bodies register.Directory) *Catalog {
	c := &Catalog{city: city}
	c.lists = memory.New(city, "catalog", newState(), c.load, "catalog.")
	c.Kept = c.lists
	c.WhistleList = c.whistleList(bodies)
	return c
}

// may asks for Edit in this city.
func (c *Catalog) may(who access.Actor) error {
	if who.City != c.city.ID {
		return access.ErrDenied
	}
	return who.May(Edit, access.WholeCity)
}

// write runs f as one write and then reads the lists again.
func (c *Catalog) write(ctx context.Context, what string, f func(tx *store.Tx) error) error {
	if err := c.city.Write(ctx, f); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	c.lists.Refresh(ctx)
	return nil
}

// change is the body of a ledger entry.
type change struct {
	Before any    `json:"before,omitempty"`
	After  any    `json:"after,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// differs tells whether there is anything to write; saving what is already so leaves no trace.
func differs(before, after any) bool { return !reflect.DeepEqual(before, after) }

// record appends to the ledger, by the post that gave the right.
func record(tx *store.Tx, who access.Actor, verb, kind string, id int64, body change) {
	if post := who.Post(Edit, access.WholeCity); post != 0 {
		who.Posts = slices.Clone(who.Posts)
		slices.SortStableFunc(who.Posts, func(a, b access.Post) int {
			return boolRank(b.ID == post) - boolRank(a.ID == post)
		})
	}
	ledger.Append(tx, who, verb, ledger.Subject{Kind: kind, ID: id}, body)
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// text is a value as JSON, for a column.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("catalog: %T as JSON: %v", v, err)) // a programming error
	}
	return string(b)
}
