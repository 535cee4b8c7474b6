//! `flowstep sample` and `flowstep evaluate`: what a weights file is worth.

use super::{files, numbers::within, picture, product, say::say};
use burn::tensor::Device;
use clap::Args;
use data::sets::DataSet;
use flow::{
    sampler::{MAX_STOCHASTICITY, SamplerId},
    time::Grid,
};
use lab::{evaluate::held_out, walk::Walk};
use model::{
    design::Model,
    parameters::upload,
    weights::{self, Header},
};
use protocol::{
    link::interval,
    message::{MAX_GUIDANCE, MAX_PICTURES, MAX_STEPS, MAX_TOLERANCE, MIN_TOLERANCE, SampleSpec},
};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Sample {
    /// Weights file
    weights: PathBuf,
    /// PNG to write; .png is added to a name without it
    #[arg(long, default_value = "samples.png")]
    out: PathBuf,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value_t = 60, value_parser = within(1, MAX_PICTURES))]
    pictures: usize,
    #[arg(long, default_value_t = 30, value_parser = within(1, MAX_STEPS))]
    steps: usize,
    #[arg(long, alias = "solver", default_value_t)]
    sampler: SamplerId,
    /// How the steps are spaced
    #[arg(long, default_value_t)]
    grid: Grid,
    /// κ or η of a sampler that takes noise
    #[arg(long, default_value_t = 1.0, value_parser = within(0.0, MAX_STOCHASTICITY))]
    stochasticity: f64,
    /// Tolerance of the adaptive sampler
    #[arg(long, default_value_t = 1e-3, value_parser = within(MIN_TOLERANCE, MAX_TOLERANCE))]
    tolerance: f64,
    /// The first and the last t at which guidance acts
    #[arg(long, default_value = "0-1", value_parser = interval)]
    guided: [f64; 2],
    /// Folder with data/, from which a model of a paired coupling takes its pictures
    #[arg(long, default_value = "public")]
    public: PathBuf,
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

/// The model of a weights file.
fn load(path: &Path, device: &Device) -> Result<(Header, Model), String> {
    let (header, theta) = weights::read(&files::read(path)?).map_err(|error| format!("{}: {error}", path.display()))?;
    let size = theta.len();
    let model = Model::inference(&header.design, upload(theta, [size], device));
    Ok((header, model))
}

impl Sample {
    pub fn run(&self) -> Result<(), String> {
        let (device, out) = (Device::flex(), product::file(&self.out, product::PICTURE)?);
        let (header, model) = load(&self.weights, &device)?;
        let Self { seed, pictures, steps, sampler, guidance, grid, stochasticity, tolerance, .. } = *self;
        let gaussian = header.coupling.is_gaussian();
        let unsuited = |why| format!("{} does not suit this model: {why}", sampler.name);
        if header.family.has_path() {
            sampler.fits(header.design.schedule().0, gaussian).map_err(unsuited)?;
        }
        let spec = SampleSpec {
            seed,
            pictures,
            steps,
            sampler,
            guidance,
            grid,
            stochasticity,
            tolerance,
            guided: self.guided,
            ..SampleSpec::default()
        };
        let shards = if gaussian { vec![] } else { header.data.test_shards() };
        let images = files::images(&self.public, &shards)?;
        files::claim(&out)?;
        let mut walk = Walk::new(&model, header.coupling, &images, spec, &device);
        let pixels = pollster::block_on(walk.finish()).map_err(|error| error.to_string())?;
        let png = picture::grid(&pixels, 10)?;
        files::write(&out, png)?;
        say!("{} pictures, {} evaluations each: {}", pictures, walk.evaluations(), out.display())
    }
}

impl Evaluate {
    pub fn run(&self) -> Result<(), String> {
        let device = Device::flex();
        let (header, model) = load(&self.weights, &device)?;
        let test = files::images(&self.public, &header.data.test_shards())?;
        let loss = held_out(&model, (header.loss, header.coupling), &test, self.count, &device);
        let loss = pollster::block_on(loss).map_err(|error| error.to_string())?;
        let loss = loss.ok_or_else(|| {
            format!(
                "a {} has no loss that says how good it is: both of its losses say who is ahead",
                header.family.name
            )
        })?;
        if !loss.is_finite() {
            return Err(format!("{}: the held-out loss of these weights is not finite", self.weights.display()));
        }
        let (parameters, set) = (header.design.parameters(), header.data.name());
        say!("held-out loss of {parameters} parameters on {} images of {set}: {loss:.6}", self.count)
    }
}
