package ui

import (
	"mulin/gate/web/site"
	"mulin/internal/fault"
)

// NeedReason asks people for what programs may leave out.
// NeedReason refuses a form without the reason that ReasonField asks for.
func NeedReason(f *site.Form) error {
	if f.Value("reason") == "" {
		return fault.Field("reason", "ledger.reason.empty")
	}
	return nil
}
