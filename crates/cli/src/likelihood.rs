//! `flowstep likelihood`: how many bits a pixel of pictures costs under a flow, or a normalising flow.

use super::{files, numbers::within, say::say};
use burn::tensor::Device;
use clap::Args;
use data::sets::DataSet;
use flow::likelihood::standard_error;
use lab::likelihood::{Bits, Effort, Picture, bits, exact};
use model::{condition::NULL, design::Design, parameters::upload, weights};
use std::{fmt::Write, path::PathBuf};

/// Rows that go through the network together.
const ROWS: usize = 16;

#[derive(Args)]
pub struct Likelihood {
    /// Weights file of a flow that starts from noise, or of a normalising flow
    weights: PathBuf,
    /// Folder with data/
    #[arg(long, default_value = "public")]
    public: PathBuf,
    /// Test images to measure
    #[arg(long, default_value_t = 20, value_parser = within(1, DataSet::default().test_size()))]
    count: usize,
    /// Steps of RK4 along the flow, doubled once to see whether they are enough; a normalising flow needs none, nor probes
    #[arg(long, default_value_t = 32, value_parser = within(1, 1000_usize))]
    steps: usize,
    /// Probes of the divergence to a picture; from two on, each picture has an error of its own
    #[arg(long, default_value_t = 1, value_parser = within(1, 64_usize))]
    probes: usize,
    /// Seed of the probes, and of the noise between the levels of bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Tell the network the class of each picture: bits of x given y. A normalising flow that was told it is told it always
    #[arg(long)]
    told: bool,
    /// CSV to write, a line a picture
    #[arg(long)]
    out: Option<PathBuf>,
}

/// What pictures cost.
type Measure = Box<dyn Fn(&[Picture]) -> Vec<Bits>>;

/// Bits by which doubling the steps may change the figure of a picture.
const TOLERANCE: f64 = 0.01;

impl Likelihood {
    pub fn run(&self) -> Result<(), String> {
        let of_file = |why: &str| format!("{}: {why}", self.weights.display());
        let (header, theta) =
            weights::read(&files::read(&self.weights)?).map_err(|error| of_file(&error.to_string()))?;
        let size = theta.len();
        let theta = upload(theta, [size], &Device::flex());
        let Self { steps, probes, seed, .. } = *self;
        let effort = Effort { steps, every_level: true, probes, tolerance: TOLERANCE, seed };
        let (measure, is_exact): (Measure, bool) = match header.design {
            Design::Flow(_) if !header.coupling.is_gaussian() => {
                return Err(of_file(
                    "its path starts from pictures, whose density is not known; choose a flow that starts from noise",
                ));
            }
            Design::Flow(config) => (Box::new(move |all| bits(&config, &theta, all, effort)), false),
            Design::Normalising(config) => (Box::new(move |all| exact(&config, &theta, all)), true),
            Design::Vae(_)
            | Design::Gan(_)
            | Design::Latent(_)
            | Design::Vq(_)
            | Design::Pairs(_)
            | Design::Cycle(_)
            | Design::Style(_) => {
                return Err(of_file(&format!(
                    "a {} tells no density of pictures; choose the weights of a flow, or of a normalising flow",
                    header.family.noun()
                )));
            }
        };
        // Layers that learned with the class have never been without it.
        let told = self.told || is_exact && header.design.labels();
        let images = files::images(&self.public, &header.data.test_shards())?;
        self.out.iter().try_for_each(|out| files::claim(out))?;
        let mut all: Vec<Bits> = vec![];
        while all.len() < self.count {
            let first = all.len();
            let chosen = first..self.count.min(first + (ROWS / self.probes).max(1));
            let picture = |i: usize| {
                let label = if told { images.label(i) } else { NULL };
                Picture::of(&images, i, label, self.seed)
            };
            let pictures: Vec<_> = chosen.map(picture).collect();
            all.extend(measure(&pictures));
            if self.count > ROWS {
                say!("{} of {}: {:.4} bits a pixel so far", all.len(), self.count, mean(&all))?;
            }
        }
        if let Some(out) = &self.out {
            files::write(out, csv(&all).into_bytes())?;
        }
        self.tell(&all, &header.data.to_string(), is_exact)
    }

    fn tell(&self, all: &[Bits], data: &str, is_exact: bool) -> Result<(), String> {
        let values: Vec<f64> = all.iter().map(|it| it.value).collect();
        let error = standard_error(&values).map(|error| format!(" ± {error:.4}")).unwrap_or_default();
        let worst = all.iter().map(|it| it.doubled_difference).fold(0.0, f64::max);
        let open = all.iter().filter(|it| !it.converged).count();
        if is_exact {
            return say!(
                "{} test pictures of {data}, exactly: bits a pixel, with noise between the levels (8 is a guess): {:.4}{error}",
                all.len(),
                mean(all)
            );
        }
        say!(
            "{} test pictures of {data}, {} steps, {} probes: doubling the steps changes a picture by at most {worst:.1e} bits a pixel",
            all.len(),
            self.steps,
            self.probes,
        )?;
        if open > 0 {
            say!("{open} of them changed by more than {TOLERANCE}, so that more --steps are needed")?;
        }
        say!("bits a pixel, from above, with noise between the levels (8 is a guess): {:.4}{error}", mean(all))
    }
}

fn mean(all: &[Bits]) -> f64 {
    all.iter().map(|it| it.value).sum::<f64>() / all.len() as f64
}

/// Picture, bits a pixel, their error over the probes, and what doubling changed.
fn csv(all: &[Bits]) -> String {
    let mut text = String::from("picture,bits,standard_error,doubled_difference,converged\n");
    for (i, Bits { value, standard_error, doubled_difference, converged }) in all.iter().enumerate() {
        let error = standard_error.map(|error| error.to_string()).unwrap_or_default();
        let _ = writeln!(text, "{i},{value},{error},{doubled_difference},{converged}");
    }
    text
}
