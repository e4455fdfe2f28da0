#!/usr/bin/env bash
# Asks a server of its own everything its OpenAPI document allows, and much that it does not, for
# MINUTES (10): an answer that the document does not name, or a fault of the server, fails.
#
#   [MINUTES=10] [SEED=N] [PRF=PATH] tools/schemathesis.sh [OPTION OF `st run` ...]
set -euo pipefail
cd "$(dirname "$0")/.."

version=4.32.5
minutes=${MINUTES:-10}
seed=${SEED:-7}
home=$PWD/target/schemathesis
prf=$(realpath -m "${PRF:-target/debug/prf}")

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

install() {
  [ "$(cat "$home/version" 2>/dev/null)" = "$version" ] && return 0
  command -v python3 >/dev/null 2>&1 || fail "python3 is not installed (Debian: python3 python3-venv)"
  mkdir -p "$home"
  python3 -m venv "$home/venv" || fail "python3 makes no environment (Debian: python3-venv)"
  "$home/venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version" ||
    fail "schemathesis $version cannot be had"
  printf '%s\n' "$version" >"$home/version"
}

# address FILE: what a program of ours says in its first line.
address() {
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    sed -n '1s|^listening on http://||p' "$1" | grep . && return 0
    sleep 0.1
  done
  fail "nothing listens: $(tail -n 3 "$1")"
}

started=()
directory=$(mktemp -d)
# shellcheck disable=SC2329  # the trap invokes it
clean_up() {
  local process
  for process in "${started[@]}"; do
    kill "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
  done
  rm -rf "$directory"
}
trap clean_up EXIT

install
[ -n "${PRF:-}" ] || ${CARGO:-cargo} build --quiet --locked -p prf --bin prf

"$prf" drill --listen 127.0.0.1:0 >"$directory/drill" 2>&1 &
started+=($!)
drill=$(address "$directory/drill")
env -i PATH="$PATH" ANTHROPIC_API_KEY=drill ANTHROPIC_BASE_URL="http://$drill" \
  AWS_EC2_METADATA_DISABLED=true PRF_LOG=warn \
  "$prf" serve --listen 127.0.0.1:0 --data "$directory/data" >"$directory/serve" 2>"$home/serve.log" &
started+=($!)
server=$(address "$directory/serve")
printf 'asking %s for %s minutes, seed %s\n' "$server" "$minutes" "$seed"

# Where it is run from it leaves a folder of its own.
cd "$home"
code=0
venv/bin/st --no-color run "http://$server/openapi.json" --url "http://$server" \
  --max-time $((minutes * 60)) --seed "$seed" --mode all --continue-on-failure \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
  --generation-database none --request-timeout 20 "$@" | tee run.log || code=$?
grep -Eq '^  Tested: [1-9]' run.log || fail "nothing was tested: give it more MINUTES"
# A server that is gone, or that had to say that something failed, has failed whatever was answered.
kill -0 "${started[1]}" || fail "the server has ended: $(tail -n 3 serve.log)"
if grep '"event":"api.failed"' serve.log >faults.log; then
  head -n 20 faults.log >&2
  fail "the server has met faults of its own: $home/serve.log"
fi
exit "$code"
