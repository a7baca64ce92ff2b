package sheet_test

import (
	"slices"
	"testing"
	"time"

	"mulin/internal/sheet"
)

func TestTimes(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 8*3600)
	for cell, want := range map[string]string{
		"2024-3-1 8:05": "03-01 08:05:00", "2024-03-01T20:15:00": "03-01 20:15:00", "2024-03-01T20:15": "03-01 20:15:00", "2024年3月1日 20:15": "03-01 20:15:00",
		"2024年03月01日": "03-01 00:00:00", "2024.3.1 20:15": "03-01 20:15:00", "20240301201500": "03-01 20:15:00", "20240301": "03-01 00:00:00",
		"45352.84375": "03-01 20:15:00", "45352": "03-01 00:00:00", "2024/3/1 下午 8:15": "03-01 20:15:00", "2024/3/1 20:15:00.123": "03-01 20:15:00",
		"2024-03-01 24:00:00": "03-02 00:00:00", "2024/3/1 8:5": "03-01 08:05:00", "2024-03-01  20:15": "03-01 20:15:00", "\u200e2024-03-01 20:15": "03-01 20:15:00",
		"２０２４-０３-０１ ２０：１５": "03-01 20:15:00", "2024-03-01T12:15:00Z": "03-01 20:15:00", "2024-03-01T20:15:00+08:00": "03-01 20:15:00", "2024-3-1 8:15 PM": "03-01 20:15:00",
		"2024年3月1日晚上8点": "03-01 20:00:00", "2024年3月1日20时15分": "03-01 20:15:00", "2024-3-1 12:05 am": "03-01 00:05:00", "3/3/2024": "03-03 00:00:00",
		"1/3/2024": "", "3/1/24 20:15": "", "2024-02-30 10:00": "", "2024-13-01": "", "2024": "", "明天": "", "2024-03-01 25:00": "", "2024-03-01 晚上12点": "", "1.23457E+17": "", "": "",
	} {
		got, ok := sheet.Unknown.Time(cell, zone)
		if want == "" {
			if ok {
				t.Errorf("%q is read as %v", cell, got)
			}
		} else if s := got.In(zone).Format("01-02 15:04:05"); !ok || s != want || got.In(zone).Year() != 2024 {
			t.Errorf("%q is read as %v, want %s", cell, got, want)
		}
	}
}

func TestDaysAreJudgedByTheirColumn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		column []string
		order  sheet.Order
		third  string // of 3/4/2016
	}{
		{[]string{"3/4/2016", "04/30/2016", "2016-1-1"}, sheet.MonthFirst, "2016-03-04"},
		{[]string{"3/4/2016", "30/04/2016"}, sheet.DayFirst, "2016-04-03"},
		{[]string{"3/4/2016", "5/6/2016"}, sheet.Unknown, ""},
		{[]string{"13/4/2016", "4/13/2016"}, sheet.Unknown, ""},
	} {
		order := sheet.Judge(slices.Values(c.column))
		day, ok := order.Day("3/4/2016")
		if order != c.order || ok != (c.third != "") || ok && day != c.third {
			t.Errorf("%q: order %d, 3/4/2016 is %q, want %d, %q", c.column, order, day, c.order, c.third)
		}
	}
	if _, ok := sheet.Unknown.Day("2016-03-04 10:00"); ok {
		t.Error("an hour is taken for a day")
	}
}

func TestRounded(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]bool{"1.23457E+17": true, "1e+5": true, "123456789012345678": false, "E+5": false, ".E+1": false, "1E+x": false, "": false} {
		if got := sheet.Rounded(cell); got != want {
			t.Errorf("Rounded(%q) = %v, want %v", cell, got, want)
		}
	}
}
