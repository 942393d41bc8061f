#!/usr/bin/env bash
# Builds what is deployed: the site, the compiled catalog and the generated templates, and the functions' package.
set -euo pipefail

usage() {
  cat <<'HELP'
usage: infra/build.sh [options]

Writes dist/catalog (site, compiled, infra) and dist/lambda.zip, which infra/deploy.sh deploys.

  --architecture ARCH   arm64 (default) or x86_64: what the functions run on
  --catalog DIR         the catalog (default: catalog)
  --templates DIR       the site's templates (default: templates)
  --bootstrap FILE      pack this binary instead of building one; it must be for ARCH
  --site-gen FILE       build the catalog with this binary instead of building one

The binary is built with cargo-lambda and ziglang, which link it for the C library of provided.al2023, whatever this
machine has; `make build-tools` installs both.
HELP
}

fail() { echo "build.sh: $*" >&2; exit 1; }

architecture=arm64 catalog=catalog templates=templates bootstrap='' site_gen=''
cd "$(dirname "$0")/.."
PATH="$PWD/target/build-tools/bin:$PATH"

while [ $# -gt 0 ]; do
  case $1 in
    --architecture) architecture=${2:?} ;;
    --catalog) catalog=${2:?} ;;
    --templates) templates=${2:?} ;;
    --bootstrap) bootstrap=${2:?} ;;
    --site-gen) site_gen=${2:?} ;;
    --help | -h) usage; exit ;;
    *) usage >&2; fail "there is no option $1" ;;
  esac
  shift 2
done

# 1. The catalog. A catalog with problems ends here, and the last good build stays.
build_catalog() {
  if [ -z "$site_gen" ]; then
    cargo build --release --locked --quiet -p site-gen
    site_gen=target/release/site-gen
  fi
  "$site_gen" build --infra --catalog "$catalog" --templates "$templates" --out dist/catalog
}

# 2. The binary, for the functions' machines.
build_bootstrap() {
  case $architecture in
    arm64) local target=aarch64-unknown-linux-gnu ;;
    x86_64) local target=x86_64-unknown-linux-gnu ;;
    *) fail "--architecture is arm64 or x86_64, not $architecture" ;;
  esac
  [ -z "$bootstrap" ] || return 0
  command -v cargo-lambda >/dev/null || fail "cargo-lambda is missing: make build-tools"
  # The C library of Amazon Linux 2023 is 2.34.
  cargo lambda build --profile function --locked --package portal --bin bootstrap --target "$target.2.34"
  bootstrap=target/lambda/bootstrap/bootstrap
}

# 3. Both in one package. Times are left out, so that the same content is the same package and nothing is deployed
# for it; names are sorted for the same reason.
pack() {
  [ -f "$bootstrap" ] || fail "there is no binary $bootstrap"
  python3 - "$bootstrap" dist/catalog/compiled dist/lambda.zip <<'PYTHON'
import os, pathlib, sys, zipfile

bootstrap, compiled, package = map(pathlib.Path, sys.argv[1:])
files = {"bootstrap": bootstrap}
files |= {f"compiled/{file.relative_to(compiled)}": file for file in compiled.rglob("*") if file.is_file()}
unfinished = package.with_suffix(".new")
with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
    for name, file in sorted(files.items()):
        entry = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = (0o755 if name == "bootstrap" else 0o644) << 16
        archive.writestr(entry, file.read_bytes())
os.replace(unfinished, package)
print(f"dist/lambda.zip: {package.stat().st_size / 1e6:.1f} MB")
PYTHON
  echo "$architecture" >dist/architecture
}

build_catalog
build_bootstrap
pack
