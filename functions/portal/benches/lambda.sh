#!/usr/bin/env bash
# Measures the portal's Lambda functions with a stand-in of the Lambda Runtime API, beside other handlers.
#
#   RIE=path/to/rie EVENT=event.json [NODE=folder] [PYTHON=folder] [RUST=binary] functions/portal/benches/lambda.sh [runs] [invocations]
#
# RIE is the stand-in (starts a process, feeds it an event, prints a line of JSON); NODE, PYTHON and RUST are the same
# small handler for each runtime, which makes two calls of AWS or none, and EVENT is what they are asked. Without them
# only ours are measured. BOOST=1 takes the highest priority, BUILT=1 what was built before.
#
# Everything runs on the core CORES (0; or a list, 0,1): a function with less than 1,769 MB has less than one, and on a
# virtual machine each call would otherwise wait twice for a core that fell asleep, whatever the language. AWAKE=1 keeps
# the cores from that: each runs a loop that gives way to everything else.
set -euo pipefail
cd "$(dirname "$0")/../../.."
runs=${1:-7} invocations=${2:-200}
on=(taskset -c "${CORES:-0}")
: "${RIE:?the Runtime API stand-in}"

# One after the other: built together they would share features that what is deployed does not have.
if [ -z "${BUILT:-}" ]; then
  cargo build --profile function --locked -p portal
  cargo build --release --locked -p site-gen
  cargo build --profile bench --locked -p portal --bench lambda
fi
work=$(mktemp -d)
loops=()
trap 'kill ${AWS_PID:-} "${loops[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
if [ -n "${AWAKE:-}" ]; then
  for core in $(tr , ' ' <<<"${CORES:-0}"); do
    taskset -c "$core" chrt --idle 0 bash -c 'while :; do :; done' & loops+=($!)
  done
fi
"${SITE_GEN:-target/release/site-gen}" build --out "$work/dist" >/dev/null
cp "${BOOTSTRAP:-target/function/bootstrap}" "$work/bootstrap"

# The stand-in of AWS: says where it is, then how often it was called.
stand_in=${STAND_IN:-$(find target/release/deps -name 'lambda-*' -perm -100 -printf '%T@ %p\n' | sort -n | tail -1 | cut -d' ' -f2)}
coproc AWS { exec "${on[@]}" "$stand_in" "$work/dist/compiled" "$work"; }
exec 8<&"${AWS[0]}" 9>&"${AWS[1]}"
environment=
while IFS= read -r line <&8 && [ -n "$line" ]; do environment+="$line"$'\n'; done
calls() { echo >&9 && read -r counted <&8 && echo "$counted"; }

measure() { # name, folder, event, command...
  local name=$1 folder=$2 event=$3 before after
  shift 3
  before=$(calls)
  (cd "$folder" && "${on[@]}" "$RIE" --runs "$runs" --invokes "$invocations" --event "$event" --name "$name" ${BOOST:+--boost} -- "$@") >"$work/line"
  after=$(calls)
  python3 - "$work/line" $(((after - before) / (runs * invocations))) <<'PYTHON'
import json, sys
line = json.load(open(sys.argv[1]))
calls = int(sys.argv[2]) or line["stub_calls"] // (line["runs"] * line["invokes"])
print("| {name} | {ready_ms:.1f} | {first_ms:.1f} | {warm_us:,.0f} | {calls} | {peak_mib:.1f} |".format(calls=calls, **line))
PYTHON
}

echo "| handler | ready ms | first ms | warm µs | calls of AWS | peak MiB |"
echo "|---|--:|--:|--:|--:|--:|"
(
  eval "$environment"
  for function in api ask next-gate await-approval commit-gate finish door-ended interaction relay anchor digest release; do
    _HANDLER=$function measure "\`$function\`" "$work" "$work/$function.json" ./bootstrap
  done
)
for calls in "" 1; do
  export BENCH_CALLS=$calls
  [ -n "$calls" ] || unset BENCH_CALLS
  [ -z "${RUST:-}" ] || measure "Rust, the same small handler${calls:+, two calls}" "$work" "$EVENT" "$RUST"
  [ -z "${NODE:-}" ] || measure "Node, bundled${calls:+, two calls}" "$NODE" "$EVENT" node node_modules/aws-lambda-ric/bin/index.mjs dist/app.handler
  [ -z "${PYTHON:-}" ] || measure "Python${calls:+, two calls}" "$PYTHON" "$EVENT" bin/python -m awslambdaric app.handler
done
zip -q -9 -j "$work/lambda.zip" "$work/bootstrap" 2>/dev/null || python3 -c "
import sys, zipfile
zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED, compresslevel=9).write(sys.argv[2], 'bootstrap')" "$work/lambda.zip" "$work/bootstrap"
printf '\nThe binary: %s bytes; as a zip: %s\n' "$(stat -c %s "$work/bootstrap")" "$(stat -c %s "$work/lambda.zip")"
