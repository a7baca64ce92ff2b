package words_test

// composed are the beginnings of keys that are put together at run time where the scanner can't see it, each with the place that does so.
// A call like w.T("case.status."+string(s)) needs no line here: the scanner sees the beginning by itself.
var composed = []string{
	"station.", "body.", "duty.", "wish.", "campaign.", "whistle_item.", "answer_rule.", "class.", "reason.", "urgency.", "limit.", "person.", "place.", "kit.did.", "kit.", // gate/web/kit: fields and choices of registers, steps of laws

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
