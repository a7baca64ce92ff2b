package site

import (
	"context"

	"mulin/gate/web/assets"
)

// Asset is the hashed address of a style sheet or script.
func Asset(ctx context.Context, name string) string {
	return ReqOf(ctx).site.Assets().URL(name)
}

// Assets are the style, scripts and libraries.
func (s *Site) Assets() *assets.Set {
	s.assetsMu.Do(func() { s.assets = assets.New() })
	return s.assets
}
