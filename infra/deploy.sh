#!/usr/bin/env bash
# Deploys an environment: checks of the template, functions, page.
#
#   infra/deploy.sh prod|dev-v1|dev-v2 [--dry-run]
# shellcheck source=infra/steps.sh
. "$(dirname "$0")/steps.sh"
read_arguments "$@"
need aws python3
check_account

say "checking the template"
"$root/tools/aws.sh" lint
"$infra/deploy-anthropic.sh" "$@"
if [ -n "$(parameter PageBucketName)" ]; then
  "$infra/deploy-frontend.sh" "$@"
fi
say "$environment is deployed"
