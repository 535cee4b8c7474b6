#!/usr/bin/env bash
# Builds the readers of tests/fuzz with a counter in every branch and lets libFuzzer look for inputs that panic or take too much
# memory: FUZZ of them (10 million) for each reader, four times as many of weights; or only for the readers that are named.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/env.sh
tools/setup.sh
command -v c++ >/dev/null || { echo "libFuzzer is C++: install a compiler, as the package g++"; exit 1; }

count=${FUZZ:-10000000}
counters="-Cpasses=sancov-module -Cdebug-assertions -Cllvm-args=-sanitizer-coverage-level=4"
counters="$counters -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
counters="$counters -Cllvm-args=-sanitizer-coverage-trace-compares --cfg=fuzzing -Ccodegen-units=1"
host=$(rustc -vV | sed -n 's/^host: //p')
program=$(RUSTFLAGS=$counters cargo build --locked --example guided --features guided --target "$host" \
    --target-dir "$FLOWSTEP_CACHE/guided" --message-format json | sed -n 's/.*"executable":"\([^"]*\/guided\)".*/\1/p')
folder=$FLOWSTEP_CACHE/inputs
mkdir -p "$folder"

names=("$@")
[ $# -gt 0 ] || mapfile -t names < <(env -u FLOWSTEP_FUZZ_ONLY "$program" 2>/dev/null)
[ ${#names[@]} -gt 0 ] || { echo "$program names no reader"; exit 1; }

one() { # one READER
    local name=$1 of=$count log=$folder/${1// /-}.log
    [ "$name" != weights ] || of=$((4 * count))
    # What was found before stays: inputs that reach more than the seeds do.
    FLOWSTEP_FUZZ_ONLY=$name nice "$program" -runs="$of" -rss_limit_mb=4096 -print_final_stats=1 \
        -artifact_prefix="$folder/fault-" "$folder/${name// /-}" >"$log" 2>&1 &&
        echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs, $(grep -o 'cov: [0-9]*' "$log" | tail -1), no fault" ||
        { echo "$name: FAULT, see $log"; grep -m1 -A2 'panicked at' "$log" || true; return 1; }
}
export -f one
export count folder program
printf '%s\n' "${names[@]}" | xargs -P "$(nproc)" -d '\n' -I{} bash -c 'one "$1"' _ {}
