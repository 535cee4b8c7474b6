//! Sampling as an iterator of frames: each call computes one step and keeps what the next one needs.

use super::{
    protocol::{Frame, SampleSpec},
    source::noise,
};
use crate::{
    data::sets::PIXELS,
    flow::{
        brownian::Brownian,
        field::{Counted, VelocityField},
        guidance::Guided,
        sampler::{Adaptive, Attempt, Process, Start},
    },
    model::{
        condition::NULL,
        field::LabelledField,
        network::{Config, Network},
        parameters::upload,
    },
};
use burn::tensor::{Device, ExecutionError, Tensor, Transaction};

/// A trajectory from noise to data, as far as it has been computed.
pub struct Trajectory {
    spec: SampleSpec,
    config: Config,
    network: Network,
    labels: Vec<u8>,
    device: Device,
    /// Where it starts.
    x_0: Vec<f32>,
    /// The time of each frame.
    points: Vec<f64>,
    brownian: Vec<Brownian>,
    adaptive: Adaptive,
    spent: usize,
    last: Option<Last>,
}

/// The last frame: its u(x_t, t) is the first stage of the next step.
struct Last {
    index: usize,
    x: Tensor<2>,
    u: Tensor<2>,
    /// What was spent to reach x.
    nfe: usize,
    tried: usize,
}

impl Trajectory {
    /// From noise; nothing evaluated yet.
    pub fn new(spec: SampleSpec, config: Config, network: Network, device: &Device) -> Self {
        let start = config.schedule.start() as f32;
        let x_0 = noise(spec.seed, spec.pictures).into_iter().map(|z| start * z).collect();
        Self::starting(x_0, spec, config, network, device)
    }

    /// From `x_0`, [pictures × 784].
    pub fn starting(x_0: Vec<f32>, spec: SampleSpec, config: Config, network: Network, device: &Device) -> Self {
        let labels = (0..spec.pictures).map(|k| spec.label(k)).collect();
        let points = spec.grid.points(spec.steps, config.schedule.0);
        let brownian = (0..spec.pictures as u64).map(|k| Brownian::new(spec.seed, k, PIXELS)).collect();
        let adaptive = Adaptive::new(spec.tolerance, spec.tolerance);
        let device = device.clone();
        Self { spec, config, network, labels, device, x_0, points, brownian, adaptive, spent: 0, last: None }
    }

    /// The index of the frame that [`advance`](Self::advance) would compute.
    pub fn next_index(&self) -> usize {
        self.last.as_ref().map_or(0, |last| last.index + 1)
    }

    /// How much of the way is done, from 0 to 1.
    pub fn share(&self) -> f64 {
        self.next_index() as f64 / self.points.len() as f64
    }

    /// Network evaluations spent to reach the last frame, and steps tried on the way.
    pub fn cost(&self) -> (usize, usize) {
        let tried = if self.spec.sampler.is_adaptive() { self.adaptive.history.len() } else { self.spec.steps };
        (self.last.as_ref().map_or(0, |last| last.nfe), tried)
    }

    /// The state and velocity of the next frame.
    async fn following(&mut self) -> Result<Last, ExecutionError> {
        let (index, schedule) = (self.next_index(), self.config.schedule.0);
        let field = Counted::new(guided(&self.network, &self.config, &self.labels, &self.spec));
        let shape = [self.spec.pictures, PIXELS];
        let (mut tried, mut known) = (1, None);
        let x = match &self.last {
            None => upload(std::mem::take(&mut self.x_0), shape, &self.device),
            Some(Last { x, u, .. }) => {
                let (t, s) = (self.points[index - 1], self.points[index]);
                let process = Process { field: &field, schedule, stochasticity: self.spec.stochasticity };
                if s < 1.0 && schedule.clamp(s) <= schedule.clamp(t) {
                    // Beyond the clip only the last interval moves.
                    known = Some(u.clone());
                    x.clone()
                } else if self.spec.sampler.is_adaptive() {
                    let begin = self.adaptive.history.len();
                    let (x, u) = (x.clone(), u.clone());
                    let (x, u) = adapt(&mut self.adaptive, &field, x, u, [t, schedule.clamp(s)]).await?;
                    tried = self.adaptive.history.len() - begin;
                    if s == 1.0 {
                        process.land(x, schedule.clamp(s))
                    } else {
                        known = Some(u);
                        x
                    }
                } else {
                    let dw = |from, to| {
                        let paths = self.brownian.iter().flat_map(|path| path.increment(from, to));
                        upload(paths.map(|z| z as f32).collect(), shape, &self.device)
                    };
                    self.spec.sampler.step(&process, Start { t, x, u }, s, &dw)
                }
            }
        };
        let nfe = self.spent + field.spent();
        let u = known.unwrap_or_else(|| field.velocity(&x, schedule.clamp(self.points[index])));
        self.spent += field.spent();
        Ok(Last { index, x, u, nfe, tried })
    }

    /// Computes the next frame; `None` after the last.
    pub async fn advance(&mut self) -> Result<Option<Frame>, ExecutionError> {
        if self.next_index() > self.spec.steps {
            return Ok(None);
        }
        let last = self.following().await?;
        let reads = Transaction::default().register(last.x.clone()).register(last.u.clone());
        let mut reads = reads.execute_async().await?.into_iter();
        let mut read = || reads.next().and_then(|data| data.try_to_vec::<f32>().ok()).unwrap_or_default();
        let (x_t, velocity) = (read(), read());
        let Last { index, nfe, tried, .. } = last;
        self.last = Some(last);
        let (steps, t, labels) = (self.spec.steps, self.points[index], self.labels.clone());
        Ok(Some(Frame { index, steps, t, nfe, tried, ms: 0.0, labels, x_t, velocity }))
    }

    /// One step without reading it back; false after the last.
    pub async fn step(&mut self) -> Result<bool, ExecutionError> {
        let more = self.next_index() <= self.spec.steps;
        if more {
            self.last = Some(self.following().await?);
        }
        Ok(more)
    }

    /// x_1 at the end of the trajectory, [pictures × 784]; reads back only the last state.
    pub async fn finish(&mut self) -> Result<Vec<f32>, ExecutionError> {
        while self.step().await? {}
        let Some(last) = &self.last else { return Ok(vec![]) };
        Ok(last.x.clone().into_data_async().await?.try_to_vec().unwrap_or_default())
    }
}

/// u_w(x, t | y) of a network.
fn guided<'a>(
    network: &'a Network,
    config: &'a Config,
    labels: &[u8],
    spec: &SampleSpec,
) -> Guided<LabelledField<'a>, LabelledField<'a>> {
    let labelled = |labels| LabelledField { network, config, labels };
    Guided {
        conditional: labelled(labels.to_vec()),
        unconditional: labelled(vec![NULL; labels.len()]),
        w: spec.guidance,
        interval: spec.guided,
    }
}

/// From x and u at `from` to those at `to`, in steps that keep to the tolerance on every picture.
async fn adapt(
    adaptive: &mut Adaptive,
    field: &impl VelocityField<Tensor<2>>,
    mut x: Tensor<2>,
    mut u: Tensor<2>,
    [from, to]: [f64; 2],
) -> Result<(Tensor<2>, Tensor<2>), ExecutionError> {
    let mut t = from;
    while t < to {
        let attempt = adaptive.attempt(field, &x, &u, t, to);
        let (h, ratio) = (attempt.h, worst(adaptive, &x, &attempt).await?);
        if adaptive.judge(t, h, ratio) {
            t = if t + h >= to { to } else { t + h };
            (x, u) = (attempt.x, attempt.u);
        }
    }
    Ok((x, u))
}

/// The error ratio of the picture that has the largest.
async fn worst(adaptive: &Adaptive, x: &Tensor<2>, attempt: &Attempt<Tensor<2>>) -> Result<f64, ExecutionError> {
    let scale = x.clone().abs().max_pair(attempt.x.clone().abs()) * adaptive.rtol + adaptive.atol;
    let scaled = attempt.error.clone() / scale;
    let squares: f32 = (scaled.clone() * scaled).mean_dim(1).max().into_scalar_async().await?;
    Ok(f64::from(squares).sqrt())
}
