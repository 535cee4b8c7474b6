//! `flowstep sample` and `flowstep evaluate`: what a weights file is worth.

use super::{files, numbers::within, picture};
use crate::{
    data::sets::DataSet,
    flow::solver::Solver,
    lab::{
        evaluate::held_out,
        protocol::{Frame, MAX_GUIDANCE, MAX_PICTURES, MAX_STEPS, SampleSpec},
        sample::Trajectory,
    },
    model::{
        network::{Config, Network},
        parameters::upload,
        weights::{self, Header},
    },
};
use burn::tensor::Device;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Sample {
    /// Weights file
    weights: PathBuf,
    /// PNG to write
    #[arg(long, default_value = "samples.png")]
    out: PathBuf,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value_t = 60, value_parser = within(1, MAX_PICTURES))]
    pictures: usize,
    #[arg(long, default_value_t = 30, value_parser = within(1, MAX_STEPS))]
    steps: usize,
    #[arg(long, default_value_t = Solver::default())]
    solver: Solver,
    #[arg(long, default_value_t = 2.0, value_parser = within(0.0, MAX_GUIDANCE))]
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
    #[arg(long, default_value_t = 2000, value_parser = within(1, DataSet::default().test_size()))]
    count: usize,
}

/// The network of a weights file.
fn load(path: &Path, device: &Device) -> Result<(Header, Network), String> {
    let (header, theta) = weights::read(&files::read(path)?).map_err(|error| format!("{}: {error}", path.display()))?;
    let size = theta.len();
    let network = Network::inference(&header.config, upload(theta, [size], device));
    Ok((header, network))
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
        let (header, network) = load(&self.weights, &device)?;
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
        let (header, network) = load(&self.weights, &device)?;
        let test = files::images(&self.public, &header.data.test_shards())?;
        let loss = held_out(&network, &header.config, &test, self.count, &device);
        let loss = pollster::block_on(loss).map_err(|error| error.to_string())?;
        let (parameters, set) = (header.config.parameters(), header.data.name());
        println!("held-out loss of {parameters} parameters on {} images of {set}: {loss:.4}", self.count);
        Ok(())
    }
}
