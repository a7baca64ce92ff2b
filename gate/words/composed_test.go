package words_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// described finds what a noun or a process is called where the town describes it: gate/web/kit puts the keys of its fields, choices and steps together.
var described = regexp.MustCompile(`(?:register\.Of\[\w+\]\{\s*Name|life\.Room\[\w+\]\{\s*Kind):\s*"(\w+)"`)

// nouns are the beginnings of the keys of all nouns and processes.
func nouns(t *testing.T) (begins []string) {
	t.Helper()
	town := os.DirFS(root + "/town")
	err := fs.WalkDir(town, ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := fs.ReadFile(town, path)
		for _, m := range described.FindAllSubmatch(text, -1) {
			begins = append(begins, string(m[1])+".")
		}
		return err
	})
	if err != nil || len(begins) < 10 {
		t.Fatalf("%d nouns and processes, %v", len(begins), err)
	}
	return begins
}

// composed are the beginnings of keys that are put together at run time where the scanner can't see it, each with the place that does so.
// A call like w.T("case.status."+string(s)) needs no line here: the scanner sees the beginning by itself.
var composed = []string{
	"class.", "reason.", "urgency.", "limit.", "kit.did.", "kit.", // gate/web/kit; town/catalog names its own through noun

	"verb.", "ledger.", // gate/web/record/ledger.go: what an entry did, what its values are called
	"look.kind.",                                              // gate/web/ui/personal.go: kinds of personal data
	"common.",                                                 // the vocabulary all pages share
	"lang.",                                                   // gate/web/ui: the language switch
	"role.",                                                   // the names of roles, which are rows
	"time.",                                                   // internal/i18n: units and layouts; gate/web/lists: units and weekdays in the calendar's editor
	"resident.help.", "resident.access.", "resident.privacy.", // gate/web/resident/home.templ: pages of text
	"follow.stars.", "report.channel.", // gate/web/resident: choices of a form
	"guess.source.", "guess.verdict.", // gate/web/teach/models.templ: where a version came from and what became of it
	"hot.weight.", "task.to.", // gate/web/teach/weights.templ, gate/web/tasks: the weights' fields, the buttons of a task
	"right.", "admin.rights.", "admin.setting.", "admin.state.", "admin.weekday.", // gate/web/people, lists, ui: rights, settings, states, weekdays
}
