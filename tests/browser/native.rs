//! The worker on the CPU against the same code compiled natively, which multiplies matrices by another library.

use crate::{
    page::{Adapter, Page},
    server::Site,
    train::train_until,
};
use burn::tensor::Device;
use data::{images::Images, sets::DataSet};
use lab::{sample::Step, train::Trainer, walk::Walk};
use model::{
    design::{Design, Model},
    parameters::upload,
    weights,
};
use protocol::{
    catalogue::Architecture,
    message::{SampleSpec, TrainSpec},
};
use std::fs;

/// Largest relative difference of a loss: rounding, grown over the steps.
const LOSS: f64 = 1e-3;
/// Largest difference of x_t, for data in [-1, 1].
const PICTURE: f32 = 1e-3;

#[test]
fn the_losses_of_a_training_are_those_of_a_native_one() {
    let mut images = Images::default();
    let shard = fs::read(format!("public/{}", DataSet::Mnist.train_shards()[0])).expect("the built page has data");
    images.append(&shard).expect("the shard reads");
    let site = Site::new();
    for architecture in Architecture::ALL {
        let query = format!("?view=train&size={architecture}&batch=16&train-seed=7&pictures=2&steps=2&frame=0");
        let page = Page::open(&site, Adapter::None, &query);
        page.button("Train");
        train_until(&page, 10);
        let spec = TrainSpec { architecture, batch: 16, seed: 7, ..TrainSpec::default() };
        let design = Design::of(&spec);
        let mut trainer = Trainer::new(spec, design, &Device::flex());
        for (step, loss) in page.losses().into_iter().take(10) {
            let native: f32 = trainer.train(&images).into_data().try_to_vec().expect("f32")[0];
            let (loss, native) = (f64::from(loss), f64::from(native));
            assert!((loss - native).abs() < LOSS * native, "{architecture}, step {step}: {loss} against {native}");
        }
        page.close_without_errors();
    }
}

#[test]
fn the_frames_of_a_sampling_are_those_of_a_native_one() {
    let site = Site::new();
    let page =
        Page::open(&site, Adapter::None, "?pictures=5&digit=any&steps=4&sampler=heun&guidance=2&seed=21&frame=4");
    page.pictures_at(4, 5);
    let (header, theta) =
        weights::read(&fs::read("public/weights/mnist.safetensors").expect("the weights")).expect("weights");
    let length = theta.len();
    let model = Model::inference(&header.design, upload(theta, [length], &Device::flex()));
    let defaults = SampleSpec::default();
    let spec = SampleSpec {
        pictures: 5,
        digit: None,
        steps: 4,
        sampler: "heun".parse().expect("a sampler"),
        guidance: 2.0,
        seed: 21,
        ..defaults
    };
    let mut walk = Walk::new(&model, header.coupling, &Images::default(), spec, &Device::flex());
    for frame in page.frames() {
        let Ok(Step::Done(native)) = pollster::block_on(walk.advance()) else { panic!("a frame is missing") };
        let far = frame.x_t.iter().zip(&native.x_t).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(frame.index == native.index && far < PICTURE, "frame {}: x_t differs by {far}", frame.index);
    }
    page.close_without_errors();
}
