package ui

// piece is a part of a text that stayed (0), went (-) or came (+).
type piece struct {
	Op   byte
	Text string
}

// difference is what has to be struck out of a and put in to make b of it, by characters and whole words.
func difference(a, b string) []piece {
	x, y := tokens(a), tokens(b)
	if len(x)*len(y) > 4_000_000 {
		return []piece{{'-', a}, {'+', b}}
	}
	common := make([][]int32, len(x)+1) // the longest common sequence behind i and j
	for i := range common {
		common[i] = make([]int32, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if common[i][j] = max(common[i+1][j], common[i][j+1]); x[i] == y[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	var all []piece
	add := func(op byte, text string) {
		if n := len(all); n > 0 && all[n-1].Op == op {
			all[n-1].Text += text
			return
		}
		all = append(all, piece{op, text})
	}
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		switch {
		case i < len(x) && j < len(y) && x[i] == y[j]:
			add(0, x[i])
			i, j = i+1, j+1
		case j == len(y) || i < len(x) && common[i+1][j] >= common[i][j+1]:
			add('-', x[i])
			i++
		default:
			add('+', y[j])
			j++
		}
	}
	return all
}

// tokens are single characters, but runs of Latin letters and digits stay whole.
func tokens(text string) (all []string) {
	latin := func(r rune) bool {
		return r < 0x2e80 && (r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= 0xc0)
	}
	whole := false
	for _, r := range text {
		if n := len(all); whole && latin(r) {
			all[n-1] += string(r)
			continue
		}
		all, whole = append(all, string(r)), latin(r)
	}
	return all
}
