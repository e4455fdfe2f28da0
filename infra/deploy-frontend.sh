#!/usr/bin/env bash
# Deploys the page: build, upload, invalidation, test. When the test fails, the index of before is
# put back; files with a hash in their name are never taken away, since open pages still ask for them.
#
#   infra/deploy-frontend.sh prod|dev-v2 [--dry-run]
#
# PRF_PAGE names a directory with a ready page in place of a build.
# shellcheck source=infra/steps.sh
. "$(dirname "$0")/steps.sh"
read_arguments "$@"
need aws python3
[ -n "$(parameter PageBucketName)" ] || fail "$environment has no page"
check_account

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
page=${PRF_PAGE:-$root/web/dist}
bucket=$(parameter PageBucketName)

build() {
  [ -z "${PRF_PAGE:-}" ] || return 0
  need npm
  say "building the page"
  run make --no-print-directory -C "$root" page
}

upload() {
  say "uploading files that never change"
  run aws s3 sync --only-show-errors "$page/assets" "s3://$bucket/assets" \
    --cache-control "public, max-age=31536000, immutable"
  say "uploading the others"
  run aws s3 sync --only-show-errors "$page" "s3://$bucket" --exclude "assets/*" --exclude index.html \
    --cache-control "public, max-age=3600"
  upload_index "$page/index.html"
}

upload_index() {
  run aws s3 cp --only-show-errors "$1" "s3://$bucket/index.html" --cache-control no-cache \
    --content-type "text/html; charset=utf-8"
}

invalidate() {
  local name distribution
  for name in DistributionId SecondaryDistributionId; do
    distribution=$(output "$name")
    [ -n "$distribution" ] || continue
    say "invalidating $distribution"
    run aws cloudfront create-invalidation --distribution-id "$distribution" \
      --paths /index.html /favicon.svg >/dev/null
  done
}

# What every distribution serves under the path of an article must be the index that was uploaded.
answers() {
  local name domain
  for name in DistributionDomain SecondaryDistributionDomain; do
    domain=$(output "$name")
    [ -n "$domain" ] || continue
    python3 "$infra/smoke.py" --page "$domain" "$1" || return 1
  done
}

read_stack || [ "$dry_run" = true ] || fail "$stack is not deployed yet; deploy-anthropic.sh does that"
build
[ "$dry_run" = true ] || [ -f "$page/index.html" ] || fail "$page holds no index.html"
if [ "$dry_run" != true ]; then
  aws s3 cp --only-show-errors "s3://$bucket/index.html" "$work/before.html" >/dev/null 2>&1 || true
fi
upload
invalidate
if [ "$dry_run" = true ]; then
  say "would ask every distribution for the page, and put the index of before back when it is another"
  exit 0
fi
if ! answers "$page/index.html"; then
  [ -f "$work/before.html" ] || fail "the page does not answer, and there is none to go back to"
  say "the page does not answer: going back"
  upload_index "$work/before.html"
  invalidate
  fail "the page does not answer; the one from before is back"
fi
say "the page is live"
