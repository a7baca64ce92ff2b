package app_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mulin/gate/words"
	"mulin/internal/access"
	"mulin/internal/i18n"
	"mulin/town"
)

var update = flag.Bool("update", false, "write docs/roles.md anew: only after reading what has changed")

// TestEveryRightHasItsRow finds the rights that areas declare and fails until each stands in the table from which roles get them.
func TestEveryRightHasItsRow(t *testing.T) {
	rows := map[access.Right]bool{}
	for _, o := range town.Offers() {
		if rows[o.Right] {
			t.Errorf("%s has two rows", o.Right)
		}
		rows[o.Right] = true
		for role := range o.To {
			if !slices.Contains(town.Roles, role) {
				t.Errorf("%s is given to %q, which is no standard role", o.Right, role)
			}
		}
	}
	found := declared(t)
	for right, where := range found {
		if !rows[right] {
			t.Errorf("%s: %s has no row in town.Rights: say there which roles get it", where, right)
		}
	}
	if len(found) != len(rows) {
		t.Errorf("%d rights are declared, %d have rows", len(found), len(rows))
	}
}

// declared are the constants of type access.Right with the files they stand in.
func declared(t *testing.T) map[access.Right]string {
	found := map[access.Right]string{}
	for _, floor := range []string{"../town", "../view", "../gate"} {
		err := filepath.WalkDir(floor, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if spec, ok := n.(*ast.ValueSpec); ok && isRight(spec.Type) {
					for _, v := range spec.Values {
						if lit, ok := v.(*ast.BasicLit); ok {
							name, _ := strconv.Unquote(lit.Value)
							found[access.Right(name)] = path
						}
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

func isRight(x ast.Expr) bool {
	s, ok := x.(*ast.SelectorExpr)
	return ok && s.Sel.Name == "Right"
}

// TestRolesAreReviewed compares the table of rights and roles with docs/roles.md, which people have read.
func TestRolesAreReviewed(t *testing.T) {
	all, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	got := page(all.Words("zh"), all.Words("en"))
	const file = "../docs/roles.md"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the table of rights and roles differs from %s. If that is meant, run: go test ./app -run TestRoles -update, and read the difference", file)
	}
}

// page writes docs/roles.md.
func page(zh, en *i18n.Words) string {
	var b strings.Builder
	b.WriteString(`# Rights and roles 权限与角色

Written from ` + "`town/roles.go`" + ` by ` + "`go test ./app -run TestRoles -update`" + ` and reviewed by people: the test fails until this page says what the code does, and a right that an
area declares has no way past it. A new city begins with this table. A city that stands is offered each new right and role once, when it is next
opened; what its administrators give and take afterwards (/admin/roles) stays as they leave it.

**T** over the territory of the post 在任职辖区内 · **B** only where the body of the post takes part 仅限本单位参与的 · empty: not at all 无此权限

## Roles 角色
| | 中文 | English |
|---|---|---|
`)
	for i, role := range town.Roles {
		fmt.Fprintf(&b, "| %d `%s` | %s | %s |\n", i+1, role, zh.T("role."+role), en.T("role."+role))
	}
	for _, s := range town.Rights {
		fmt.Fprintf(&b, "\n## %s %s\n| right |", en.T("admin.rights."+s.Name), zh.T("admin.rights."+s.Name))
		for i, role := range town.Roles {
			fmt.Fprintf(&b, " %d %s |", i+1, strings.ReplaceAll(role, "_", " "))
		}
		b.WriteString("\n|---|" + strings.Repeat("---|", len(town.Roles)) + "\n")
		for _, o := range s.Offers {
			fmt.Fprintf(&b, "| `%s` %s<br>%s |", o.Right, zh.T("right."+string(o.Right)), en.T("right."+string(o.Right)))
			for _, role := range town.Roles {
				fmt.Fprintf(&b, " %s |", map[access.Scope]string{access.Territory: "T", access.Body: "B"}[o.To[role]])
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}
