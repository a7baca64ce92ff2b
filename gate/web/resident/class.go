package resident

import (
	"net/http"

	"mulin/gate/web/site"
	"mulin/gate/web/to"
)

// reportGuessed is what the report form is told while somebody types.
type reportGuessed struct {
	Classes []classChip `json:"classes"`
	Chosen  *classChip  `json:"chosen,omitempty"` // what was chosen before
	Unsure  bool        `json:"unsure,omitempty"` // for staff: none of them is likely enough
}

// classChip is a class to tap. How likely it is and why, only staff is told.
type classChip struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Above   string   `json:"above,omitempty"`
	Percent int      `json:"percent,omitempty"`
	Words   []string `json:"words,omitempty"`
}

// reportClass answers what a text that is being written seems to be about.
func (p *Pages) reportClass(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	answer := reportGuessed{Classes: []classChip{}}
	choices, sure := p.Triage.Classes(f.Value("text"), 3, site.Staff(rq.Who))
	for _, c := range choices {
		chip := p.chip(c.Class)
		if site.Staff(rq.Who) {
			chip.Percent, chip.Words = int(100*c.P+0.5), c.Words
		}
		answer.Classes = append(answer.Classes, chip)
	}
	answer.Unsure = site.Staff(rq.Who) && !sure
	if c, ok := p.Catalog.Class(f.Int("class")); ok && c.Live() {
		chip := p.chip(c.ID)
		answer.Chosen = &chip
	}
	return rq.JSON(w, http.StatusOK, answer)
}

func (p *Pages) chip(class int64) classChip {
	above, name := p.ClassParts(class)
	return classChip{ID: to.Digits(class), Name: name, Above: above}
}
