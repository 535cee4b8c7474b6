# Sourced by every script here. The environment of every build is set in this one place and is always
# the same, because a changed variable would compile Burn anew.

FLOWSTEP_CACHE="${FLOWSTEP_CACHE:-$HOME/.cache/flowstep}"
TOOLS="$FLOWSTEP_CACHE/tools"
CARGO_TARGET_DIR="$FLOWSTEP_CACHE/target"
PATH="$TOOLS/bin:$TOOLS/node_modules/.bin:$PATH:$HOME/.cargo/bin"
export FLOWSTEP_CACHE CARGO_TARGET_DIR PATH
# RUSTFLAGS would replace those of .cargo/config.toml; trunk takes NO_COLOR=1 for a bad argument.
unset RUSTFLAGS CARGO_BUILD_TARGET NO_COLOR
# Panic messages and wasm files carry no path of the machine that built them. (Added to the flags of .cargo/config.toml.)
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo --remap-path-prefix=$FLOWSTEP_CACHE=cache"

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
