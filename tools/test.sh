#!/usr/bin/env bash
# Every check there is, cheap ones first; each stage says how long it took, the last line sums up the tests.
set -uo pipefail
cd "$(dirname "$0")/.."
. tools/env.sh

passed=0 failed=0 begin=$SECONDS
log=$(mktemp)
trap 'rm -f "$log"' EXIT

stage() { # stage NAME COMMAND…
    local name=$1 start=$SECONDS status fails
    shift
    printf '\n== %s\n' "$name"
    "$@" 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    passed=$((passed + $(awk '/^test result:/ { n += $4 } END { print n + 0 }' "$log")))
    fails=$(awk '/^test result:/ { n += $6 } END { print n + 0 }' "$log")
    # A stage that fails without a failed test (it did not compile, say) counts as one.
    [ "$status" = 0 ] || [ "$fails" != 0 ] || fails=1
    failed=$((failed + fails))
    printf '== %s: %s, %d s\n' "$name" "$([ "$status" = 0 ] && echo ok || echo FAILED)" $((SECONDS - start))
}

wasm_clippy() { # wasm_clippy SHAPE…, warnings denied
    if has_wasm_target; then
        cargo clippy --locked --release --target wasm32-unknown-unknown "$@" -- -D warnings
    else
        echo "skipped: Debian's web toolchain has no clippy"
    fi
}

echo "From bare this takes about an hour, nearly all of it compiling Burn; warm it takes some minutes."
tools/setup.sh test || exit 1
stage "format" cargo fmt --check
stage "clippy, native" cargo clippy --locked --workspace --all-targets -- -D warnings
stage "clippy, browser tests" cargo clippy --locked --test browser -- -D warnings
stage "clippy, page" wasm_clippy -p flowstep -p flowstep-web --lib --bins
# The CPU worker is the same code without one function; checking it apart would compile Burn once more.
stage "clippy, worker" wasm_clippy -p flowstep-worker --features gpu
stage "native tests" cargo test --locked --workspace --no-fail-fast
stage "build the page" for_wasm trunk build
stage "browser tests" cargo test --locked --test browser

printf '\nall of it took %d s\n%d passed, %d failed\n' $((SECONDS - begin)) "$passed" "$failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
