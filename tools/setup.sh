#!/usr/bin/env bash
# Installs what is missing into the cache folder: setup.sh [dist] [test]
# With nothing missing it takes a second. `dist` adds wasm-opt, `test` adds browsers, axe-core and cargo-deny.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/env.sh

TRUNK=0.21.14 # newer ones want a newer Rust
GECKODRIVER=0.36.0
DENY=0.20.2
BINDGEN=$(grep -A1 '^name = "wasm-bindgen"$' Cargo.lock | sed -n 's/^version = "\(.*\)"/\1/p')

say() { printf 'setup: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# Debian packages, where this is a Debian and we may install.
debian() {
    has apt-get || return 1
    local sudo=()
    [ "$(id -u)" = 0 ] || sudo=(sudo -n)
    say "installing $* with apt-get (a minute or two)"
    "${sudo[@]}" apt-get update -qq >/dev/null &&
        DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# crate NAME VERSION BINARY MINUTES OPTIMISATION: a tool of exactly this version, hardly optimised, since it builds quicker so.
crate() {
    [ "$("$3" --version 2>/dev/null | sed -n '1s/^[^ ]* \([^ ]*\).*/\1/p')" = "$2" ] && return
    say "building $1 $2 (about $4 minutes)"
    local install=(env -u CARGO_TARGET_DIR CARGO_PROFILE_DEV_DEBUG=false CARGO_PROFILE_DEV_OPT_LEVEL="$5"
        cargo install --quiet --debug --force --root "$TOOLS" "$1" --version "$2")
    "${install[@]}" --locked || {
        say "its locked dependencies are not all to be had; taking newer ones"
        "${install[@]}"
    } || { say "cargo could not install $1 $2; try 'cargo install $1 --version $2' by hand"; return 1; }
}

has cargo || stop "Rust is missing; install it from https://rustup.rs and run this again."
wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
found=$(rustc --version | cut -d' ' -f2)
[ "$(printf '%s\n' "$wanted" "$found" | sort -V | head -n 1)" = "$wanted" ] ||
    stop "Rust $found is too old, this needs $wanted or newer; 'rustup update stable' brings it."

if ! has_wasm_target; then
    say "adding Rust's wasm32-unknown-unknown target (a minute)"
    if has rustup && timeout 300 rustup target add wasm32-unknown-unknown; then
        :
    elif debian rustc-web cargo-web rust-web-src lld-22; then
        say "rustup could not, so wasm is built with Debian's rustc-web"
    else
        stop "Rust has no wasm32-unknown-unknown target and neither rustup nor apt-get can bring it."
    fi
fi

crate trunk "$TRUNK" trunk 10 0 || stop "without trunk the page cannot be built."
# Unoptimised it would take 25 s more of every build.
crate wasm-bindgen-cli "$BINDGEN" wasm-bindgen 5 1 || stop "without wasm-bindgen the page cannot be built."

# npm packages of tools/package-lock.json, without scripts of their own.
packages() {
    local lock
    lock=$(sha256sum <tools/package-lock.json)
    [ "$(cat "$TOOLS/packages" 2>/dev/null)" != "$lock" ] || return 0
    say "installing the packages of tools/package-lock.json with npm (a minute)"
    cp tools/package.json tools/package-lock.json "$TOOLS" &&
        npm ci --silent --no-audit --no-fund --ignore-scripts --prefix "$TOOLS" >/dev/null &&
        echo "$lock" >"$TOOLS/packages"
}

# The other engines. Where one cannot be had its tests are skipped, which tools/test.sh says once more at its end.
bring_firefox() {
    has firefox || debian firefox-esr || return
    has geckodriver || crate geckodriver "$GECKODRIVER" geckodriver 2 0
}
bring_webkit() {
    { has WebKitWebDriver && has Xvfb; } || debian webkit2gtk-driver xvfb
}

for extra in "$@"; do
    case $extra in
    dist)
        has npm || stop "npm is missing; wasm-opt comes with its package binaryen."
        packages || stop "npm could not install binaryen, whose wasm-opt makes the folder small."
        ;;
    test)
        crate cargo-deny "$DENY" cargo-deny 4 0
        if ! has chromedriver; then
            debian chromium chromium-driver fonts-dejavu-core ||
                stop "chromedriver is missing and apt-get cannot bring it; install Chromium and its driver for the browser tests."
        fi
        bring_firefox || say "Firefox ESR or geckodriver cannot be had; the tests in Firefox are skipped"
        bring_webkit || say "WebKitWebDriver or Xvfb cannot be had; the tests in WebKitGTK are skipped"
        # Without npm, what axe-core finds is not asked for; the test says so.
        ! has npm || packages || say "npm could not install axe-core; its test is skipped"
        ;;
    esac
done
