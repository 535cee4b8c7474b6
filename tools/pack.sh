#!/usr/bin/env bash
# trunk runs this on what it has built; FLOWSTEP_SMALL=1 has every wasm go through wasm-opt first.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/env.sh
[ -z "${FLOWSTEP_SMALL:-}" ] || tools/small.sh "$TRUNK_STAGING_DIR"
# For this machine, whatever trunk compiles for; in a folder of its own, where no other build keeps it waiting.
env -u RUSTC -u RUSTC_BOOTSTRAP -u CARGO_UNSTABLE_BUILD_STD -u CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER \
    cargo run --quiet --locked --target-dir "$CARGO_TARGET_DIR/pack" --package flowstep-pack -- "$TRUNK_STAGING_DIR"
