//! The error of both samplers against what they cost: root mean square distance at t = 1 from a fine solution on the same
//! noise, RK4 for a deterministic one, the same sampler in many steps of the same Brownian path for a stochastic one.

use super::{
    course::Source,
    spec::{Against, Spec},
    truth::Truth,
};
use crate::flow::{
    brownian::Brownian,
    field::Counted,
    keyed::Keyed,
    norm::Norm,
    sampler::{Process, SamplerId},
};

/// Particles of every measurement.
const PARTICLES: usize = 40;
/// Steps that are measured.
const STEPS: [usize; 8] = [1, 2, 4, 8, 16, 32, 64, 128];
/// Steps of the solution that counts as exact.
const FINE: usize = 1024;

/// What is measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    spec: Spec,
    lanes: Vec<SamplerId>,
}

impl Question {
    /// The samplers that can be measured.
    pub fn samplers(&self) -> &[SamplerId] {
        &self.lanes
    }

    /// The error of what `spec` shows; what has no part in it is left out, so that equal questions are equal.
    pub fn of(spec: &Spec) -> Self {
        let second = match spec.against {
            Against::Sampler(sampler) => Some(sampler),
            Against::Langevin => None,
        };
        let plain = Spec::default();
        let spec = Spec {
            frame: None,
            layers: plain.layers,
            camera: plain.camera,
            probe: None,
            tour: None,
            particles: PARTICLES,
            steps: plain.steps,
            learning: plain.learning,
            guidance: plain.guidance,
            level: plain.level,
            ..spec.clone()
        };
        // Annealed Langevin has no limit of small steps to be held against.
        let has_limit = |it: &SamplerId| !it.is_stochastic() || it.strong_order.is_some();
        let lanes = [Some(spec.sampler), second].into_iter().flatten().filter(has_limit).collect();
        Self { spec, lanes }
    }
}

/// A measurement under way.
pub struct Errors {
    question: Question,
    truth: Truth,
    x_0: Vec<f64>,
    fine: Vec<Vec<f64>>,
    points: Vec<Vec<(f64, f64)>>,
}

impl Errors {
    /// Nothing measured yet; a sentence where the data are no mixture.
    pub fn new(question: Question) -> Result<Self, String> {
        let truth = Truth::new(&question.spec)?;
        let x_0 = Source::of(&question.spec).starts(question.spec.seed, 0, PARTICLES);
        let points = vec![vec![]; question.lanes.len()];
        Ok(Self { question, truth, x_0, fine: vec![], points })
    }

    /// (NFE, error) of each sampler, as far as they are known.
    pub fn points(&self) -> &[Vec<(f64, f64)>] {
        &self.points
    }

    /// One unit of work more; false when all is known.
    pub fn work(&mut self) -> bool {
        if let Some(sampler) = self.question.lanes.get(self.fine.len()) {
            let takes_noise = sampler.is_stochastic() && self.question.spec.stochasticity > 0.0;
            let fine = if takes_noise { *sampler } else { SamplerId::find("rk4").unwrap_or(*sampler) };
            let (solution, _) = self.solve(fine, FINE);
            self.fine.push(solution);
            return true;
        }
        let shortest = (0..self.points.len()).min_by_key(|k| self.points[*k].len());
        let Some((k, steps)) = shortest.and_then(|k| Some((k, *STEPS.get(self.points[k].len())?))) else {
            return false;
        };
        let (x, nfe) = self.solve(self.question.lanes[k], steps);
        let error = (x.square_distance(&self.fine[k]) / PARTICLES as f64).sqrt();
        self.points[k].push((nfe as f64, error));
        true
    }

    /// Where the particles end, and what it took.
    fn solve(&self, sampler: SamplerId, steps: usize) -> (Vec<f64>, usize) {
        let Spec { seed, schedule, stochasticity, tolerance, grid, .. } = self.question.spec;
        let field = Counted::new(self.truth.all.field(schedule.0));
        let process = Process { field: &field, schedule: schedule.0, stochasticity };
        let brownian = Brownian::new(seed, 0, self.x_0.len());
        let times = grid.points(steps, schedule.0);
        let x = sampler.solve(&process, &times, self.x_0.clone(), tolerance, &brownian, |_, _| {});
        (x, field.spent())
    }
}
