//! The native command line: parse, call a room. Bad input gets one sentence and exit code 2.

mod earlier;
mod files;
mod numbers;
mod originals;
mod picture;
mod plane;
mod product;
mod sample;
mod say;
mod settings;
mod shards;
mod shrink;
mod train;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(version, about = "Train, sample and evaluate small flow-matching models on 28×28 images")]
struct Arguments {
    #[command(subcommand)]
    command: Subcommands,
}

#[derive(Subcommand)]
enum Subcommands {
    /// Train a model and write its weights
    Train(train::Train),
    /// Sample pictures from weights into a PNG
    Sample(sample::Sample),
    /// Print the held-out loss of weights
    Evaluate(sample::Evaluate),
    /// Make a weights file small: matrices become whole numbers, tuned to lose little
    Shrink(shrink::Shrink),
    /// Exact values of a Gaussian mixture at points, or points sampled with it, in any dimension
    Plane(plane::Oracle),
    /// Cut the original IDX files into the shards that the page loads
    Shards(shards::Shards),
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let done = match Arguments::parse().command {
        Subcommands::Train(train) => train.run(),
        Subcommands::Sample(sample) => sample.run(),
        Subcommands::Evaluate(evaluate) => evaluate.run(),
        Subcommands::Shrink(shrink) => shrink.run(),
        Subcommands::Plane(plane) => plane.run(),
        Subcommands::Shards(shards) => shards.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            say::complaint(&sentence);
            ExitCode::from(2)
        }
    }
}
