#!/usr/bin/env bash
# Licences, sources and known holes of every crate and npm package. What needs no network is checked in
# any case; what does says plainly when nobody can be asked, and AUDIT_STRICT=1 makes that a failure.
#
#   [ADVISORY_DB=PATH] [AUDIT_STRICT=1] tools/audit.sh
#
# ADVISORY_DB is a clone or a mirror of RustSec's database: it is read where RustSec's own is out of reach.
set -euo pipefail
cd "$(dirname "$0")/.."

DENY_VERSION=0.20.2
DATABASE_URL=https://github.com/RustSec/advisory-db
unasked=()

step() { printf '\n== %s\n' "$*"; }

# Whether a failure's words say that nobody could be asked.
is_out_of_reach() {
  grep -qiE 'failed to fetch|could not resolve|unable to access|timed out|ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|audit endpoint returned an error' "$1"
}

if [ -n "${ADVISORY_DB:-}" ] && ! git -C "$ADVISORY_DB" rev-parse --quiet --verify HEAD >/dev/null; then
  printf 'error: ADVISORY_DB is no clone: %s\n' "$ADVISORY_DB" >&2
  exit 1
fi

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
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
said=$work/said

# The database in a folder of this run, from ADVISORY_DB where one is named: cargo-deny fetches it by git.
known_holes() {
  sed "s|^\[advisories\]\$|&\ndb-path = \"$work/databases\"|" deny.toml >"$work/deny.toml"
  if [ -n "${ADVISORY_DB:-}" ]; then
    local clone
    clone=$(realpath -e "$ADVISORY_DB")
    local -x GIT_CONFIG_COUNT=1 GIT_CONFIG_VALUE_0=$DATABASE_URL
    local -x GIT_CONFIG_KEY_0="url.file://$clone.insteadOf"
  fi
  "$deny" --locked --config "$work/deny.toml" check advisories
}

# Which day's database it was, and how many advisories it holds.
database() {
  local clone
  for clone in "$work"/databases/*/.git; do
    [ -e "$clone" ] || continue
    git -C "${clone%/.git}" log -1 --format='RustSec database of %cs (%h)'
    printf '%s advisories of crates\n' "$(git -C "${clone%/.git}" ls-tree -r HEAD crates/ | wc -l)"
  done
}

if known_holes >"$said" 2>&1; then
  cat "$said"
  database
elif is_out_of_reach "$said" && ! grep -q '^error\[\(vulnerability\|unsound\|unmaintained\|yanked\)' "$said"; then
  tail -n 5 "$said"
  unasked+=("the advisory database of RustSec")
else
  cat "$said" >&2
  database
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
