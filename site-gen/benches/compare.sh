#!/bin/bash
# Builds the same N workflows with every generator found, in turn, and prints medians.
#   KIT=folder of the benchmark kit (gen_catalog.py, adapt_*.py, measure.py)   compare.sh N [RUNS]
# HUGO, ZOLA: binaries (default: on PATH). ELEVENTY: a node_modules with @11ty/eleventy. FLOOR: a program that reads,
# renders Markdown and writes. WORK: where content is kept. OUT: where pages go, best a memory file system.
# Set BOOST=1 (root) for the highest priority on a machine that is busy with other work.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
n=$1
runs=${2:-5}
work=${WORK:-/tmp/site-bench}
ours=${OURS:-$here/../../target/release/site-gen}
mkdir -p "$work"
[ -d "$work/cat-$n" ] || python3 "$KIT/gen_catalog.py" --n "$n" --out "$work/cat-$n"
[ -d "$work/drawbridge-$n" ] ||
  python3 "$here/adapt_drawbridge.py" --catalog "$work/cat-$n" --out "$work/drawbridge-$n"
export WORK="$work"
export OURS="$ours build --catalog $work/drawbridge-$n --templates $here/../../templates --out {out}"
exec "$KIT/site_bench.sh" "$n" "$runs"
