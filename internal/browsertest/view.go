package browsertest

import (
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// View is how somebody sees pages.
type View struct {
	Device Device
	Lang   string // "zh" or "en"
	Dark   bool
	Elder  string // value of the cookie "elder" that makes letters larger; "" for none
}

// String names the view in tests and pictures: phone-zh, desk-en-dark, phone-zh-elder1.
func (v View) String() string {
	name := "desk-" + v.Lang
	if v.Device.Touch {
		name = "phone-" + v.Lang
	}
	if v.Dark {
		name += "-dark"
	}
	if v.Elder != "" {
		name += "-elder" + v.Elder
	}
	return name
}

// other is the view on the other device in the other colours.
func (v View) other() View {
	if v.Dark = !v.Dark; v.Device.Touch {
		v.Device = Desktop
	} else {
		v.Device = Phone
	}
	return v
}

// As changes how the person sees: the open page follows with its size and colours, language and letters hold from the next page on.
func (p *Person) As(v View) {
	p.t.Helper()
	if v == p.view {
		return
	}
	if err := p.see(v); err != nil {
		p.fail("see as %v: %v", v, err)
	}
	p.Wait(`!document.getAnimations().some((a) => a.playState === "running" && isFinite(a.effect.getComputedTiming().endTime))`) // new colours have come all the way
}

// see turns the person's screen into the view.
func (p *Person) see(v View) error {
	agent := "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/" + p.agent + " Safari/537.36"
	size := []chromedp.EmulateViewportOption{}
	if v.Device.Touch {
		agent = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/" + p.agent + " Mobile Safari/537.36"
		size = append(size, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	accept, locale := "zh-CN,zh", "zh-CN"
	if v.Lang != "zh" {
		accept, locale = "en-GB,en", "en-GB"
	}
	colours := "light"
	if v.Dark {
		colours = "dark"
	}
	p.view = v
	return p.do(
		chromedp.EmulateViewport(int64(v.Device.Width), int64(v.Device.Height), size...),
		call(emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: accept}),
		call(emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: locale}),
		// Nobody likes things to move, so that pictures and clicks don't meet a transition.
		call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: colours},
			{Name: "prefers-reduced-motion", Value: "reduce"},
		}}),
	)
}

// Cookie gives the person's browser a cookie for an address.
func (p *Person) Cookie(url, name, value string) {
	p.t.Helper()
	p.must("keep the cookie "+name, call(network.SetCookie, network.SetCookieParams{URL: url, Name: name, Value: value}))
}
