#!/usr/bin/env bash
# Builds dist/ for the web: every wasm through wasm-opt (minutes for the GPU worker, kept in the
# cache for the next time), then a table of sizes as a host with brotli sends them.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh dist
. tools/env.sh

for_wasm trunk build

kept="$FLOWSTEP_CACHE/wasm-opt"
mkdir -p "$kept"
for wasm in dist/*.wasm; do
    # The CPU worker computes: -O2 is a little quicker there than -Oz, and no larger.
    level=-Oz
    [ "$wasm" = dist/worker_bg.wasm ] && level=-O2
    small="$kept/$(sha256sum "$wasm" | cut -c1-32)$level.wasm"
    if [ ! -e "$small" ]; then
        echo "wasm-opt $level $wasm"
        # What every browser with WebGPU or simd128 has, and no more: no relaxed-simd, no threads.
        wasm-opt $level --enable-simd --enable-bulk-memory --enable-sign-ext --enable-mutable-globals \
            --enable-nontrapping-float-to-int --enable-reference-types --enable-multivalue \
            "$wasm" -o "$small.part"
        mv "$small.part" "$small"
    fi
    cp "$small" "$wasm"
done

node tools/sizes.mjs dist
