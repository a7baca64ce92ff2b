package ledger

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"mulin/internal/access"
	"mulin/internal/fault"
	"mulin/internal/store"
)

// Filter says which entries somebody wants to see. Its zero value is all of them.
type Filter struct {
	Office bool     // leave out cases and whistles
	Verbs  []string // how they begin, any of them: "account." or "account.role"; none: all
	Kind   string   // of the subject
	ID     int64    // of the subject; 0 for any
	Person int64    // who did it; 0 for anybody
	Before int64    // only older entries; 0: from the newest on
}

// Find lists entries within reach, the newest first, at most limit. Entries without a place are seen only by who reaches the whole city.
func Find(ctx context.Context, c store.Querier, city int64, reach access.Reach, f Filter, limit int) ([]Entry, error) {
	where := []string{"city = ?"}
	args := []any{city}
	and := func(sql string, a ...any) { where, args = append(where, sql), append(args, a...) }
	if f.Before > 0 {
		and("seq < ?", f.Before)
	}
	if f.Office {
		and("kind not in ('case', 'whistle')")
	}
	if len(f.Verbs) > 0 {
		var bounds []any
		for _, v := range f.Verbs {
			bounds = append(bounds, v, v+"~")
		}
		and("("+strings.Repeat("verb >= ? and verb < ? or ", len(f.Verbs)-1)+"verb >= ? and verb < ?)", bounds...)
	}
	if f.Kind != "" {
		and("kind = ?", f.Kind)
	}
	if f.ID != 0 {
		and("subject = ?", f.ID)
	}
	if f.Person != 0 {
		and("person = ? and person <> 0", f.Person) // as its index has it
	}
	sql, a := reach.Where("path", "")
	and("("+sql+")", a...)
	return store.All(ctx, c, scan, `select `+columns+` from ledger_entry where `+strings.Join(where, " and ")+` order by seq desc limit ?`, append(args, limit)...)
}

// MaxReason is how long a reason may be.
const MaxReason = 200

// Reason tidies the words somebody gives for what can't be undone, so that they may stand in a body: one line, and no number long enough to be
// a telephone or an identity card.
func Reason(text string) (string, error) {
	text = strings.Join(strings.Fields(text), " ")
	digits, most := 0, 0
	for _, r := range text {
		if unicode.IsDigit(r) {
			digits++
		} else if r != ' ' && r != '-' {
			digits = 0
		}
		most = max(most, digits)
	}
	var l fault.List
	l.Check(text != "", "reason", "ledger.reason.empty")
	l.Check(utf8.ValidString(text) && utf8.RuneCountInString(text) <= MaxReason && !strings.ContainsFunc(text, unicode.IsControl), "reason", "ledger.reason.long", MaxReason)
	l.Check(most < 11, "reason", "ledger.reason.private")
	return text, l.Or()
}
