//! `flowstep sample` and `flowstep evaluate`: what a weights file is worth.

use super::{
    drawn, files,
    numbers::within,
    picture, product,
    say::say,
    settings::{LINK, Settings},
};
use burn::tensor::Device;
use clap::Args;
use data::sets::DataSet;
use lab::{evaluate::held_out, walk::Walk};
use model::{
    design::Model,
    parameters::upload,
    weights::{self, Header},
};
use protocol::message::SampleSpec;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Sample {
    /// Weights file
    #[arg(required_unless_present = LINK)]
    weights: Option<PathBuf>,
    /// Draw what a link of the page shows, with the weights in the folder --public, in place of weights and settings. A model
    /// that it says was trained is trained first
    #[arg(long, conflicts_with = "weights")]
    link: Option<String>,
    /// PNG to write, or SVG of a link to the plane; .png or .svg is added to a name without it [default: samples]
    #[arg(long)]
    out: Option<PathBuf>,
    #[command(flatten)]
    sampling: Settings<SampleSpec>,
    /// Folder with data/, from which a model of a paired coupling takes its pictures, and weights/ for links
    #[arg(long, default_value = "public")]
    public: PathBuf,
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
        let (weights, out) = match (&self.link, &self.weights) {
            (Some(link), _) => return drawn::draw(link, self.out.as_deref(), &self.public),
            (None, weights) => (weights.as_deref().unwrap_or(Path::new("")), self.out.as_deref()),
        };
        let (device, out) = (Device::flex(), product::file(out.unwrap_or(Path::new("samples")), product::PICTURE)?);
        let (header, model) = load(weights, &device)?;
        let spec = self.sampling.0.clone();
        let gaussian = header.coupling.is_gaussian();
        let unsuited = |why| format!("{} does not suit this model: {why}", spec.sampler.name);
        if header.family.has_path() {
            spec.sampler.fits(header.design.schedule().0, gaussian).map_err(unsuited)?;
        }
        let pictures = spec.pictures;
        let mut shards = header.data.test_shards();
        if gaussian {
            // Real pictures are those that the page has: of the first file.
            shards.truncate(usize::from(spec.real));
        }
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
                header.family.noun()
            )
        })?;
        if !loss.is_finite() {
            return Err(format!("{}: the held-out loss of these weights is not finite", self.weights.display()));
        }
        let (parameters, set) = (header.design.parameters(), header.data.name());
        say!("held-out loss of {parameters} parameters on {} images of {set}: {loss:.6}", self.count)
    }
}
