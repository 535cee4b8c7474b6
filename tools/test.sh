#!/usr/bin/env bash
# Every check there is, cheap ones first; each stage says how long it took, the last line sums up the tests.
set -uo pipefail
cd "$(dirname "$0")/.."
. tools/env.sh

passed=0 failed=0 begin=$SECONDS
log=$(mktemp)
trap 'rm -f "$log" "$log.ignored"' EXIT

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

# Engines that are not here, and how their tests are named.
missing=() skips=() skipped=0
lacks() { # lacks ENGINE MODULE PROGRAM…
    local engine=$1 module=$2 program
    shift 2
    for program in "$@"; do
        command -v "$program" >/dev/null && continue
        missing+=("$engine, which lacks $program") skips+=(--skip "::$module")
        return
    done
}

# What is deployed is what is tested: the folder that dist.sh leaves.
page() {
    if command -v npm >/dev/null; then
        tools/dist.sh
    else
        echo "without npm there is no wasm-opt: this is not the folder that is deployed"
        for_wasm trunk build
    fi
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
stage "what comes from others" tools/supply.sh
stage "clippy, native" cargo clippy --locked --workspace --all-targets -- -D warnings
stage "clippy, browser tests" cargo clippy --locked --test browser -- -D warnings
stage "clippy, page" wasm_clippy -p flowstep -p flowstep-web --lib --bins
# The CPU worker is the same code without one function; checking it apart would compile Burn once more.
stage "clippy, worker" wasm_clippy -p flowstep-worker --features gpu
stage "native tests" cargo test --locked --workspace --no-fail-fast
stage "build the page" page
lacks Firefox firefox firefox geckodriver
lacks WebKitGTK webkit WebKitWebDriver Xvfb
stage "browser tests" cargo test --locked --test browser -- "${skips[@]}"
grep -E '::(firefox|webkit) \.\.\. ignored' "$log" | sort -u >"$log.ignored"
for module in "${skips[@]#--skip}"; do
    [ -z "$module" ] || skipped=$((skipped + $(cargo test --locked --test browser -- --list "$module" 2>/dev/null | grep -c ': test$')))
done

printf '\nall of it took %d s\n' $((SECONDS - begin))
[ ! -s "$log.ignored" ] || { echo "left out, since the engine cannot:"; cat "$log.ignored"; }
for engine in "${missing[@]}"; do echo "SKIPPED: every test in $engine; tools/setup.sh test installs it on Debian"; done
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
