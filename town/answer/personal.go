package answer

import "mulin/internal/sensitive"

// leaks marks personal data in the answer. Landlines are what offices are reached by.
func (c *checker) leaks() {
	x, on := c.rs.on("leak")
	if !on {
		return
	}
	for _, s := range sensitive.Find(c.raw) {
		severity := x.Severity
		if s.Kind == sensitive.Room && severity == Serious { // as often an office or a shop: no reason is asked for
			severity = Warn
		}
		if s.Kind != sensitive.Landline {
			c.put(Finding{Code: "leak", Severity: severity, From: s.From, To: s.To, Said: string(s.Kind)})
		}
	}
}
