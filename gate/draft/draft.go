// Package draft asks a service that speaks the OpenAI chat interface to propose the words of an answer. A city that names no service has none; nothing of it
// is needed for anything else. What is asked leaves the city, so callers hand in masked words only.
package draft

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"mulin/internal/fault"
	"mulin/town/answer"
)

// What can go wrong, in words for whoever asked; the log has the cause.
var (
	ErrUnreachable = fault.New(fault.Unavailable, "draft.unreachable")
	ErrBusy        = fault.New(fault.TooMany, "draft.busy")
	ErrRefused     = fault.New(fault.Unavailable, "draft.refused")
	ErrBroken      = fault.New(fault.Unavailable, "draft.broken")
	ErrSlow        = fault.New(fault.Unavailable, "draft.slow")
	ErrHuge        = fault.New(fault.Unavailable, "draft.huge")
	ErrUnreadable  = fault.New(fault.Unavailable, "draft.unreadable")
	ErrEmpty       = fault.New(fault.Unavailable, "draft.empty")
)

const (
	wait       = 20 * time.Second
	mostBytes  = 64 << 10
	mostTokens = 1200
)

// Question is what a draft is asked for. Task tells the service what to do; About is data to it, whatever stands in it.
type Question struct {
	Task  string
	About answer.Ask
}

// Client asks one service.
type Client struct {
	HTTP            http.Client // waits 20 s and follows no redirect
	url, key, model string
}

// New makes a client for the service at address (as https://host/v1). An empty key sends none.
func New(address, key, model string) (*Client, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil:
		return nil, errors.New("drafting: the address must be http://… or https://…, without name or password")
	case model == "":
		return nil, errors.New("drafting: name a model beside the address")
	}
	u = u.JoinPath("chat", "completions")
	return &Client{url: u.String(), key: key, model: model, HTTP: http.Client{
		Timeout:       wait,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // words go where the settings say, nowhere else
	}}, nil
}

// message is one of a conversation.
type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// body is a request of the chat interface. The question is one JSON text, so that nothing in it can pass for the end of the data.
func (c *Client) body(q Question) ([]byte, error) {
	about, err := json.Marshal(q.About)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"model": c.model, "stream": false, "max_tokens": mostTokens,
		"messages": []message{{"system", q.Task}, {"user", string(about)}}})
}

// Propose asks for a draft. It is plain text by somebody unknown: show it as text, check it, let a person decide.
func (c *Client) Propose(ctx context.Context, q Question) (string, error) {
	body, err := c.body(q)
	if err != nil {
		return "", fmt.Errorf("ask for a draft: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return "", fmt.Errorf("ask for a draft: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	if c.key != "" {
		req.Header.Set("Authorization", "Bearer "+c.key)
	}
	res, err := c.HTTP.Do(req)
	if err != nil {
		return "", lost(ctx, err)
	}
	defer res.Body.Close()
	if err := refused(res.StatusCode); err != nil {
		return "", fmt.Errorf("ask for a draft: %w: status %d", err, res.StatusCode)
	}
	return read(ctx, res.Body)
}

// lost says whether nobody was there or they took too long.
func lost(ctx context.Context, err error) error {
	var u *url.Error
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &u) && u.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("ask for a draft: %w: %w", ErrSlow, err)
	}
	return fmt.Errorf("ask for a draft: %w: %w", ErrUnreachable, err)
}

// refused says what a status other than success means to whoever asked.
func refused(status int) error {
	switch {
	case status == http.StatusOK:
		return nil
	case status == http.StatusTooManyRequests:
		return ErrBusy
	case status >= 500:
		return ErrBroken
	}
	return ErrRefused
}

// read takes the text out of a reply.
func read(ctx context.Context, from io.Reader) (string, error) {
	b, err := io.ReadAll(io.LimitReader(from, mostBytes+1))
	if err != nil {
		return "", lost(ctx, &url.Error{Op: "read", Err: err})
	}
	if len(b) > mostBytes {
		return "", ErrHuge
	}
	var reply struct {
		Choices []struct{ Message message }
	}
	if json.Unmarshal(b, &reply) != nil {
		return "", ErrUnreadable // without what it held: it may quote the question
	}
	if len(reply.Choices) == 0 || strings.TrimSpace(reply.Choices[0].Message.Content) == "" {
		return "", ErrEmpty
	}
	return strings.TrimSpace(reply.Choices[0].Message.Content), nil
}
