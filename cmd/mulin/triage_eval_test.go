package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// lessons are invented messages of three classes, some rows unusable, in the columns asked for.
func lessons(head string, row func(title, detail, label string) string) string {
	var b strings.Builder
	b.WriteString(head + "\n")
	for label, list := range map[string][]string{
		"水电": {"自来水停了", "水管爆裂", "停电没有通知", "水压太低", "变压器冒烟"},
		"交通": {"红绿灯坏了", "公交车晚点", "路口堵车", "出租车拒载", "斑马线模糊"},
		"环境": {"垃圾没有清运", "工厂排放废气", "河水发臭", "工地扬尘", "噪音扰民"},
	} {
		for i, what := range list {
			for j, where := range []string{"幸福家园", "荆河街道", "学院路"} {
				b.WriteString(row(where+what, fmt.Sprintf("%s有人反映%s，第%d次了", where, what, i+j), label) + "\n")
			}
		}
	}
	return b.String()
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "messages.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTriageEval(t *testing.T) {
	t.Parallel()
	raw := file(t, lessons("label,id,detail,title", func(title, detail, label string) string {
		return label + ",7,\"" + detail + "\"," + title
	})+"交通,8,缺一列\n")
	cut := file(t, lessons("tokens,label", func(title, detail, label string) string {
		return strings.Join(strings.Split(title+detail, "有人"), " ") + "," + label
	}))
	ask := file(t, "title,detail,label\n幸福家园自来水停了,幸福家园有人反映自来水停了，第0次了,水电\n小学门口的红绿灯不亮,早上堵车,交通\n")
	for _, c := range []struct {
		args []string
		says []string
	}{
		{[]string{"--train", raw, "--folds", "5"}, []string{"train_rows 45", "test_rows 45", "unusable_rows 1", "macro_f1 ", "accuracy ", "calibration_error ", "said_90 ", "class 水电 precision ", "train_seconds ", "messages_per_second ", "model_mb "}},
		{[]string{"--train", raw, "--train", cut, "--test", ask}, []string{"train_rows 90", "test_rows 2", "removed_exact 1", "class 交通 precision 1.0000 recall 1.0000 f1 1.0000 support 1"}},
		{[]string{"--train", cut, "--test", ask, "--keep-copies"}, []string{"removed_exact 0", "removed_near 0"}},
	} {
		out, err := run(t, "", append([]string{"triage", "eval"}, c.args...)...)
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		for _, want := range c.says {
			if !strings.Contains("\n"+out, "\n"+want) {
				t.Errorf("%v: no line %q in\n%s", c.args, want, out)
			}
		}
	}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"nothing to ask":  {[]string{"--train", raw}, "--folds"},
		"no such file":    {[]string{"--train", filepath.Join(t.TempDir(), "none.csv"), "--folds", "5"}, "none.csv"},
		"columns missing": {[]string{"--train", file(t, "text,label\na,b\n"), "--folds", "5"}, "title, detail"},
		"one class":       {[]string{"--train", file(t, "tokens,label\n路灯,a\n水管,a\n"), "--folds", "2"}, "two classes"},
		"only itself":     {[]string{"--train", raw, "--test", raw}, "two classes"},
	} {
		out, err := run(t, "", append([]string{"triage", "eval"}, c.args...)...)
		if err == nil || !strings.Contains(out, c.says) || strings.Contains(out, "goroutine") {
			t.Errorf("%s: %v, %s", name, err, out)
		}
	}
}
