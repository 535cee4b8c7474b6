//! Sampling as an iterator of frames: each call computes one step and keeps what the next one needs.

use super::{
    pieces::parts,
    source::{degraded, noise, real},
};
use burn::tensor::{Device, ExecutionError, Tensor, Transaction};
use data::images::Images;
use flow::{
    brownian::Brownian,
    coupling::Coupling,
    field::{Counted, VelocityField},
    guidance::{Guided, evaluations},
    sampler::{Adaptive, Attempt, Process, StepStart},
};
use model::{
    blueprint::Blueprint,
    browser::largest_mean,
    condition::NULL,
    design::Model,
    field::{LabelledField, Pictures},
    latent::Latent,
    network::{Config, Network},
    parameters::upload,
};
use protocol::message::{Frame, SampleSpec};
use std::{ops::Range, rc::Rc};

/// A trajectory from noise to data, as far as it has been computed.
///
/// On the CPU a step is taken by some pictures after the others, in pieces of about [`UNIT`] multiplications, so that whoever
/// asked for it is heard between them. No picture knows of the others but by a tolerance, which looks at all of them.
pub struct Trajectory {
    spec: SampleSpec,
    config: Config,
    network: Network,
    /// What draws its states, where they are codes.
    decoder: Option<Rc<Latent>>,
    labels: Vec<u8>,
    device: Device,
    /// Where it starts.
    x_0: Vec<f32>,
    /// x_0 and x_1 of pictures that are on their way to noise, where frames are theirs.
    real: Option<[Vec<f32>; 2]>,
    /// The time of each frame.
    points: Vec<f64>,
    brownian: Vec<Brownian>,
    adaptive: Adaptive,
    /// The pictures of each piece of a step.
    pieces: Vec<Range<usize>>,
    spent: usize,
    last: Option<Last>,
    under_way: Option<UnderWay>,
    /// x and u of the first pieces of the next frame, and what was spent to reach x.
    next: Vec<[Pictures; 2]>,
    reached: usize,
}

/// What a call has come to.
pub enum Step<T> {
    /// The next frame.
    Done(T),
    /// Somewhere before it: there are more pieces, and between them others may work.
    UnderWay,
    /// There is no next frame.
    Ended,
}

/// Steps that a tolerance may try in one call, where a step is one piece.
const TRIALS: usize = 4;
/// Multiplications of a piece: a tenth of a second in a browser.
const UNIT: u64 = 1 << 30;

/// Pictures that go through the network together.
fn pieces(spec: &SampleSpec, cost: u64, device: &Device) -> Vec<Range<usize>> {
    // A GPU is waited for in any case, and is slow at few pictures.
    let most = if *device == Device::flex() { UNIT } else { u64::MAX };
    let velocities = spec.sampler.cost().unwrap_or(ATTEMPT) * evaluations(spec.guidance);
    parts(spec.pictures, most / (cost * velocities as u64).max(1))
}

/// Velocities of a step that a tolerance tries.
const ATTEMPT: usize = 6;

/// An interval that a tolerance has divided: x and u of each piece at t.
struct UnderWay {
    t: f64,
    x: Vec<Pictures>,
    u: Vec<Pictures>,
    /// Steps tried in it.
    tried: usize,
    /// The first pieces of the step that is being tried, and the largest error ratio among them.
    attempts: Vec<Attempt<Pictures>>,
    ratio: f64,
}

/// The last frame, piece by piece: its u(x_t, t) is the first stage of the next step.
struct Last {
    index: usize,
    x: Vec<Pictures>,
    u: Vec<Pictures>,
    /// What was spent to reach x.
    nfe: usize,
    tried: usize,
}

impl Trajectory {
    /// The path that a model takes, of paired ones from what their coupling makes of `images`; none where it draws in one pass.
    pub fn along(
        model: &Model,
        coupling: Coupling,
        images: &Images,
        spec: SampleSpec,
        device: &Device,
    ) -> Option<Self> {
        match model {
            Model::Flow(config, network) => Some(Self::of(coupling, images, spec, *config, network.clone(), device)),
            Model::Latent(model) => Some(Self::of_codes(model.clone(), spec, device)),
            Model::OnePass(_) => None,
        }
    }

    /// From noise; nothing evaluated yet.
    pub fn new(spec: SampleSpec, config: Config, network: Network, device: &Device) -> Self {
        Self::starting(noise(spec.seed, spec.pictures, config.numbers()), spec, config, network, device)
    }

    /// From noise to codes, each of whose frames is what the decoder draws of them.
    pub fn of_codes(model: Rc<Latent>, spec: SampleSpec, device: &Device) -> Self {
        let path = Self::new(spec, model.flow, model.network.clone(), device);
        // Every state is drawn as well.
        let pieces = pieces(&path.spec, model.blueprint().cost(), device);
        Self { decoder: Some(model), pieces, ..path }
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
        let x_0 = match coupling.is_gaussian() {
            true => noise(spec.seed, spec.pictures, config.numbers()),
            false => degraded(&spec, coupling, images),
        };
        let real = spec.real.then(|| [x_0.clone(), real(&spec, images)]);
        Self { real, ..Self::starting(x_0, spec, config, network, device) }
    }

    /// From `x_0`, [pictures × numbers], where the path starts at sigma_0 x_0.
    fn starting(mut x_0: Vec<f32>, spec: SampleSpec, config: Config, network: Network, device: &Device) -> Self {
        let start = config.schedule.start() as f32;
        x_0.iter_mut().for_each(|x| *x *= start);
        let labels = (0..spec.pictures).map(|k| spec.label(k)).collect();
        let points = spec.grid.points(spec.steps, config.schedule.0);
        let brownian = (0..spec.pictures as u64).map(|k| Brownian::new(spec.seed, k, config.numbers())).collect();
        let adaptive = Adaptive::new(spec.tolerance, spec.tolerance);
        let pieces = pieces(&spec, config.cost(), device);
        let device = device.clone();
        Self {
            spec,
            config,
            network,
            decoder: None,
            labels,
            device,
            x_0,
            real: None,
            points,
            brownian,
            adaptive,
            pieces,
            spent: 0,
            last: None,
            under_way: None,
            next: vec![],
            reached: 0,
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

    /// One piece more; the next frame, once all of its pieces are there.
    async fn following(&mut self) -> Result<Option<Last>, ExecutionError> {
        let (index, schedule, piece) = (self.next_index(), self.config.schedule.0, self.next.len());
        let range = self.pieces[piece].clone();
        let interval = self.last.as_ref().map(|_| [self.points[index - 1], self.points[index]]);
        let crosses = interval
            .filter(|[t, s]| !schedule.is_beyond(*t, *s))
            .filter(|_| self.spec.sampler.is_adaptive() && self.real.is_none());
        if let Some([t, s]) = crosses
            && !self.adapt(t, schedule.clamp(s)).await?
        {
            return Ok(None);
        }
        let field = Counted::new(self.field(&range));
        let mut known = None;
        let noised = self.real.as_ref().map(|ends| self.upload(self.between(ends, &range, self.points[index])));
        let x = noised.unwrap_or_else(|| match (&self.last, interval) {
            (Some(Last { x, u, .. }), Some([t, s])) => {
                let process = Process { field: &field, schedule, stochasticity: self.spec.stochasticity };
                if schedule.is_beyond(t, s) {
                    known = Some(u[piece].clone());
                    x[piece].clone()
                } else if let Some(now) = &self.under_way {
                    if s == 1.0 {
                        process.land(now.x[piece].clone(), schedule.clamp(s))
                    } else {
                        known = Some(now.u[piece].clone());
                        now.x[piece].clone()
                    }
                } else {
                    let dw = |from, to| {
                        let paths = self.brownian[range.clone()].iter().flat_map(|path| path.increment(from, to));
                        self.upload(paths.map(|z| z as f32).collect())
                    };
                    self.spec.sampler.step(&process, StepStart { t, x: &x[piece], u: &u[piece] }, s, &dw)
                }
            }
            _ => {
                let numbers = self.config.numbers();
                self.upload(self.x_0[range.start * numbers..range.end * numbers].to_vec())
            }
        });
        let reached = self.spent + field.spent();
        let u = known.unwrap_or_else(|| field.velocity(&x, schedule.clamp(self.points[index])));
        let spent = self.spent + field.spent();
        if piece == 0 {
            // The others spend the same, each for its own pictures.
            (self.reached, self.spent) = (reached, spent);
        }
        self.next.push([x, u]);
        if self.next.len() < self.pieces.len() {
            return Ok(None);
        }
        self.x_0 = vec![];
        let tried = self.under_way.take().map_or(1, |now| now.tried);
        let (x, u) = std::mem::take(&mut self.next).into_iter().map(|[x, u]| (x, u)).unzip();
        Ok(Some(Last { index, x, u, nfe: self.reached, tried }))
    }

    /// On towards `end` by a few steps from `t` that keep to the tolerance on every picture, or a piece of one; whether it is
    /// there.
    async fn adapt(&mut self, t: f64, end: f64) -> Result<bool, ExecutionError> {
        let begin = self.last.iter().map(|last| (last.x.clone(), last.u.clone())).next().unwrap_or_default();
        let begin = || UnderWay { t, x: begin.0, u: begin.1, tried: 0, attempts: vec![], ratio: 0.0 };
        let mut at = self.under_way.take().unwrap_or_else(begin);
        let trials = if self.pieces.len() == 1 { TRIALS } else { 1 };
        for _ in 0..trials {
            if at.t >= end {
                break;
            }
            let piece = at.attempts.len();
            let field = Counted::new(self.field(&self.pieces[piece]));
            let attempt = self.adaptive.attempt(&field, &at.x[piece], &at.u[piece], at.t, end);
            let ratio = worst(&self.adaptive, &at.x[piece], &attempt).await?;
            // What is no number is worse than any.
            at.ratio = if piece == 0 || ratio.is_nan() || ratio > at.ratio { ratio } else { at.ratio };
            let spent = field.spent();
            self.spent += if piece == 0 { spent } else { 0 };
            at.attempts.push(attempt);
            if at.attempts.len() < self.pieces.len() {
                break;
            }
            at.tried += 1;
            let attempts = std::mem::take(&mut at.attempts);
            if let Some(t) = self.adaptive.accept(at.t, attempts[0].h, end, at.ratio) {
                let (x, u) = attempts.into_iter().map(|it| (it.x, it.u)).unzip();
                at = UnderWay { t, x, u, ..at };
            }
        }
        let there = at.t >= end;
        self.under_way = Some(at);
        Ok(there)
    }

    /// alpha_t x_1 + sigma_t x_0 of these pictures.
    fn between(&self, [x_0, x_1]: &[Vec<f32>; 2], range: &Range<usize>, t: f64) -> Vec<f32> {
        let (c, numbers) = (self.config.schedule.0.at(t), self.config.numbers());
        let [x_0, x_1] = [x_0, x_1].map(|x| &x[range.start * numbers..range.end * numbers]);
        x_0.iter().zip(x_1).map(|(x_0, x_1)| c.alpha_t as f32 * x_1 + c.sigma_t as f32 * x_0).collect()
    }

    /// u_w(x, t | y) of these pictures.
    fn field(&self, range: &Range<usize>) -> Guided<LabelledField<'_>, LabelledField<'_>> {
        guided(&self.network, &self.config, &self.labels[range.clone()], &self.spec)
    }

    /// Rows of states on the device.
    fn upload(&self, numbers: Vec<f32>) -> Pictures {
        let width = self.config.numbers();
        let rows = numbers.len() / width;
        Pictures(upload(numbers, [rows, width], &self.device))
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
                // The velocity of codes says nothing of pixels.
                let beside = |(x, u): (&Pictures, &Pictures)| match &self.decoder {
                    Some(decoder) => decoder.coder.told(x.0.clone()),
                    None => u.0.clone(),
                };
                let parts = last.x.iter().map(|part| self.drawn(part)).chain(last.x.iter().zip(&last.u).map(beside));
                let reads = parts.fold(Transaction::default(), Transaction::register).execute_async().await?;
                let mut reads = reads.into_iter().map(|data| data.try_to_vec::<f32>().unwrap_or_default());
                let mut read = || reads.by_ref().take(self.pieces.len()).flatten().collect::<Vec<_>>();
                let (x_t, beside) = (read(), read());
                let (velocity, codes) = if self.decoder.is_some() { (vec![], beside) } else { (beside, vec![]) };
                let Last { index, nfe, tried, .. } = *last;
                let (steps, t, labels) = (self.spec.steps, self.points[index], self.labels.clone());
                let (ms, verdicts, costs) = (0.0, vec![], vec![]);
                let frame = Frame { index, steps, t, nfe, tried, ms, labels, x_t, velocity, codes, verdicts, costs };
                Ok(Step::Done(frame))
            }
            (Step::UnderWay, _) => Ok(Step::UnderWay),
            _ => Ok(Step::Ended),
        }
    }

    /// The pictures of a state.
    fn drawn(&self, Pictures(state): &Pictures) -> Tensor<2> {
        match &self.decoder {
            Some(decoder) => decoder.coder.draw(state.clone()),
            None => state.clone(),
        }
    }

    /// The pictures at the end of the trajectory, [pictures × 784]; reads back only the last state.
    pub async fn finish(&mut self) -> Result<Vec<f32>, ExecutionError> {
        while !matches!(self.step().await?, Step::Ended) {}
        let Some(last) = &self.last else { return Ok(vec![]) };
        let mut pictures = vec![];
        for part in &last.x {
            pictures.extend(self.drawn(part).into_data_async().await?.try_to_vec::<f32>().unwrap_or_default());
        }
        Ok(pictures)
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

/// The error ratio of the picture that has the largest.
async fn worst(
    adaptive: &Adaptive,
    Pictures(x): &Pictures,
    attempt: &Attempt<Pictures>,
) -> Result<f64, ExecutionError> {
    let scale = x.clone().abs().max_pair(attempt.x.0.clone().abs()) * adaptive.rtol + adaptive.atol;
    let scaled = attempt.error.0.clone() / scale;
    let squares: f32 = largest_mean(scaled.clone() * scaled).into_scalar_async().await?;
    Ok(f64::from(squares).sqrt())
}

#[cfg(test)]
mod tests;
