package web_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"mulin/gate/web/to"
	"mulin/internal/access"
	"mulin/internal/sheet"
	"mulin/town/account"
)

// Somebody without a password is invited by a link, chooses one, and nobody uses the link again.
func TestInvitation(t *testing.T) {
	eachVillage(t, func(t *testing.T, v *village) {
		system := v.System()
		check(t, v.Accounts.SetRole(t.Context(), system, account.Admin, map[access.Right]access.Scope{account.Edit: access.Territory, account.See: access.Territory}))
		root, err := v.Accounts.Create(t.Context(), system, account.NewPerson{Login: "root", Name: "管理员", Password: password, Settled: true})
		check(t, err)
		_, err = v.Accounts.Appoint(t.Context(), system, root.ID, account.Admin, 0, v.Root.ID)
		check(t, err)
		p, err := v.Accounts.Create(t.Context(), system, account.NewPerson{Login: "newcomer", Name: "新来的"})
		check(t, err)
		_, err = v.Accounts.Create(t.Context(), system, account.NewPerson{Login: "second", Name: "第二个"})
		check(t, err)
		admin := v.visitor(t).signIn("root")
		at := to.Person(p.ID)
		shown := admin.has(admin.post(at+"/invitation"), 200, "只显示这一次", "newcomer")
		link := regexp.MustCompile(`/invitations/[a-z0-9]+`).FindString(shown.body)
		b := v.visitor(t)
		b.has(b.get(link), 200, "新来的", "newcomer")
		b.has(b.post(link, "password", "short", "repeat", "short"), 422)
		b.has(b.post(link, "password", "zehn gute Zeichen", "repeat", "andere"), 422)
		b.has(b.post(link, "password", "zehn gute Zeichen", "repeat", "zehn gute Zeichen"), 200, "密码已设好")
		b.has(b.get("/me"), 200, "新来的")
		b.has(b.get(link), 404, "邀请已用过")
		b.has(b.post("/signout"), 200)
		b.has(b.post("/signin", "login", "newcomer", "password", "zehn gute Zeichen", "next", "/me"), 200, "新来的")
		admin.has(admin.post(at+"/invitation"), 409)
		file := admin.post(to.People() + "/invitations")
		book, err := sheet.Open([]byte(file.body))
		check(t, err)
		defer book.Close()
		var links []string
		for row, err := range book.Rows(book.Sheets[0]) {
			check(t, err)
			if strings.Contains(row.Cells[1], "second") {
				links = append(links, regexp.MustCompile(`/invitations/[a-z0-9]+`).FindString(row.Cells[2]))
			}
		}
		if len(links) != 1 {
			t.Fatalf("%d links for the second", len(links))
		}
		late := v.visitor(t)
		late.has(late.get(links[0]), 200, "第二个")
		v.Clock.Advance(8 * 24 * time.Hour)
		late.has(late.get(links[0]), 404, "邀请已用过")
		late.has(late.get("/invitations/guess"), 404)
	})
}
