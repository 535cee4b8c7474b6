//! `flowstep plane`: the oracle, in any dimension: its exact values at points, or points sampled with it.

use super::{files, numbers::within};
use crate::{
    data::points,
    flow::{
        mixture::Mixture,
        rng::{Purpose, Stream},
        schedule::{Coefficients, SCHEDULES, Schedule},
        solver::Solver,
        time::uniform_grid,
    },
};
use clap::{Args, ValueEnum};
use std::{
    io::{self, BufWriter, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

const MAX_STEPS: usize = 100_000;

#[derive(Args)]
pub struct Plane {
    /// The data, a Gaussian mixture as JSON: {"weights": [w, …], "means": [[x, y], …], "stds": [s, …]}
    #[arg(long)]
    mixture: PathBuf,
    #[arg(long, default_value = "linear")]
    schedule: String,
    /// Print this at the points of the standard input, one a line, coordinates parted by commas
    #[arg(long)]
    what: Option<What>,
    /// The time of --what, from noise (0) to data (1)
    #[arg(long, allow_negative_numbers = true)]
    t: Option<f64>,
    /// Print points sampled with this solver
    #[arg(long)]
    sampler: Option<Solver>,
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

impl Plane {
    pub fn run(&self) -> Result<(), String> {
        let (schedule, mixture) = (schedule(&self.schedule)?, read_mixture(&self.mixture)?);
        match (self.what, self.t, self.sampler) {
            (Some(what), Some(t), None) => {
                let c = coefficients(schedule, t)?;
                let points = points::read_points(&standard_input()?, mixture.dimension())?;
                print(points.iter().map(|x| what.at(&mixture, &c, x)))
            }
            (Some(_), None, None) => Err("--what needs the time at which it is asked, as --t".into()),
            (None, None, Some(sampler)) => {
                print((0..self.count).map(|index| self.sample(&mixture, schedule, sampler, index)))
            }
            _ => Err("give either --what with --t, or --sampler, and not both".into()),
        }
    }

    /// The sampled point number `index`.
    fn sample(&self, mixture: &Mixture, schedule: &dyn Schedule, sampler: Solver, index: usize) -> Vec<f64> {
        let (field, n, start) = (mixture.field(schedule), self.steps, schedule.at(0.0).sigma_t);
        let noise = Stream::new(self.seed, Purpose::Sample, index as u64).normals64(mixture.dimension());
        let x_0 = noise.into_iter().map(|z| start * z).collect();
        (0..n).fold(x_0, |x, i| sampler.0.step(&field, &x, uniform_grid(i, n), 1.0 / n as f64))
    }
}

fn schedule(key: &str) -> Result<&'static dyn Schedule, String> {
    SCHEDULES.iter().copied().find(|schedule| schedule.key() == key).ok_or_else(|| {
        let keys: Vec<_> = SCHEDULES.iter().map(|schedule| schedule.key()).collect();
        format!("no schedule is called “{key}”; there are {}", keys.join(", "))
    })
}

/// The coefficients at a time at which `schedule` has them.
fn coefficients(schedule: &dyn Schedule, t: f64) -> Result<Coefficients, String> {
    let [low, high] = [0.0, 1.0];
    let sentence = || format!("on the schedule {} t is a number from {low} to {high}, not {t}", schedule.key());
    (low..=high).contains(&t).then(|| schedule.at(t)).ok_or_else(sentence)
}

fn read_mixture(path: &Path) -> Result<Mixture, String> {
    serde_json::from_slice(&files::read(path)?).map_err(|error| format!("{}: {error}", path.display()))
}

fn standard_input() -> Result<String, String> {
    let mut text = String::new();
    // One byte more than is allowed, so that what is too long is seen to be.
    let mut input = io::stdin().take(points::MAX_TEXT as u64 + 1);
    input.read_to_string(&mut text).map_err(|error| format!("cannot read the points: {error}"))?;
    Ok(text)
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
