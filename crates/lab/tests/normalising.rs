//! Normalising flows: their density against the mathematics, differences and the truth.

use burn::tensor::{Device, Tensor};
use data::{
    images::Images,
    sets::{CLASSES, DataSet, PIXELS},
    shapes::Shape,
};
use flow::{
    family::FamilyId,
    lattice::Lattice,
    likelihood::{bits_per_dim, dequantise, gaussian},
    normalising::{logit, logit_slope, pixel},
    rng::{Purpose, Stream},
    schedule::ScheduleId,
};
use lab::plane::{
    marginals::Marginals,
    one_pass::Artist,
    round::{Drawer, Round},
};
use lab::{
    evaluate::held_out,
    likelihood::{Picture, exact},
};
use model::{
    blueprint::{Blueprint, OnePass},
    classes::one_hot,
    design::{Design, Model},
    normalising::{Normalising, NormalisingConfig},
    parameters::{Builder, initial, upload},
};
use protocol::{method::Method, plane::PlaneRecipe};
use std::rc::Rc;

fn config(labels: bool) -> NormalisingConfig {
    NormalisingConfig::of(DataSet::Mnist, 3, 10, labels)
}

fn digits() -> Images {
    let mut images = Images::default();
    let shard =
        std::fs::read(format!("../../public/{}", DataSet::Mnist.train_shards()[0])).expect("public/data is there");
    images.append(&shard).expect("the shard reads");
    images
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().try_to_vec::<f32>().expect("f32").into_iter().map(f64::from).collect()
}

/// Weights that say something.
fn theta(config: &NormalisingConfig) -> Vec<f32> {
    let fresh = initial(&config.learners()[0], 4);
    fresh.into_iter().enumerate().map(|(i, w)| w + 0.02 * (i as f32 * 1.3).sin()).collect()
}

fn network(config: &NormalisingConfig, theta: Vec<f32>) -> Normalising {
    let size = theta.len();
    Normalising::new(&mut Builder::inference(upload(theta, [size], &Device::flex())), config)
}

/// Digits with noise between their levels, in [-1, 1).
fn spread(rows: usize) -> Vec<Vec<f64>> {
    let (images, mut noise) = (digits(), Stream::new(2, Purpose::Noise, 0));
    (0..rows).map(|i| images.levels(i).iter().map(|level| dequantise(*level, noise.uniform())).collect()).collect()
}

fn classes(rows: usize) -> Tensor<2> {
    let labels: Vec<u8> = (0..rows).map(|k| (3 * k % CLASSES) as u8).collect();
    upload(one_hot(&labels), [rows, CLASSES], &Device::flex())
}

/// What the layers see of pictures, and the slopes.
fn seen(config: &NormalisingConfig, pictures: &[Vec<f64>]) -> [Tensor<2>; 2] {
    let rows = pictures.len();
    let (all, slopes): (Vec<_>, Vec<_>) = pictures.iter().map(|it| config.numbers(it.iter().copied())).unzip();
    [upload(all.concat(), [rows, PIXELS], &Device::flex()), upload(slopes, [rows, 1], &Device::flex())]
}

#[test]
fn fresh_layers_have_the_density_of_independent_logits() {
    let config = config(false);
    let pictures = spread(3);
    let [x, slope] = seen(&config, &pictures);
    let [bits, noise] =
        network(&config, initial(&config.learners()[0], 1)).bits(x, slope, &classes(3)).map(|it| numbers(it.mean())[0]);
    let nats = |x: &f64| {
        let z = (logit(*x) - config.centre) / config.scale;
        gaussian(&[z], 1.0) - config.scale.ln() + logit_slope(*x)
    };
    let mean = |of: &dyn Fn(&f64) -> f64| pictures.iter().flatten().map(of).sum::<f64>() / 3.0;
    let expected = bits_per_dim(mean(&nats), PIXELS);
    assert!((bits - expected).abs() < 1e-4, "{bits} {expected}");
    let alone = |x: &f64| gaussian(&[(logit(*x) - config.centre) / config.scale], 1.0);
    let expected = bits_per_dim(mean(&alone), PIXELS) - bits_per_dim(0.0, PIXELS);
    assert!((noise - expected).abs() < 1e-4, "{noise} {expected}");
}

#[test]
fn a_picture_costs_the_same_whoever_asks() {
    let config = config(true);
    let (images, size) = (digits(), config.learners()[0].iter().map(|it| it.len()).sum::<usize>());
    let theta = upload(theta(&config), [size], &Device::flex());
    let pictures: Vec<_> = (0..6).map(|i| Picture::of(&images, i, images.label(i), 3)).collect();
    let exact = exact(&config, &theta, &pictures);
    let alone = lab::likelihood::exact(&config, &theta, &pictures[4..5]);
    assert!(exact.iter().all(|it| it.converged && it.doubled_difference == 0.0 && it.standard_error.is_none()));
    assert!((exact[4].value - alone[0].value).abs() < 1e-5);
    // By other noise between the levels: about the same.
    let model = Model::inference(&Design::Normalising(config), theta);
    let held = pollster::block_on(held_out(&model, Default::default(), &images, 6, &Device::flex()));
    let nats = held.expect("an answer").expect("a density");
    let mean = exact.iter().map(|it| it.value).sum::<f64>() / 6.0;
    let bits = nats / (PIXELS as f64 * std::f64::consts::LN_2);
    assert!((bits - mean).abs() < 0.02, "{bits} {mean}");
}

#[test]
fn what_was_drawn_costs_what_its_density_says() {
    let config = config(false);
    let network = network(&config, theta(&config));
    // Of digits, whose pixels are all within [-1, 1].
    let digits: Vec<f32> = spread(2).concat().into_iter().map(|x| x as f32).collect();
    let z = network.codes(upload(digits, [2, PIXELS], &Device::flex()), &classes(2)).expect("codes");
    let costs = |t: f64| numbers(network.frame(z.clone(), &classes(2), t).1.expect("a density"));
    let found = costs(1.0);
    let x = numbers(network.pictures(z.clone(), &classes(2)));
    let pictures: Vec<Vec<f64>> = x.chunks(PIXELS).map(<[f64]>::to_vec).collect();
    let [seen, slope] = seen(&config, &pictures);
    let [expected, _] = network.bits(seen, slope, &classes(2));
    for (found, expected) in found.iter().zip(numbers(expected)) {
        assert!((found - expected).abs() < 1e-3, "{found} {expected}");
    }
    // Before the layers z has the density of noise.
    let none = costs(0.0);
    let z = numbers(z.clone());
    for (found, z) in none.iter().zip(z.chunks(PIXELS)) {
        let slope = |z: &f64| logit_slope(pixel(config.centre + config.scale * z)) - config.scale.ln();
        let expected = bits_per_dim(gaussian(z, 1.0) + z.iter().map(slope).sum::<f64>(), PIXELS);
        assert!((found - expected).abs() < 1e-3, "{found} {expected}");
    }
}

#[test]
fn pictures_come_back_from_their_codes_and_are_noise_in_the_beginning() {
    for labels in [false, true] {
        let config = config(labels);
        let network = network(&config, theta(&config));
        let images = digits();
        let x: Vec<f32> = (0..4).flat_map(|i| images.x_1(i)).collect();
        let x = upload(x, [4, PIXELS], &Device::flex());
        let z = network.codes(x.clone(), &classes(4)).expect("codes");
        assert!(numbers(z.clone()).iter().all(|z| z.is_finite()));
        let apart = |a: Tensor<2>, b: Tensor<2>| numbers((a - b).abs().max())[0];
        assert!(apart(network.pictures(z.clone(), &classes(4)), x.clone()) < 1e-5);
        assert!(apart(network.frame(z.clone(), &classes(4), 1.0).0, x.clone()) < 1e-5);
        assert!(apart(network.frame(z.clone(), &classes(4), 0.0).0, x) > 0.01);
        // Other classes go other ways, where they are told.
        let other = classes(4) * 0.0;
        assert_eq!(apart(network.pictures(z.clone(), &other), network.pictures(z, &classes(4))) > 1e-4, labels);
    }
}

#[test]
fn the_gradient_is_that_of_differences() {
    let config = config(true);
    let (theta, [x, slope]) = (theta(&config), seen(&config, &spread(3)));
    let bits = |network: &Normalising| {
        let [bits, _] = network.bits(x.clone(), slope.clone(), &classes(3));
        bits.mean()
    };
    let size = theta.len();
    let mut builder = Builder::training(upload(theta.clone(), [size], &Device::flex()));
    let gradients = bits(&Normalising::new(&mut builder, &config)).backward();
    let gradient = numbers(builder.into_gradient(&gradients));
    let norm = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
    for trial in 0..3 {
        let direction = Stream::new(6, Purpose::Weights, trial).normals(size);
        let at = |h: f32| {
            let moved = theta.iter().zip(&direction).map(|(x, d)| x + h * d).collect();
            numbers(bits(&network(&config, moved)))[0]
        };
        let h = 5e-4;
        let slope = (at(h) - at(-h)) / f64::from(2.0 * h);
        let expected: f64 = gradient.iter().zip(&direction).map(|(g, d)| g * f64::from(*d)).sum();
        assert!((slope - expected).abs() < 0.02 * norm, "{slope} against {expected}, norm {norm}");
    }
}

/// Layers that have learned a shape, and the truth of it.
fn learned(shape: Shape, steps: usize) -> (Artist, Rc<Marginals>) {
    let data = shape.parts('R');
    let ends = Rc::new(Marginals::new(None, &data).expect("a mixture"));
    let method = Method { family: FamilyId::NORMALISING, batch: 256, learning_rate: 3e-3, ..Method::default() };
    let recipe = PlaneRecipe { method, data, source: None, schedule: ScheduleId::default() };
    let mut round = Round::first(&recipe, ends.clone());
    let paid: Vec<Vec<f32>> = (0..steps).map(|_| round.train()).collect();
    let mean = |part: &[Vec<f32>]| part.iter().map(|terms| terms[0]).sum::<f32>() / part.len() as f32;
    println!("{shape:?}: {} to {} nats a point", mean(&paid[..20]), mean(&paid[steps - 100..]));
    assert!(mean(&paid[steps - 100..]) < mean(&paid[..20]));
    let Drawer::Artist(artist) = round.drawer() else { panic!("one pass draws") };
    (artist, ends)
}

#[test]
fn a_learned_density_is_one_and_never_better_than_the_truth() {
    for (shape, most) in [(Shape::Moons, 0.15), (Shape::Eight, 0.8)] {
        let (artist, ends) = learned(shape, 1500);
        let lattice = Lattice { low: [-8.0; 2], high: [8.0; 2], columns: 500, rows: 500 };
        let cell = lattice.cell();
        let density = artist.log_density(&lattice.points()).expect("a density");
        let integral: f64 = density.iter().map(|p| p.exp()).sum::<f64>() * cell[0] * cell[1];
        assert!((integral - 1.0).abs() < 0.01, "{shape:?}: {integral}");

        let mut fresh = Stream::new(5, Purpose::Evaluate, 0);
        let points: Vec<f64> = (0..4000).flat_map(|_| ends.data(&mut fresh)).collect();
        let truth = ends.between().at(&ScheduleId::default().at(1.0)).log_density(&points);
        let found = artist.log_density(&points).expect("a density");
        let mean = |all: &[f64]| all.iter().sum::<f64>() / all.len() as f64;
        let (truth, found) = (mean(&truth), mean(&found));
        println!("{shape:?}: ln p {found:.3}, of the truth {truth:.3}, integral {integral:.4}");
        // Both means are over the same points, whose differences scatter much less than either.
        assert!(found < truth && truth - found < most, "{shape:?}: {found} of {truth}");
    }
}

#[test]
fn a_way_ends_at_its_point_with_the_density_there() {
    let (artist, _) = learned(Shape::Moons, 300);
    let times: Vec<f64> = (0..=32).map(|i| f64::from(i) / 32.0).collect();
    let (path, along) = artist.way([0.4, -0.7], &times).expect("a way");
    assert_eq!((path.len(), along.len()), (66, 33));
    assert!((path[64] - 0.4).abs() < 1e-5 && (path[65] + 0.7).abs() < 1e-5, "{:?}", &path[64..]);
    let there = artist.log_density(&[0.4, -0.7]).expect("a density")[0];
    assert!((along[32] - there).abs() < 1e-4, "{} {there}", along[32]);
    // In the beginning it is noise, as wide as the data.
    let steps = path.as_chunks::<2>().0.windows(2).map(|two| (two[1][0] - two[0][0]).hypot(two[1][1] - two[0][1]));
    assert!(steps.fold(0.0, f64::max) < 1.0);
}
