package i18n_test

import (
	"slices"
	"testing"
	"time"

	"mulin/internal/clock"
)

// us is a length in microseconds.
func us(d time.Duration) int64 { return d.Microseconds() }

const day = 24 * time.Hour

// now is some time of day in 2026, so that nothing in the tables depends on it.
var now = time.Date(2026, 9, 30, 8, 30, 0, 0, time.UTC).UnixMicro()

func TestLeft(t *testing.T) {
	t.Parallel()
	c := common(t)
	for _, x := range []struct {
		left   time.Duration
		zh, en string
	}{
		{40 * day, "40 天后到期", "due in 40 days"},
		{3*day - time.Second, "2 天后到期", "due in 2 days"}, // never more than there is
		{2 * day, "2 天后到期", "due in 2 days"},
		{day + 5*time.Hour + 59*time.Minute, "1 天 5 小时后到期", "due in 1 day 5 hours"},
		{day, "1 天后到期", "due in 1 day"},
		{2 * time.Hour, "2 小时后到期", "due in 2 hours"},
		{time.Hour + 20*time.Minute, "1 小时 20 分钟后到期", "due in 1 hour 20 minutes"},
		{time.Hour, "1 小时后到期", "due in 1 hour"},
		{time.Minute, "1 分钟后到期", "due in 1 minute"},
		{time.Second, "即将到期", "due within a minute"},
		{0, "即将到期", "due within a minute"},
		{-time.Microsecond, "刚刚超期", "just overdue"},
		{-time.Minute, "超期 1 分钟", "1 minute overdue"},
		{-90 * time.Minute, "超期 1 小时 30 分钟", "1 hour 30 minutes overdue"},
		{-day, "超期 1 天", "1 day overdue"},
		{-9*day - time.Hour, "超期 9 天", "9 days overdue"},
	} {
		if got := c.Words("zh").Left(now+us(x.left), now); got != x.zh {
			t.Errorf("zh Left(%v) = %q, want %q", x.left, got, x.zh)
		}
		if got := c.Words("en").Left(now+us(x.left), now); got != x.en {
			t.Errorf("en Left(%v) = %q, want %q", x.left, got, x.en)
		}
	}
}

func TestAgo(t *testing.T) {
	t.Parallel()
	c := common(t)
	for _, x := range []struct {
		ago    time.Duration
		zh, en string
	}{
		{-3 * time.Hour, "3 小时后", "in 3 hours"},
		{-30 * time.Second, "刚刚", "just now"},
		{0, "刚刚", "just now"},
		{59 * time.Second, "刚刚", "just now"},
		{time.Minute, "1 分钟前", "1 minute ago"},
		{59 * time.Minute, "59 分钟前", "59 minutes ago"},
		{23*time.Hour + 59*time.Minute, "23 小时前", "23 hours ago"},
		{day, "1 天前", "1 day ago"},
		{29 * day, "29 天前", "29 days ago"},
		{61 * day, "2 个月前", "2 months ago"},
		{366 * day, "1 年前", "1 year ago"},
		{800 * day, "2 年前", "2 years ago"},
	} {
		if got := c.Words("zh").Ago(now-us(x.ago), now); got != x.zh {
			t.Errorf("zh Ago(%v) = %q, want %q", x.ago, got, x.zh)
		}
		if got := c.Words("en").Ago(now-us(x.ago), now); got != x.en {
			t.Errorf("en Ago(%v) = %q, want %q", x.ago, got, x.en)
		}
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	c := common(t)
	for _, x := range []struct {
		d      time.Duration
		zh, en string
	}{
		{-time.Hour, "0 秒", "0 seconds"},
		{0, "0 秒", "0 seconds"},
		{time.Second, "1 秒", "1 second"},
		{95 * time.Second, "1 分钟 35 秒", "1 minute 35 seconds"},
		{2*time.Hour + 5*time.Minute, "2 小时 5 分钟", "2 hours 5 minutes"},
		{2 * time.Hour, "2 小时", "2 hours"},
		{day + 3*time.Hour + time.Minute, "1 天 3 小时", "1 day 3 hours"},
		{12*day + 3*time.Hour, "12 天", "12 days"},
	} {
		if got := c.Words("zh").Duration(us(x.d)); got != x.zh {
			t.Errorf("zh Duration(%v) = %q, want %q", x.d, got, x.zh)
		}
		if got := c.Words("en").Duration(us(x.d)); got != x.en {
			t.Errorf("en Duration(%v) = %q, want %q", x.d, got, x.en)
		}
	}
}

func TestWhen(t *testing.T) {
	t.Parallel()
	c := common(t)
	zone := time.FixedZone("+8", 8*3600)
	zh, en := c.Words("zh"), c.Words("en")
	for _, x := range []struct{ got, want string }{
		{zh.When(now, zone), "2026年9月30日 16:30"},
		{en.When(now, zone), "30 Sep 2026, 16:30"},
		{zh.When(now, nil), "2026年9月30日 08:30"},
		{zh.Date(now, zone), "2026年9月30日"},
		{en.Date(now, zone), "30 Sep 2026"},
	} {
		if x.got != x.want {
			t.Errorf("got %q, want %q", x.got, x.want)
		}
	}
	for n, want := range map[int64]string{
		0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567",
		-999: "-999", -1000: "-1,000", -123456: "-123,456", -1 << 63: "-9,223,372,036,854,775,808",
	} {
		if got := en.Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestWeek(t *testing.T) {
	t.Parallel()
	w := common(t).Words("en")
	var week clock.Week
	if got := w.Week(week); len(got) != 0 {
		t.Errorf("no hours are said as %q", got)
	}
	for d := 1; d <= 5; d++ {
		week[d] = []clock.Span{{From: 510, To: 690}, {From: 840, To: 1050}}
	}
	week[0] = []clock.Span{{From: 540, To: 600}}
	got := w.Week(week)
	if want := []string{"Monday to Friday 08:30-11:30 14:00-17:30", "Sunday 09:00-10:00"}; !slices.Equal(got, want) {
		t.Errorf("said as %q, want %q", got, want)
	}
}
