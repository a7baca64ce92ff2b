# Everything a developer runs, in one place. `make test` is what decides.
.DEFAULT_GOAL := build
.PHONY: build run test quick long bench generate fmt

# One static binary with everything in it.
build:
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o bin/mulin ./cmd/mulin

# ARGS is the command: make run ARGS='serve --help'
ARGS ?= demo
run:
	go run ./cmd/mulin $(ARGS)

# Formatting, generated code, vet, staticcheck, the static build and all tests with the race detector.
test:
	scripts/test.sh

# The inner loop, not the judge: SQLite only, no browser, no race detector, nothing to install.
quick:
	CGO_ENABLED=0 go test -trimpath -buildvcs=false -short -json $(PKG) | go run ./scripts/testsum

# What finds more the longer it runs: all tests with many rounds, then each fuzz target for FUZZ.
FUZZ ?= 30s
long:
	scripts/test.sh scripts/long.sh $(FUZZ)

# BENCH picks: make bench BENCH=Locate PKG=./internal/geo
BENCH ?= .
PKG ?= ./...
bench:
	scripts/test.sh go test -run '^$$' -bench '$(BENCH)' -benchmem $(PKG)

generate:
	go tool templ generate

fmt:
	go tool templ fmt .
	gofmt -w $$(find . -name '*.go' ! -name '*_templ.go' ! -path './.git/*')
