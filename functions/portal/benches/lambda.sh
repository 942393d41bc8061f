#!/usr/bin/env bash
# Measures the portal's Lambda functions with a stand-in of the Lambda Runtime API, beside Node and Python.
#
#   RIE=path/to/rie NODE=folder PYTHON=folder EVENT=event.json functions/portal/benches/lambda.sh [runs] [invocations]
#
# RIE is the stand-in (starts a process, feeds it an event, prints a line of JSON); NODE and PYTHON are folders with
# the same handler for those runtimes, EVENT is what they are asked. Without them only ours is measured.
set -euo pipefail
cd "$(dirname "$0")/../../.."
runs=${1:-7} invocations=${2:-200}
: "${RIE:?the Runtime API stand-in}"

# One after the other: built together they would share features that what is deployed does not have.
[ -n "${BUILT:-}" ] || cargo build --release --locked -p portal
[ -n "${BUILT:-}" ] || cargo build --release --locked -p site-gen
[ -n "${BUILT:-}" ] || cargo build --release --locked -p portal --bench lambda
work=$(mktemp -d)
trap 'kill ${aws:-} 2>/dev/null; [ -n "${KEEP:-}" ] || rm -rf "$work"' EXIT
"${SITE_GEN:-target/release/site-gen}" build --out "$work/dist" >/dev/null
cp target/release/bootstrap "$work/bootstrap"

# The stand-in of AWS lives as long as its input is open.
stand_in=$(ls -t target/release/deps/lambda-* | grep -v '\.d$' | head -1)
mkfifo "$work/open"
"$stand_in" "$work/dist/compiled" "$work" <"$work/open" >"$work/environment" &
aws=$!
exec 9>"$work/open"
until [ "$(wc -l <"$work/environment")" -ge 15 ]; do :; done
# shellcheck disable=SC1091
source "$work/environment"

measure() { # name, folder, event, command...
  local name=$1 folder=$2 event=$3
  shift 3
  (cd "$folder" && "$RIE" --runs "$runs" --invokes "$invocations" --event "$event" --name "$name" ${BOOST:+--boost} -- "$@")
}

echo '{"run_id": "01930000-0000-7000-8000-000000000001", "digest": "none"}' >"$work/step.json"
_HANDLER=api measure "ours: api, a run is requested" "$work" "$work/event.json" ./bootstrap
zip -q -9 -r "$work/lambda.zip" -j "$work/bootstrap" 2>/dev/null || python3 -m zipfile -c "$work/lambda.zip" "$work/bootstrap"
printf 'package: %s bytes, of which the binary is %s\n' "$(stat -c %s "$work/lambda.zip")" "$(stat -c %s "$work/bootstrap")"
unset AWS_ENDPOINT_URL_DYNAMODB AWS_ENDPOINT_URL_SFN AWS_ENDPOINT_URL_SECRETS_MANAGER
if [ -n "${NODE:-}" ]; then
  for calls in "" 1; do
    BENCH_CALLS=$calls measure "node, bundled${calls:+, two calls}" "$NODE" "$EVENT" node node_modules/aws-lambda-ric/bin/index.mjs dist/app.handler
  done
fi
if [ -n "${PYTHON:-}" ]; then
  for calls in "" 1; do
    BENCH_CALLS=$calls measure "python${calls:+, two calls}" "$PYTHON" "$EVENT" bin/python -m awslambdaric app.handler
  done
fi
