package answer

// alike is the share in percent of what two texts have in common.
func alike(a, b map[string]bool) int64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	both := inCommon(a, b)
	return int64(200 * both / (len(a) + len(b)))
}

// anotherMatter: questions that have less in common than this, in percent, are about other matters.
const anotherMatter = 40

// copies looks whether the same words were given to another matter before.
func (c *checker) copies() {
	x, ok := c.rs.on("copied")
	if !ok || len(c.q.Earlier) == 0 {
		return
	}
	answer, asked := pairsOf(c.answer.s), pairsOf(c.question.s)
	for _, e := range c.q.Earlier {
		if a, b := len(e.Answer), len(c.raw); a*10 < b*7 || b*10 < a*7 { // too different in length to be copies
			continue
		}
		if alike(answer, pairsOf(scan(e.Answer).s)) >= x.Amount && alike(asked, pairsOf(scan(e.Asked).s)) < anotherMatter {
			c.find("copied", e.Number, 0, 0)
			return
		}
	}
}
