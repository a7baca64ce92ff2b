package site

// State is how something stands, in five looks that each have a colour and a shape.
type State string

// The states.
const (
	OK   State = "ok"   // green circle: in time, done well
	Wait State = "wait" // blue ring: waiting for someone
	Warn State = "warn" // yellow triangle: soon due, yellow card
	Bad  State = "bad"  // red octagon: overdue, red card, wrong
	Grey State = "done" // grey square: closed, not begun
)
