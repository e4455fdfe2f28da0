# shellcheck shell=bash
# What the deploy scripts share; sourced, never run. For bash 3.2 and newer.
set -euo pipefail

infra=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034 # the scripts that source this read it
root=$(dirname "$infra")
dry_run=false
environment=""
outputs=""
export AWS_PAGER=""
# What a dry run says is seen even where a command's output is not wanted.
exec 3>&1

say() { printf '%s  %s\n' "$(date +%H:%M:%S)" "$*"; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# run COMMAND...: runs it, or says what would be run.
run() {
  if [ "$dry_run" = true ]; then
    printf '          would run: %s\n' "$*" >&3
    return 0
  fi
  "$@"
}

# read_arguments ARGUMENT...: sets environment and dry_run.
read_arguments() {
  local argument
  for argument in "$@"; do
    case "$argument" in
      --dry-run) dry_run=true ;;
      prod | dev-v1 | dev-v2) environment=$argument ;;
      *) fail "unknown argument $argument; usage: $(basename "$0") prod|dev-v1|dev-v2 [--dry-run]" ;;
    esac
  done
  [ -n "$environment" ] || fail "usage: $(basename "$0") prod|dev-v1|dev-v2 [--dry-run]"
  stack=nx-wt-prf-$environment
}

need() {
  local command
  for command in "$@"; do
    command -v "$command" >/dev/null 2>&1 || fail "$command is not installed"
  done
}

# Whose account and which region; both are said before anything is changed.
check_account() {
  region=${AWS_REGION:-${AWS_DEFAULT_REGION:-}}
  [ -n "$region" ] || fail "set AWS_REGION"
  [ "$region" = "${PRF_REGION:-us-east-1}" ] ||
    fail "the service runs in ${PRF_REGION:-us-east-1}, but AWS_REGION is $region (PRF_REGION changes that)"
  # Version 1 of the command line knows only the second name.
  export AWS_REGION=$region AWS_DEFAULT_REGION=$region
  account=$(aws sts get-caller-identity --query Account --output text) || fail "AWS knows no such caller"
  if [ -n "${PRF_ACCOUNT:-}" ] && [ "$PRF_ACCOUNT" != "$account" ]; then
    fail "PRF_ACCOUNT is not the account of these credentials"
  fi
  say "environment $environment, region $region, account ending in $(printf '%s' "$account" | tail -c 4)${AWS_ENDPOINT_URL:+, stand-in $AWS_ENDPOINT_URL}"
}

# parameter NAME: its value in params/, under that of the local file; empty when neither has it.
parameter() {
  # shellcheck disable=SC2119 # none is added
  parameters | python3 -c '
import json, sys
pairs = dict(pair.partition("=")[::2] for pair in json.load(sys.stdin))
print(pairs.get(sys.argv[1], ""))' "$1"
}

# parameters [NAME=VALUE...]: all parameters of the stack as the list that `aws` reads. What is not
# for git, such as addresses, lies in params/<environment>.local.json or in PRF_LOCAL_PARAMETERS. The
# template's defaults are said too: what is not said would stay as the stack has it.
# shellcheck disable=SC2120 # deploy-anthropic.sh adds some
parameters() {
  python3 - "$infra/template.yaml" "$infra/params/$environment.json" \
    "${PRF_LOCAL_PARAMETERS:-$infra/params/$environment.local.json}" "$@" <<'PYTHON'
import json, os, re, sys
template, committed, local, *more = sys.argv[1:]
with open(template) as file:
    section = re.search(r"^Parameters:\n(.*?)^\w", file.read(), re.M | re.S)[1]
pairs = {}
for name, entry in re.findall(r"^  (\w+):(.*?)(?=^  \w|\Z)", section, re.M | re.S):
    default = re.search(r"Default: (?:\"([^\"]*)\"|([^\s,}]+))", entry)
    if default:
        pairs[name] = default[1] if default[2] is None else default[2]
with open(committed) as file:
    pairs.update(json.load(file)["Parameters"])
if os.path.exists(local):
    with open(local) as file:
        pairs.update(json.load(file)["Parameters"])
if os.environ.get("AWS_ENDPOINT_URL"):
    pairs["StandInEndpoint"] = os.environ["AWS_ENDPOINT_URL"]
pairs.update(pair.split("=", 1) for pair in more)
print(json.dumps([f"{name}={value}" for name, value in pairs.items()]))
PYTHON
}

# read_stack: keeps the stack's outputs for `output`; false when there is no stack.
read_stack() {
  outputs=$(aws cloudformation describe-stacks --stack-name "$stack" --output text \
    --query "Stacks[0].Outputs[].[OutputKey,OutputValue]" 2>/dev/null) || outputs=""
  [ -n "$outputs" ]
}

# output NAME: as read_stack found it; empty when it is not there.
output() {
  printf '%s\n' "$outputs" | awk -v name="$1" '$1 == name { print $2 }'
}
