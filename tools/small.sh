#!/usr/bin/env bash
# Sends every wasm of a folder through wasm-opt (minutes for the GPU worker, kept in the cache for the next time).
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/env.sh

kept="$FLOWSTEP_CACHE/wasm-opt"
mkdir -p "$kept"
for wasm in "$1"/*.wasm; do
    # The CPU worker computes: -O2 is a little quicker there than -Oz, and no larger.
    level=-Oz
    [ "$(basename "$wasm")" = worker_bg.wasm ] && level=-O2
    small="$kept/$(sha256sum "$wasm" | cut -c1-32)$level.wasm"
    if [ ! -e "$small" ]; then
        echo "wasm-opt $level $(basename "$wasm")"
        # What every browser with WebGPU or simd128 has, and no more: no relaxed-simd, no threads.
        wasm-opt $level --enable-simd --enable-bulk-memory --enable-sign-ext --enable-mutable-globals \
            --enable-nontrapping-float-to-int --enable-reference-types --enable-multivalue \
            "$wasm" -o "$small.part"
        mv "$small.part" "$small"
    fi
    cp "$small" "$wasm"
done
