package ui

// Group is a labelled part of a long list of choices.
type Group struct {
	Label   string
	Choices []Choice
}
