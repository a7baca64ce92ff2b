package gram

// Folded is a text in small letters and NFKC, nothing but characters and digits, with single blanks where something else stood between.
func Folded(text string) string { return string(fold(text, true, false).buf) }
