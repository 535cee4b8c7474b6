#!/usr/bin/env bash
# Serves the page at http://127.0.0.1:8080, and builds it anew when a file changes.
# As long as the worker for WebGPU has never been compiled, the page does without it: it is there as soon as it and its CPU
# worker are, and the other one joins when it is built.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh
. tools/env.sh

if [ ! -e "$CARGO_TARGET_DIR/wasm32-unknown-unknown/page/worker-gpu.wasm" ]; then
    first=first.html serving=
    # A job of its own group, so that what it starts ends with it.
    trap 'rm -f "$first"; [ -z "$serving" ] || kill -- "-$serving" 2>/dev/null || true' EXIT
    grep -v 'data-bin="worker-gpu"' index.html >"$first"
    echo 'Building the page and its CPU worker (about 10 minutes).'
    for_wasm trunk build "$first" --html-output index.html
    set -m
    for_wasm trunk serve "$first" --html-output index.html "$@" &
    serving=$!
    set +m
    echo 'The page is at http://127.0.0.1:8080. Building its worker for WebGPU too (about 7 minutes more).'
    for_wasm cargo build --locked --target wasm32-unknown-unknown -p flowstep-worker --features gpu --bin worker-gpu --profile page
    kill -- "-$serving" && wait "$serving" || true
    rm -f "$first"
    trap - EXIT
fi
for_wasm trunk serve "$@"
