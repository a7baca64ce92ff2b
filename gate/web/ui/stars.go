package ui

import (
	"context"
	"strconv"
	"strings"

	"mulin/gate/web/site"
)

// StarsText draws one to five stars.
func StarsText(n int64) string {
	return strings.Repeat("★", int(n)) + strings.Repeat("☆", int(max(0, 5-n)))
}

// Ratings are the stars by which somebody says how satisfied they are with what was done for them, the best first.
func Ratings(ctx context.Context) []Choice {
	var all []Choice
	for n := int64(5); n >= 1; n-- {
		text := strconv.FormatInt(n, 10)
		all = append(all, Choice{Value: text, Label: StarsText(n) + " " + site.T(ctx, "follow.stars."+text)})
	}
	return all
}
