package seal_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"mulin/internal/seal"
)

func box(b byte) *seal.Box { return seal.New(bytes.Repeat([]byte{b}, seal.KeySize)) }

func TestSealOpen(t *testing.T) {
	t.Parallel()
	b := box(1)
	for _, plain := range []string{"", "13800000000", "张三 · Zhang San", strings.Repeat("长", 10000)} {
		one, two := b.Seal(plain), b.Seal(plain)
		if bytes.Equal(one, two) {
			t.Errorf("Seal(%.20q) gave the same bytes twice", plain)
		}
		if plain != "" && bytes.Contains(one, []byte(plain)) {
			t.Errorf("Seal(%.20q) shows the value", plain)
		}
		if got, err := b.Open(one); err != nil || got != plain {
			t.Errorf("Open(Seal(%.20q)) = %.20q, %v", plain, got, err)
		}
	}
}

func TestOpenRefusesAltered(t *testing.T) {
	t.Parallel()
	sealed := box(1).Seal("13800000000")
	if _, err := box(2).Open(sealed); !errors.Is(err, seal.ErrBroken) {
		t.Errorf("another key: %v, want ErrBroken", err)
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if _, err := box(1).Open(bad); !errors.Is(err, seal.ErrBroken) {
			t.Errorf("byte %d flipped: %v, want ErrBroken", i, err)
		}
		if _, err := box(1).Open(sealed[:i]); !errors.Is(err, seal.ErrBroken) {
			t.Errorf("cut at %d: %v, want ErrBroken", i, err)
		}
	}
}

func TestBlind(t *testing.T) {
	t.Parallel()
	b := box(1)
	if b.Blind("a") != box(1).Blind("a") {
		t.Error("Blind differs between boxes of one key")
	}
	if b.Blind("a") == b.Blind("b") || b.Blind("a") == box(2).Blind("a") {
		t.Error("Blind is equal for another value or key")
	}
	if n := len(b.Blind("")); n != 64 {
		t.Errorf("Blind has %d digits, want 64", n)
	}
}

func TestNewPanicsOnShortKey(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("New took a key of 16 bytes")
		}
	}()
	seal.New(make([]byte, 16))
}

func TestNewSecret(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	count := map[rune]int{}
	for range 4000 {
		s := seal.NewSecret()
		if len(s) != 8 || strings.ContainsAny(s, "0O1IL") || s != strings.ToUpper(s) {
			t.Fatalf("NewSecret() = %q", s)
		}
		if seen[s] {
			t.Fatalf("NewSecret() gave %q twice", s)
		}
		seen[s] = true
		for _, r := range s {
			count[r]++
		}
	}
	for r, n := range count { // about 1032 each
		if n < 800 || n > 1270 {
			t.Errorf("%q came %d times of 32000", r, n)
		}
	}
	if len(count) != 31 {
		t.Errorf("%d letters used, want 31", len(count))
	}
}

func TestTyped(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"abcd-2345": "ABCD2345", " AB CD２３４５　": "ABCD2345", "ａｂｃｄ": "ABCD"} {
		if got := seal.Typed(in); got != want {
			t.Errorf("Typed(%q) = %q, want %q", in, got, want)
		}
	}
	s := seal.NewSecret()
	if seal.Typed(strings.ToLower(s[:4]+" "+s[4:])) != s {
		t.Errorf("Typed loses %q", s)
	}
}
