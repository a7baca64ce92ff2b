// Package notify sends messages out of the city: phone codes today; mail and messengers stand behind the same small senders.
package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// Gateway hands phone codes to an HTTP gateway that knows the operator's templates: POST {"phone": …, "code": …} with a bearer token; 2xx is success.
type Gateway struct {
	url, key string
	client   http.Client
}

// NewGateway makes a sender for the gateway at url.
func NewGateway(url, key string) *Gateway {
	return &Gateway{url: url, key: key, client: http.Client{
		Timeout:       10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // a code goes where the settings say, nowhere else
	}}
}

// Send sends one code.
func (g *Gateway) Send(ctx context.Context, phone, code string) error {
	body, err := json.Marshal(map[string]string{"phone": phone, "code": code})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("send a code: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+g.key)
	res, err := g.client.Do(req)
	if err != nil {
		return fmt.Errorf("send a code: %w", err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16))
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("send a code: the gateway answered %s", res.Status)
	}
	return nil
}

// Outbox keeps the newest codes instead of sending them: for demos and tests.
type Outbox struct {
	mu   sync.Mutex
	last map[string]string
}

// NewOutbox makes an empty outbox.
func NewOutbox() *Outbox { return &Outbox{last: map[string]string{}} }

const outboxSize = 1000

// Send keeps the code.
func (o *Outbox) Send(_ context.Context, phone, code string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.last) >= outboxSize {
		clear(o.last)
	}
	o.last[phone] = code
	return nil
}

// Last is the newest code for a phone, "" for none.
func (o *Outbox) Last(phone string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.last[phone]
}
