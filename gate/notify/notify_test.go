package notify

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestGateway(t *testing.T) {
	t.Parallel()
	status, got := http.StatusNoContent, map[string]string{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer k" {
			t.Errorf("authorization %q", r.Header.Get("Authorization"))
		}
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	}))
	defer srv.Close()
	g := NewGateway(srv.URL, "k")
	if err := g.Send(t.Context(), "13800000000", "123456"); err != nil {
		t.Fatal(err)
	}
	if got["phone"] != "13800000000" || got["code"] != "123456" {
		t.Errorf("gateway got %v", got)
	}
	for _, status = range []int{http.StatusInternalServerError, http.StatusFound} {
		if err := g.Send(t.Context(), "13800000000", "1"); err == nil {
			t.Errorf("status %d was taken for success", status)
		}
	}
}

func TestOutbox(t *testing.T) {
	t.Parallel()
	o := NewOutbox()
	if err := o.Send(t.Context(), "1", "a"); err != nil {
		t.Fatal(err)
	}
	if err := o.Send(t.Context(), "1", "b"); err != nil {
		t.Fatal(err)
	}
	if o.Last("1") != "b" || o.Last("2") != "" {
		t.Errorf("last = %q, %q", o.Last("1"), o.Last("2"))
	}
}
