# Sourced by every script here. What decides a build is set in .cargo/ alone, and here where tools are.

FLOWSTEP_CACHE="${FLOWSTEP_CACHE:-$HOME/.cache/flowstep}"
TOOLS="$FLOWSTEP_CACHE/tools"
CARGO_TARGET_DIR="$FLOWSTEP_CACHE/target"
PATH="$TOOLS/bin:$TOOLS/node_modules/.bin:$PATH:$HOME/.cargo/bin"
export FLOWSTEP_CACHE CARGO_TARGET_DIR PATH
# RUSTFLAGS would replace those of .cargo/; trunk takes NO_COLOR=1 for a bad argument.
unset RUSTFLAGS CARGO_BUILD_TARGET NO_COLOR

# Keeps in .cargo/local.toml where compiled code goes on this machine, and that wasm files carry none of its paths.
localise() {
    local text
    text="# Written by tools/env.sh.
[build]
target-dir = \"$CARGO_TARGET_DIR\"

[target.wasm32-unknown-unknown]
rustflags = [
    \"--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo\",
    \"--remap-path-prefix=$FLOWSTEP_CACHE=cache\",
]"
    [ "$(cat .cargo/local.toml 2>/dev/null)" = "$text" ] || printf '%s\n' "$text" >.cargo/local.toml
}
[ ! -d .cargo ] || localise

# Does the Rust on PATH have the standard library for wasm?
has_wasm_target() {
    [ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" ]
}

# Runs a command that builds for wasm, on Debian's web toolchain where Rust itself has no wasm target.
for_wasm() {
    if has_wasm_target; then
        "$@"
    else
        env PATH="$TOOLS/bin:/usr/bin:$PATH" RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 \
            CARGO_UNSTABLE_BUILD_STD=std,panic_abort \
            CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=/usr/lib/llvm-22/bin/wasm-ld "$@"
    fi
}
