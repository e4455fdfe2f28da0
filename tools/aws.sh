#!/usr/bin/env bash
# Checks of infra/: installs their tools below target/ (or PRF_AWS_TOOLS), lints, and tests against a
# simulated AWS.
#
#   tools/aws.sh install | install-python | lint | check | turns | test [-v] [-k PATTERN] | drill
set -euo pipefail
cd "$(dirname "$0")/.."

tools=${PRF_AWS_TOOLS:-$PWD/target/aws-tools}
guard_version=3.2.1

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

install_python() {
  command -v python3 >/dev/null 2>&1 || fail "python3 is not installed (Debian: python3 python3-venv)"
  if ! cmp -s infra/requirements.txt "$tools/requirements.txt"; then
    printf 'installing the AWS tools\n'
    python3 -m venv "$tools" || fail "python3 makes no environment (Debian: python3-venv)"
    "$tools/bin/pip" install --quiet --disable-pip-version-check -r infra/requirements.txt ||
      fail "the packages of infra/requirements.txt cannot be had"
    cp infra/requirements.txt "$tools/requirements.txt"
  fi
}

install() {
  install_python
  if [ "$(cfn_guard_version)" != "$guard_version" ]; then
    printf 'building cfn-guard %s\n' "$guard_version"
    cargo install --quiet --locked --version "$guard_version" --root "$tools" cfn-guard
  fi
}

cfn_guard_version() {
  "$tools/bin/cfn-guard" --version 2>/dev/null | awk '{ print $2 }'
}

# lint: what was found clean is not read again until a file changes.
lint() {
  install
  local now
  now=$(cat infra/template.yaml infra/params/*.json infra/rules/* infra/*.sh tools/*.sh infra/*.py \
    infra/requirements.txt | cksum)
  if [ "$now" = "$(cat "$tools/clean" 2>/dev/null)" ]; then
    printf 'the template is clean\n'
    return 0
  fi
  "$tools/bin/cfn-lint" infra/template.yaml
  "$tools/bin/shellcheck" -x infra/*.sh tools/*.sh
  local environment
  for environment in prod dev-v1 dev-v2; do
    "$tools/bin/python" infra/expand.py "$environment" RetentionDays=365 >"$tools/$environment.json"
    "$tools/bin/cfn-guard" validate --data "$tools/$environment.json" --rules infra/rules \
      --show-summary fail
  done
  printf '%s\n' "$now" >"$tools/clean"
  printf 'the template is clean\n'
}

# build: both programs, by the choice of features that all tests are built with.
build() {
  cargo build --quiet --locked --workspace --all-features --bin bootstrap --bin prf
}

run_tests() {
  lint
  build
  PATH="$tools/bin:$PATH" "$tools/bin/python" -m unittest discover -s infra/tests -t infra "$@"
}

# check: the tests that deploy nothing and need no tool that is built.
check() {
  install_python
  PATH="$tools/bin:$PATH" "$tools/bin/python" -m unittest discover -s infra/tests -t infra \
    -p 'test_[crst][ceo][mrst]*.py'
}

# turns: one environment deployed and whole turns in it, with the binaries that the tests of Rust have
# built: to name their packages here would be another choice of features, and a build of its own.
turns() {
  install_python
  cargo test --quiet --locked --workspace --all-features --no-run
  cd infra
  PATH="$tools/bin:$PATH" "$tools/bin/python" -m unittest tests.test_turns.Socketed tests.test_turns.Rested
}

# drill: the restore of docs/EXPORT_FORMAT.md, which MiniStack alone of the stand-ins can play.
drill() {
  install_python
  build
  "$tools/bin/python" tools/drill_restore.py "${CARGO_TARGET_DIR:-target}/debug/prf" "$tools/bin/ministack"
}

case "${1:-}" in
  install) install ;;
  install-python) install_python ;;
  check) check ;;
  lint) lint ;;
  turns) turns ;;
  test)
    shift
    run_tests "$@"
    ;;
  drill) drill ;;
  *) fail "usage: tools/aws.sh install | install-python | lint | check | turns | test | drill" ;;
esac
