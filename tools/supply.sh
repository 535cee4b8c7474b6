#!/usr/bin/env bash
# What comes from others: licences, sources, bans and advisories of crates (deny.toml), actions by their commit, npm packages
# by their lock files and without scripts. Only the advisories need a network; where there is none they are skipped, and said to be.
set -uo pipefail
cd "$(dirname "$0")/.."
. tools/env.sh

status=0
wrong() { printf 'supply: %s\n' "$*" >&2; status=1; }

loose=$(grep -nE '^[[:space:]]*(- )?uses:' .github/workflows/*.yml | grep -vE '@[0-9a-f]{40} # v[0-9]')
[ -z "$loose" ] || wrong "an action is named by its full commit, with the tag in a comment, and not so: $loose"

for lock in $(git ls-files '*package-lock.json'); do
    grep -qx 'ignore-scripts=true' "$(dirname "$lock")/.npmrc" || wrong "beside $lock an .npmrc says ignore-scripts=true"
    [ "$(grep -c '^    "node_modules/' "$lock")" = "$(grep -c '"integrity"' "$lock")" ] || wrong "$lock holds a package without its hash"
done
npx=$(git grep -nE '\bnpx\b|npm (install|i)\b' -- '*.sh' '*.yml' '*.mjs' Makefile ':!tools/supply.sh')
[ -z "$npx" ] || wrong "packages come from lock files, by npm ci, and not so: $npx"

cargo deny --locked --workspace check licenses bans sources || status=1

if command -v node >/dev/null; then
    node tools/licences.mjs --check || status=1
else
    echo "skipped: whether public/licences.html is of the crates that are compiled now, since there is no node"
fi

databases="${CARGO_HOME:-$HOME/.cargo}/advisory-dbs"
if why=$(timeout 300 cargo deny fetch db 2>&1); then
    cargo deny --locked --workspace check advisories || status=1
elif compgen -G "$databases/advisory-db-*/.git" >/dev/null; then
    echo "supply: the RustSec database could not be brought up to date; the one of an earlier time is used"
    cargo deny --locked --workspace --offline check advisories || status=1
else
    echo "skipped: advisories, since the RustSec database could not be fetched: $(printf '%s' "$why" | tail -n 1)"
fi
exit "$status"
