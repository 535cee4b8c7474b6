//! The command line: the very code of the page, for pretraining and for scripts.

fn main() -> std::process::ExitCode {
    cli::run()
}
