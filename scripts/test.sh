#!/usr/bin/env bash
# Runs every check of the project on a machine that has Go, git, make and gcc: fetches what else is missing, starts a
# private PostgreSQL, and removes everything it started, however it ends.
#
#   scripts/test.sh              every check (this is `make test`)
#   scripts/test.sh <command>    one command with MULIN_TEST_POSTGRES and MULIN_TEST_CHROMIUM set, such as
#                                scripts/test.sh go test ./town/casework
#
# Settings: MULIN_TEST_POSTGRES  a database address to use instead of a private cluster; its role may create databases
#           MULIN_TEST_CHROMIUM  the browser to use
#           MULIN_TEST_SHOTS     where failing browser tests leave their pictures (default: tmp/shots)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
started=$SECONDS
work=
database=
running=

say() { printf '%s\n' "$*"; }
die() {
  printf 'test.sh: %s\n' "$*" >&2
  exit 1
}

# ---- what the machine must have

database_folder() { # the newest PostgreSQL server of 15 or later; prints its bin folder
  local folder version best=0 found=
  for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin "$(dirname "$(command -v initdb || echo /none/initdb)")"; do
    [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] || continue
    version=$("$folder/initdb" --version | grep -oE '[0-9]+' | head -n 1)
    if [ "$version" -ge 15 ] && [ "$version" -gt "$best" ]; then
      best=$version found=$folder
    fi
  done
  [ -n "$found" ] && say "$found"
}

browser() {
  local name
  for name in ${MULIN_TEST_CHROMIUM:+"$MULIN_TEST_CHROMIUM"} chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" && return
  done
  return 1
}

chinese_font() {
  if command -v fc-list >/dev/null; then
    [ -n "$(fc-list :lang=zh-cn file)" ]
  else
    find /usr/share/fonts /usr/local/share/fonts -type f \( -iname '*wqy*' -o -iname '*cjk*' \) 2>/dev/null | grep -q .
  fi
}

missing() { # Debian packages that the checks need and the machine lacks
  [ -n "${MULIN_TEST_POSTGRES:-}" ] || database_folder >/dev/null || say postgresql
  browser >/dev/null || say chromium-headless-shell
  chinese_font || say fonts-wqy-microhei
  command -v gcc >/dev/null || say gcc
  command -v git >/dev/null || say git
  [ -e /usr/include/stdlib.h ] || say libc6-dev
  [ -e /etc/ssl/certs/ca-certificates.crt ] || [ -e /etc/ssl/cert.pem ] || say ca-certificates
}

install_missing() {
  local packages as=()
  mapfile -t packages < <(missing)
  [ ${#packages[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    as=(sudo -n)
    sudo -n true 2>/dev/null || die "needs the Debian packages ${packages[*]} (or the same from elsewhere). Install them as root and run it again."
  fi
  command -v apt-get >/dev/null || die "needs what Debian calls ${packages[*]}. There is no apt-get here: install them and run it again."
  say "== install ${packages[*]}"
  if [[ " ${packages[*]} " == *" postgresql "* ]] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    # The server package would make and start a cluster of its own that nobody needs.
    "${as[@]}" mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | "${as[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  local apt=("${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold)
  {
    "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "${packages[@]}"
  } >"$work/apt.log" 2>&1 || {
    tail -n 40 "$work/apt.log" >&2
    die "apt-get could not install ${packages[*]}"
  }
  mapfile -t packages < <(missing)
  [ ${#packages[@]} -eq 0 ] || die "still missing after the installation: ${packages[*]}"
}

# ---- the private database

as_database_user() { # initdb and the server refuse to run as root
  if [ "$(id -u)" = 0 ]; then
    runuser -u postgres -- "$@"
  else
    "$@"
  fi
}

start_database() {
  [ -z "${MULIN_TEST_POSTGRES:-}" ] || return 0
  local bin port try
  bin=$(database_folder)
  mkdir "$work/pg"
  if [ "$(id -u)" = 0 ]; then
    chown postgres "$work/pg"
  fi
  (
    cd /
    as_database_user "$bin/initdb" -D "$work/pg/data" -U mulin -A trust -E UTF8 --locale=C.UTF-8 --no-sync
  ) >"$work/initdb.log" 2>&1 || {
    cat "$work/initdb.log" >&2
    die 'initdb failed'
  }
  for try in 1 2 3 4 5 6 7 8; do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && continue # taken
    database="$bin"
    if (
      cd /
      as_database_user "$bin/pg_ctl" -D "$work/pg/data" -l "$work/pg/log" -w -t 60 start -o "-h 127.0.0.1 -p $port -k $work/pg \
        -c max_connections=200 -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=128MB"
    ) >"$work/pg_ctl.log" 2>&1 </dev/null; then
      export MULIN_TEST_POSTGRES="postgres://mulin@127.0.0.1:$port/postgres?sslmode=disable"
      return
    fi
  done
  cat "$work/pg_ctl.log" "$work/pg/log" >&2 || true
  die 'the private PostgreSQL did not start'
}

stop_database() {
  [ -n "$database" ] && [ -e "$work/pg/data/postmaster.pid" ] || return 0
  (
    cd /
    as_database_user "$database/pg_ctl" -D "$work/pg/data" -m immediate -w -t 30 stop
  ) >/dev/null 2>&1 || true
}

# ---- order

end() {
  local code=$?
  trap - EXIT
  trap '' HUP INT TERM
  if [ -n "$running" ]; then
    kill -TERM -- "-$running" 2>/dev/null || true
    wait "$running" 2>/dev/null || true
    kill -KILL -- "-$running" 2>/dev/null || true
  fi
  stop_database
  [ -z "$work" ] || rm -rf -- "$work"
  exit "$code"
}

# run puts the command into a process group of its own, so that a signal ends it with all its children and the script can clean up at once.
run() {
  local code=0
  set -m
  "$@" </dev/null &
  running=$!
  set +m
  wait "$running" || code=$?
  running=
  return "$code"
}

step() {
  say "== $1"
  shift
  local from=$SECONDS
  run "$@" || die "failed: $*"
  [ $((SECONDS - from)) -lt 5 ] || say "   $((SECONDS - from)) s"
}

# ---- the checks

sources() { find . \( -name .git -o -name node_modules -o -name testdata -o -path ./tmp \) -prune -o -type f "$@" -print; }

check_format() {
  local bad
  bad=$(sources -name '*.go' ! -name '*_templ.go' | tr '\n' '\0' | xargs -0 -r gofmt -l)
  [ -z "$bad" ] || {
    say "$bad"
    say 'not formatted; run: make fmt'
    return 1
  }
}

sums() { sources -name '*_templ.go' | sort | xargs -r sha256sum; }

# check_generated makes the generated files anew in a copy and compares; the tree stays as it is.
check_generated() {
  local copy="$work/generated" name
  go build -o "$work/templ" github.com/a-h/templ/cmd/templ || return
  mkdir "$copy"
  cp go.mod go.sum "$copy"
  while IFS= read -r name; do
    mkdir -p "$copy/$(dirname "$name")"
    cp "$name" "$copy/$name"
  done < <(sources -name '*.templ')
  (cd "$copy" && "$work/templ" generate >"$work/templ.log" 2>&1) || {
    cat "$work/templ.log"
    return 1
  }
  diff <(sums) <(cd "$copy" && sums) || {
    say 'generated files are out of date; run: make generate'
    return 1
  }
}

# What others wrote that only computes and starts nothing of its own: SQLite's translated C, hashes, pictures, letters, compression. Watching each of their
# reads for races took more than half of the processor. `make long` watches them too. A package that brings a copy of the standard library's generic atomics
# or maps (modernc.org/sqlite does) can't be here: the linker keeps one copy for all, and unwatched it makes others look like races.
unwatched=(modernc.org/sqlite/lib modernc.org/libc golang.org/x/crypto/... golang.org/x/image/... golang.org/x/text/... golang.org/x/net/html
  github.com/klauspost/compress/... github.com/golang/geo/... compress/... image/...)

# Two packages at a time, whatever the machine: each may have a browser, a database and a compiler beside it.
run_tests() {
  local flags=("${unwatched[@]/#/-gcflags=}")
  CGO_ENABLED=1 go test -p 2 -race "${flags[@]/%/=-race=false}" -timeout 40m -json ./... | "$work/testsum"
}

# Without cgo and with the same flags these four share what they compile.
checks() {
  local flags
  flags=$(go env GOFLAGS)
  export CGO_ENABLED=0 GOFLAGS="$flags -trimpath -buildvcs=false"
  step 'gofmt' check_format
  step 'generated code' check_generated
  step 'go vet' go vet ./...
  step 'go build, static' go build -ldflags '-s -w' -o "$work/mulin" ./cmd/mulin
  step 'staticcheck' go tool staticcheck ./...
  go build -o "$work/testsum" ./scripts/testsum || die 'the test summary does not build'
  GOFLAGS=$flags
  say "== go test -race ./..."
  run run_tests
}

main() {
  export HOME="${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}"
  command -v go >/dev/null || PATH=$PATH:/usr/local/go/bin
  command -v go >/dev/null || die 'needs Go (https://go.dev/dl/), the version that go.mod names or newer'
  trap end EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  work=$(mktemp -d "${TMPDIR:-/tmp}/mulin-test.XXXXXX")
  chmod 755 "$work" # the database's user has to reach its own folder
  install_missing
  MULIN_TEST_CHROMIUM=$(browser)
  export MULIN_TEST_CHROMIUM MULIN_TEST_SHOTS="${MULIN_TEST_SHOTS:-$root/tmp/shots}"
  start_database
  mkdir -m 1777 "$work/tmp"
  export TMPDIR="$work/tmp"
  local code=0
  if [ $# -gt 0 ]; then
    run "$@" || code=$?
  else
    checks || code=$?
    say "total time: $((SECONDS - started)) s"
  fi
  exit "$code"
}

main "$@"
