package fault

import (
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
)

// JSON says why encoding/json couldn't read a text, in a sentence that a program's author understands and that isn't Go's.
func JSON(err error) *Fault {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	name, unknown := strings.CutPrefix(err.Error(), "json: unknown field ")
	switch {
	case errors.Is(err, io.EOF):
		return New(Invalid, "api.blank")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return New(Invalid, "api.short")
	case errors.As(err, &syntax):
		return New(Invalid, "api.syntax", syntax.Offset)
	case errors.As(err, &kind) && kind.Field == "":
		return New(Invalid, "api.object")
	case errors.As(err, &kind):
		return Field(kind.Field, "api.value", kind.Field)
	case unknown:
		if plain, bad := strconv.Unquote(name); bad == nil {
			name = plain
		}
		return Field(name, "api.unknown", name)
	}
	return New(Invalid, "api.unreadable")
}
