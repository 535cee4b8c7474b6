//! The kernels on a GPU against those on the CPU.

use super::numbers;
use burn::tensor::{Device, Tensor};
use data::{
    images::Images,
    sets::{DataSet, PIXELS},
};
use flow::{
    adversarial::Objective,
    elbo::Likelihood,
    family::FamilyId,
    keyed::Keyed,
    prediction::Reading,
    rng::{Purpose, Stream},
    schedule::ScheduleId,
};
use lab::{family::flow::descend, train::Trainer};
use model::{
    adam::{Adam, Decays},
    design::Design,
    kernel::{self, Activation, Repeated},
    network::Config,
    parameters::{initial, upload},
};
use protocol::{catalogue::Architecture, message::TrainSpec};
use serde_json::{Map, Value};

type Discrepancies = Map<String, Value>;

/// max |a - b| / max |a|
fn difference(a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len());
    let of = |f: &dyn Fn((&f32, &f32)) -> f32| f64::from(a.iter().zip(b).map(f).fold(0.0, nan_max));
    of(&|(a, b)| (a - b).abs()) / of(&|(a, _)| a.abs()).max(1e-30)
}

/// The larger one; a number that is none wins.
fn nan_max(a: f32, b: f32) -> f32 {
    if a.is_nan() || a > b { a } else { b }
}

fn normals(index: u64, count: usize) -> Vec<f32> {
    Stream::new(7, Purpose::Noise, index).normals(count)
}

/// Numbers of a tensor that a graph begins with.
struct Leaf {
    values: Vec<f32>,
    shape: Vec<usize>,
}

fn leaf(index: u64, shape: &[usize]) -> Leaf {
    Leaf { values: normals(index, shape.iter().product()), shape: shape.to_vec() }
}

/// y of `f` and Σ y w by each leaf, w random, on one device.
async fn run(leaves: &[Leaf], device: &Device, f: &dyn Fn(&[Tensor<1>]) -> Tensor<1>) -> Vec<Vec<f32>> {
    let tensors: Vec<Tensor<1>> = leaves
        .iter()
        .map(|leaf| upload(leaf.values.clone(), [leaf.values.len()], device).autodiff().require_grad())
        .collect();
    let y = f(&tensors);
    let length = y.dims()[0];
    let gradients = (y.clone() * upload(normals(99, length), [length], device).autodiff()).sum().backward();
    let mut found = vec![numbers(y.inner()).await];
    for tensor in tensors {
        found.push(numbers(tensor.grad(&gradients).expect("a gradient")).await);
    }
    found
}

/// Compares one operation, its value first, then its gradients.
async fn compare(
    name: String,
    gpu: &Device,
    found: &mut Discrepancies,
    leaves: &[Leaf],
    f: impl Fn(&[Tensor<1>]) -> Tensor<1>,
) {
    let (a, b) = (run(leaves, &Device::flex(), &f).await, run(leaves, gpu, &f).await);
    for (i, (a, b)) in a.iter().zip(&b).enumerate() {
        let part = if i == 0 { "value".into() } else { format!("gradient {i}") };
        found.insert(format!("{name}: {part}"), difference(a, b).into());
    }
}

fn reshaped<const D: usize>(tensor: &Tensor<1>, leaf: &Leaf) -> Tensor<D> {
    tensor.clone().reshape(core::array::from_fn::<_, D, _>(|i| leaf.shape[i]))
}

fn flat<const D: usize>(tensor: Tensor<D>) -> Tensor<1> {
    let count = tensor.dims().iter().product::<usize>();
    tensor.reshape([count])
}

pub async fn operations(gpu: &Device) -> Discrepancies {
    let mut found = Discrepancies::new();
    for (rows, inputs, outputs) in [(5, 43, 49), (70, 64, 33), (1, 1, 1), (33, 130, 65), (2, 300, 7)] {
        for act in [Activation::None, Activation::Silu] {
            let leaves = [leaf(0, &[rows, inputs]), leaf(1, &[inputs, outputs]), leaf(2, &[outputs])];
            let name = format!("affine {rows}x{inputs}x{outputs} {act:?}");
            compare(name, gpu, &mut found, &leaves, |t| {
                let [x, weight] = [0, 1].map(|i| reshaped::<2>(&t[i], &leaves[i]));
                flat(kernel::affine(x, weight, t[2].clone(), act))
            })
            .await;
        }
    }
    // Of a turned tensor, as in the mixer.
    let leaves = [leaf(0, &[3, 16, 40]), leaf(1, &[16, 24]), leaf(2, &[24])];
    compare("affine turned".into(), gpu, &mut found, &leaves, |t| {
        let (x, weight) = (reshaped::<3>(&t[0], &leaves[0]).swap_dims(1, 2), reshaped::<2>(&t[1], &leaves[1]));
        flat(kernel::affine(x, weight, t[2].clone(), Activation::Silu).swap_dims(1, 2))
    })
    .await;
    for (tokens, width, sites, site) in [(16, 128, 5, 3), (49, 20, 3, 0), (3, 7, 2, 1)] {
        let leaves = [leaf(0, &[5, tokens, width]), leaf(1, &[5, 2 * width * sites])];
        compare(format!("modulated {tokens}x{width}"), gpu, &mut found, &leaves, |t| {
            flat(kernel::modulated(reshaped(&t[0], &leaves[0]), reshaped(&t[1], &leaves[1]), site))
        })
        .await;
    }
    for (tokens, heads, size) in [(16, 4, 32), (49, 4, 8), (5, 1, 100), (196, 2, 3)] {
        let leaves = [leaf(0, &[3, tokens, 3 * heads * size])];
        compare(format!("attended {tokens}x{heads}x{size}"), gpu, &mut found, &leaves, |t| {
            flat(kernel::attended(reshaped(&t[0], &leaves[0]), heads))
        })
        .await;
    }
    for count in [1, 300, 70_001] {
        let step = |device: &Device| {
            let state = [3, 4, 5, 6].map(|i| normals(i, count));
            let [theta, m, v, ema] = state.map(|values| upload(values, [count], device));
            let (gradient, rates) = (normals(8, count), vec![0.01, 1.5, 0.9, 0.9, 0.99, 1.0, 2.5]);
            let length = rates.len();
            kernel::adam([theta, m, v.abs(), ema], upload(gradient, [count], device), upload(rates, [length], device))
        };
        for ((a, b), name) in step(&Device::flex()).into_iter().zip(step(gpu)).zip(["θ", "m", "v", "ema"]) {
            found.insert(format!("adam {count}: {name}"), difference(&numbers(a).await, &numbers(b).await).into());
        }
    }
    found
}

/// Six training steps of the offered networks: the loss before each, and θ and its average at the end.
pub async fn trainings(gpu: &Device) -> Discrepancies {
    const SIZE: usize = 5;
    let mut found = Discrepancies::new();
    for architecture in Architecture::ALL {
        let config = Config::of(architecture, DataSet::Mnist, ScheduleId::default());
        let mut both = vec![];
        for device in [Device::flex(), gpu.clone()] {
            let theta = initial(&config.entries(), 3);
            let count = theta.len();
            let mut adam = Adam::new(upload(theta, [count], &device));
            let (mut repeated, mut losses) = (Repeated::default(), vec![]);
            for step in 0..6 {
                let times: Vec<f32> = (1..=SIZE).map(|i| i as f32 / 7.0).collect();
                let mut input = normals(20 + step, 2 * SIZE * PIXELS);
                input.extend(config.rows(Reading::Velocity, &times, &[1, 2, 3, 4, 10]));
                input.extend(adam.rates(1e-3, Decays::default()));
                losses.push(repeated.run(input, &device, |input| descend(&config, &mut adam, input, SIZE)));
            }
            // Read at the end, as the worker does: none may have been written over.
            let losses = numbers(Tensor::cat(losses, 0)).await;
            both.push([losses, numbers(adam.theta.clone()).await, numbers(adam.average()).await]);
        }
        for (i, name) in ["losses", "θ", "average"].into_iter().enumerate() {
            found.insert(format!("{architecture}: {name}"), difference(&both[0][i], &both[1][i]).into());
        }
        found.insert(format!("{architecture}: losses on the GPU"), both[1][0].clone().into());
    }
    found
}

/// Six steps of the families that are no flows, as the page trains them: the terms of each step, and all weights at the end.
pub async fn families(gpu: &Device) -> Discrepancies {
    let mut found = Discrepancies::new();
    let images = Images::blank(16);
    let mut cases = vec![TrainSpec { batch: 8, labels: true, ..TrainSpec::of(FamilyId::VAE) }];
    cases.push(TrainSpec { likelihood: Likelihood::Gaussian, labels: false, ..cases[0].clone() });
    for adversarial in Objective::all() {
        cases.push(TrainSpec { batch: 8, labels: true, critic_steps: 2, adversarial, ..TrainSpec::of(FamilyId::GAN) });
    }
    cases.extend([FamilyId::LATENT, FamilyId::VQ].map(|family| TrainSpec { batch: 8, ..TrainSpec::of(family) }));
    for spec in cases {
        let mut both = vec![];
        for device in [Device::flex(), gpu.clone()] {
            let mut trainer = Trainer::new(spec.clone(), Design::of(&spec), &device);
            let terms = (0..6).map(|_| trainer.train(&images)).collect();
            both.push([numbers(Tensor::cat(terms, 0)).await, numbers(trainer.theta()).await]);
        }
        for (i, what) in ["terms", "average"].into_iter().enumerate() {
            let name = format!("{} {} {}: {what}", spec.family, spec.likelihood, spec.adversarial);
            found.insert(name, difference(&both[0][i], &both[1][i]).into());
        }
    }
    found
}
