package linear

// Chances are those of all classes, in the order of Labels.
func (m *Model) Chances(text string) []float64 { return m.scores(m.features(text)) }
