// Package seal keeps personal data unreadable at rest: values are encrypted, and a blind index lets equal ones be found without opening them.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// KeySize is the length of the master key in bytes.
const KeySize = 32

// version is the first byte of every sealed value, so that a later scheme can live beside this one.
const version = 1

// ErrBroken says that bytes were not sealed with this key, or were altered since.
var ErrBroken = errors.New("sealed value is altered or from another key")

// Box seals and opens with keys derived from one master key. It is safe for concurrent use.
// Nonces are random: one master key is good for some 2³² values.
type Box struct {
	aead  cipher.AEAD
	blind []byte
}

// New makes a box from a master key of KeySize bytes and panics on another length: a city must not start with a weak key.
func New(key []byte) *Box {
	if len(key) != KeySize {
		panic(fmt.Sprintf("seal: master key has %d bytes, want %d", len(key), KeySize))
	}
	block, err := aes.NewCipher(derive(key, "mulin seal v1"))
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return &Box{aead: aead, blind: derive(key, "mulin blind v1")}
}

// derive splits off a key of its own for each purpose, so that what one reveals says nothing about the other.
func derive(master []byte, purpose string) []byte {
	k, err := hkdf.Key(sha256.New, master, nil, purpose, 32)
	if err != nil {
		panic(err)
	}
	return k
}

// Seal encrypts a value with AES-256-GCM; the same value looks different each time.
func (b *Box) Seal(plain string) []byte {
	out := make([]byte, 1, 1+b.aead.Overhead()+len(plain))
	out[0] = version
	return b.aead.Seal(out, nil, []byte(plain), out[:1])
}

// Open is the value that was sealed, or ErrBroken.
func (b *Box) Open(sealed []byte) (string, error) {
	if len(sealed) == 0 || sealed[0] != version {
		return "", ErrBroken
	}
	plain, err := b.aead.Open(nil, nil, sealed[1:], sealed[:1])
	if err != nil {
		return "", ErrBroken
	}
	return string(plain), nil
}

// Blind is 64 hex digits that are equal for equal values and tell nothing else without the key.
// Bring values to one form first (phone numbers without spaces, secrets through Typed).
func (b *Box) Blind(s string) string {
	m := hmac.New(sha256.New, b.blind)
	m.Write([]byte(s))
	return hex.EncodeToString(m.Sum(nil))
}

// letters has no 0 O 1 I L; 31⁸ secrets are 39 bits, enough with a limit on guesses.
const letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// NewSecret is a fresh secret of 8 characters that can be read out on the phone.
func NewSecret() string {
	const n = len(letters)
	var out [8]byte
	var pool [32]byte
	for i := 0; i < len(out); {
		rand.Read(pool[:]) // never fails since Go 1.24
		for _, c := range pool {
			if int(c) < 256/n*n && i < len(out) { // the rest would favour the first letters
				out[i] = letters[int(c)%n]
				i++
			}
		}
	}
	return string(out[:])
}

// Secret is a secret like NewSecret's that is the same for the same text: a form that is sent twice gets the same receipt.
func (b *Box) Secret(of string) string {
	m := hmac.New(sha256.New, b.blind)
	m.Write([]byte("secret of " + of))
	var out [8]byte
	for i, c := range m.Sum(nil)[:len(out)] {
		out[i] = letters[int(c)%len(letters)]
	}
	return string(out[:])
}

// Typed brings a secret as people type it (small letters, full width, spaces, hyphens) to the form NewSecret gave.
func Typed(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r == ' ' || r == '-' || r == '\u3000' || r == '\t':
			return -1
		}
		return r
	}, s)
}
