package record

import (
	"encoding/json"
	"errors"
	"net/http"

	"mulin/gate/web/site"
	"mulin/internal/ledger"
	"mulin/internal/store"
)

// checkpoint publishes the newest signed head of the ledger, so that anybody can keep it and hold later ones against it.
func (p *Pages) checkpoint(w http.ResponseWriter, r *http.Request, _ *site.Req) error {
	c, err := p.Tree.Latest(r.Context())
	if errors.Is(err, store.ErrNone) {
		c, err = p.Tree.Checkpoint(r.Context())
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	return site.Send(w, r, http.StatusOK, []byte(c.Note))
}

// ledgerKey publishes the key by which checkpoints and proofs are checked.
func (p *Pages) ledgerKey(w http.ResponseWriter, r *http.Request, _ *site.Req) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	return site.Send(w, r, http.StatusOK, []byte(p.Tree.Verifier()+"\n"))
}

// proof gives the one who reported, or staff, and nobody else the proof that the case's opening stands in the ledger as it was: it can be checked without this
// server, by `mulin verify` and the key of /ledger/key.
func (p *Pages) proof(w http.ResponseWriter, r *http.Request, rq *site.Req) error {
	f, err := p.Claims.Visible(r, rq, r.PathValue("number"))
	if err == nil && f.Shared { // those who joined read neither where exactly it is nor what the first one wrote
		err = site.ErrMissing
	}
	if err != nil {
		return err
	}
	first, err := ledger.Of(r.Context(), p.Desk.City(), rq.Who.City, "case", f.ID, 0, 1)
	if err != nil || len(first) == 0 {
		return errors.Join(err, site.ErrMissing)
	}
	receipt, err := p.Tree.Receipt(r.Context(), f.Number, first[0].Seq)
	if err != nil {
		return err
	}
	if !site.Staff(rq.Who) {
		receipt.Salt = f.Salt // under it somebody could try what stands behind a mask
	}
	body, err := json.MarshalIndent(receipt, "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="receipt-`+f.Number+`.json"`)
	w.Header().Set("Cache-Control", "private, no-store")
	return site.Send(w, r, http.StatusOK, body)
}
