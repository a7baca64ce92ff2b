package issue

import (
	"context"
	"encoding/json"
	"errors"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/store"
	"mulin/town/catalog"
)

// Weights are what counts for heat in this city.
func (is *Issues) Weights(ctx context.Context) (Weights, error) {
	return weightsOf(ctx, is.city, is.city.ID)
}

func weightsOf(ctx context.Context, q store.Querier, city int64) (Weights, error) {
	text, err := store.Value[string](ctx, q, `select weights from triage_hot where city = ?`, city)
	if errors.Is(err, store.ErrNone) {
		return DefaultWeights, nil
	}
	w := DefaultWeights
	if err == nil {
		err = json.Unmarshal([]byte(text), &w)
	}
	return w, err
}

// SaveWeights changes what counts for heat: a list of the whole city like the others of the catalogue.
func (is *Issues) SaveWeights(ctx context.Context, who access.Actor, w Weights) error {
	if err := who.May(catalog.Edit, access.WholeCity); err != nil {
		return err
	}
	if err := w.check(); err != nil {
		return err
	}
	return is.city.Write(ctx, func(tx *store.Tx) error {
		old, err := weightsOf(ctx, tx, tx.City)
		if err != nil || old == w {
			return err
		}
		text, err := json.Marshal(w)
		if err != nil {
			return err
		}
		tx.Exec(`insert into triage_hot (city, weights) values (?, ?) on conflict (city) do update set weights = excluded.weights`, tx.City, string(text))
		ledger.Append(tx, who, "catalog.hot.save", ledger.Subject{Kind: "hot"}, map[string]Weights{"before": old, "after": w})
		return nil
	})
}

// check bounds every weight, so that no slip of a key makes a board useless.
func (w *Weights) check() error {
	var l fault.List
	for _, f := range []struct {
		name     string
		v        float64
		low, top float64
	}{{"people", w.People, 0, 100}, {"pace", w.Pace, 0, 100}, {"support", w.Support, 0, 100}, {"half_life", w.HalfLife, 0.1, 365}, {"named", w.Named, 0, 1}, {"unknown", w.Unknown, 0, 1}} {
		l.Check(f.v >= f.low && f.v <= f.top, f.name, "hot.weight.bad", f.low, f.top)
	}
	return l.Or()
}
