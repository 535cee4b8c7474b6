//! `flowstep sample` and `flowstep evaluate`: what a weights file is worth.

use super::{files, picture};
use crate::{
    flow::solver::Solver,
    lab::{
        evaluate::held_out,
        protocol::{Frame, SampleSpec},
        sample::Trajectory,
    },
    model::{
        network::{Config, Network},
        parameters::upload,
        weights,
    },
};
use burn::tensor::Device;
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub struct Sample {
    /// Weights file
    weights: PathBuf,
    /// PNG to write
    #[arg(long, default_value = "samples.png")]
    out: PathBuf,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value_t = 100)]
    pictures: usize,
    #[arg(long, default_value_t = 30)]
    steps: usize,
    #[arg(long, default_value_t = Solver::default())]
    solver: Solver,
    #[arg(long, default_value_t = 2.0)]
    guidance: f64,
}

#[derive(Args)]
pub struct Evaluate {
    /// Weights file
    weights: PathBuf,
    /// Folder with data/
    #[arg(long, default_value = "public")]
    public: PathBuf,
    /// Test images to use
    #[arg(long, default_value_t = 2000)]
    count: usize,
}

/// The last frame of a trajectory of `network`.
pub fn last_frame(network: Network, config: Config, spec: SampleSpec, device: &Device) -> Result<Frame, String> {
    let mut trajectory = Trajectory::new(spec, config, network, device);
    let mut last = None;
    while let Some(frame) = pollster::block_on(trajectory.advance()).map_err(|error| error.to_string())? {
        last = Some(frame);
    }
    last.ok_or("there is no frame".into())
}

impl Sample {
    pub fn run(&self) -> Result<(), String> {
        let device = Device::flex();
        let (header, theta) = weights::read(&files::read(&self.weights)?).map_err(|error| error.to_string())?;
        let size = theta.len();
        let network = Network::inference(&header.config, upload(theta, [size], &device));
        let Self { seed, pictures, steps, solver, guidance, .. } = *self;
        let spec = SampleSpec { seed, pictures, steps, solver, guidance, ..SampleSpec::default() };
        let frame = last_frame(network, header.config, spec, &device)?;
        let png = picture::grid(&frame.x_t, 10).map_err(|error| error.to_string())?;
        files::write(&self.out, &png)?;
        println!("{} pictures, {} evaluations each: {}", pictures, frame.nfe, self.out.display());
        Ok(())
    }
}

impl Evaluate {
    pub fn run(&self) -> Result<(), String> {
        let device = Device::flex();
        let (header, theta) = weights::read(&files::read(&self.weights)?).map_err(|error| error.to_string())?;
        let size = theta.len();
        let network = Network::inference(&header.config, upload(theta, [size], &device));
        let test = files::images(&self.public, &header.data.test_shards())?;
        let loss = held_out(&network, &header.config, &test, self.count, &device);
        let loss = pollster::block_on(loss).map_err(|error| error.to_string())?;
        println!("held-out loss of {} parameters on {} images of {}: {loss:.4}", size, self.count, header.data.name());
        Ok(())
    }
}
