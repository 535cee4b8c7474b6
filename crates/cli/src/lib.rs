//! The native command line: parse, call a room. Bad input gets one sentence and exit code 2.

mod address;
mod classify;
mod drawn;
mod earlier;
mod files;
mod golden;
mod interrupt;
mod likelihood;
mod numbers;
mod originals;
mod picture;
mod pictures;
mod plane;
mod plane_link;
mod product;
mod quality;
mod record;
mod sample;
mod say;
mod settings;
mod shards;
mod shrink;
mod train;
mod under_way;
mod verify;
mod worker;

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
    /// How many bits a pixel of test pictures costs under a flow or a normalising flow
    Likelihood(likelihood::Likelihood),
    /// How good the pictures of weights files are: a table of measures, beside real pictures
    Quality(quality::Measure),
    /// Train the classifier by which pictures are measured
    Classify(classify::Classify),
    /// Make a weights file small: matrices become whole numbers, tuned to lose little
    Shrink(shrink::Shrink),
    /// Exact values of a Gaussian mixture at points, or points sampled with it, in any dimension
    Plane(plane::Oracle),
    /// Open links and hold what they give against hashes that were kept
    Verify(verify::Verify),
    /// Cut the original IDX files into the shards that the page loads
    Shards(shards::Shards),
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let done = match Arguments::parse().command {
        Subcommands::Train(train) => train.run(),
        Subcommands::Sample(sample) => sample.run(),
        Subcommands::Evaluate(evaluate) => evaluate.run(),
        Subcommands::Likelihood(likelihood) => likelihood.run(),
        Subcommands::Quality(measure) => measure.run(),
        Subcommands::Classify(classify) => classify.run(),
        Subcommands::Shrink(shrink) => shrink.run(),
        Subcommands::Plane(plane) => plane.run(),
        Subcommands::Verify(verify) => verify.run(),
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
