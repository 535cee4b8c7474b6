//! Time of the pieces of training and sampling on the CPU, native, one thread.
//!
//! `cargo bench -p flowstep-lab --bench pieces` times them. `benches/counts.sh` counts their instructions, which repeat exactly.

mod list;

use divan::Bencher;

fn main() {
    // With a name after --once, only that piece runs, once to warm up and once in `counted`.
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().position(|argument| argument == "--once") {
        Some(at) => {
            let mut piece = list::piece(&arguments[at + 1]);
            piece();
            counted(&mut piece);
        }
        None => divan::main(),
    }
}

/// What callgrind looks at.
#[inline(never)]
fn counted(piece: &mut dyn FnMut()) {
    piece();
}

#[divan::bench(args = list::NAMES)]
fn piece(bencher: Bencher, name: &str) {
    bencher.bench_local(list::piece(name));
}
