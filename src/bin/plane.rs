//! The plane: a module that the page fetches when its view is entered.

#[cfg(target_arch = "wasm32")]
fn main() {
    flowstep::plane::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("The plane runs in a browser: use `make serve`.");
}
