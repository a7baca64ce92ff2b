package place

import (
	"context"
	"slices"
	"strings"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/store"
)

// Add makes one place. It must stand below a place of the kind above, with a name of its own among its siblings; a shape may not overlap
// a sibling's nor reach beyond the parent's.
func (r *Register) Add(ctx context.Context, who access.Actor, d Details) (Place, error) {
	if err := r.mayAtAll(who); err != nil {
		return Place{}, err
	}
	d.tidy()
	if err := d.check().Or(); err != nil {
		return Place{}, err
	}
	var p Place
	err := r.city.Write(ctx, func(tx *store.Tx) error {
		var err error
		p, err = r.newBatch(ctx, tx, who).found(d)
		return err
	})
	if err != nil {
		return Place{}, err
	}
	r.refresh(ctx, p.Kind)
	return p, nil
}

// found makes one place of details that have been checked.
func (b *batch) found(d Details) (Place, error) {
	if err := b.prepare([]Details{d}); err != nil {
		return Place{}, err
	}
	p, err := b.add(d)
	if err == nil {
		err = b.fit(noOverlap)
	}
	if err != nil {
		return p, err
	}
	after := p.state()
	if err := b.save(p, b.record("place.add", p, change{After: &after})); err != nil {
		return p, err
	}
	_, err = b.call(p, d.Aliases)
	return p, err
}

// chunk is how many places of a long list go into one write.
const chunk = 500

// AddAll makes many places, 500 a write; one may name the code of one before it as its parent. On an error what was made before its chunk stands and is returned.
func (r *Register) AddAll(ctx context.Context, who access.Actor, list []Details) ([]Place, error) {
	if err := r.mayAtAll(who); err != nil {
		return nil, err
	}
	list, err := checkAll(list)
	if err != nil {
		return nil, err
	}
	all := make([]Place, 0, len(list))
	defer func() {
		if slices.ContainsFunc(all, func(p Place) bool { return p.Kind.remembered() }) {
			r.refresh(ctx, City)
		}
	}()
	for some := range slices.Chunk(list, chunk) {
		var made []Place
		err := r.city.Write(ctx, func(tx *store.Tx) error {
			var err error
			made, err = r.newBatch(ctx, tx, who).addAll(some)
			return err
		})
		if err != nil {
			return all, err
		}
		all = append(all, made...)
	}
	return all, nil
}

func (b *batch) addAll(list []Details) ([]Place, error) {
	if err := b.prepare(list); err != nil {
		return nil, err
	}
	made := make([]Place, len(list))
	for i, d := range list {
		var err error
		if made[i], err = b.add(d); err != nil {
			return nil, err
		}
	}
	if err := b.fit(noOverlap); err != nil {
		return nil, err
	}
	first, last := made[0], made[len(made)-1]
	over := Place{ID: first.Parent, Path: commonPath(made)}
	if ids := IDs(over.Path); len(ids) > 0 {
		over.ID = ids[len(ids)-1]
	}
	seq := b.record("place.addall", over, map[string]int64{"first": first.ID, "last": last.ID, "count": int64(len(made))})
	for i, p := range made {
		if err := b.save(p, seq); err != nil {
			return nil, err
		}
		if _, err := b.call(p, list[i].Aliases); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// commonPath is the deepest path that all places stand on.
func commonPath(all []Place) string {
	path := all[0].Path
	for _, p := range all[1:] {
		for !strings.HasPrefix(p.Path, path) {
			path = path[:strings.LastIndexByte(path[:len(path)-1], '/')+1]
		}
	}
	return path
}

// change loads a live place within a write and asks for the right above it.
func (b *batch) change(id int64) (Place, error) {
	p, err := load(b.ctx, b.tx, b.tx.City, id)
	if err != nil {
		return p, err
	}
	if err := b.r.may(b.who, p.above()); err != nil {
		return p, err
	}
	if !p.Live() {
		return p, ErrEnded.With(p.Name)
	}
	b.note(p)
	return p, nil
}

// Rename gives a place another name and code; an empty code keeps the one it has. What it was called before stays known.
func (r *Register) Rename(ctx context.Context, who access.Actor, id int64, name, code string) (Place, error) {
	if err := r.mayAtAll(who); err != nil {
		return Place{}, err
	}
	name, code = strings.TrimSpace(name), strings.TrimSpace(code)
	if err := checkName(name, code).Or(); err != nil {
		return Place{}, err
	}
	var p Place
	err := r.city.Write(ctx, func(tx *store.Tx) error {
		b := r.newBatch(ctx, tx, who)
		was, err := b.change(id)
		if err != nil {
			return err
		}
		if err := b.prepare([]Details{{Name: name, Code: code, Parent: was.Parent}}); err != nil {
			return err
		}
		p, err = b.rename(was, name, code)
		return err
	})
	if err != nil {
		return Place{}, err
	}
	r.refresh(ctx, p.Kind)
	return p, nil
}

// rename queues the change if there is one.
func (b *batch) rename(was Place, name, code string) (Place, error) {
	p := was
	p.Name = name
	if code != "" {
		p.Code = code
	}
	if p == was {
		return p, nil
	}
	if err := b.free(sibling{p.Parent, p.Name}, p.Code, p.ID); err != nil {
		return p, err
	}
	b.note(p)
	before, after := was.state(), p.state()
	seq := b.record("place.rename", p, change{&before, &after})
	b.tx.Exec(`insert into place_name (city, place, seq, until_at, name, code, parent) values (?, ?, ?, ?, ?, ?, ?)`,
		b.tx.City, p.ID, seq, b.tx.Now, was.Name, was.Code, was.Parent)
	b.tx.Exec(`update place set name = ?, code = ? where city = ? and id = ?`, p.Name, p.Code, b.tx.City, p.ID)
	return p, nil
}

// finish ends a place that has nothing left below it, for a reason. It stays readable, its code and ground are free again.
func (b *batch) finish(p Place, reason string) error {
	below, err := store.Value[int64](b.ctx, b.tx, `select count(*) from place where city = ? and parent = ? and until_at = 0`, b.tx.City, p.ID)
	if err != nil {
		return err
	}
	if below > 0 || p.Kind == City {
		return fault.New(fault.Conflict, "place.end.children", p.Name, below)
	}
	before := p.state()
	b.record("place.end", p, ended{change{Before: &before}, reason})
	b.close(p, 0)
	return nil
}

// ended is the body of the entry of an end.
type ended struct {
	change
	Reason string `json:"reason"`
}

// close queues the end of a place.
func (b *batch) close(p Place, successor int64) {
	b.tx.Exec(`update place set until_at = ?, successor = ? where city = ? and id = ?`, b.tx.Now, successor, b.tx.City, p.ID)
	b.tx.Exec(`update place_shape set until_at = ? where city = ? and place = ? and until_at = 0`, b.tx.Now, b.tx.City, p.ID)
}
