package bench

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"time"

	"mulin/gate/messages"
	"mulin/gate/words"
	"mulin/internal/clock"
)

// importRows is how many messages one measurement imports.
const importRows = 5000

// imports brings in messages with replies.
func (b *bench) imports(ctx context.Context, e engine) error {
	return b.on(ctx, e, func(db string) error {
		rate, err := ask[float64](ctx, b, spec{Part: "import", Data: filepath.Join(b.dir, "data"), DB: db, Rows: importRows})
		if err == nil {
			b.note(e.name+" import", rate)
		}
		return err
	})
}

// importPart imports generated messages and tells how many a second.
func importPart(ctx context.Context, kit Kit, s spec) (float64, error) {
	site, err := kit.Raise(ctx, s.Data, s.DB)
	if err != nil {
		return 0, err
	}
	defer site.Close()
	all, err := words.Load()
	if err != nil {
		return 0, err
	}
	rejects, err := messages.NewRejects(filepath.Join(s.Data, "rejects.csv"))
	if err != nil {
		return 0, err
	}
	text := letters(s.Rows)
	im := messages.Importer{Desk: site.Desk, Zone: time.UTC, Words: all.Words("en")}
	start := clock.System.Now()
	n, err := im.Run(ctx, text, rejects)
	if err == nil && n.Imported != s.Rows {
		err = fmt.Errorf("imported %+v of %d", n, s.Rows)
	}
	return float64(n.Imported) / clock.System.Now().Sub(start).Seconds(), err
}

// letters is a file of n messages with replies.
func letters(n int) io.Reader {
	r := rand.New(rand.NewPCG(seed, 3))
	at := time.Date(2023, 1, 1, 8, 0, 0, 0, time.UTC)
	var b strings.Builder
	b.WriteString("id,user,title,time,detail,reply,reply_time\n")
	for i := range n {
		at = at.Add(7 * time.Minute)
		fmt.Fprintf(&b, "%d,u,%s,%s,%s,%s,%s\n", i, pick(r, whats)+pick(r, hows), at.Format(time.DateTime), story(r, textLength), story(r, 250), at.Add(240*time.Hour).Format(time.DateTime))
	}
	return strings.NewReader(b.String())
}
