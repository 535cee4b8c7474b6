#!/usr/bin/env bash
# Instructions of every piece of `benches/pieces`, by callgrind: the same number at every run of the same binary.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/env.sh
command -v valgrind >/dev/null || { echo "valgrind is missing; a Debian has it as the package of that name." >&2; exit 1; }
binary=$(cargo bench -p flowstep-lab --bench pieces --no-run --message-format=json |
    sed -n 's/.*"name":"pieces".*"executable":"\([^"]*\)".*/\1/p' | tail -n 1)
sed -n 's/^    "\(.*\)",$/\1/p' benches/pieces/list.rs | while read -r name; do
    count=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect='*counted*' \
        "$binary" --once "$name" 2>&1 | sed -n 's/.*Collected : \([0-9]*\).*/\1/p')
    printf '%-28s %15s instructions\n' "$name" "$count"
done
