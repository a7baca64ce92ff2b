package lexicon

import "strconv"

var numerals = map[rune]int{'零': 0, '〇': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}

// Numeral reads one Chinese digit.
func Numeral(r rune) (int, bool) {
	n, ok := numerals[r]
	return n, ok
}

// Number reads the number that begins at i of a folded text, in digits or in Chinese (十二, 二十三, 一百零五, 一〇三), below ten thousand; end is
// where it ends, i if there is none.
func Number(text []rune, i int) (n, end int) {
	end = i
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		if end-i == 4 {
			return 0, i // too long to be counted with: a phone, a meter
		}
		n, end = n*10+int(text[end]-'0'), end+1
	}
	if end > i {
		return n, end
	}
	return chinese(text, i)
}

// chinese adds up digits and their tens and hundreds; digits side by side are read one by one.
func chinese(text []rune, i int) (sum, end int) {
	last, plain := 0, 0 // the digit that waits for its unit, and how many stood side by side
	for end = i; end < len(text) && end-i < 8; end++ {
		r := text[end]
		if n, ok := numerals[r]; ok {
			if plain++; plain > 4 || plain > 1 && last > 0 && sum > 0 { // "十三四个" is no one number
				return 0, i
			}
			if plain > 1 && (last > 0 || sum == 0) {
				n += last * 10
			}
			last = n
			continue
		}
		unit := map[rune]int{'十': 10, '百': 100, '千': 1000}[r]
		if unit == 0 {
			break
		}
		if last == 0 && plain == 0 {
			last = 1
		}
		sum, last, plain = sum+last*unit, 0, 0
	}
	return sum + last, end
}

// Ordinal reads what a thing is numbered by: a number, or a letter with or without one ("3", "十二", "B", "a3"), in one form however it is written.
func Ordinal(text []rune, i int) (name string, end int) {
	if i < len(text) && text[i] >= 'a' && text[i] <= 'z' {
		name, i = string(text[i]), i+1
		if i < len(text) && text[i] >= 'a' && text[i] <= 'z' {
			return "", i - 1 // a word
		}
	}
	n, end := Number(text, i)
	if end > i {
		name += strconv.Itoa(n)
	}
	return name, end
}
