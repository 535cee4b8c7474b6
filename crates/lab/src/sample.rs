//! Sampling as an iterator of frames: each call computes one step and keeps what the next one needs.

use super::source::{degraded, noise};
use burn::tensor::{Device, ExecutionError, Transaction};
use data::{images::Images, sets::PIXELS};
use flow::{
    brownian::Brownian,
    coupling::Coupling,
    field::{Counted, VelocityField},
    guidance::Guided,
    sampler::{Adaptive, Attempt, Process, StepStart},
};
use model::{
    condition::NULL,
    field::{LabelledField, Pictures},
    network::{Config, Network},
    parameters::upload,
};
use protocol::message::{Frame, SampleSpec};

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
    under_way: Option<UnderWay>,
}

/// What a call has come to.
pub enum Step<T> {
    /// The next frame.
    Done(T),
    /// Somewhere before it: a tolerance asks for many steps, and between them others may work.
    UnderWay,
    /// There is no next frame.
    Ended,
}

/// Steps that a tolerance may try in one call.
const TRIALS: usize = 4;

/// An interval that a tolerance has divided.
struct UnderWay {
    t: f64,
    x: Pictures,
    u: Pictures,
    /// Steps tried in it.
    tried: usize,
}

/// The last frame: its u(x_t, t) is the first stage of the next step.
struct Last {
    index: usize,
    x: Pictures,
    u: Pictures,
    /// What was spent to reach x.
    nfe: usize,
    tried: usize,
}

impl Trajectory {
    /// From noise; nothing evaluated yet.
    pub fn new(spec: SampleSpec, config: Config, network: Network, device: &Device) -> Self {
        Self::starting(noise(spec.seed, spec.pictures), spec, config, network, device)
    }

    /// As a model of `coupling` starts: from noise, or from what it makes of `images`.
    pub fn of(
        coupling: Coupling,
        images: &Images,
        spec: SampleSpec,
        config: Config,
        network: Network,
        device: &Device,
    ) -> Self {
        if coupling.is_gaussian() {
            Self::new(spec, config, network, device)
        } else {
            Self::starting(degraded(&spec, coupling, images), spec, config, network, device)
        }
    }

    /// From `x_0`, [pictures × 784], where the path starts at sigma_0 x_0.
    fn starting(mut x_0: Vec<f32>, spec: SampleSpec, config: Config, network: Network, device: &Device) -> Self {
        let start = config.schedule.start() as f32;
        x_0.iter_mut().for_each(|x| *x *= start);
        let labels = (0..spec.pictures).map(|k| spec.label(k)).collect();
        let points = spec.grid.points(spec.steps, config.schedule.0);
        let brownian = (0..spec.pictures as u64).map(|k| Brownian::new(spec.seed, k, PIXELS)).collect();
        let adaptive = Adaptive::new(spec.tolerance, spec.tolerance);
        let device = device.clone();
        Self {
            spec,
            config,
            network,
            labels,
            device,
            x_0,
            points,
            brownian,
            adaptive,
            spent: 0,
            last: None,
            under_way: None,
        }
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

    /// The state and velocity of the next frame; `None` if more steps are needed to get there.
    async fn following(&mut self) -> Result<Option<Last>, ExecutionError> {
        let (index, schedule) = (self.next_index(), self.config.schedule.0);
        let field = Counted::new(guided(&self.network, &self.config, &self.labels, &self.spec));
        let shape = [self.spec.pictures, PIXELS];
        let (mut tried, mut known) = (1, None);
        let x = match &self.last {
            None => Pictures(upload(std::mem::take(&mut self.x_0), shape, &self.device)),
            Some(Last { x, u, .. }) => {
                let (t, s) = (self.points[index - 1], self.points[index]);
                let process = Process { field: &field, schedule, stochasticity: self.spec.stochasticity };
                if schedule.is_beyond(t, s) {
                    known = Some(u.clone());
                    x.clone()
                } else if self.spec.sampler.is_adaptive() {
                    let begin = UnderWay { t, x: x.clone(), u: u.clone(), tried: 0 };
                    let begin = self.under_way.take().unwrap_or(begin);
                    let end = schedule.clamp(s);
                    let now = adapt(&mut self.adaptive, &field, begin, end).await?;
                    if now.t < end {
                        self.spent += field.spent();
                        self.under_way = Some(now);
                        return Ok(None);
                    }
                    tried = now.tried;
                    if s == 1.0 {
                        process.land(now.x, end)
                    } else {
                        known = Some(now.u);
                        now.x
                    }
                } else {
                    let dw = |from, to| {
                        let paths = self.brownian.iter().flat_map(|path| path.increment(from, to));
                        Pictures(upload(paths.map(|z| z as f32).collect(), shape, &self.device))
                    };
                    self.spec.sampler.step(&process, StepStart { t, x, u }, s, &dw)
                }
            }
        };
        let nfe = self.spent + field.spent();
        let u = known.unwrap_or_else(|| field.velocity(&x, schedule.clamp(self.points[index])));
        self.spent += field.spent();
        Ok(Some(Last { index, x, u, nfe, tried }))
    }

    /// Goes on to the next frame without reading it back.
    pub async fn step(&mut self) -> Result<Step<()>, ExecutionError> {
        if self.next_index() > self.spec.steps {
            return Ok(Step::Ended);
        }
        Ok(match self.following().await? {
            Some(last) => {
                self.last = Some(last);
                Step::Done(())
            }
            None => Step::UnderWay,
        })
    }

    /// Computes the next frame.
    pub async fn advance(&mut self) -> Result<Step<Frame>, ExecutionError> {
        match (self.step().await?, &self.last) {
            (Step::Done(()), Some(last)) => {
                let reads = Transaction::default().register(last.x.0.clone()).register(last.u.0.clone());
                let mut reads = reads.execute_async().await?.into_iter();
                let mut read = || reads.next().and_then(|data| data.try_to_vec::<f32>().ok()).unwrap_or_default();
                let (x_t, velocity) = (read(), read());
                let Last { index, nfe, tried, .. } = *last;
                let (steps, t, labels) = (self.spec.steps, self.points[index], self.labels.clone());
                Ok(Step::Done(Frame { index, steps, t, nfe, tried, ms: 0.0, labels, x_t, velocity, verdicts: vec![] }))
            }
            (Step::UnderWay, _) => Ok(Step::UnderWay),
            _ => Ok(Step::Ended),
        }
    }

    /// x_1 at the end of the trajectory, [pictures × 784]; reads back only the last state.
    pub async fn finish(&mut self) -> Result<Vec<f32>, ExecutionError> {
        while !matches!(self.step().await?, Step::Ended) {}
        let Some(last) = &self.last else { return Ok(vec![]) };
        Ok(last.x.0.clone().into_data_async().await?.try_to_vec().unwrap_or_default())
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

/// On towards `end` by a few steps that keep to the tolerance on every picture.
async fn adapt(
    adaptive: &mut Adaptive,
    field: &impl VelocityField<Pictures>,
    mut at: UnderWay,
    end: f64,
) -> Result<UnderWay, ExecutionError> {
    for _ in 0..TRIALS {
        if at.t >= end {
            break;
        }
        let attempt = adaptive.attempt(field, &at.x, &at.u, at.t, end);
        let (h, ratio) = (attempt.h, worst(adaptive, &at.x, &attempt).await?);
        at.tried += 1;
        if let Some(t) = adaptive.accept(at.t, h, end, ratio) {
            at = UnderWay { t, x: attempt.x, u: attempt.u, tried: at.tried };
        }
    }
    Ok(at)
}

/// The error ratio of the picture that has the largest.
async fn worst(
    adaptive: &Adaptive,
    Pictures(x): &Pictures,
    attempt: &Attempt<Pictures>,
) -> Result<f64, ExecutionError> {
    let scale = x.clone().abs().max_pair(attempt.x.0.clone().abs()) * adaptive.rtol + adaptive.atol;
    let scaled = attempt.error.0.clone() / scale;
    let squares: f32 = (scaled.clone() * scaled).mean_dim(1).max().into_scalar_async().await?;
    Ok(f64::from(squares).sqrt())
}
