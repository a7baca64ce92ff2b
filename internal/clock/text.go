package clock

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"mulin/internal/fault"
)

// String is the span as people write it: "08:30-12:00".
func (s Span) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", s.From/60, s.From%60, s.To/60, s.To%60)
}

// MarshalText is String.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads "08:30-12:00"; the end may be 24:00. Anything else is a fault.
func (s *Span) UnmarshalText(text []byte) error {
	from, to, ok := strings.Cut(string(text), "-")
	a, okA := minute(from)
	b, okB := minute(to)
	if !ok || !okA || !okB || b <= a {
		return fault.Field("hours", "clock.hours.span", string(text))
	}
	*s = Span{a, b}
	return nil
}

// minute reads "08:30" as minutes from midnight.
func minute(text string) (int, bool) {
	h, m, ok := strings.Cut(strings.TrimSpace(text), ":")
	hour, errH := strconv.ParseUint(h, 10, 8)
	min, errM := strconv.ParseUint(m, 10, 8)
	all := int(hour)*60 + int(min)
	return all, ok && errH == nil && errM == nil && len(m) == 2 && min < 60 && all <= 24*60
}

// ParseSpans reads the working time of a day as a form holds it: "08:30-12:00, 14:00-17:30". Chinese commas, colons and dashes will do; empty means a day off.
func ParseSpans(text string) ([]Span, error) {
	text = strings.NewReplacer("：", ":", "，", ",", "、", ",", ";", ",", "；", ",", "–", "-", "—", "-", "－", "-", "~", "-", "至", "-").Replace(text)
	var all []Span
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		var s Span
		if err := s.UnmarshalText([]byte(part)); err != nil {
			return nil, err
		}
		if n := len(all); n > 0 && s.From < all[n-1].To {
			return nil, fault.Field("hours", "clock.hours.span", part)
		}
		all = append(all, s)
	}
	return all, nil
}

// FormatSpans writes spans as ParseSpans reads them.
func FormatSpans(all []Span) string {
	parts := make([]string, len(all))
	for i, s := range all {
		parts[i] = s.String()
	}
	return strings.Join(parts, ", ")
}

var weekdays = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// MarshalJSON writes an object from weekday to spans, without the days off.
func (w Week) MarshalJSON() ([]byte, error) {
	m := map[string][]Span{}
	for i, spans := range w {
		if len(spans) > 0 {
			m[weekdays[i]] = spans
		}
	}
	return json.Marshal(m)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (w *Week) UnmarshalJSON(b []byte) error {
	var m map[string][]Span
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	*w = Week{}
	for i, name := range weekdays {
		w[i] = m[name]
		delete(m, name)
	}
	for name := range m {
		return fault.Field("hours", "clock.hours.weekday", name)
	}
	return nil
}

// calendarJSON is a Calendar as stored; the zone is its IANA name.
type calendarJSON struct {
	Zone       string            `json:"zone"`
	Hours      Week              `json:"hours"`
	Holidays   map[string]string `json:"holidays,omitempty"`
	Makeup     map[string]string `json:"makeup,omitempty"`
	CountFirst bool              `json:"count_first,omitempty"`
}

// MarshalJSON writes the calendar with its zone by name.
func (c Calendar) MarshalJSON() ([]byte, error) {
	return json.Marshal(calendarJSON{c.zone().String(), c.Hours, c.Holidays, c.Makeup, c.CountFirst})
}

// UnmarshalJSON reads what MarshalJSON writes; a zone nobody knows is a fault. It does not Check the calendar.
func (c *Calendar) UnmarshalJSON(b []byte) error {
	var in calendarJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	zone, err := time.LoadLocation(in.Zone)
	if err != nil || in.Zone == "Local" {
		return fault.Field("zone", "clock.zone", in.Zone)
	}
	*c = Calendar{zone, in.Hours, in.Holidays, in.Makeup, in.CountFirst}
	return nil
}
