package words_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// use is a place where a key is said.
type use struct {
	key   string
	where string // file:line
	args  int    // arguments given for the sentence; -1 if that can't be told
}

// scan is what the source says about keys.
type scan struct {
	uses     []use
	prefixes []use           // beginnings of composed keys
	literals map[string]bool // every string in the source: a key in a table is used too
}

// maxSource is the longest file that is read; longer ones are vendored.
const maxSource = 400_000

// scanTree reads all Go, templ and JavaScript sources below root, but no tests. A file that is just being written, moved or can't be
// parsed is read as plain text.
func scanTree(t *testing.T, root string) *scan {
	t.Helper()
	s := &scan{literals: map[string]bool{}}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		name := d.Name()
		if d.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules" || name == "tmp") {
				return filepath.SkipDir
			}
			return nil
		}
		ext := filepath.Ext(name)
		if ext != ".go" && ext != ".templ" && ext != ".js" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil || len(b) > maxSource {
			return nil
		}
		short, err := filepath.Rel(root, path)
		if err != nil {
			short = path
		}
		s.file(t, short, ext, b)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *scan) file(t *testing.T, path, ext string, b []byte) {
	if ext == ".go" {
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, path, b, parser.SkipObjectResolution)
		if err == nil {
			for _, decl := range tree.Decls {
				_, inside := decl.(*ast.FuncDecl)
				ast.Inspect(decl, func(n ast.Node) bool { return s.node(set, n, inside) })
			}
			return
		}
		t.Logf("%s is read as text: %v", path, err)
	}
	s.text(path, b)
}

// node looks at one piece of Go, which lies inside a function or not.
func (s *scan) node(set *token.FileSet, n ast.Node, inside bool) bool {
	switch n := n.(type) {
	case *ast.ImportSpec:
		return false
	case *ast.BasicLit:
		if text, ok := literal(n); ok {
			s.literals[text] = true
		}
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "With" {
			ast.Inspect(f.X, func(n ast.Node) bool { return s.node(set, n, false) })
			for _, arg := range n.Args {
				ast.Inspect(arg, func(n ast.Node) bool { return s.node(set, n, true) })
			}
			return false
		}
		if i, fills := keyArg(n); i >= 0 && i < len(n.Args) {
			args := -1
			if fills && inside && !n.Ellipsis.IsValid() {
				args = len(n.Args) - i - 1
			}
			s.add(n.Args[i], set.Position(n.Pos()), args)
		}
	case *ast.CompositeLit:
		if name(n.Type) != "Fault" {
			return true
		}
		for _, e := range n.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok && name(kv.Key) == "Key" {
				s.add(kv.Value, set.Position(kv.Pos()), -1)
			}
		}
	}
	return true
}

// keyArg is which argument of a call is a key, -1 if none is, and whether the arguments after it fill the sentence. A fault that is declared
// outside functions may get them later by With, so there they aren't counted.
func keyArg(call *ast.CallExpr) (i int, fills bool) {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return -1, false
	}
	switch of := name(f.X); {
	case f.Sel.Name == "T":
		return 0, true
	case f.Sel.Name == "Under":
		return 0, false
	case of == "i18n" && f.Sel.Name == "Key":
		return 0, true
	case of == "fault" && (f.Sel.Name == "New" || f.Sel.Name == "Field"):
		return 1, true
	case f.Sel.Name == "Check" && len(call.Args) >= 3:
		return 2, true
	}
	return -1, false
}

// name is the last word of an identifier or selector.
func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.StarExpr:
		return name(e.X)
	}
	return ""
}

// add notes a key, or the beginning of one that is put together.
func (s *scan) add(e ast.Expr, at token.Position, args int) {
	where := at.Filename + ":" + strconv.Itoa(at.Line)
	whole := true
	for {
		if sum, ok := e.(*ast.BinaryExpr); ok && sum.Op == token.ADD {
			e, whole = sum.X, false
			continue
		}
		break
	}
	key, ok := literal(e)
	if !ok {
		return
	}
	s.note(use{key, where, args}, whole)
}

func (s *scan) note(u use, whole bool) {
	if whole && !strings.HasSuffix(u.key, ".") {
		s.uses = append(s.uses, u)
	} else if u.key != "" {
		s.prefixes = append(s.prefixes, u)
	}
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

var (
	quoted = regexp.MustCompile("[\"'`]([a-z0-9_]+(?:\\.[a-z0-9_]+)+)[\"'`]")
	spoken = regexp.MustCompile(`(?:\.T\(|\.Under\(|i18n\.Key\(|fault\.New\([^,()]+,|fault\.Field\("[^"]*",|\.Check\(.*?, "[^"]*",)\s*"([^"\\]+)"(\s*\+)?`)
)

// text looks at templ, JavaScript, and Go that doesn't parse.
func (s *scan) text(path string, b []byte) {
	for i, line := range strings.Split(string(b), "\n") {
		for _, m := range quoted.FindAllStringSubmatch(line, -1) {
			s.literals[m[1]] = true
		}
		for _, m := range spoken.FindAllStringSubmatch(line, -1) {
			s.note(use{m[1], path + ":" + strconv.Itoa(i+1), -1}, m[2] == "")
		}
	}
}
