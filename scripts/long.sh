#!/usr/bin/env bash
# What takes long by nature, whole: walks, kills and the like in many rounds, then every fuzz target. `make test` has all of them, short.
# Run it by `make long`. What fuzzing finds interesting stays in Go's build cache for the next time, what breaks something goes to testdata/fuzz of its package,
# to be committed with the repair.
set -euo pipefail
time=${1:-30s}

broken=0
CGO_ENABLED=1 MULIN_TEST_LONG=1 go test -race -timeout 4h -json ./... | go run ./scripts/testsum || broken=1
while IFS=: read -r file name; do
  echo "== $name, $file"
  CGO_ENABLED=0 go test -run '^$' -fuzz "^$name\$" -fuzztime "$time" "./$(dirname "$file")" </dev/null || broken=1
done < <(grep -roP --include='*_test.go' '^func \KFuzz\w+' . | sort)
exit "$broken"
