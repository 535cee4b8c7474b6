//! A link of the Sample or the Compare view, opened: its models, trained where it says so, and the frames of its lanes.

use super::worker::Worker;
use flow::{keyed::Keyed, sampler::SamplerId, schedule::ScheduleId};
use protocol::{
    catalogue::ModelId,
    comparison::Lock,
    link::{Link, View},
    message::{Command, Event, Frame, ModelReport, SampleSpec, Task, TrainSpec},
};

/// Every lane of a comparison samples at most this many pictures.
const MOST_COMPARED: usize = 10;
/// Times of different schedules that differ by less than this are the same.
const SAME_TIME: f64 = 1e-9;

/// What a link gave.
pub struct Opened {
    /// The terms of every step of the training that it names, if it names one.
    pub losses: Vec<f32>,
    /// One of the Sample view, two to four of a comparison.
    pub lanes: Vec<Lane>,
}

/// A trajectory up to the frame that the link names.
pub struct Lane {
    pub spec: SampleSpec,
    pub model: ModelReport,
    pub frames: Vec<Frame>,
    /// What is otherwise than the link says.
    pub note: Option<String>,
}

/// Trains what `link` says was trained, and samples.
pub fn open(link: &Link, worker: &mut Worker) -> Result<Opened, String> {
    let specs = specs(link);
    let losses = models(link, &specs, worker)?;
    // A lane on another path may stand at a later frame than the slider does.
    let to = if link.view == View::Compare { None } else { link.frame }.unwrap_or(link.sample.steps);
    let mut lanes = vec![];
    for (generation, mut spec) in (0..).zip(specs) {
        let (mut frames, mut note) = (vec![], None);
        // Which path it is on must be known first.
        let look = SampleSpec { model: spec.model, pictures: 1, steps: 1, ..SampleSpec::default() };
        worker.run(Command::Sample { lane: 0, generation, spec: look }, |_| ())?;
        let model = worker.model(spec.model).ok_or("nothing is known of the weights")?.clone();
        if let Err(why) = fits(spec.sampler, &model) {
            let (asked, other) = (spec.sampler.name, SamplerId::default());
            if link.view == View::Compare {
                return Err(format!("{asked} is not for the model of lane {}, since {why}", generation + 1));
            }
            // As the page does: Euler is on every path.
            note = Some(format!("{asked} is not for this model, since {why}. {} is used instead.", other.name));
            spec.sampler = other;
        }
        let mut hear = |event| {
            if let Event::Frame { frame, .. } = event {
                frames.push(frame);
            }
        };
        worker.run(Command::Sample { lane: 0, generation, spec: spec.clone() }, &mut hear)?;
        worker.run(Command::Advance { lane: 0, to }, &mut hear)?;
        lanes.push(Lane { spec, model, frames, note });
    }
    Ok(Opened { losses, lanes })
}

/// A sentence where a sampler makes no sense with a model.
fn fits(sampler: SamplerId, model: &ModelReport) -> Result<(), String> {
    if model.family.has_path() { sampler.fits(model.schedule.0, model.coupling.is_gaussian()) } else { Ok(()) }
}

/// The trajectories that a link shows side by side.
fn specs(link: &Link) -> Vec<SampleSpec> {
    if link.view != View::Compare {
        return vec![link.sample.clone()];
    }
    let shared = SampleSpec { pictures: link.sample.pictures.min(MOST_COMPARED), ..link.sample.clone() };
    link.compare.lanes.iter().map(|lane| lane.spec(&shared, link.compare.lock)).collect()
}

/// What the page would train for the trajectories of `link`, and for how many steps.
pub fn recipes(link: &Link) -> Vec<(&TrainSpec, u64)> {
    let specs = specs(link);
    let named = |id| specs.iter().any(|spec| spec.model == id);
    let kept = link.kept.iter().filter(|kept| named(ModelId::Kept(kept.slot))).map(|kept| (&kept.recipe, kept.steps));
    kept.chain(named(ModelId::Trained).then_some((&link.train, link.trained))).collect()
}

/// Trains what the trajectories need and the page would have trained; the terms of every step behind “trained”.
fn models(link: &Link, specs: &[SampleSpec], worker: &mut Worker) -> Result<Vec<f32>, String> {
    let mut losses = vec![];
    let mut ids: Vec<ModelId> = specs.iter().map(|spec| spec.model).collect();
    ids.sort_by_key(|id| (*id == ModelId::Trained, id.key()));
    ids.dedup();
    for id in ids {
        match id {
            ModelId::Shipped(_) => (),
            ModelId::File => {
                return Err("the link names weights that were opened from a file, and no link holds those; \
                            flowstep sample FILE samples with them"
                    .into());
            }
            ModelId::Kept(slot) => {
                let kept = link.kept.iter().find(|kept| kept.slot == slot);
                let kept =
                    kept.ok_or_else(|| format!("the link names model {slot} of the shelf, and not its recipe"))?;
                train(&kept.recipe, kept.steps, worker)?;
                put(slot, kept.title(), worker)?;
            }
            ModelId::Trained if link.trained == 0 => {
                return Err("the link names a model trained in the page, and not for how many steps".into());
            }
            ModelId::Trained => losses = train(&link.train, link.trained, worker)?,
        }
    }
    Ok(losses)
}

/// Puts what was just trained on the shelf.
fn put(slot: u8, name: String, worker: &mut Worker) -> Result<(), String> {
    let mut file = None;
    worker.run(Command::Keep { slot }, |event| {
        if let Event::Kept { bytes, .. } = event {
            file = Some(bytes);
        }
    })?;
    let bytes = file.ok_or("the trained weights were lost")?;
    worker.run(Command::Load { model: ModelId::Kept(slot), name, bytes }, |_| ())
}

/// Trains a recipe; the terms of every step.
fn train(recipe: &TrainSpec, steps: u64, worker: &mut Worker) -> Result<Vec<f32>, String> {
    let (task, mut losses) = (Task::Pictures(recipe.clone()), vec![]);
    worker.run(Command::Train { run: 1, task, until: Some(steps) }, |event| {
        if let Event::Train(report) = event {
            losses.extend(report.losses.into_iter().flat_map(|(_, terms)| terms));
        }
    })?;
    Ok(losses)
}

impl Lane {
    /// The frame that the page shows where its slider stands at `position`, beside a first lane on the path `first`.
    pub fn seen(&self, link: &Link, first: ScheduleId, position: usize) -> Option<&Frame> {
        let shared = &link.sample;
        let alone = link.view != View::Compare;
        let in_time = link.compare.lock == Lock::Time || !self.model.family.has_path();
        let ends = position == shared.steps && !self.spec.sampler.is_adaptive();
        let index = if alone {
            position
        } else if in_time {
            let t = shared.grid.points(shared.steps, first.0)[position];
            let own = self.spec.grid.points(self.spec.steps, self.model.schedule.0);
            own.partition_point(|own| *own <= t + SAME_TIME).saturating_sub(1)
        } else if ends {
            self.spec.steps
        } else {
            self.frames.partition_point(|frame| frame.nfe <= position).saturating_sub(1)
        };
        self.frames.get(index).or(self.frames.last())
    }
}
