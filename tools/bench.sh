#!/usr/bin/env bash
# Our wasm against other libraries in one headless Chromium: bench.sh [flags of benches/web/drive.mjs]
# Packages, builds and results live in the cache folder.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh test
. tools/env.sh

bench="$FLOWSTEP_CACHE/bench"
command -v npm >/dev/null || { echo "bench: npm is missing; the other libraries come with it." >&2; exit 1; }
export CHROMIUM="${CHROMIUM:-$(command -v chromium || command -v google-chrome || echo chromium)}"

mkdir -p "$bench"
rm -rf "$bench/web" "$bench/site"
cp -r benches/web "$bench/web"
lock=$(sha256sum <benches/web/package-lock.json)
if [ "$(cat "$bench/installed" 2>/dev/null)" != "$lock" ]; then
    echo "bench: installing the other libraries with npm (a minute)" >&2
    cp benches/web/package.json benches/web/package-lock.json "$bench"
    npm ci --silent --no-audit --no-fund --ignore-scripts --prefix "$bench" || {
        echo "bench: npm could not install the packages of benches/web/package-lock.json." >&2
        exit 1
    }
    echo "$lock" >"$bench/installed"
fi

package() { # package FOLDER [FLAG…]
    for_wasm cargo build --locked --release --target wasm32-unknown-unknown -p flowstep-worker --bin bench "${@:2}"
    wasm-bindgen --target web --no-typescript --out-dir "$bench/$1" --out-name bench \
        "$CARGO_TARGET_DIR/wasm32-unknown-unknown/release/bench.wasm"
}

rm -rf "$bench/pkg" "$bench/pkg-gpu"
package pkg
package pkg-gpu --features gpu

node "$bench/web/drive.mjs" --folder "$bench" --out "$bench/results.json" "$@"
