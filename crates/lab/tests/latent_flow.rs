//! A flow of codes: its loss against differences, its path against closed forms, what it learns against the codes themselves.

mod driver;

use burn::tensor::{Device, Tensor};
use data::{
    images::Images,
    sets::{CLASSES, DataSet, PIXELS},
};
use driver::{ALL, drive, frames, refusal, session};
use flow::{
    family::FamilyId,
    keyed::Keyed,
    prediction::Reading,
    rng::{Purpose, Stream},
    sampler::SamplerId,
    schedule::{Betas, Ddpm, ScheduleId},
};
use lab::{
    at_once::numbers,
    batch::Aim,
    checkpoint,
    evaluate::held_out,
    family::{
        Row,
        latent::{FLOW, input, loss},
    },
    source::noise,
    train::Trainer,
};
use model::{
    coder::CoderConfig,
    design::{Design, Model},
    latent::LatentConfig,
    network::Network,
    parameters::{Builder, initial, upload},
    vae::VaeConfig,
};
use protocol::{
    catalogue::{Architecture, ModelId},
    message::{Command, Event, SampleSpec, Task, TrainSpec},
};

fn digits() -> Images {
    let shard = std::fs::read(format!("../../public/{}", DataSet::Mnist.train_shards()[0]));
    let mut images = Images::default();
    images.append(&shard.expect("public/data is there")).expect("the shard reads");
    images
}

fn spec() -> TrainSpec {
    TrainSpec { batch: 8, latent: 4, ..TrainSpec::of(FamilyId::LATENT) }
}

fn config(spec: &TrainSpec) -> LatentConfig<VaeConfig> {
    let Design::Latent(config) = Design::of(spec) else { panic!("another design") };
    config
}

/// θ of a learner with no number at zero, where many begin.
fn theta(spec: &TrainSpec, learner: usize) -> Vec<f32> {
    let entries = Design::of(spec).learners().swap_remove(learner);
    let mut theta = initial(&entries, 3);
    let length = theta.len();
    let some = Stream::new(5, Purpose::Noise, 0).normals(length);
    theta.iter_mut().zip(some).for_each(|(theta, some)| *theta += 0.03 * some);
    theta
}

#[test]
fn the_gradient_of_the_flow_is_that_of_differences_for_every_loss() {
    let (images, device) = (digits(), Device::flex());
    for reading in [Reading::Velocity, Reading::Noise, Reading::Data, Reading::Score] {
        for schedule in [ScheduleId::default(), ScheduleId(&Ddpm(Betas::Linear))] {
            let spec = TrainSpec { schedule, loss: reading, ..spec() };
            let config = config(&spec);
            let codes = config.codes.coder(&mut Builder::inference(upload_all(theta(&spec, 0), &device)));
            let aim = Aim { schedule: schedule.0, loss: reading, coupling: spec.coupling };
            let (chosen, labels) = (vec![0, 3, 5], vec![7, 1, 10]);
            let times: Vec<f32> = [0.2, 0.5, 0.9].map(|t| lab::batch::time(schedule.0, t) as f32).into();
            let mut noise = Stream::new(2, Purpose::Noise, 1);
            let row = input((&config.flow, spec.latent), aim, (&images, &chosen), &labels, &times, &mut noise);
            let row = upload_all(row, &device);
            let theta = theta(&spec, FLOW);
            let pays = |theta: Vec<f32>| {
                let network = Network::inference(&config.flow, upload_all(theta, &device));
                let value = loss(&*codes, &network, spec.latent, &mut Row::new(&row, 0), 3);
                f64::from(numbers(value)[0])
            };
            let (gradient, _) = lab::family::gradient(upload_all(theta.clone(), &device), |p| {
                let network = Network::new(p, &config.flow);
                let value = loss(&*codes, &network, spec.latent, &mut Row::new(&row, 0), 3);
                (value.clone(), [value])
            });
            let gradient = numbers(gradient);
            // Along a random direction, and along the gradient itself.
            let random = Stream::new(9, Purpose::Noise, 2).normals(theta.len());
            for direction in [random, gradient.clone()] {
                let length = direction.iter().map(|d| d * d).sum::<f32>().sqrt();
                let at = |h: f32| {
                    pays(theta.iter().zip(&direction).map(|(theta, d)| theta + h * d / length).collect::<Vec<_>>())
                };
                let h = 2e-2;
                let slope = (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * f64::from(h));
                let told: f64 =
                    gradient.iter().zip(&direction).map(|(g, d)| f64::from(*g) * f64::from(d / length)).sum();
                let size = gradient.iter().map(|g| f64::from(g * g)).sum::<f64>().sqrt();
                assert!(
                    (slope - told).abs() < 0.01 * size,
                    "{reading} {}: {slope} and {told} of {size}",
                    schedule.0.key()
                );
            }
        }
    }
}

fn upload_all(numbers: Vec<f32>, device: &Device) -> Tensor<1> {
    let length = numbers.len();
    upload(numbers, [length], device)
}

/// What a flow learns of codes does not change these: the autoencoder is the one that learns alone.
#[test]
fn the_autoencoder_learns_as_if_there_were_no_flow() {
    let (images, device) = (digits(), Device::flex());
    let spec = spec();
    let alone = TrainSpec { family: FamilyId::VAE, ..spec.clone() };
    let mut both = Trainer::new(spec.clone(), Design::of(&spec), &device);
    let mut one = Trainer::new(alone.clone(), Design::of(&alone), &device);
    for _ in 0..5 {
        let (terms, own) = (numbers(both.train(&images)), numbers(one.train(&images)));
        assert_eq!(terms.len(), 3);
        assert_eq!(terms[..2], own[..]);
    }
    assert_eq!(numbers(both.learners[0].theta.clone()), numbers(one.learners[0].theta.clone()));
    let bytes = pollster::block_on(checkpoint::write(&both)).expect("a checkpoint");
    let mut again = checkpoint::read(&bytes, &device).expect("it reads");
    assert_eq!(numbers(again.train(&images)), numbers(both.train(&images)));
    assert_eq!(numbers(again.theta()), numbers(both.theta()));
}

/// A fresh flow takes codes for N(0, I), whose path from noise to data is known: on the linear one it goes round and comes back.
#[test]
fn the_path_of_a_fresh_flow_ends_where_it_began() {
    let mut session = session();
    let task = Task::Pictures(spec());
    drive(&mut session, Command::Train { run: 1, task, until: Some(0) }, ALL);
    let sampler = SamplerId::HEUN;
    let sample = SampleSpec { model: ModelId::Trained, pictures: 3, steps: 60, sampler, ..SampleSpec::default() };
    let mut events = drive(&mut session, Command::Sample { lane: 0, generation: 1, spec: sample }, ALL);
    events.extend(drive(&mut session, Command::Advance { lane: 0, to: 60 }, ALL));
    let path = frames(&events);
    assert_eq!(path.len(), 61);
    let z = noise(1, 3, 4);
    for frame in &path {
        assert!(frame.velocity.is_empty() && frame.x_t.len() == 3 * PIXELS && frame.codes.len() == 12);
        // sqrt(t² + (1 - t)²) z
        let scale = (frame.t * frame.t + (1.0 - frame.t) * (1.0 - frame.t)).sqrt();
        for (found, z) in frame.codes.iter().zip(&z) {
            assert!((f64::from(*found) - scale * f64::from(*z)).abs() < 2e-3, "t = {}: {found} of {z}", frame.t);
        }
    }
    // Each frame is what the decoder draws of its code.
    let classes = vec![0.0; 3 * CLASSES];
    let ask = Command::Decode { model: ModelId::Trained, id: 7, z: path[30].codes.clone(), classes };
    let drawn = drive(&mut session, ask, ALL);
    let [Event::Decoded { pixels, .. }] = &drawn[..] else { panic!("{drawn:?}") };
    assert!(pixels.iter().zip(&path[30].x_t).all(|(a, b)| (a - b).abs() < 1e-5));
}

/// Mean and standard deviation of every number of codes, [rows × latent].
fn moments(codes: &[f32], latent: usize) -> Vec<[f64; 2]> {
    let rows = codes.len() / latent;
    let column = |k: usize| codes.iter().skip(k).step_by(latent).map(|z| f64::from(*z));
    let of = |k: usize| {
        let mean = column(k).sum::<f64>() / rows as f64;
        [mean, (column(k).map(|z| (z - mean).powi(2)).sum::<f64>() / rows as f64).sqrt()]
    };
    (0..latent).map(of).collect()
}

#[test]
fn codes_that_are_sampled_are_spread_as_those_of_pictures_are() {
    let (images, device) = (digits(), Device::flex());
    let spec = TrainSpec { batch: 64, beta: 0.2, ..spec() };
    let mut trainer = Trainer::new(spec.clone(), Design::of(&spec), &device);
    (0..1_500).for_each(|_| drop(trainer.train(&images)));
    // Of a fresh flow on the same codes, since these have moved.
    let mut fresh = trainer.clone();
    fresh.learners[FLOW] = Trainer::new(spec.clone(), Design::of(&spec), &device).learners[FLOW].clone();
    let [before, after] = [&fresh, &trainer].map(|trainer| held_out_of(trainer, &images));
    println!("held-out loss in codes: {before:.3}, learned {after:.3}");
    assert!(after < 0.8 * before);
    let Model::Latent(model) = trainer.average() else { panic!("another model") };
    let rows = 500;
    let x: Vec<f32> = (0..rows).flat_map(|i| images.x_1(i)).collect();
    let x = upload(x, [rows, PIXELS], &device);
    let epsilon = upload(Stream::new(4, Purpose::Noise, 0).normals(rows * spec.latent), [rows, spec.latent], &device);
    let of_pictures = numbers(model.coder.data(x, epsilon));
    let sample = SampleSpec { pictures: 64, steps: 20, guidance: 1.0, ..SampleSpec::default() };
    let mut sampled = vec![];
    for seed in 0..8 {
        let sample = SampleSpec { seed, ..sample.clone() };
        let mut path = lab::sample::Trajectory::of_codes(model.clone(), sample, &device);
        let mut last = vec![];
        while let Ok(lab::sample::Step::Done(frame)) = pollster::block_on(path.advance()) {
            last = frame.codes;
        }
        sampled.extend(last);
    }
    // Of noise itself, mean 0 and deviation 1, they are farther.
    let (truth, found) = (moments(&of_pictures, spec.latent), moments(&sampled, spec.latent));
    println!("codes of pictures {truth:.2?}\nsampled {found:.2?}");
    for (truth, found) in truth.iter().zip(&found) {
        assert!((truth[0] - found[0]).abs() < 0.25 * truth[1] && (0.8..1.2).contains(&(found[1] / truth[1])));
    }
    assert!(truth.iter().any(|[_, deviation]| (deviation - 1.0).abs() > 0.3), "noise would do as well");
}

fn held_out_of(trainer: &Trainer, images: &Images) -> f64 {
    let (model, device) = (trainer.average(), Device::flex());
    let found = held_out(&model, (Reading::Velocity, Default::default()), images, 300, &device);
    pollster::block_on(found).expect("the CPU does not fail").expect("a flow has a loss")
}

#[test]
fn every_path_of_codes_is_gone_by_every_sampler_that_suits_it() {
    let mut session = session();
    let schedule = ScheduleId(&Ddpm(Betas::Linear));
    let task = Task::Pictures(TrainSpec { schedule, loss: Reading::Noise, ..spec() });
    drive(&mut session, Command::Train { run: 1, task, until: Some(20) }, ALL);
    let suits = |sampler: &SamplerId| sampler.fits(schedule.0, true).is_ok();
    assert!(SamplerId::all().filter(suits).count() > 8);
    for sampler in SamplerId::all().filter(suits) {
        let spec = SampleSpec { model: ModelId::Trained, pictures: 2, steps: 6, sampler, ..SampleSpec::default() };
        let mut events = drive(&mut session, Command::Sample { lane: 0, generation: 1, spec }, ALL);
        events.extend(drive(&mut session, Command::Advance { lane: 0, to: 6 }, ALL));
        let path = frames(&events);
        assert_eq!(path.len(), 7, "{}", sampler.name);
        assert!(path.iter().all(|frame| frame.x_t.iter().all(|x| x.is_finite() && x.abs() <= 1.0)));
    }
    // The error of samplers is that of what is drawn.
    let lanes = vec![SampleSpec { model: ModelId::Trained, pictures: 2, ..SampleSpec::default() }];
    let studied = drive(&mut session, Command::Study { run: 1, lanes }, ALL);
    let points = studied.iter().filter(|event| matches!(event, Event::Study { point: Some(_), .. })).count();
    assert!(points > 4, "{points} points");
}

#[test]
fn what_makes_no_latent_flow_gets_a_sentence() {
    let config = config(&spec());
    assert_eq!(Design::Latent(config).check(), Ok(()));
    let mut told = config;
    told.codes.labels = true;
    assert!(Design::Latent(told).check().is_err_and(|why| why.contains("not told the class")));
    let mut other = config;
    other.codes.latent = 5;
    assert!(Design::Latent(other).check().is_err_and(|why| why.contains("of 4 numbers, not of 5")));
    // A network of codes makes no flow of pictures.
    assert!(Design::Flow(config.flow).check().is_err_and(|why| why.contains("not of 784")));
    for architecture in Architecture::ALL {
        let spec = TrainSpec { architecture, ..TrainSpec::of(FamilyId::LATENT) };
        assert_eq!(Design::of(&spec).check(), Ok(()));
    }
    let mut session = session();
    drive(&mut session, Command::Train { run: 1, task: Task::Pictures(spec()), until: Some(1) }, ALL);
    let weigh = protocol::likelihood::WeighSpec { model: ModelId::Trained, tests: 1, drawn: None };
    let refused = drive(&mut session, Command::Weigh { run: 1, models: vec![weigh] }, ALL);
    assert!(refusal(&refused).contains("the density of codes, and not of pictures"));
}
