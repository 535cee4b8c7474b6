//! What a training is on its way to, and what it passes there.

use crate::message::TrainSpec;

/// A place on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Milestone {
    pub step: u64,
    /// As in “readable pictures”; nothing where only the images are counted.
    pub name: &'static str,
}

/// The marks of a training, the last of which is its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    marks: Vec<Milestone>,
    /// It rests there by itself.
    rests: bool,
}

/// What is known of how fast a model learns is known for steps of so many images.
const IMAGES: u64 = 32;

impl Goal {
    /// Of a recipe; `until` is the step after which it rests by itself, if there is one.
    pub fn of(spec: &TrainSpec, until: Option<u64>) -> Self {
        let plain = TrainSpec::default();
        // How fast another path or another loss is learned was not measured.
        let usual = (spec.family, spec.schedule, spec.loss, spec.coupling, spec.draw)
            == (plain.family, plain.schedule, plain.loss, plain.coupling, plain.draw);
        let after = |steps: u64| (IMAGES * steps).div_ceil(spec.batch.max(1) as u64);
        let readable = Milestone { step: after(spec.architecture.readable_after()), name: "readable pictures" };
        let clean = Milestone { step: after(spec.architecture.clean_after()), name: "clean pictures" };
        let mut marks = if usual { vec![readable, clean] } else { vec![Milestone { name: "", ..clean }] };
        if let Some(until) = until {
            marks.retain(|mark| mark.step < until && usual);
            marks.push(Milestone { step: until, name: "its end" });
        }
        Self { marks, rests: until.is_some() }
    }

    /// By rising step; there is at least one.
    pub fn marks(&self) -> &[Milestone] {
        &self.marks
    }

    /// The step of its end.
    pub fn end(&self) -> u64 {
        self.marks.last().map_or(1, |mark| mark.step.max(1))
    }

    /// How much of the way is done, from 0 to 1.
    pub fn share(&self, step: u64) -> f64 {
        (step as f64 / self.end() as f64).min(1.0)
    }

    /// The next mark, if the end has not been reached.
    pub fn next(&self, step: u64) -> Option<Milestone> {
        self.marks.iter().copied().find(|mark| step < mark.step)
    }

    /// What has been reached last, in a sentence; nothing before a tenth of the way.
    pub fn reached(&self, step: u64) -> Option<String> {
        let end = self.end();
        if step >= end {
            return Some(match (self.rests, self.marks.last().map_or("", |mark| mark.name)) {
                (true, _) => format!("Training is done, after {end} steps."),
                (false, "") => "As many images have been seen as the usual flow needs for clean pictures.".into(),
                (false, _) => "The pictures should be clean by now. Training goes on until it is stopped.".into(),
            });
        }
        let shares = [(end.div_ceil(10), "10 %"), (end.div_ceil(2), "50 %")];
        let share = shares.into_iter().filter(|(at, _)| *at <= step).max();
        let mark = self.marks.iter().filter(|mark| mark.step <= step).max_by_key(|mark| mark.step);
        match (share, mark) {
            (Some((at, share)), mark) if mark.is_none_or(|mark| mark.step <= at) => {
                Some(format!("{share} of the training is done."))
            }
            (_, Some(_)) => Some("The pictures should be readable by now.".into()),
            (_, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::{keyed::Keyed, prediction::Reading};

    /// What is said on the way, each sentence once.
    fn heard(goal: &Goal) -> Vec<String> {
        let mut heard: Vec<String> = (0..=goal.end() + 10).filter_map(|step| goal.reached(step)).collect();
        heard.dedup();
        heard
    }

    #[test]
    fn a_training_passes_its_milestones_once_each_and_in_their_order() {
        let spec = TrainSpec { batch: 64, ..TrainSpec::default() };
        let goal = Goal::of(&spec, None);
        // Twice as many images a step: half the steps of docs/model.md.
        assert_eq!(goal.marks().iter().map(|mark| mark.step).collect::<Vec<_>>(), [750, 5_000]);
        assert_eq!((goal.reached(499), goal.share(2_500), goal.share(9_999)), (None, 0.5, 1.0));
        assert_eq!(
            heard(&goal),
            [
                "10 % of the training is done.",
                "The pictures should be readable by now.",
                "50 % of the training is done.",
                "The pictures should be clean by now. Training goes on until it is stopped.",
            ]
        );
        assert_eq!(goal.next(0).map(|mark| mark.name), Some("readable pictures"));
        assert_eq!(goal.next(750).map(|mark| mark.name), Some("clean pictures"));
        assert_eq!(goal.next(5_000), None);
    }

    #[test]
    fn a_training_with_an_end_is_on_its_way_there() {
        let goal = Goal::of(&TrainSpec::default(), Some(40));
        assert_eq!(goal.marks(), [Milestone { step: 40, name: "its end" }]);
        let words =
            ["10 % of the training is done.", "50 % of the training is done.", "Training is done, after 40 steps."];
        assert_eq!(heard(&goal), words);
        let long = Goal::of(&TrainSpec::default(), Some(20_000));
        assert_eq!(long.marks().len(), 3);
    }

    #[test]
    fn what_was_not_measured_is_not_promised() {
        for loss in Reading::all().filter(|loss| *loss != Reading::default()) {
            let goal = Goal::of(&TrainSpec { loss, ..TrainSpec::default() }, None);
            assert_eq!(goal.marks().iter().map(|mark| mark.name).collect::<Vec<_>>(), [""], "{loss}");
            assert!(heard(&goal).iter().all(|words| !words.contains("should be")));
        }
    }
}
