//! The network learns: gradients against finite differences, and eight digits by heart.

use burn::tensor::{Device, Tensor};
use data::{
    images::Images,
    sets::{DataSet, PIXELS},
};
use flow::{
    coupling::Coupling,
    keyed::Keyed,
    prediction::Reading,
    rng::{Purpose, Stream},
    schedule::ScheduleId,
};
use lab::{batch::Batch, family::flow::loss, train::Trainer, walk::Walk};
use model::{
    condition::Head,
    design::Design,
    mixer::MixerConfig,
    mlp::MlpConfig,
    network::{Body, Config, Network},
    parameters::{Builder, upload},
    transformer::TransformerConfig,
    unet::UNetConfig,
};
use protocol::message::{SampleSpec, TrainSpec};

fn digits() -> Images {
    let mut images = Images::default();
    let shard =
        std::fs::read(format!("../../public/{}", DataSet::Mnist.train_shards()[0])).expect("public/data is there");
    images.append(&shard).expect("the shard reads");
    images
}

/// Small ones of every kind and every reading.
fn configs() -> Vec<Config> {
    let bodies = [
        Body::Mlp(MlpConfig { width: 16, hidden: 24, depth: 2 }),
        Body::Mixer(MixerConfig { patch: 7, width: 16, depth: 1, across: 8, within: 24 }),
        Body::Transformer(TransformerConfig { patch: 7, width: 16, depth: 2, heads: 2 }),
        Body::UNet(UNetConfig { channels: 8, depth: 1 }),
    ];
    let heads = [Head::Velocity, Head::Data, Head::Preconditioned, Head::Preconditioned];
    let config = |(body, head)| Config { body, head, schedule: ScheduleId::default(), sigma: 0.96 };
    bodies.into_iter().zip(heads).map(config).collect()
}

fn number(loss: Tensor<1>) -> f64 {
    f64::from(loss.into_data().try_to_vec::<f32>().expect("f32")[0])
}

#[test]
fn gradients_agree_with_finite_differences() {
    let (device, images) = (Device::flex(), digits());
    let losses = Reading::all().map(|loss| TrainSpec { batch: 4, loss, ..TrainSpec::default() });
    for (config, spec) in configs().into_iter().zip(losses) {
        let batch = Batch::draw(&spec, &images, images.len(), 0);
        let size = config.parameters();
        // Not the initial weights, of which many are zero and hide what lies behind them.
        let theta: Vec<f32> = Stream::new(5, Purpose::Weights, 0).normals(size).into_iter().map(|z| 0.15 * z).collect();
        let mut builder = Builder::training(upload(theta.clone(), [size], &device));
        let network = Network::new(&mut builder, &config);
        let gradients = loss(&network, &config, batch.clone(), &device).backward();
        let gradient: Vec<f32> = builder.into_gradient(&gradients).into_data().try_to_vec().expect("f32");

        // Along random directions: the slope of the loss against <gradient, direction>.
        for trial in 0..4 {
            let direction = Stream::new(6, Purpose::Weights, trial).normals(size);
            let at = |h: f32| {
                let moved = theta.iter().zip(&direction).map(|(x, d)| x + h * d).collect();
                let network = Network::inference(&config, upload(moved, [size], &device));
                number(loss(&network, &config, batch.clone(), &device))
            };
            let h = 2e-4;
            let slope = (at(h) - at(-h)) / f64::from(2.0 * h);
            let expected: f64 = gradient.iter().zip(&direction).map(|(g, d)| f64::from(g * d)).sum();
            let norm = gradient.iter().map(|g| f64::from(g * g)).sum::<f64>().sqrt();
            println!("{:?}: slope {slope:.5}, gradient {expected:.5}, norm {norm:.4}", config.body);
            assert!((slope - expected).abs() < 0.02 * norm, "{:?}: {slope} against {expected}", config.body);
        }
    }
}

#[test]
fn a_small_model_learns_eight_digits_by_heart() {
    let (device, all) = (Device::flex(), digits());
    // The first image of each class 0–7.
    let first = |class| (0..all.len()).find(|&i| all.label(i) == class).expect("every class is there");
    let mut eight = Images::default();
    for class in 0..8 {
        let i = first(class);
        eight.append(&all.shard(i..i + 1).expect("a shard")).expect("it reads");
    }
    let body = Body::Transformer(TransformerConfig { patch: 7, width: 64, depth: 2, heads: 2 });
    let config = Config { body, head: Head::Preconditioned, schedule: ScheduleId::default(), sigma: 0.96 };
    let spec = TrainSpec { batch: 32, label_drop: 0.0, ..TrainSpec::default() };
    let mut trainer = Trainer::new(spec, Design::Flow(config), &device);
    let losses: Vec<f64> = (0..800).map(|_| number(trainer.train(&eight))).collect();
    let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
    let (early, late) = (mean(&losses[..20]), mean(&losses[losses.len() - 20..]));
    println!("loss {early:.3} → {late:.3}");
    assert!(late < 0.25 * early, "the loss went from {early} to {late} only");

    // Sampling returns the digits themselves, each nearest to its own.
    let sample = SampleSpec { pictures: 8, steps: 20, guidance: 1.0, ..SampleSpec::default() };
    let mut trajectory = Walk::new(&trainer.average(), Coupling::Independent, &eight, sample, &device);
    let pictures = pollster::block_on(trajectory.finish()).expect("the CPU does not fail");
    for (class, picture) in pictures.chunks_exact(PIXELS).enumerate() {
        let distance = |i: usize| eight.x_1(i).zip(picture).map(|(a, b)| f64::from((a - b).powi(2))).sum::<f64>();
        let nearest = (0..8).min_by(|&a, &b| distance(a).total_cmp(&distance(b)));
        assert_eq!(nearest, Some(class));
        println!("digit {class}: mean squared distance {:.4}", distance(class) / PIXELS as f64);
    }
}

#[test]
fn every_network_comes_to_depend_on_its_label() {
    let (device, images) = (Device::flex(), digits());
    let labels: [Vec<u8>; 2] = [vec![0; 4], vec![1; 4]];
    for config in configs() {
        let mut trainer = Trainer::new(TrainSpec { batch: 4, ..TrainSpec::default() }, Design::Flow(config), &device);
        for _ in 0..20 {
            trainer.train(&images);
        }
        let x = upload(Stream::new(1, Purpose::Sample, 0).normals(4 * PIXELS), [4, PIXELS], &device);
        let network = Network::inference(&config, trainer.learners[0].theta.clone());
        let [zero, one] = labels
            .clone()
            .map(|labels| network.read(x.clone(), &config.condition(Reading::Velocity, &[0.3; 4], &labels, &device)));
        // A network whose conditioning begins as a product of zeros would never leave it.
        assert!(number((zero - one).abs().max()) > 1e-6, "{:?} does not hear its label", config.body);
    }
}
