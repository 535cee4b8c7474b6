//! StyleGAN: what a style asks for is exactly what channels get, and styles are mixed level by level.

mod driver;
mod game;

use burn::tensor::Device;
use data::sets::PIXELS;
use driver::{ALL, drive, frames, session};
use flow::{
    adversarial::Objective,
    family::FamilyId,
    rng::{Purpose, Stream},
};
use game::{digits, flat, goes_on_exactly, gradients_are_those_of_differences, normals, thetas, up};
use lab::{at_once::numbers, train::Trainer};
use model::{
    blueprint::OnePass,
    classes::{one_hot, untold},
    design::{Design, Model},
    gan::Duel,
    parameters::Builder,
    style::{Generator, StyleConfig, adain},
};
use protocol::{
    catalogue::ModelId,
    message::{Command, SampleSpec, Task, TrainSpec},
    styles::{LEVELS, NOISE, numbers as numbers_of_z},
};

fn spec() -> TrainSpec {
    TrainSpec { batch: 4, latent: 5, ..TrainSpec::of(FamilyId::STYLE) }
}

fn config(labels: bool) -> StyleConfig {
    let Design::Style(config) = Design::of(&TrainSpec { labels, ..spec() }) else { panic!("another design") };
    config
}

fn model(labels: bool) -> Model {
    let design = Design::Style(config(labels));
    Model::inference(&design, flat(thetas(&design).concat()))
}

fn one_pass(model: &Model) -> &dyn OnePass {
    model.decoder().expect("it draws in one pass")
}

#[test]
fn channels_get_exactly_the_mean_and_the_deviation_that_are_asked_for() {
    let (rows, places, channels) = (3, 49, 4);
    let h = normals(1, [rows, places, channels]) * 3.0 + 5.0;
    let asked = normals(2, [rows, 2 * channels]);
    let found = numbers(adain(h, asked.clone()));
    let asked = numbers(asked);
    for row in 0..rows {
        for channel in 0..channels {
            let all: Vec<f64> =
                (0..places).map(|k| f64::from(found[(row * places + k) * channels + channel])).collect();
            let mean = all.iter().sum::<f64>() / places as f64;
            let deviation = (all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / places as f64).sqrt();
            let [s, b] = [0, channels].map(|from| f64::from(asked[row * 2 * channels + from + channel]));
            assert!((mean - b).abs() < 1e-5 && (deviation - s.abs()).abs() < 1e-4, "{mean} {b}, {deviation} {s}");
        }
    }
}

/// The codes of pictures as they are sampled.
fn codes(model: &dyn OnePass, rows: u64) -> Vec<Vec<f32>> {
    (0..rows).map(|k| model.code(&mut Stream::new(3, Purpose::Sample, k))).collect()
}

#[test]
fn mixed_at_no_level_or_at_all_pictures_are_those_of_their_parents() {
    let model = model(false);
    let model = one_pass(&model);
    let all = codes(model, 2);
    let (a, b, n) = (&all[0], &all[1], spec().latent);
    assert_eq!((a.len(), numbers_of_z(a.len())), (LEVELS * n + NOISE, n));
    assert!((0..LEVELS).all(|k| a[k * n..(k + 1) * n] == a[..n]), "one z at every level");
    let of = |code: Vec<f32>| {
        let code = up(code, [1, LEVELS * n + NOISE]);
        numbers(model.pictures(code.clone(), &untold(&code)))
    };
    // Both have the noise of the first, so that styles alone tell them apart.
    let mix = |levels: usize| [&a[..levels * n], &b[levels * n..LEVELS * n], &a[LEVELS * n..]].concat();
    let parents = [of([&b[..LEVELS * n], &a[LEVELS * n..]].concat()), of(a.clone())];
    assert_eq!([of(mix(0)), of(mix(LEVELS))], parents);
    let between: Vec<_> = (0..=LEVELS).map(|levels| of(mix(levels))).collect();
    assert!(between.windows(2).all(|pair| pair[0] != pair[1]), "every level says something");
}

#[test]
fn a_style_is_that_of_a_direction_and_its_truncation_comes_from_the_mean() {
    for labels in [false, true] {
        let config = config(labels);
        let design = Design::Style(config);
        let theta = thetas(&design).swap_remove(0);
        let generator = Generator::new(&mut Builder::inference(flat(theta)), &config);
        let z = normals(4, [2, config.latent]);
        let classes = up(one_hot(&[3, 3]), [2, 10]);
        let close = |a: &[f32], b: &[f32], by: f32| a.iter().zip(b).all(|(a, b)| (a - b).abs() < by);
        let [one, long] = [1.0, 7.0].map(|times| numbers(generator.style(z.clone() * times, &classes)));
        assert!(close(&one, &long, 1e-5));
        // At ψ = 0 all that have the same noise, and the same class, are one.
        let noise = vec![0.0; NOISE];
        let rows: Vec<f32> = codes(one_pass(&model(labels)), 2)
            .iter()
            .flat_map(|code| [&code[..LEVELS * config.latent], &noise].concat())
            .collect();
        let code = up(rows, [2, LEVELS * config.latent + NOISE]);
        let at = |psi: f64| numbers(generator.truncated(code.clone(), &classes, psi));
        let (mean, own) = (at(0.0), at(1.0));
        assert!(close(&mean[..PIXELS], &mean[PIXELS..], 1e-5) && !close(&own[..PIXELS], &own[PIXELS..], 1e-2));
        // And it grows on from there without a jump.
        assert!(close(&at(1e-4), &mean, 1e-2) && close(&at(1.0 - 1e-5), &own, 1e-2));
    }
}

#[test]
fn half_of_the_codes_to_learn_from_are_mixed() {
    let config = config(false);
    let (rows, n, length) = (400, config.latent, LEVELS * config.latent + NOISE);
    let all = config.codes(&mut Stream::new(1, Purpose::Noise, 0), rows);
    assert_eq!(all.len(), rows * length);
    let kinds: Vec<usize> = all
        .chunks(length)
        .map(|code| (1..LEVELS).find(|&k| code[k * n..(k + 1) * n] != code[..n]).unwrap_or(LEVELS))
        .collect();
    let count = |from| kinds.iter().filter(|kind| **kind == from).count();
    // From the second level on, from the third, or not at all: 1/4, 1/4, 1/2.
    for (from, expected) in [(1, 100.0f64), (2, 100.0), (LEVELS, 200.0)] {
        let found = count(from) as f64;
        assert!((found - expected).abs() < 5.0 * (expected * (1.0 - expected / 400.0)).sqrt(), "{from}: {found}");
    }
    assert!(all.chunks(length).all(|code| (1..LEVELS).all(|k| {
        let later = &code[k * n..(k + 1) * n];
        later == &code[..n] || later == &code[(LEVELS - 1) * n..LEVELS * n]
    })));
}

#[test]
fn the_gradients_of_a_generator_of_styles_and_its_critic_are_those_of_differences() {
    for (adversarial, labels) in [(Objective::NonSaturating, true), (Objective::LeastSquares, false)] {
        let spec = TrainSpec { adversarial, labels, ..spec() };
        gradients_are_those_of_differences(&spec, |_, terms| f64::from(terms[0]));
    }
}

#[test]
fn styles_go_on_exactly_from_their_checkpoints_and_learn() {
    goes_on_exactly(&TrainSpec { labels: true, critic_steps: 2, ..spec() });
    let (images, spec) = (digits(), TrainSpec { batch: 16, ..TrainSpec::of(FamilyId::STYLE) });
    let mut trainer = Trainer::new(spec.clone(), Design::of(&spec), &Device::flex());
    let ink = |trainer: &Trainer| {
        let model = trainer.average();
        let code: Vec<f32> = codes(one_pass(&model), 8).concat();
        let code = up(code, [8, one_pass(&model).blueprint().latent()]);
        let all = numbers(one_pass(&model).pictures(code.clone(), &untold(&code)));
        all.iter().map(|x| f64::from(*x)).sum::<f64>() / all.len() as f64
    };
    let data: f64 = (0..200).flat_map(|i| images.x_1(i)).map(f64::from).sum::<f64>() / (200.0 * PIXELS as f64);
    let before = ink(&trainer);
    (0..200).for_each(|_| drop(trainer.train(&images)));
    let after = ink(&trainer);
    println!("mean pixel {before:.3} → {after:.3}, of the data {data:.3}");
    assert!((after - data).abs() < 0.5 * (before - data).abs(), "{before} → {after} of {data}");
}

#[test]
fn frames_go_from_the_mean_style_to_the_own_one() {
    let mut session = session();
    let task = Task::Pictures(TrainSpec { labels: true, ..spec() });
    drive(&mut session, Command::Train { run: 1, task, until: Some(2) }, ALL);
    let sample = SampleSpec { model: ModelId::Trained, pictures: 12, steps: 2, ..SampleSpec::default() };
    let mut events = drive(&mut session, Command::Sample { lane: 0, generation: 1, spec: sample }, ALL);
    events.extend(drive(&mut session, Command::Advance { lane: 0, to: 2 }, ALL));
    let path = frames(&events);
    assert_eq!((path.len(), path[2].verdicts.len(), path[2].labels[11]), (3, 12, 1));
    assert!(path.iter().all(|frame| frame.x_t.iter().all(|x| x.abs() <= 1.0)));
    assert!(path[0].x_t != path[1].x_t && path[1].x_t != path[2].x_t);
}
