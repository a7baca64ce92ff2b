package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"mulin/internal/fault"
)

// Argon2id as OWASP asks for: 19 MiB, two passes, one lane. A hash takes some 20 ms.
const (
	hashMemory = 19 * 1024
	hashTime   = 2
	hashLanes  = 1
	hashSize   = 32
	maxHashes  = 2 // at once: sign-ins must not eat the memory of everybody else
)

// Length of passwords: in characters at least, in bytes at most.
const (
	minPassword = 10
	MaxPassword = 256
)

// nobody's hash: a login that doesn't exist costs the same time. No password leads to it, its sum is not a hash of anything.
var nobody = encode(make([]byte, 16), make([]byte, hashSize), hashMemory, hashTime, hashLanes)

// hash makes the stored form of a password, waiting for its turn.
func (a *Accounts) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, 16)
	rand.Read(salt) // never fails since Go 1.24
	done, err := a.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	sum := argon2.IDKey(folded(password), salt, hashTime, hashMemory, hashLanes, hashSize)
	return encode(salt, sum, hashMemory, hashTime, hashLanes), nil
}

// verify compares a typed password with a stored one; with none stored it costs the same and says no.
func (a *Accounts) verify(ctx context.Context, stored, password string) (bool, error) {
	known := stored != "" && len(password) <= MaxPassword
	if !known {
		stored, password = nobody, "x"
	}
	h, err := decode(stored)
	if err != nil {
		return false, err
	}
	done, err := a.turn(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	sum := argon2.IDKey(folded(password), h.salt, h.time, h.memory, h.lanes, uint32(len(h.sum)))
	return subtle.ConstantTimeCompare(sum, h.sum) == 1 && known, nil
}

// turn waits until a hash may run.
func (a *Accounts) turn(ctx context.Context) (done func(), err error) {
	select {
	case a.hashes <- struct{}{}:
		return func() { <-a.hashes }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// folded makes the same password of full-width and half-width, of composed and decomposed letters.
func folded(password string) []byte { return []byte(norm.NFKC.String(password)) }

type hashed struct {
	memory, time uint32
	lanes        uint8
	salt, sum    []byte
}

func encode(salt, sum []byte, memory, time, lanes int) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, time, lanes, b64.EncodeToString(salt), b64.EncodeToString(sum))
}

func decode(stored string) (h hashed, err error) {
	part := strings.Split(stored, "$")
	if len(part) != 6 || part[1] != "argon2id" || part[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return h, fmt.Errorf("stored password is not argon2id")
	}
	if _, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &h.memory, &h.time, &h.lanes); err != nil {
		return h, fmt.Errorf("stored password: %w", err)
	}
	if h.salt, err = base64.RawStdEncoding.DecodeString(part[4]); err != nil {
		return h, fmt.Errorf("stored password: %w", err)
	}
	if h.sum, err = base64.RawStdEncoding.DecodeString(part[5]); err != nil || len(h.sum) == 0 {
		return h, fmt.Errorf("stored password is cut off")
	}
	return h, nil
}

// strong refuses passwords that are guessed first.
func strong(field, login, password string) error {
	var bad fault.List
	p := strings.ToLower(norm.NFKC.String(password))
	switch {
	case utf8.RuneCountInString(p) < minPassword:
		bad.Check(false, field, "account.password.short", minPassword)
	case len(password) > MaxPassword:
		bad.Check(false, field, "account.password.long", MaxPassword)
	case len(login) >= 4 && strings.Contains(p, login):
		bad.Check(false, field, "account.password.login")
	default:
		bad.Check(!common(p), field, "account.password.common")
	}
	return bad.Or()
}

// common recognises words with digits around them, walks over the keyboard and few characters repeated.
func common(p string) bool {
	word := strings.TrimFunc(p, func(r rune) bool { return !unicode.IsLetter(r) })
	if slices.Contains(commonWords, word) {
		return true
	}
	kinds := map[rune]bool{}
	for _, r := range p {
		kinds[r] = true
	}
	if len(kinds) < 5 {
		return true
	}
	for _, walk := range walks {
		if strings.Contains(walk, p) {
			return true
		}
	}
	return false
}

// commonWords lead the lists of leaked passwords, here with any digits and signs around them.
var commonWords = []string{
	"a", "aa", "aaa", "abc", "abcd", "abcde", "abcdef", "admin", "administrator", "asd", "asdf", "asdfgh", "changeme", "dragon", "football",
	"guest", "hello", "iloveyou", "letmein", "login", "love", "master", "monkey", "mulin", "passw0rd", "pass", "password", "princess", "q", "qaz",
	"qazwsx", "qq", "qwe", "qweasd", "qwer", "qwert", "qwerty", "qwertyuiop", "root", "secret", "shequ", "sunshine", "superman", "system", "test",
	"user", "welcome", "wo", "woaini", "woaiwojia", "woailaopo", "zaq", "zxc", "zxcv", "zxcvbn", "zxcvbnm", "zhihui", "chengshi", "wangge",
}

// walks are rows of keys and counting, forwards and backwards, twice round.
var walks = []string{
	"01234567890123456789012345678901234567890", "98765432109876543210987654321098765432109",
	"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "mnbvcxzlkjhgfdsapoiuytrewq",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "qazwsxedcrfvtgbyhnujm", "!@#$%^&*()_+", "a1b2c3d4e5f6g7h8i9",
	"5201314520131452013145201314", "13145201314520131452013145201314",
}
