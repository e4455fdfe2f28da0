#!/usr/bin/env bash
# Deploys the functions and everything they stand on: package, stack, alias, smoke test. When the
# smoke test fails, the alias goes back to the versions that were live before.
#
#   infra/deploy-anthropic.sh prod|dev-v1|dev-v2 [--dry-run]
#
# PRF_BOOTSTRAP names a ready binary in place of a build. Everything else: docs/DEPLOYMENT_MANUAL.md
# shellcheck source=infra/steps.sh
. "$(dirname "$0")/steps.sh"
read_arguments "$@"
need aws python3 zip
check_account

work=$(mktemp -d)
smoke_user=""
clean_up() {
  if [ -n "$smoke_user" ]; then
    aws cognito-idp admin-delete-user --user-pool-id "$pool" --username "$smoke_user" || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT

functions="websocket-message conversation-api prompt-crud usage-handler websocket-connect websocket-disconnect"
suffix=$(parameter FunctionSuffix)
bucket=${PRF_CODE_BUCKET:-nx-wt-prf-deploy-$account}

build() {
  local binary=${PRF_BOOTSTRAP:-}
  if [ -z "$binary" ]; then
    need cargo
    local machine architecture
    machine=$(uname -sm)
    architecture=$(parameter Architecture)
    [ "$machine" = "Linux ${architecture:-x86_64}" ] || [ "$machine$architecture" = "Linux aarch64arm64" ] ||
      fail "the functions are built on Linux ${architecture:-x86_64}, this is $machine; build there and set PRF_BOOTSTRAP"
    say "building the functions"
    run cargo build --profile lambda --locked --manifest-path "$root/Cargo.toml" -p lambda --bin bootstrap
    binary=${CARGO_TARGET_DIR:-$root/target}/lambda/bootstrap
  fi
  if [ "$dry_run" = true ] && [ ! -f "$binary" ]; then
    key="functions/<hash>.zip"
    return 0
  fi
  cp "$binary" "$work/bootstrap"
  chmod 755 "$work/bootstrap"
  # Named by its content, so that nothing changes when nothing has changed.
  key=functions/$(python3 -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$work/bootstrap").zip
}

upload() {
  if ! aws s3api head-bucket --bucket "$bucket" >/dev/null 2>&1; then
    say "making the bucket of packages"
    if [ "$region" = us-east-1 ]; then
      run aws s3api create-bucket --bucket "$bucket" >/dev/null
    else
      run aws s3api create-bucket --bucket "$bucket" \
        --create-bucket-configuration "LocationConstraint=$region" >/dev/null
    fi
    run aws s3api put-public-access-block --bucket "$bucket" --public-access-block-configuration \
      BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
  fi
  if aws s3api head-object --bucket "$bucket" --key "$key" >/dev/null 2>&1; then
    say "the package is there already"
    return 0
  fi
  if [ -f "$work/bootstrap" ]; then
    (cd "$work" && zip -q -X "-${PRF_ZIP_LEVEL:-9}" package.zip bootstrap)
    say "uploading $(wc -c <"$work/package.zip" | tr -d ' ') bytes as $key"
  fi
  run aws s3 cp --only-show-errors "$work/package.zip" "s3://$bucket/$key"
}

live_version() {
  aws lambda get-alias --function-name "nx-wt-prf-$1$suffix" --name live \
    --query FunctionVersion --output text 2>/dev/null || true
}

remember_versions() {
  local name version
  : >"$work/before"
  read_stack || return 0
  for name in $functions; do
    version=$(live_version "$name")
    [ -z "$version" ] || printf '%s %s\n' "$name" "$version" >>"$work/before"
  done
}

# Every origin the page is reached under; the distributions are known after the first deployment.
origins() {
  local all name domain
  all=$(parameter PageOrigins)
  for name in PageDomain SecondPageDomain; do
    domain=$(parameter "$name")
    [ -z "$domain" ] || all="$all,https://$domain"
  done
  for name in DistributionDomain SecondaryDistributionDomain; do
    domain=$(output "$name")
    [ -z "$domain" ] || all="$all,https://$domain"
  done
  printf '%s\n' "${all#,}"
}

deploy_stack() {
  origins=$(origins)
  parameters "CodeBucket=$bucket" "CodeKey=$key" "PageOrigins=$origins" >"$work/parameters.json"
  local release
  release=$(cat "$infra/template.yaml" "$work/parameters.json" | python3 -c \
    'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest()[:12])')
  sed "s/(release unset)/(release $release)/" "$infra/template.yaml" >"$work/template.yaml"
  run aws cloudformation deploy --stack-name "$stack" --template-file "$work/template.yaml" \
    --s3-bucket "$bucket" --s3-prefix templates --parameter-overrides "file://$work/parameters.json" \
    --capabilities CAPABILITY_NAMED_IAM CAPABILITY_AUTO_EXPAND --no-fail-on-empty-changeset \
    --tags "service=nx-wt-prf-$environment" >"$work/deploy.log" 2>&1 && return 0
  cat "$work/deploy.log" >&2
  aws cloudformation describe-stack-events --stack-name "$stack" --output text --query \
    "StackEvents[?contains(ResourceStatus,'FAILED')].[LogicalResourceId,ResourceStatusReason]" >&2 || true
  fail "the stack was not deployed; CloudFormation has put back what it had changed"
}

# The stack says which versions it made. After a rollback the alias stands elsewhere, and
# CloudFormation does not see that: it finds nothing to change.
move_alias_to_new_versions() {
  grep -q "No changes to deploy" "$work/deploy.log" || return 0
  local arn name version
  aws cloudformation describe-stack-resources --stack-name "$stack" --output text --query \
    "StackResources[?ResourceType=='AWS::Lambda::Version'].[PhysicalResourceId]" >"$work/versions"
  while read -r arn; do
    version=${arn##*:}
    name=${arn%:*}
    name=${name##*:nx-wt-prf-}
    name=${name%"$suffix"}
    if [ "$(live_version "$name")" != "$version" ]; then
      move_alias "$name" "$version"
    fi
  done <"$work/versions"
}

move_alias() {
  aws lambda update-alias --function-name "nx-wt-prf-$1$suffix" --name live \
    --function-version "$2" >/dev/null
  say "$1 is at version $2"
}

# A person of the pool for the length of the test; PRF_SMOKE_TOKEN is used in its place.
smoke_token() {
  pool=$(output UserPoolId)
  local client password
  client=$(output UserPoolClientId)
  password=$(python3 -c 'import secrets; print("aA1-" + secrets.token_urlsafe(24))')
  smoke_user=smoke-$(python3 -c 'import secrets; print(secrets.token_hex(6))')@nx-wt-prf.invalid
  aws cognito-idp admin-create-user --user-pool-id "$pool" --username "$smoke_user" \
    --message-action SUPPRESS >/dev/null
  aws cognito-idp admin-set-user-password --user-pool-id "$pool" --username "$smoke_user" \
    --password "$password" --permanent
  PRF_SMOKE_TOKEN=$(aws cognito-idp admin-initiate-auth --user-pool-id "$pool" --client-id "$client" \
    --auth-flow ADMIN_USER_PASSWORD_AUTH --auth-parameters "USERNAME=$smoke_user,PASSWORD=$password" \
    --query AuthenticationResult.AccessToken --output text)
}

smoke() {
  [ -n "${PRF_SMOKE_TOKEN:-}" ] || smoke_token || return 1
  PRF_SMOKE_TOKEN=$PRF_SMOKE_TOKEN python3 "$infra/smoke.py" "$(output RestUrl)" "$(output SocketUrl)"
}

roll_back() {
  [ -s "$work/before" ] || fail "the smoke test failed, and there is no version to go back to"
  say "the smoke test failed: going back"
  local name version
  while read -r name version; do
    move_alias "$name" "$version"
  done <"$work/before"
  fail "the smoke test failed; the versions from before are live again"
}

build
upload
remember_versions
say "deploying the stack $stack"
deploy_stack
if [ "$dry_run" = true ]; then
  say "would move the alias, test over REST and socket, and go back when that fails"
  exit 0
fi
read_stack
if [ "$(origins)" != "$origins" ]; then
  say "telling the functions where the page is"
  deploy_stack
fi
move_alias_to_new_versions
say "testing over REST and socket"
smoke || roll_back
say "the functions are live"
