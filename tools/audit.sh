#!/usr/bin/env bash
# Licences, sources and known holes of every crate and npm package. What needs no network is checked in
# any case; what does says plainly when nobody can be asked, and AUDIT_STRICT=1 makes that a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

DENY_VERSION=0.20.2
unasked=()

step() { printf '\n== %s\n' "$*"; }

# Whether a failure's words say that nobody could be asked.
is_out_of_reach() {
  grep -qiE 'failed to fetch|could not resolve|unable to access|timed out|ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|audit endpoint returned an error' "$1"
}

step "cargo-deny $DENY_VERSION"
deny=${CARGO_DENY:-$(command -v cargo-deny || echo "${CARGO_HOME:-$HOME/.cargo}/bin/cargo-deny")}
if ! "$deny" --version >/dev/null 2>&1; then
  cargo install --quiet --locked cargo-deny --version "$DENY_VERSION"
  deny=${CARGO_HOME:-$HOME/.cargo}/bin/cargo-deny
fi
"$deny" --version

step "crates: licences, bans, sources"
"$deny" --offline --locked check licenses bans sources

step "crates: known holes"
said=$(mktemp)
trap 'rm -f "$said"' EXIT
if "$deny" --locked check advisories >"$said" 2>&1; then
  cat "$said"
elif is_out_of_reach "$said" && ! grep -q '^error\[\(vulnerability\|unsound\|unmaintained\|yanked\)' "$said"; then
  tail -n 5 "$said"
  unasked+=("the advisory database of RustSec")
else
  cat "$said" >&2
  exit 1
fi

step "npm packages of the page: known holes"
if (cd web && npm audit --omit=dev) >"$said" 2>&1; then
  cat "$said"
elif is_out_of_reach "$said" && ! grep -q 'Severity:\|# npm audit report' "$said"; then
  tail -n 5 "$said"
  unasked+=("npm's database of advisories")
else
  cat "$said" >&2
  exit 1
fi

if [ ${#unasked[@]} -gt 0 ]; then
  printf '\nNOT CHECKED, could not be asked from here: %s\n' "${unasked[@]}"
  [ "${AUDIT_STRICT:-0}" = 0 ] || exit 1
else
  printf '\nnothing is known against any package\n'
fi
