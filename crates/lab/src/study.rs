//! How the error of a sampler falls with the number of network evaluations: every lane at growing numbers of steps,
//! against many steps.

use super::{
    lost::lost,
    sample::{Step, Trajectory},
};
use burn::tensor::ExecutionError;
use flow::{norm::Norm, sampler::SamplerId, time::Grid};
use protocol::{
    catalogue::ModelId,
    message::{Event, REFERENCE_STEPS, SampleSpec, StudyPoint},
};
use std::collections::VecDeque;

/// Pictures of which the error is taken, at most.
const PICTURES: usize = 4;
/// Steps of the points; the adaptive sampler takes tolerances instead.
const STEPS: [usize; 7] = [2, 4, 8, 16, 32, 64, 128];
const TOLERANCES: [f64; 5] = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5];

/// One trajectory to its end.
struct StudyTrial {
    spec: SampleSpec,
    /// The lane that it measures; a reference measures none.
    lane: Option<usize>,
    /// The place of its reference.
    reference: usize,
}

impl StudyTrial {
    /// Steps, weighed by what they cost.
    fn units(&self) -> usize {
        self.spec.steps * self.spec.sampler.cost().unwrap_or(1)
    }
}

/// A study under way.
pub struct Study {
    run: u32,
    trials: VecDeque<StudyTrial>,
    trajectory: Option<Trajectory>,
    references: Vec<Vec<f32>>,
    done: usize,
    total: usize,
}

impl Study {
    /// Of `lanes`, each against its reference; lanes that differ only in a deterministic sampler share one.
    pub fn new(run: u32, lanes: Vec<SampleSpec>) -> Self {
        let (mut references, mut points): (Vec<SampleSpec>, Vec<StudyTrial>) = (vec![], vec![]);
        for (lane, spec) in lanes.into_iter().enumerate() {
            let spec = SampleSpec { pictures: spec.pictures.min(PICTURES), ..spec };
            let exact = reference(&spec);
            let known = references.iter().position(|one| *one == exact);
            let reference = known.unwrap_or(references.len());
            if known.is_none() {
                references.push(exact);
            }
            let trial = |spec| StudyTrial { spec, lane: Some(lane), reference };
            if spec.sampler.is_adaptive() {
                points.extend(TOLERANCES.map(|tolerance| trial(SampleSpec { tolerance, steps: 1, ..spec.clone() })));
            } else {
                points.extend(STEPS.map(|steps| trial(SampleSpec { steps, ..spec.clone() })));
            }
        }
        // Reference by reference, so that the first points come before the last reference.
        let mut trials = VecDeque::new();
        for (place, spec) in references.into_iter().enumerate() {
            trials.push_back(StudyTrial { spec, lane: None, reference: place });
            let (now, later) = points.into_iter().partition::<Vec<_>, _>(|trial| trial.reference == place);
            trials.extend(now);
            points = later;
        }
        let total = trials.iter().map(StudyTrial::units).sum();
        Self { run, trials, trajectory: None, references: vec![], done: 0, total }
    }

    /// The number by which the page knows it.
    pub fn run(&self) -> u32 {
        self.run
    }

    /// The trajectory that is due, if it has not begun.
    pub fn due(&self) -> Option<&SampleSpec> {
        self.trials.front().filter(|_| self.trajectory.is_none()).map(|trial| &trial.spec)
    }

    /// Begins the trajectory that is due.
    pub fn begin(&mut self, trajectory: Trajectory) {
        self.trajectory = Some(trajectory);
    }

    /// True where it samples `model`.
    pub fn samples(&self, model: ModelId) -> bool {
        self.trials.iter().any(|trial| trial.spec.model == model)
    }

    /// True once every trial is done.
    pub fn is_over(&self) -> bool {
        self.trials.is_empty()
    }

    /// One step; a point where a trajectory has ended.
    pub async fn work(&mut self) -> Vec<Event> {
        self.step().await.unwrap_or_else(|_| {
            self.trials.clear();
            vec![lost("measuring the error")]
        })
    }

    async fn step(&mut self) -> Result<Vec<Event>, ExecutionError> {
        let (Some(trial), Some(trajectory)) = (self.trials.front(), &mut self.trajectory) else { return Ok(vec![]) };
        let mut point = None;
        // Frame 0 costs no step.
        let begins = trajectory.next_index() == 0;
        match trajectory.step().await? {
            Step::UnderWay => {}
            Step::Done(()) => self.done += if begins { 0 } else { trial.spec.sampler.cost().unwrap_or(1) },
            Step::Ended => {
                let pictures = trajectory.finish().await?;
                match trial.lane {
                    None => self.references.push(pictures),
                    Some(lane) => {
                        let (nfe, steps) = trajectory.cost();
                        let squares = pictures.square_distance(&self.references[trial.reference]);
                        let error = (squares / pictures.len().max(1) as f64).sqrt();
                        point = Some(StudyPoint { lane, steps, nfe, error });
                    }
                }
                self.trajectory = None;
                self.trials.pop_front();
            }
        }
        let (run, done, total) = (self.run, self.done, self.total);
        Ok(vec![Event::Study { run, done, total, point }])
    }
}

/// What `spec` comes to with many steps.
fn reference(spec: &SampleSpec) -> SampleSpec {
    let spec = SampleSpec { steps: REFERENCE_STEPS, ..spec.clone() };
    if spec.sampler.is_stochastic() {
        return spec;
    }
    let plain = SampleSpec::default();
    let sampler = SamplerId::HEUN;
    SampleSpec { sampler, grid: Grid::Uniform, stochasticity: plain.stochasticity, tolerance: plain.tolerance, ..spec }
}
