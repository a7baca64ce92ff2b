// Command testsum reads `go test -json` and prints it for people: a line for each package, the whole output of what failed, and at the end how long each package
// took, the slowest first, and the counts.
// It fails when a test or a package failed.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// event is one line of `go test -json`; see `go doc test2json`.
type event struct {
	Action, Package, ImportPath, Test, Output string

	Elapsed float64 // seconds
}

// summary collects the events.
type summary struct {
	out    io.Writer
	lines  map[string][]string // output of each test that has not ended
	ended  map[string]string   // how each test ended
	broken map[string]bool     // packages in which a test failed
	named  []string            // what failed, in order
	took   []span
	lost   int // packages that failed without a failed test: did not build, timed out, exited
}

// span is how long a package's tests ran.
type span struct {
	of      string
	seconds float64
}

func newSummary(out io.Writer) *summary {
	return &summary{out: out, lines: map[string][]string{}, ended: map[string]string{}, broken: map[string]bool{}}
}

func main() {
	s := newSummary(os.Stdout)
	if err := s.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "testsum:", err)
		os.Exit(1)
	}
	if !s.finish() {
		os.Exit(1)
	}
}

func (s *summary) read(r io.Reader) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			var e event
			if json.Unmarshal([]byte(line), &e) != nil {
				fmt.Fprint(s.out, line) // go itself complains
			} else {
				s.take(e)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read events: %w", err)
		}
	}
}

func (s *summary) take(e event) {
	key := e.Package + " " + e.Test
	switch {
	case e.Action == "build-output":
		fmt.Fprint(s.out, e.Output)
	case e.Test == "":
		s.takePackage(e)
	case e.Action == "run":
		s.ended[key] = "lost" // until it ends
	case e.Action == "output" && !strings.HasPrefix(e.Output, "=== "):
		s.lines[key] = append(s.lines[key], e.Output)
	case e.Action == "fail":
		s.broken[e.Package] = true
		fmt.Fprint(s.out, strings.Join(s.lines[key], ""))
		s.end(key, e.Action)
	case e.Action == "pass", e.Action == "skip":
		s.end(key, e.Action)
	}
}

func (s *summary) end(key, how string) {
	delete(s.lines, key)
	s.ended[key] = how
	if how == "fail" {
		s.named = append(s.named, key)
	}
}

// takePackage prints what a package says itself, and what its unfinished tests said when it broke down.
func (s *summary) takePackage(e event) {
	if e.Elapsed >= 0.05 {
		s.took = append(s.took, span{e.Package, e.Elapsed})
	}
	switch e.Action {
	case "output":
		if e.Output != "PASS\n" && e.Output != "FAIL\n" && !strings.HasSuffix(e.Output, "[no test files]\n") {
			fmt.Fprint(s.out, e.Output)
		}
	case "fail":
		for key, lines := range s.lines {
			if strings.HasPrefix(key, e.Package+" ") {
				fmt.Fprint(s.out, strings.Join(lines, ""))
				delete(s.lines, key)
			}
		}
		if !s.broken[e.Package] {
			s.lost++
			s.named = append(s.named, e.Package)
		}
	}
}

// finish prints times, what failed and the counts; it reports whether all is well.
func (s *summary) finish() bool {
	count := map[string]int{}
	for _, how := range s.ended {
		count[how]++
	}
	// A test that never ended went down with its package.
	failed := count["fail"] + max(count["lost"], s.lost)
	slices.SortFunc(s.took, func(a, b span) int { return cmp.Compare(b.seconds, a.seconds) })
	for i, p := range s.took {
		if i == 0 {
			fmt.Fprintln(s.out, "\nseconds:")
		}
		fmt.Fprintf(s.out, "%7.1f  %s\n", p.seconds, p.of)
	}
	if len(s.named) > 0 {
		fmt.Fprintf(s.out, "\nfailed:\n  %s\n", strings.Join(s.named, "\n  "))
	}
	fmt.Fprintf(s.out, "\n%d passed, %d failed", count["pass"], failed)
	if count["skip"] > 0 {
		fmt.Fprintf(s.out, ", %d skipped", count["skip"])
	}
	fmt.Fprintln(s.out)
	return failed == 0 && count["pass"] > 0
}
