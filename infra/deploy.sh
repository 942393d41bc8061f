#!/usr/bin/env bash
# Deploys what infra/build.sh built: the shared account, every team's account, the site; then records the release.
set -euo pipefail

usage() {
  cat <<'HELP'
usage: infra/deploy.sh --region REGION [options]

Deploys the portal of one Region, one of those that portal.json lists. It can be repeated at any time: what has not
changed stays as it is.

  --region REGION           the Region
  --role NAME               assume this role in every account, with the credentials at hand
  --profile-of PATTERN      or use these profiles of the AWS command line: 'drawbridge-{account}'
  --parameter NAME=VALUE    a parameter of infra/template.yaml; once given, a stack keeps it, but for
                            PortalUrl, Issuer, ClientId and Public, which portal.json says each time
  --team-parameter TEAM:NAME=VALUE
                            a parameter of infra/team-account.yaml

One of the two is needed. AWS_ENDPOINT_URL sends everything to a local engine instead of AWS.
HELP
}

fail() { echo "deploy.sh: $*" >&2; exit 1; }
say() { echo "== $*"; }

region='' role='' profiles='' parameters=() team_parameters=()
while [ $# -gt 0 ]; do
  case $1 in
    --region) region=${2:?} ;;
    --role) role=${2:?} ;;
    --profile-of) profiles=${2:?} ;;
    --parameter) parameters+=("${2:?}") ;;
    --team-parameter) team_parameters+=("${2:?}") ;;
    --help | -h) usage; exit ;;
    *) usage >&2; fail "there is no option $1" ;;
  esac
  shift 2
done
[ -n "$region" ] || { usage >&2; fail "which Region? --region"; }
[ -n "$role$profiles" ] || { usage >&2; fail "by which credentials? --role or --profile-of"; }

cd "$(dirname "$0")/.."
export AWS_REGION=$region AWS_DEFAULT_REGION=$region AWS_PAGER=''
PATH="$PWD/target/deploy-tools/bin:$PATH"
command -v aws >/dev/null || fail "the AWS command line is missing: make deploy-tools"
index=dist/catalog/compiled/index.json
[ -f "$index" ] && [ -f dist/lambda.zip ] || fail "nothing is built: infra/build.sh"

# A value of the compiled catalog, by a Python expression over `index`.
catalog() { python3 -c "import json, sys; index = json.load(open('$index')); print($1)"; }

shared=$(catalog 'index["portal"]["shared_account"]')
url=$(catalog "next((one['url'] for one in index['portal']['deployments'] if one['region'] == '$region'), '')")
[ -n "$url" ] || fail "portal.json has no deployment in $region"

# Runs a function of this script with the credentials of an account.
in_account() (
  account=$1
  if [ -n "$profiles" ]; then
    export AWS_PROFILE=${profiles//\{account\}/$account}
  else
    keys=$(aws sts assume-role --role-arn "arn:aws:iam::$account:role/$role" --role-session-name drawbridge-deploy \
      --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text) ||
      fail "the role $role of account $account cannot be assumed"
    read -r AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN <<<"$keys"
    export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
    unset AWS_PROFILE
  fi
  "${@:2}"
)

# 1. What is deployed lies in a bucket of the account that it is deployed to, so that none reads from another.
artifacts() { echo "drawbridge-artifacts-$account-$region"; }

make_bucket() {
  local bucket=$1 place=()
  ! aws s3api head-bucket --bucket "$bucket" >/dev/null 2>&1 || return 0
  [ "$region" = us-east-1 ] || place=(--create-bucket-configuration "LocationConstraint=$region")
  aws s3api create-bucket --bucket "$bucket" "${place[@]}" >/dev/null
  aws s3api put-public-access-block --bucket "$bucket" --public-access-block-configuration \
    BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
}

# The generated templates, below the digest of them all: CloudFormation looks at addresses, not at what is behind them.
templates=dist/catalog/infra/$region
prefix=catalog/$(cd "$templates" && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-32)

upload_templates() {
  aws s3 sync --only-show-errors "$templates" "s3://$(artifacts)/$prefix"
}

templates_url() { echo "https://s3.$region.amazonaws.com/$(artifacts)/$prefix"; }

# 2. A stack, and what stood in its way.
deploy_stack() {
  local stack=$1 template=$2
  shift 2
  aws cloudformation deploy --stack-name "$stack" --template-file "$template" --s3-bucket "$(artifacts)" \
    --capabilities CAPABILITY_NAMED_IAM CAPABILITY_AUTO_EXPAND --no-fail-on-empty-changeset \
    --parameter-overrides "$@" && return
  aws cloudformation describe-stack-events --stack-name "$stack" --output text >&2 --query \
    'StackEvents[?contains(ResourceStatus, `FAILED`)].[Timestamp, LogicalResourceId, ResourceStatusReason]' || true
  fail "the stack $stack of account $account is not deployed"
}

deploy_shared() {
  say "shared account $account"
  make_bucket "$(artifacts)"
  upload_templates
  aws cloudformation package --template-file infra/template.yaml --s3-bucket "$(artifacts)" \
    --output-template-file dist/template.yaml >/dev/null
  deploy_stack drawbridge dist/template.yaml "TemplatesUrl=$(templates_url)" \
    "Architecture=$(cat dist/architecture)" "PortalUrl=$url" \
    "Issuer=$(catalog 'index["portal"]["sign_in"]["issuer"]')" \
    "ClientId=$(catalog 'index["portal"]["sign_in"]["client_id"]')" \
    "Public=$(catalog 'str(index["portal"].get("public", False)).lower()')" "${parameters[@]}"
}

deploy_team() {
  local team=$1 given own=()
  say "account $account of $team"
  for given in "${team_parameters[@]}"; do
    [ "${given%%:*}" != "$team" ] || own+=("${given#*:}")
  done
  make_bucket "$(artifacts)"
  upload_templates
  deploy_stack "drawbridge-team-$team" infra/team-account.yaml "Team=$team" "SharedAccount=$shared" \
    "TemplatesUrl=$(templates_url)" "${own[@]}"
}

# 3. Pages are asked for anew each time; assets have their digest in their address and never change. Old assets stay,
# because pages that refer to them are still open somewhere.
output() {
  aws cloudformation describe-stacks --stack-name drawbridge --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"
}

upload_site() {
  say "the site"
  local site bucket
  site=dist/catalog/site bucket=$(output SiteBucketName)
  aws s3 sync --only-show-errors "$site/assets" "s3://$bucket/assets" \
    --cache-control 'public, max-age=31536000, immutable'
  aws s3 sync --only-show-errors --delete --exclude 'assets/*' "$site" "s3://$bucket" \
    --cache-control 'public, max-age=0, must-revalidate'
  aws cloudfront create-invalidation --distribution-id "$(output DistributionId)" --paths '/*' >/dev/null
}

# 4. From here on new requests start what was just published. The function says what it did not find.
release() {
  say "release"
  echo '{}' >dist/release.request
  aws lambda invoke --function-name drawbridge-release --cli-read-timeout 900 --payload fileb://dist/release.request \
    dist/release.json >dist/release.status
  python3 - dist/release.status dist/release.json <<'PYTHON'
import json, sys

status, answer = (json.load(open(file)) for file in sys.argv[1:])
if "FunctionError" in status:
    sys.exit(f"deploy.sh: drawbridge-release failed: {json.dumps(answer)}")
for workflow, version in answer["recorded"].items():
    print(f"{workflow}: {version}")
for team, workflows in answer["missing"].items():
    for one in workflows:
        print(f"{team}: {one['workflow']} is not deployed in {one['account']}: {one['why']}", file=sys.stderr)
if answer["missing"]:
    sys.exit("deploy.sh: what is not deployed cannot be requested")
PYTHON
}

in_account "$shared" deploy_shared
catalog '"\n".join(name + " " + team["account"] for name, team in index["teams"].items())' |
  while read -r team account; do
    in_account "$account" deploy_team "$team" </dev/null
  done
in_account "$shared" upload_site
in_account "$shared" release
