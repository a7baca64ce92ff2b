package ui

import (
	"strconv"
	"strings"
)

// Lead joins what stands below a title: the kind of a thing and its code.
func Lead(kind, code string) string { return strings.TrimSuffix(kind+" · "+code, " · ") }

// Plain is a number as people type it.
func Plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
