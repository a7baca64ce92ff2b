package triage

import "mulin/internal/sensitive"

// leaks marks personal data in the answer. Landlines are what offices are reached by.
func (c *checker) leaks() {
	x, on := c.rs.on("leak")
	if !on {
		return
	}
	for _, s := range sensitive.Find(c.raw) {
		if s.Kind != sensitive.Landline {
			c.put(Finding{Code: "leak", Severity: x.Severity, From: s.From, To: s.To, Said: string(s.Kind)})
		}
	}
}
