#!/usr/bin/env bash
# Every check of the project in the order of their cost; stops at the first that fails.
# What the checks need is installed here where that is allowed, and named plainly where not. What mostly
# waits runs beside the steps that follow it.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s (after %d s)\n' "$*" "$SECONDS"; }
missing=()

# need COMMAND PACKAGE...: installs Debian packages when COMMAND is not there.
need() {
  local command=$1
  shift
  command -v "$command" >/dev/null 2>&1 && return 0
  local sudo=()
  [ "$(id -u)" = 0 ] || sudo=(sudo -n)
  if command -v apt-get >/dev/null 2>&1 &&
    "${sudo[@]}" apt-get update -qq >/dev/null 2>&1 &&
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null 2>&1; then
    return 0
  fi
  missing+=("$command (Debian: $*)")
  return 1
}

work=$(mktemp -d)
declare -A pids
# shellcheck disable=SC2046 # one word for each job that still runs
trap 'kill $(jobs -pr) 2>/dev/null || true; rm -rf "$work"' EXIT

# begin NAME COMMAND...: runs it beside what follows.
begin() {
  "${@:2}" >"$work/$1.log" 2>&1 &
  pids[$1]=$!
}

# end NAME: waits for it and shows what it said; its failure is one of the whole.
end() {
  local code=0
  wait "${pids[$1]}" || code=$?
  cat "$work/$1.log"
  return "$code"
}

step "tools"
for command in cargo node npm; do
  command -v "$command" >/dev/null 2>&1 || missing+=("$command")
done
need cc build-essential || true
need chromium chromium fonts-nanum || true
if [ ${#missing[@]} -gt 0 ]; then
  printf 'could not find or install: %s\n' "${missing[@]}" >&2
  printf 'install it and run make test again\n' >&2
  exit 1
fi
cargo --version
printf 'node %s\n' "$(node --version)"
chromium --version 2>/dev/null || true

step "format"
cargo fmt --all --check

step "page: packages, build; lint, types, unit tests, size begin"
make --no-print-directory page
check_page() {
  cd web
  npm run --silent lint
  npm run --silent check
  npm run --silent test
  npm run --silent size
}
begin page check_page

# One choice of features for everything that is built: with another, cargo builds the AWS SDK anew.
all=(--workspace --all-features --locked)
built=$(realpath -m "${CARGO_TARGET_DIR:-target}")/debug
prf=$built/prf

step "clippy"
cargo clippy "${all[@]}" --all-targets -- -D warnings

step "clippy of the program as it ships"
cargo clippy -p prf --locked -- -D warnings

step "page: lint, types, unit tests, size"
end page

step "DynamoDB for the tests: dynoxide"
# A program of its own and no dependency: as a library it pins another SQLite than ours.
dynoxide=${DYNOXIDE:-$(command -v dynoxide || echo "${CARGO_HOME:-$HOME/.cargo}/bin/dynoxide")}
if ! "$dynoxide" --help >/dev/null 2>&1; then
  cargo install --quiet --locked dynoxide-rs --version 3.2.0 \
    --no-default-features --features native-sqlite,http-server,cli
  dynoxide=${CARGO_HOME:-$HOME/.cargo}/bin/dynoxide
fi
export DYNOXIDE=$dynoxide

step "Rust tests: build"
cargo test "${all[@]}" --quiet --no-run

step "AWS: the tests of three environments begin"
need zip zip || true
aws_tests() {
  if command -v zip >/dev/null 2>&1 && tools/aws.sh install; then
    PRF_BOOTSTRAP=$built/bootstrap PRF_BINARY=$prf exec tools/aws.sh test
  fi
  printf 'SKIPPED: they need zip, Python 3 with venv and the packages of infra/*requirements.txt\n'
}
begin aws aws_tests

step "Rust tests"
cargo test "${all[@]}" --quiet

step "eval"
"$prf" eval eval/gold --baseline eval/baseline.json

step "rustdoc"
RUSTDOCFLAGS="-D warnings" cargo doc "${all[@]}" --no-deps --quiet

step "the page's types are those of the server"
fresh=$work/fresh
mkdir "$fresh"
"$prf" openapi >"$fresh/openapi.json"
(cd web && npx openapi-typescript "$fresh/openapi.json" -o "$fresh/schema.d.ts" >/dev/null 2>&1)
for file in openapi.json src/api/schema.d.ts; do
  cmp -s "$fresh/$(basename "$file")" "web/$file" || {
    printf 'web/%s is stale: run make api\n' "$file" >&2
    exit 1
  }
done

step "AWS: three environments deployed, compared and asked"
end aws

step "browser tests"
(
  cd web
  PRF_BIN=$prf npm run --silent e2e
)

step "all checks passed"
