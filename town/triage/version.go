package triage

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"slices"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// Train is the right to teach the suggestions, to switch between their versions and to set their threshold. It counts only for the whole city.
const Train access.Right = "triage.train"

// ErrNoVersion says that there is no such version, or not any more.
var ErrNoVersion = fault.New(fault.Missing, "triage.version.missing")

// Bounds of what is kept.
const (
	keptVersions = 10
	pieceSize    = 256 << 10
)

// Source says what a version was learned from, and because of whom.
type Source string

// The sources.
const (
	ByNight  Source = "night"
	ByButton Source = "button"
	ByFile   Source = "file"
	ByHand   Source = "hand" // the command line, from the city's cases
)

// Verdict says what became of a version when it was made.
type Verdict string

// The verdicts.
const (
	First  Verdict = "first"
	Better Verdict = "better" // not worse than the one at work, so it took its place
	Worse  Verdict = "worse"  // kept aside
	Kept   Verdict = "kept"   // it was asked for only to be kept
)

// Version is one model.
type Version struct {
	Number, MadeAt, Person      int64
	Source                      Source
	Lessons, Corrected, Classes int64
	Measured
	Millis, Bytes int64
	LearnedUntil  int64
	Verdict       Verdict
	Active        bool
	blob          int64
}

const versionColumns = `number, made_at, person, source, lessons, corrected, classes, tested, macro_f1, accuracy, exact, error, millis, bytes, learned_until, verdict, active, blob`

func scanVersion(r store.Row) (v Version, err error) {
	err = r.Scan(&v.Number, &v.MadeAt, &v.Person, &v.Source, &v.Lessons, &v.Corrected, &v.Classes, &v.Tested, &v.MacroF1, &v.Accuracy, &v.Exact, &v.Error,
		&v.Millis, &v.Bytes, &v.LearnedUntil, &v.Verdict, &v.Active, &v.blob)
	return v, err
}

// may asks for Train in this city.
func (r *Reader) may(who access.Actor) error {
	if who.City != r.city.ID {
		return access.ErrDenied
	}
	return who.May(Train, access.WholeCity)
}

// Versions are those that are kept, the newest first.
func (r *Reader) Versions(ctx context.Context, who access.Actor) ([]Version, error) {
	if err := r.may(who); err != nil {
		return nil, err
	}
	return versions(ctx, r.city, r.city.ID)
}

func versions(ctx context.Context, q store.Querier, city int64) ([]Version, error) {
	return store.All(ctx, q, scanVersion, `select `+versionColumns+` from triage_model where city = ? order by number desc limit 100`, city)
}

// keep stores a version with its bytes: first the pieces, which nobody waits for, then in one write the version itself.
func (r *Reader) keep(ctx context.Context, who access.Actor, v Version, raw []byte) (Version, error) {
	v.Bytes, v.blob = int64(len(raw)), 1+rand.Int64N(1<<53-1)
	part := int64(0)
	for piece := range slices.Chunk(raw, pieceSize) {
		if err := r.city.Upkeep(ctx, func(tx *store.Tx) error {
			tx.Exec(`insert into triage_part (city, blob, part, made_at, bytes) values (?, ?, ?, ?, ?) on conflict (city, blob, part) do nothing`, tx.City, v.blob, part, tx.Now, piece)
			return nil
		}); err != nil {
			return v, fmt.Errorf("keep a model: %w", err)
		}
		part++
	}
	err := r.city.Write(ctx, func(tx *store.Tx) error {
		old, err := versions(ctx, tx, tx.City)
		if err != nil {
			return err
		}
		v.Number, v.MadeAt = 1, tx.Now
		if len(old) > 0 {
			v.Number = old[0].Number + 1
		}
		insertVersion(tx, &v)
		if v.Active {
			tx.Exec(`update triage_model set active = (number = ?) where city = ?`, v.Number, tx.City)
		}
		prune(tx, old, v.Active)
		ledger.Append(tx, who, "triage.model", ledger.Subject{Kind: "model", ID: v.Number}, made{v.Source, v.Lessons, v.Verdict, v.Active, crc32.ChecksumIEEE(raw)})
		return nil
	})
	if err != nil {
		return v, fmt.Errorf("keep a model: %w", err)
	}
	return v, r.Load(ctx)
}

// made is the ledger's body of a new version.
type made struct {
	Source  Source  `json:"source"`
	Lessons int64   `json:"lessons"`
	Verdict Verdict `json:"verdict"`
	Active  bool    `json:"active"`
	Sum     uint32  `json:"sum"`
}

func insertVersion(tx *store.Tx, v *Version) {
	tx.Exec(`insert into triage_model (city, number, blob, made_at, person, source, lessons, corrected, classes, tested, macro_f1, accuracy, exact, error, millis, bytes,
		learned_until, verdict, active) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.City, v.Number, v.blob, v.MadeAt, v.Person, v.Source, v.Lessons, v.Corrected, v.Classes, v.Tested, v.MacroF1, v.Accuracy, v.Exact, v.Error, v.Millis, v.Bytes,
		v.LearnedUntil, v.Verdict, v.Active)
}

// oldPiece is when pieces that belong to no version are those of a training that was broken off.
const oldPiece = 24 * 3600 * 1_000_000

// prune forgets the oldest versions beyond those that are kept; the one at work always is.
func prune(tx *store.Tx, old []Version, replaced bool) {
	left := keptVersions - 1
	for _, v := range old {
		if left--; left >= 0 || v.Active && !replaced {
			continue
		}
		tx.Exec(`delete from triage_part where city = ? and blob = ?`, tx.City, v.blob)
		tx.Exec(`delete from triage_model where city = ? and number = ?`, tx.City, v.Number)
	}
	tx.Exec(`delete from triage_part where city = ? and made_at < ? and blob not in (select m.blob from triage_model m where m.city = ?)`, tx.City, tx.Now-oldPiece, tx.City)
}

// Activate puts a version to work, an older one too.
func (r *Reader) Activate(ctx context.Context, who access.Actor, number int64) error {
	if err := r.may(who); err != nil {
		return err
	}
	err := r.city.Write(ctx, func(tx *store.Tx) error {
		all, err := versions(ctx, tx, tx.City)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(v Version) bool { return v.Number == number })
		if i < 0 {
			return ErrNoVersion
		}
		if all[i].Active {
			return nil
		}
		was := int64(0)
		if j := slices.IndexFunc(all, func(v Version) bool { return v.Active }); j >= 0 {
			was = all[j].Number
		}
		tx.Exec(`update triage_model set active = (number = ?) where city = ?`, number, tx.City)
		ledger.Append(tx, who, "triage.model.switch", ledger.Subject{Kind: "model", ID: number}, map[string]int64{"was": was, "is": number})
		return nil
	})
	if err != nil {
		return fmt.Errorf("put a model to work: %w", err)
	}
	return r.Load(ctx)
}

// atWork is the version at work: nil and 0 if there is none. One whose bytes are damaged leaves the city with what its catalogue says.
type atWork struct {
	*model
	damaged int64 // its number
}

func (r *Reader) readAtWork(ctx context.Context, old atWork) (atWork, error) {
	v, err := store.One(ctx, r.city, scanVersion, `select `+versionColumns+` from triage_model where city = ? and active order by number desc limit 1`, r.city.ID)
	if errors.Is(err, store.ErrNone) {
		return atWork{}, nil
	}
	if err != nil || old.model != nil && old.Version == v.Number {
		return old, err
	}
	raw, err := r.bytes(ctx, v)
	if err != nil {
		return old, err
	}
	b, err := unpack(raw, v.Number)
	if errors.Is(err, errDamaged) {
		return atWork{damaged: v.Number}, nil
	}
	return atWork{model: b}, err
}

func (r *Reader) bytes(ctx context.Context, v Version) ([]byte, error) {
	pieces, err := store.Values[[]byte](ctx, r.city, `select bytes from triage_part where city = ? and blob = ? order by part`, r.city.ID, v.blob)
	if err != nil {
		return nil, err
	}
	return slices.Concat(pieces...), nil
}

// Damaged is the number of a version at work that can't be read, 0 if all is well.
func (r *Reader) Damaged() int64 { return r.model.Now().damaged }

// current is what reads just now: the version at work, else what the catalogue says.
func (r *Reader) current() *model {
	if b := r.model.Now().model; b != nil {
		return b
	}
	r.cold.Lock()
	defer r.cold.Unlock()
	classes := r.catalog.Classes()
	if r.coldModel == nil || len(classes) != len(r.coldOf) || len(classes) > 0 && &classes[0] != &r.coldOf[0] {
		r.coldModel, r.coldOf = r.fromCatalogue(), classes
	}
	return r.coldModel
}
