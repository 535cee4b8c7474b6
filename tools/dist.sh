#!/usr/bin/env bash
# Builds dist/ for the web, every wasm as small as it gets, then prints a table of sizes as a host with brotli sends them.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh dist
. tools/env.sh

export FLOWSTEP_SMALL=1
for_wasm trunk build
node tools/sizes.mjs dist
