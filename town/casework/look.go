package casework

import (
	"context"
	"strconv"
	"strings"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/ledger"
	"mulin/internal/life"
	"mulin/internal/sensitive"
	"mulin/internal/store"
	"mulin/town/catalog"
)

// lookAgain is how long the same click may come again without being a second look.
const lookAgain = 10 * 60 * 1_000_000

// Look is why somebody opens in clear what is masked in the words of a case. The one who reported reads it.
type Look struct {
	Reason    string // a code of the catalogue; enough for who works on the case
	Note      string
	ClientRef string // the same click sent twice is one look
}

// MayLook tells whether the actor may open the words of the case in clear, and whether they work on it now: then a reason of the list will do,
// others have to write one. If the reporter asked to stay unknown, taking part for a body is not enough: the words may tell who it was.
func (c *Case) MayLook(who access.Actor) (may, near bool) {
	at := c.At()
	if c.Hidden {
		at.Bodies = nil
	}
	may = who.May(Clear, at) == nil && who.May(See, c.At()) == nil
	return may, may && c.near(who)
}

// near tells who works on the case now: the bodies whose turn it is, the desk that has it, the branch that revisits.
func (c *Case) near(who access.Actor) bool {
	if who.Program || c.Open && c.Turn == AtBody && c.takesFor(who) {
		return true
	}
	for _, p := range who.Posts {
		if !strings.HasPrefix(c.Path, p.Path) || p.Path == "" || !c.Open {
			continue
		}
		desk := p.Rights[Handle] == access.Territory && (deskOf(p.Path) == c.Turn || deskOf(p.Path) == deskOf(c.Path))
		if desk || c.Turn == AtBranch && p.Rights[Visit] == access.Territory {
			return true
		}
	}
	return false
}

func (c *Case) takesFor(who access.Actor) bool {
	for _, b := range who.Bodies() {
		if c.Takes(b) {
			return true
		}
	}
	return false
}

// Look opens the case in clear: a right of its own, a reason, a line in the ledger and one in the timeline that the reporter reads.
func (d *Desk) Look(ctx context.Context, who access.Actor, id int64, why Look) (File, error) {
	if err := d.ours(who); err != nil {
		return File{}, err
	}
	why.Reason, why.Note = clean(why.Reason), sensitive.Mask(clean(why.Note))
	err := d.city.Write(ctx, func(tx *store.Tx) error {
		c, err := d.Load(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := d.checkLook(&c, who, why); err != nil {
			return err
		}
		again, err := d.lookedBefore(ctx, tx, id, who, why.ClientRef)
		if err != nil || again {
			return err
		}
		d.noteLook(tx, &c, who, why)
		return nil
	})
	if err != nil {
		return File{}, err
	}
	c, err := store.One(ctx, d.city, func(r store.Row) (Case, error) { return scanClear(r) }, `select `+columns+` from cases c where c.city = ? and c.id = ?`, d.city.ID, id)
	if err != nil {
		return File{}, err
	}
	return d.file(ctx, c)
}

// checkLook asks for the right and for a reason.
func (d *Desk) checkLook(c *Case, who access.Actor, why Look) error {
	may, near := c.MayLook(who)
	if !may {
		if who.May(See, c.At()) != nil {
			return ErrNotFound
		}
		return access.ErrDenied
	}
	_, listed := d.catalog.Reason(catalog.ForLook, why.Reason)
	var l fault.List
	l.Check(listed || why.Reason == "", "reason", "case.look.reason")
	l.Check(why.Note != "" || near && listed, "note", "case.look.reason")
	l.Within(why.Note, MaxWhy, "note", "case.note.long")
	l.Check(len(why.ClientRef) <= maxRef, "client_ref", "case.ref.long")
	return l.Or()
}

// lookedBefore tells whether this click came before, and not long ago; it remembers it otherwise.
func (d *Desk) lookedBefore(ctx context.Context, tx *store.Tx, id int64, who access.Actor, ref string) (bool, error) {
	if ref == "" {
		return false, nil
	}
	key := "look/" + strconv.FormatInt(id, 10) + "/" + strconv.FormatInt(who.Person, 10) + "/" + life.Ref(ref)
	n, err := store.Value[int64](ctx, tx, `select count(*) from step_ref r where r.city = ? and r.ref = ? and exists (select 1 from step s
		where s.city = r.city and s.subject = r.subject and s.verb = ? and s.person = ? and s.at > ?)`, tx.City, key, looked, who.Person, tx.Now-lookAgain)
	if err == nil && n == 0 {
		tx.Exec(`insert into step_ref (city, ref, subject) values (?, ?, ?) on conflict (city, ref) do nothing`, tx.City, key, id)
	}
	return n > 0, err
}

func (d *Desk) noteLook(tx *store.Tx, c *Case, who access.Actor, why Look) {
	body := map[string]string{"reason": why.Reason}
	if why.Note != "" {
		body["digest"] = c.Digest(why.Note)
	}
	life.Record(tx, who, "case", c, looked, false, ledger.Append(tx, who, string(Clear), c.Subject(), body), &Step{Note: why.Note, Reason: why.Reason})
}
