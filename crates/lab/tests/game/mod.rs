//! What the tests of games share: real digits, and the slope of a pass against differences.
#![allow(dead_code)]

use burn::tensor::{Device, Tensor};
use data::{images::Images, sets::DataSet};
use flow::rng::{Purpose, Stream};
use lab::{
    at_once::numbers,
    checkpoint,
    family::{Among, Row, lesson},
    train::Trainer,
};
use model::{
    adam::Adam,
    design::Design,
    parameters::{initial, upload},
};
use protocol::message::TrainSpec;

pub fn digits() -> Images {
    let shard = std::fs::read(format!("../../public/{}", DataSet::Mnist.train_shards()[0]));
    let mut images = Images::default();
    images.append(&shard.expect("public/data is there")).expect("the shard reads");
    images
}

pub fn up<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Tensor<D> {
    upload(values, shape, &Device::flex())
}

pub fn flat(values: Vec<f32>) -> Tensor<1> {
    let length = values.len();
    up(values, [length])
}

pub fn normals<const D: usize>(index: u64, shape: [usize; D]) -> Tensor<D> {
    up(Stream::new(8, Purpose::Noise, index).normals(shape.iter().product()), shape)
}

/// θ of every learner, with no number at zero, where many begin.
pub fn thetas(design: &Design) -> Vec<Vec<f32>> {
    let learner = |(k, entries): (usize, Vec<model::parameters::Entry>)| {
        let theta = initial(&entries, 3 + k as u64);
        let some = Stream::new(5, Purpose::Noise, k as u64).normals(theta.len());
        theta.iter().zip(some).map(|(theta, some)| theta + 0.03 * some).collect()
    };
    design.learners().into_iter().enumerate().map(learner).collect()
}

/// Of every pass of a step, along random directions: the slope of what it pays, by `pays` of its terms, against its gradient.
pub fn gradients_are_those_of_differences(spec: &TrainSpec, pays: impl Fn(usize, &[f32]) -> f64) {
    let (images, design) = (digits(), Design::of(spec));
    let lesson = lesson(spec, &design, Among { images: &images, among: 50 });
    let (all, passes) = (flat(lesson.draw(0)), lesson.passes());
    let learners = |thetas: &[Vec<f32>]| thetas.iter().map(|theta| Adam::new(flat(theta.clone()))).collect::<Vec<_>>();
    let own = thetas(&design);
    // The row stands behind the passes before.
    let mut row = Row::new(&all, 0);
    for (k, pass) in passes.iter().enumerate() {
        let at = row.clone();
        let of = |thetas: &[Vec<f32>], row: &mut Row| lesson.slope(&learners(thetas), row, k);
        let gradient = numbers(of(&own, &mut row).gradient);
        let norm = gradient.iter().map(|g| f64::from(g * g)).sum::<f64>().sqrt();
        assert!(norm > 1e-4 && gradient.iter().all(|g| g.is_finite()), "pass {k}: a gradient of length {norm}");
        for trial in 0..3 {
            let direction = Stream::new(6, Purpose::Weights, trial).normals(gradient.len());
            let value = |h: f32| {
                let mut moved = own.clone();
                moved[pass.learner].iter_mut().zip(&direction).for_each(|(x, d)| *x += h * d);
                pays(k, &numbers(of(&moved, &mut at.clone()).terms))
            };
            let h = 2e-4;
            let slope = (value(h) - value(-h)) / f64::from(2.0 * h);
            let expected: f64 = gradient.iter().zip(&direction).map(|(g, d)| f64::from(g * d)).sum();
            println!("{}, pass {k}: slope {slope:.5}, gradient {expected:.5}, norm {norm:.4}", spec.family);
            assert!((slope - expected).abs() < 0.02 * norm, "{}, pass {k}: {slope} {expected}", spec.family);
        }
    }
}

/// A training goes on from its checkpoint as if it had not been left.
pub fn goes_on_exactly(spec: &TrainSpec) {
    let (images, device) = (digits(), Device::flex());
    let mut whole = Trainer::new(spec.clone(), Design::of(spec), &device);
    let steps = |trainer: &mut Trainer| (0..3).map(|_| numbers(trainer.train(&images))).collect::<Vec<_>>();
    let first = steps(&mut whole);
    assert!(first.iter().all(|terms| terms.len() == spec.family.terms.len() && terms.iter().all(|it| it.is_finite())));
    let bytes = pollster::block_on(checkpoint::write(&whole)).expect("a checkpoint");
    let mut other = checkpoint::read(&bytes, &device).expect("it reads");
    assert_eq!(steps(&mut whole), steps(&mut other), "{spec:?}");
    assert_eq!(numbers(whole.theta()), numbers(other.theta()));
}
