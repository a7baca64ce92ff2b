package words_test

// composed are the beginnings of keys that are put together at run time where the scanner can't see it, each with the place that does so.
// A call like w.T("case.status."+string(s)) needs no line here: the scanner sees the beginning by itself.
var composed = []string{
	"station.", "body.", "duty.", "whistle_item.", "class.", "reason.", "urgency.", "limit.", "kit.did.", "kit.", // gate/kit: fields and choices of registers

	"look.kind.",                                              // gate/web/look.go: kinds of personal data
	"common.",                                                 // the vocabulary all pages share
	"lang.",                                                   // gate: the language switch
	"role.",                                                   // gate: the names of roles, which are rows
	"time.",                                                   // internal/i18n: units and layouts; gate: units and weekdays in the calendar's editor
	"resident.help.", "resident.access.", "resident.privacy.", // gate/web/resident.templ: pages of text
	"follow.stars.", "report.channel.", // gate/web: choices of a form
	"answer.severity.",                // gate/web/admin_answers.templ: hints of choices
	"guess.source.", "guess.verdict.", // gate/web/admin_model.templ: where a version came from and what became of it
	"hot.weight.", "task.to.", // gate/web/hot.templ, task.templ: the weights' fields, the buttons of a task
	"right.", "admin.rights.", "admin.setting.", "admin.state.", "admin.weekday.", // gate/web/admin*.templ: rights, settings, states, weekdays
}
