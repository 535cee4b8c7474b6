//! `flowstep plane`: the oracle, in any dimension: its exact values at points, or points sampled with it.

use super::{files, numbers::within};
use clap::{Args, ValueEnum};
use data::{cloud, points, shapes::Part, text};
use flow::{
    brownian::Brownian,
    mixture::Mixture,
    rng::{Purpose, Stream},
    sampler::{MAX_STOCHASTICITY, Process, SamplerId},
    schedule::{Coefficients, ScheduleId},
    time::Grid,
};
use serde::Deserialize;
use std::{
    io::{self, BufWriter, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

const MAX_STEPS: usize = 100_000;

#[derive(Args)]
pub struct Oracle {
    /// The data: a Gaussian mixture as JSON, {"weights": [w, …], "means": [[x, y], …], "stds": [s, …]}, or points as the
    /// page saves and loads them, a table x,y,class,std,weight among them
    #[arg(long)]
    mixture: PathBuf,
    #[arg(long, default_value = "linear")]
    schedule: ScheduleId,
    /// Print this at the points of the standard input, one a line, coordinates parted by commas, semicolons, tabs or blanks
    #[arg(long)]
    what: Option<What>,
    /// The time of --what, from noise (0) to data (1)
    #[arg(long, allow_negative_numbers = true)]
    t: Option<f64>,
    /// Print points sampled with this sampler
    #[arg(long)]
    sampler: Option<SamplerId>,
    /// How the steps are spaced
    #[arg(long, default_value_t, conflicts_with = "what")]
    grid: Grid,
    /// κ or η of a sampler that takes noise
    #[arg(long, default_value_t = 1.0, value_parser = within(0.0, MAX_STOCHASTICITY), conflicts_with = "what")]
    stochasticity: f64,
    /// Relative and absolute tolerance of dopri5
    #[arg(long, default_value_t = 1e-6, value_parser = within(1e-12, 1.0), conflicts_with = "what")]
    tolerance: f64,
    #[arg(long, default_value_t = 30, value_parser = within(1, MAX_STEPS), conflicts_with = "what")]
    steps: usize,
    #[arg(long, default_value_t = 1, conflicts_with = "what")]
    seed: u64,
    /// Points to sample
    #[arg(long, default_value_t = 1000, value_parser = within(1, points::MAX_POINTS), conflicts_with = "what")]
    count: usize,
}

/// What the oracle knows of x at t.
#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// u_t(x)
    Velocity,
    /// The gradient of log p_t(x)
    Score,
    /// E[x_1 | x_t = x]
    Data,
    /// E[x_0 | x_t = x]
    Noise,
    /// log p_t(x), in nats
    #[value(name = "logdensity")]
    LogDensity,
    /// div u_t(x)
    Divergence,
}

impl What {
    fn at(self, mixture: &Mixture, c: &Coefficients, x: &[f64]) -> Vec<f64> {
        match self {
            Self::Velocity => mixture.velocity(c, x),
            Self::Score => mixture.score(c, x),
            Self::Data => mixture.data(c, x),
            Self::Noise => mixture.noise(c, x),
            Self::LogDensity => vec![mixture.log_density(c, x)],
            Self::Divergence => vec![mixture.divergence(c, x)],
        }
    }
}

impl Oracle {
    pub fn run(&self) -> Result<(), String> {
        let (schedule, mixture) = (self.schedule, read_mixture(&self.mixture)?);
        match (self.what, self.t, self.sampler) {
            (Some(what), Some(t), None) => {
                let c = coefficients(schedule, t)?;
                let points = points::read_points(&standard_input()?, mixture.dimension())?;
                print(points.iter().map(|x| what.at(&mixture, &c, x)))
            }
            (Some(_), None, None) => Err("--what needs the time at which it is asked, as --t".into()),
            (None, None, Some(sampler)) => {
                let sentence = |why| format!("{} does not suit this schedule: {why}", sampler.name);
                sampler.fits(schedule.0, true).map_err(sentence)?;
                print((0..self.count).map(|index| self.sample(&mixture, schedule, sampler, index)))
            }
            _ => Err("give either --what with --t, or --sampler, and not both".into()),
        }
    }

    /// The sampled point number `index`.
    fn sample(&self, mixture: &Mixture, schedule: ScheduleId, sampler: SamplerId, index: usize) -> Vec<f64> {
        let noise = Stream::new(self.seed, Purpose::Sample, index as u64).normals64(mixture.dimension());
        let x = noise.into_iter().map(|z| schedule.start() * z).collect();
        let field = mixture.field(schedule.0);
        let process = Process { field: &field, schedule: schedule.0, stochasticity: self.stochasticity };
        let brownian = Brownian::new(self.seed, index as u64, mixture.dimension());
        let points = self.grid.points(self.steps, schedule.0);
        sampler.solve(&process, &points, x, self.tolerance, &brownian, |_, _| {})
    }
}

/// The coefficients at a time at which `schedule` has them.
fn coefficients(schedule: ScheduleId, t: f64) -> Result<Coefficients, String> {
    let [low, high] = schedule.clip();
    let sentence = || format!("on the schedule {} t is a number from {low} to {high}, not {t}", schedule.key());
    (low..=high).contains(&t).then(|| schedule.at(t)).ok_or_else(sentence)
}

/// What the page takes for a mixture or for points, and mixtures in any dimension.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    weights: Vec<f64>,
    means: Vec<Vec<f64>>,
    stds: Vec<f64>,
    /// The page's; the oracle has no use for them.
    classes: Option<Vec<f64>>,
}

fn read_mixture(path: &Path) -> Result<Mixture, String> {
    let read = |bytes: &[u8]| mixture(&text::decode(bytes)?);
    read(&files::read(path)?).map_err(|error| format!("{}: {error}", path.display()))
}

/// A mixture as JSON, or points in any form that the page reads.
fn mixture(text: &str) -> Result<Mixture, String> {
    let is_json = text.trim_start().starts_with('{');
    if is_json && !text.contains("\"points\"") {
        let Given { weights, means, stds, classes } = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if let Some(classes) = classes.filter(|classes| classes.len() != means.len()) {
            return Err(format!("there are {} classes and {} means", classes.len(), means.len()));
        }
        return Mixture::new(weights, means, stds);
    }
    let parts = cloud::parts(text)?;
    let of = |read: fn(&Part) -> f64| parts.iter().map(read).collect();
    let means = parts.iter().map(|part| part.centre.to_vec()).collect();
    Mixture::new(of(|part| part.weight), means, of(|part| part.std))
}

fn standard_input() -> Result<String, String> {
    let mut bytes = Vec::new();
    // One byte more than is allowed, so that what is too long is seen to be.
    let mut input = io::stdin().take(points::MAX_TEXT as u64 + 1);
    input.read_to_end(&mut bytes).map_err(|error| format!("cannot read the points: {error}"))?;
    text::decode(&bytes).map(Into::into).map_err(|why| format!("cannot read the points: {why}"))
}

/// One line for each of `rows`, as they come.
fn print(mut rows: impl Iterator<Item = Vec<f64>>) -> Result<(), String> {
    let mut out = BufWriter::new(io::stdout().lock());
    let done = rows.try_for_each(|row| writeln!(out, "{}", points::line(&row))).and_then(|()| out.flush());
    match done {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => done.map_err(|error| format!("cannot print: {error}")),
    }
}
