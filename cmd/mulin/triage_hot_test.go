package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// letters is a file of messages: six neighbours about one plant, one person many times, and others. All of it is made up.
func letters(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("\ufefflikes,id,user,title,time,detail,dislikes\r\n")
	for i, s := range []string{"翠屏新城旁边的搅拌站噪音扰民", "投诉翠屏新城附近搅拌站", "翠屏新城边上的搅拌站灰尘大", "请关停翠屏新城旁的搅拌站", "翠屏新城业主要求搬迁搅拌站", "翠屏新城搅拌站夜里还在生产"} {
		fmt.Fprintf(&b, "%d,a%d,u%d,%s,2024-03-%02d 08:0%d:00,\"翠屏新城的搅拌站，\n第%d户来信\",0\r\n", i, i, i, s, i+1, i, i)
	}
	for i := range 9 {
		fmt.Fprintf(&b, "0,b%d,same,凤凰公寓门口不能取消停车位,2024/3/%d 9:00,凤凰公寓的停车位第%d次写信,0\r\n", i, i+1, i)
	}
	b.WriteString("0,c1,x,河滨公园的长椅坏了,2024-02-01 10:00:00,木条断了两根,0\r\n,c1,x,编号重复,2024-02-01,正文,0\r\n,c2,x,没有时间,昨天,正文,0\r\n")
	name := filepath.Join(t.TempDir(), "letters.csv")
	if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestTriageHot(t *testing.T) {
	file := letters(t)
	out, err := run(t, "", "triage", "hot", file, "--top", "2")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"2 rows can't be used", "messages 16", "heat = 1·people", "翠屏新城", "few", "    a5  2024-03-06 08:05  翠屏新城搅拌站夜里还在生产  (+5)"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(out, "长椅") {
		t.Error("a third issue was printed")
	}
	to := filepath.Join(t.TempDir(), "hot.json")
	if out, err = run(t, "", "triage", "hot", file, "--json", "--out", to, "--from", "2024-02-15", "--to", "2024-03-04"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	b, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	var r hotReport
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Top) != 2 || len(r.Top[0].Messages) != 4 || r.Top[0].Proven != 4 || r.Top[0].Place != "翠屏新城" || r.Top[1].Proven != 1 || r.Messages != 8 {
		t.Errorf("%s", b)
	}
}

func TestTriageHotRefuses(t *testing.T) {
	file := letters(t)
	bare := filepath.Join(t.TempDir(), "bare.csv")
	if err := os.WriteFile(bare, []byte("id,title\n1,x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range [][]string{{bare}, {file, "--from", "March"}, {file, "--to", "2024-13-01"}, {file, "--zone", "Mars"}, {file + ".none"}} {
		if out, err := run(t, "", append([]string{"triage", "hot"}, c...)...); err == nil {
			t.Errorf("%q was taken: %s", c, out)
		} else if strings.Contains(out, "panic") {
			t.Error(out)
		}
	}
}
