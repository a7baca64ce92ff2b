package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3Config says where the bucket is. It must exist; nothing in it need be public.
type S3Config struct {
	Endpoint  string // host or host:port
	Bucket    string
	Prefix    string // put before every name, such as "mulin/"
	Region    string // some services want it
	AccessKey string
	SecretKey string
	Plain     bool              // http instead of https: for a service on the same machine
	Transport http.RoundTripper // nil: minio's own
}

type bucket struct {
	client *minio.Client
	cfg    S3Config
}

// S3 keeps files in a bucket of any service that speaks S3.
func S3(cfg S3Config) (Store, error) {
	if cfg.Bucket == "" {
		return nil, errors.New("open bucket: no bucket named")
	}
	client, err := minio.New(cfg.Endpoint, &minio.Options{
		Creds:     credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, ""),
		Secure:    !cfg.Plain,
		Region:    cfg.Region,
		Transport: cfg.Transport,
	})
	if err != nil {
		return nil, fmt.Errorf("open bucket: %w", err)
	}
	return &bucket{client: client, cfg: cfg}, nil
}

// Put uploads a file.
func (s *bucket) Put(ctx context.Context, name string, b []byte) error {
	if err := check(name); err != nil {
		return err
	}
	kind := http.DetectContentType(b)
	_, err := s.client.PutObject(ctx, s.cfg.Bucket, s.cfg.Prefix+name, bytes.NewReader(b), int64(len(b)), minio.PutObjectOptions{ContentType: kind})
	if err != nil {
		return fmt.Errorf("keep blob: %w", err)
	}
	return nil
}

// Get opens a file; ctx must live while it is read.
func (s *bucket) Get(ctx context.Context, name string) (io.ReadCloser, error) {
	if check(name) != nil {
		return nil, ErrNone
	}
	o, err := s.client.GetObject(ctx, s.cfg.Bucket, s.cfg.Prefix+name, minio.GetObjectOptions{})
	if err == nil {
		_, err = o.Stat() // only now is the service asked
	}
	if err == nil {
		return o, nil
	}
	if o != nil {
		o.Close()
	}
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return nil, ErrNone
	}
	return nil, fmt.Errorf("open blob: %w", err)
}

// Delete removes a file.
func (s *bucket) Delete(ctx context.Context, name string) error {
	if err := check(name); err != nil {
		return err
	}
	err := s.client.RemoveObject(ctx, s.cfg.Bucket, s.cfg.Prefix+name, minio.RemoveObjectOptions{})
	if err != nil && minio.ToErrorResponse(err).Code != minio.NoSuchKey {
		return fmt.Errorf("delete blob: %w", err)
	}
	return nil
}
