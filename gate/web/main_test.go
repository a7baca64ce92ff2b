package web_test

import (
	"testing"

	"mulin/internal/browsertest"
)

func TestMain(m *testing.M) { browsertest.Main(m) }
