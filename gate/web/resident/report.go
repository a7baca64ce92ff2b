package resident

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"mulin/gate/web/photos"
	"mulin/gate/web/site"
	"mulin/gate/web/ui"
	"mulin/town/casework"
	"mulin/town/place"
)

// reportBody holds six photos as large as they may be, and the words.
const reportBody = 128 << 20

// Channels are the ways by which staff take reports for others.
var Channels = []string{"handset", "phone", "visit"}

// reportView is the form for a report.
type reportView struct {
	Form    *site.Form
	Place   *place.Place // from a code on a door
	Name    string       // its name
	Lost    bool         // a code nobody knows
	Kept    []photos.Kept
	Areas   []ui.Group
	Agent   bool // staff who file for a resident
	Classes []ui.Choice
	Draft   string
	// Named is the one place that the words name, when nobody has said where it is; 0 for none.
	Named     int64
	NamedName string
}

func (p *Pages) reportForm(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f := site.NewForm("place", rq.Query("place"), "kind", rq.Query("kind"), "channel", "phone")
	if phone := p.Claims.Phone(r); phone != "" {
		f.Set("phone", phone)
	}
	return rq.Show(w, reportPage(p.reportView(rq, f)))
}

func (p *Pages) reportView(rq *site.Req, f *site.Form) reportView {
	v := reportView{Form: f, Agent: rq.Who.Has(casework.Enter), Draft: "report"}
	if code := f.Value("place"); code != "" {
		at, ok := p.Places.ByCode(code)
		if v.Lost = !ok || !at.Live(); !v.Lost {
			v.Place, v.Name, v.Draft = &at, p.Places.Name(at.Path), "report:"+at.Code
		}
	}
	if v.Lost {
		f.Set("place", "")
	}
	if v.Agent {
		v.Draft += ":staff"
		v.Classes = p.ClassChoices()
	}
	v.Areas = p.Areas()
	if v.Place == nil && f.Point() == nil && f.Value("area") == "" {
		if at, ok := p.spoken(f); ok {
			v.Named, v.NamedName = at.ID, p.Places.Name(at.Path)
		}
	}
	return v
}

// sendReport opens the case and goes on to the receipt. The secret travels in a sealed cookie, never in an address.
func (p *Pages) sendReport(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	v := p.reportView(rq, f)
	if !p.Allow(p.Intake, r) {
		v.Kept = p.Photos.Kept(r, f)
		return rq.Again(w, f, site.ErrTooMany, reportPage(v))
	}
	photos, kept, err := p.Photos.Take(r, f, "photo")
	if v.Kept = kept; err != nil {
		return rq.Again(w, f, err, reportPage(v))
	}
	report := p.readReport(f, v)
	report.Photos = photos
	told, err := p.toldBefore(r, rq, f, report)
	if err != nil {
		return rq.Again(w, f, err, reportPage(v))
	}
	if len(told) > 0 {
		return rq.Show(w, samePage(v, told))
	}
	receipt, err := p.Desk.Open(r.Context(), rq.Who, report)
	if errors.Is(err, casework.ErrOtherWords) {
		f.Set("client_ref", "") // a form of its own
	}
	if err != nil {
		return rq.Again(w, f, site.Renamed(err, reportFields), reportPage(v))
	}
	return p.handOver(w, r, rq, v.Agent, receipt, "report.sent")
}

// reportFields says where on the form the faults of casework stand.
var reportFields = map[string]string{"point": "address", "place": "address", "title": "text", "client_ref": ""}

// readReport takes from the form what this visitor may say; anything else in it is not read.
func (p *Pages) readReport(f *site.Form, v reportView) casework.Report {
	r := casework.Report{Kind: casework.Kind(f.Value("kind")), Text: f.Value("text"), Address: f.Value("address"), Name: f.Value("name"),
		Phone: f.Value("phone"), Hidden: f.Has("hidden", "1"), ClientRef: f.Value("client_ref"), Point: f.Point()}
	switch {
	case v.Place != nil:
		r.Place, r.Channel = v.Place.ID, "qr"
	case r.Point == nil && f.Value("area") != "":
		if at, ok := p.Places.ByCode(f.Value("area")); ok && at.Live() {
			r.Place = at.ID
		}
	case r.Point == nil && f.Value("named") != "":
		if at, ok := p.Places.Get(f.Int("named")); ok && at.Live() {
			r.Place = at.ID
		}
	}
	if c, ok := p.Catalog.Class(f.Int("class")); ok && c.Live() {
		r.Class = c.ID // a resident's is only a help: one that isn't in use any more keeps nobody from reporting
	}
	if v.Agent {
		r.Channel = Channels[0]
		for _, c := range Channels {
			if f.Value("channel") == c {
				r.Channel = c
			}
		}
		r.Class = f.Int("class")
	}
	return r
}

const (
	receiptCookie = "receipt"
	receiptLife   = 30 * time.Minute
)

// handOver leaves the receipt's secret with the browser and shows the receipt. Staff who file for somebody don't become the one who reported.
func (p *Pages) handOver(w http.ResponseWriter, r *http.Request, rq *site.Req, agent bool, receipt casework.Receipt, said string) error {
	if receipt.Secret == "" { // sent before, through another node: its receipt has been shown there
		if _, known := p.Claims.All(r)[receipt.Number]; !known && !agent {
			return rq.Done(w, "/follow?number="+receipt.Number, "report.again", receipt.Number)
		}
		return rq.Done(w, "/receipt/"+receipt.Number, "report.again", receipt.Number)
	}
	p.PutSealed(w, receiptCookie, "/receipt/", receipt.Number+" "+receipt.Secret, receiptLife)
	if !agent {
		p.Claims.Remember(w, r, receipt.Number, receipt.Secret)
	}
	return rq.Done(w, "/receipt/"+receipt.Number, said)
}

// where answers the report form's question which place a point is in.
func (p *Pages) where(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := rq.Form()
	if err != nil {
		return err
	}
	answer := map[string]string{"said": rq.T("report.outside")}
	if at := f.Point(); at != nil {
		if grid, ok := p.Places.Locate(*at); ok {
			answer = map[string]string{"name": p.Places.Name(grid.Path)}
		}
	}
	return rq.JSON(w, http.StatusOK, answer)
}

// receiptView is what the reporter keeps.
type receiptView struct {
	Case   casework.Case
	Secret string // "" once it has been shown
	Follow string // the address in the QR code
	Agent  bool
	Where  string
}

// receipt shows number and secret for half an hour after sending, afterwards the number alone.
func (p *Pages) receipt(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	number := r.PathValue("number")
	claim := p.Claims.Of(r, number)
	v := receiptView{Agent: site.Staff(rq.Who)}
	if fresh, secret, ok := strings.Cut(p.Sealed(r, receiptCookie), " "); ok && fresh == number {
		v.Secret, claim.Secret = secret, secret
	}
	file, err := p.Desk.Track(r.Context(), number, claim)
	if err != nil && v.Agent {
		file, err = p.Desk.Get(r.Context(), rq.Who, number)
	}
	if err != nil {
		return err
	}
	file.Case.Cover() // a receipt is shown to others and lies about on paper
	v.Case, v.Where = file.Case, p.caseWhere(&file.Case)
	v.Follow = p.Origin(r) + "/follow?number=" + file.Number
	w.Header().Set("Cache-Control", "private, no-store")
	return rq.Show(w, receiptPage(v))
}

// caseWhere names where a case is: the address if one was written, and the place.
func (p *Pages) caseWhere(c *casework.Case) string {
	name := p.Places.Name(c.Path)
	if len(place.IDs(c.Path)) <= 1 && c.Address != "" { // the whole city says nothing
		return c.Address
	}
	switch {
	case c.Address == "" || strings.Contains(name, c.Address):
		return name
	case strings.HasPrefix(c.Address, name), name == "":
		return c.Address
	}
	return name + " · " + c.Address
}
