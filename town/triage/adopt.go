package triage

// judge measures a model and decides whether it goes to work.
func (r *Reader) judge(b *model, test []Lesson, t Training) Version {
	v := Version{Measured: r.measure(b, test), Verdict: Better}
	now := r.model.Now().model
	switch {
	case t.Aside:
		v.Verdict = Kept
	case now == nil:
		v.Verdict = First
	case v.Tested > 0 && v.worse(r.measure(now, test)):
		v.Verdict = Worse
	}
	v.Active = v.Verdict == First || v.Verdict == Better
	return v
}

// slack is how much worse, of 1, a new model may be than the one at work before it is kept aside: as much as a few cases make.
const slack = 0.01

// worse tells whether a is clearly worse than b.
func (a Measured) worse(b Measured) bool {
	return a.MacroF1 < b.MacroF1-slack || a.Exact < b.Exact-slack
}
