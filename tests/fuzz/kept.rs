//! Good inputs of what is kept between visits: checkpoints, heads of saved trainings, and models and points.

use super::seeds::{designs, on_points, report, shown};
use burn::tensor::Device;
use flow::{family::FamilyId, keyed::Keyed};
use lab::{
    checkpoint,
    plane::{
        checkpoint::{self as of_points, Course},
        marginals::Marginals,
        round::Round,
    },
    train::Trainer,
};
use model::design::Design;
use protocol::{
    message::TrainSpec,
    saved::{
        self, Head,
        keepsake::{Keeping, Keepsake},
        points::PointsSubject,
    },
    shelf::Kept,
};

pub fn checkpoints() -> Vec<Vec<u8>> {
    let trained = |design: &Design| {
        let spec = TrainSpec { seed: 5, ..TrainSpec::of(design.family()) };
        let mut trainer = Trainer::new(spec, *design, &Device::flex());
        trainer.decay = Some(90);
        pollster::block_on(checkpoint::write(&trainer)).expect("a checkpoint")
    };
    [1, 2, 4, 5, 6].map(|k| trained(&designs()[k])).to_vec()
}

pub fn saved() -> Vec<Vec<u8>> {
    let head = |steps: u64, recipe| {
        let losses = (1..=steps).map(|step| (step, vec![0.5; 2])).collect();
        Head { at: 1.7e12, step: steps, recipe, until: Some(90), losses }
    };
    let record = |steps, family| saved::write(&head(steps, TrainSpec::of(family)), &[7; 40]);
    vec![record(0, FamilyId::FLOW), record(60, FamilyId::GAN), record(3, FamilyId::VAE)]
}

pub fn saved_points() -> Vec<Vec<u8>> {
    let record = |steps: u64, family| {
        let losses = (1..=steps).map(|step| (step, vec![0.5])).collect();
        let words = "data=eight&probe=-0.5,1".into();
        let recipe = PointsSubject { words, recipe: on_points(family), rounds: 0, reports: vec![report(vec![])] };
        saved::write(&Head { at: 1.7e12, step: steps, recipe, until: None, losses }, &[7; 40])
    };
    vec![record(0, FamilyId::FLOW), record(40, FamilyId::GAN), record(3, FamilyId::VAE)]
}

pub fn keepsakes() -> Vec<Vec<u8>> {
    let kept = Kept { slot: 2, name: "a".into(), recipe: TrainSpec::of(FamilyId::GAN), steps: 9 };
    [Keeping::Model(kept.to_text()), Keeping::Weights("own.safetensors".into()), Keeping::Points(3)]
        .map(|keeping| saved::write(&Keepsake { at: 1.7e12, keeping }, &[7; 40]))
        .into()
}

/// Without rounds, so that most of what is changed is what a course is, and one with its round.
pub fn checkpoints_of_points() -> Vec<Vec<u8>> {
    let course = |family| Course { recipe: on_points(family), shown: shown(), until: Some(90), last: 0 };
    let bare = |family| of_points::write(&course(family), &[]).expect("finite numbers");
    let recipe = on_points(FamilyId::GAN);
    let ends = Marginals::of(&recipe).expect("points").into();
    let whole = of_points::write(&course(FamilyId::GAN), &[Round::first(&recipe, ends)]).expect("finite numbers");
    let mut all: Vec<_> = (0..3).flat_map(|_| FamilyId::all().map(bare)).collect();
    all.push(whole);
    all
}
