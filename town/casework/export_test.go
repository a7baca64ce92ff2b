package casework

// Queries whose plan is tested.
const (
	IntoMain    = `select c.id from cases c where ` + intoMain
	TellersLeft = tellersLeft
)
