//! Autoencoders and adversaries: their losses against closed forms and finite differences, their trainings against
//! themselves.

use burn::tensor::{Device, Tensor};
use data::{
    images::Images,
    sets::{CLASSES, DataSet, PIXELS},
};
use flow::{
    adversarial::{self, Objective, optimal},
    elbo::{self, Likelihood},
    family::FamilyId,
    keyed::Keyed,
    rng::{Purpose, Stream},
};
use lab::{
    checkpoint,
    evaluate::held_out,
    family::gan::{critic_loss, generator_loss},
    train::Trainer,
};
use model::{
    adam::{Adam, Decays},
    classes::one_hot,
    design::Design,
    gan::{Critic, GanConfig, Generator},
    parameters::{Builder, Entry, initial, upload},
    vae::{Vae, VaeConfig},
};
use protocol::{catalogue::Architecture, message::TrainSpec};

fn digits() -> Images {
    let mut images = Images::default();
    let shard =
        std::fs::read(format!("../../public/{}", DataSet::Mnist.train_shards()[0])).expect("public/data is there");
    images.append(&shard).expect("the shard reads");
    images
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("f32")
}

fn number(loss: Tensor<1>) -> f64 {
    f64::from(numbers(loss)[0])
}

fn normals<const D: usize>(index: u64, shape: [usize; D]) -> Tensor<D> {
    let count = shape.iter().product();
    upload(Stream::new(8, Purpose::Noise, index).normals(count), shape, &Device::flex())
}

/// Pictures in [-1, 1].
fn pictures(index: u64, rows: usize) -> Tensor<2> {
    normals(index, [rows, PIXELS]).tanh()
}

fn classes(rows: usize) -> Tensor<2> {
    let labels: Vec<u8> = (0..rows).map(|k| (3 * k % CLASSES) as u8).collect();
    upload(one_hot(&labels), [rows, CLASSES], &Device::flex())
}

/// Weights that say something, in layers whose output is of order 1.
fn theta(entries: &[Entry], seed: u64) -> Vec<f32> {
    initial(entries, seed).into_iter().map(|w| 1.3 * w + 0.01).collect()
}

/// Along random directions, the slope of a loss against <gradient, direction>.
fn agrees(name: &str, theta: &[f32], value: &dyn Fn(Tensor<1>) -> f64, gradient: &[f32]) {
    let size = theta.len();
    let norm = gradient.iter().map(|g| f64::from(g * g)).sum::<f64>().sqrt();
    for trial in 0..3 {
        let direction = Stream::new(6, Purpose::Weights, trial).normals(size);
        let at = |h: f32| {
            let moved = theta.iter().zip(&direction).map(|(x, d)| x + h * d).collect();
            value(upload(moved, [size], &Device::flex()))
        };
        let h = 2e-4;
        let slope = (at(h) - at(-h)) / f64::from(2.0 * h);
        let expected: f64 = gradient.iter().zip(&direction).map(|(g, d)| f64::from(g * d)).sum();
        println!("{name}: slope {slope:.5}, gradient {expected:.5}, norm {norm:.4}");
        assert!((slope - expected).abs() < 0.02 * norm, "{name}: {slope} against {expected}");
    }
}

fn vae(likelihood: Likelihood, labels: bool) -> VaeConfig {
    VaeConfig { latent: 3, hidden: 12, labels, likelihood }
}

#[test]
fn both_terms_of_an_autoencoder_are_those_of_the_mathematics() {
    let (rows, device) = (4, Device::flex());
    for (likelihood, labels) in Likelihood::all().zip([false, true]) {
        let config = vae(likelihood, labels);
        let entries = Design::Vae(config).entries();
        let theta = theta(&entries, 3);
        let size = theta.len();
        let network = Vae::new(&mut Builder::inference(upload(theta, [size], &device)), &config);
        let (x, epsilon, classes) = (pictures(1, rows), normals(2, [rows, 3]), classes(rows));
        let [reconstruction, kl] = network.nats(x.clone(), epsilon.clone(), &classes);
        let [mu, log_var] = network.encode(x.clone(), &classes);
        let z = mu.clone() + (log_var.clone() * 0.5).exp() * epsilon;
        let (output, x) = (numbers(network.decode(z, &classes)), numbers(x));
        let double = |x: Vec<f32>| x.into_iter().map(f64::from).collect::<Vec<_>>();
        let expected: f64 =
            x.iter().zip(&output).map(|(x, output)| likelihood.nats(f64::from(*x), f64::from(*output))).sum();
        let exact = elbo::kl(&double(numbers(mu)), &double(numbers(log_var)));
        let (found, found_kl) = (number(reconstruction), number(kl));
        assert!((found - expected / rows as f64).abs() < 1e-4 * found.abs(), "{found} {expected}");
        assert!((found_kl - exact / rows as f64).abs() < 1e-4 * found_kl.max(1.0), "{found_kl} {exact}");
    }
}

#[test]
fn the_gradient_of_an_autoencoder_is_that_of_differences() {
    let (rows, device) = (3, Device::flex());
    for (likelihood, labels) in Likelihood::all().zip([true, false]) {
        let config = vae(likelihood, labels);
        let theta = theta(&Design::Vae(config).entries(), 4);
        let size = theta.len();
        let loss = |network: &Vae| {
            let [reconstruction, kl] = network.nats(pictures(1, rows), normals(2, [rows, 3]), &classes(rows));
            // Of order 1, so that differences of f32 still tell something.
            (reconstruction / PIXELS as f64) + kl * 0.5
        };
        let mut builder = Builder::training(upload(theta.clone(), [size], &device));
        let gradients = loss(&Vae::new(&mut builder, &config)).backward();
        let gradient = numbers(builder.into_gradient(&gradients));
        let value = |theta| number(loss(&Vae::new(&mut Builder::inference(theta), &config)));
        agrees(likelihood.key(), &theta, &value, &gradient);
    }
}

fn gan(adversarial: Objective) -> GanConfig {
    GanConfig { latent: 4, hidden: 12, labels: true, adversarial }
}

#[test]
fn adversaries_pay_what_their_objective_says_and_follow_its_slope() {
    let (rows, device) = (5, Device::flex());
    for objective in Objective::all() {
        let (real, made) = (normals(3, [rows, 1]), normals(4, [rows, 1]) - 0.5);
        let mean = |logits: &Tensor<2>, of: &dyn Fn(f64) -> f64| {
            numbers(logits.clone()).into_iter().map(|l| of(f64::from(l))).sum::<f64>() / rows as f64
        };
        let expected = mean(&real, &|l| objective.of_real(l)) + mean(&made, &|l| objective.of_made(l));
        assert!((number(critic_loss(objective, real, made.clone())) - expected).abs() < 1e-5, "{objective}");
        let expected = mean(&made, &|l| objective.of_generator(l));
        assert!((number(generator_loss(objective, made)) - expected).abs() < 1e-5, "{objective}");

        let config = gan(objective);
        let learners = Design::Gan(config).learners();
        let [first, second] = [0, 1].map(|k| theta(&learners[k], 5 + k as u64));
        let up = |theta: &[f32]| upload(theta.to_vec(), [theta.len()], &device);
        let z = || normals(6, [rows, config.latent]);
        // The generator's gradient passes through a critic that is frozen.
        let pays = |generator: &Generator, critic: &Critic| {
            generator_loss(objective, critic.logits(generator.pictures(z(), &classes(rows)), &classes(rows)))
        };
        let mut builder = Builder::training(up(&first));
        let generator = Generator::new(&mut builder, &config);
        let critic = Critic::new(&mut Builder::frozen(up(&second)), &config);
        let gradient = numbers(builder.into_gradient(&pays(&generator, &critic).backward()));
        let value = |theta: Tensor<1>| {
            let generator = Generator::new(&mut Builder::inference(theta), &config);
            number(pays(&generator, &Critic::new(&mut Builder::inference(up(&second)), &config)))
        };
        agrees(&format!("generator, {objective}"), &first, &value, &gradient);
        // The critic's, on real and made ones.
        let real = || pictures(7, rows);
        let made = || Generator::new(&mut Builder::inference(up(&first)), &config).pictures(z(), &classes(rows));
        let pays = |critic: &Critic| {
            critic_loss(objective, critic.logits(real(), &classes(rows)), critic.logits(made(), &classes(rows)))
        };
        let mut builder = Builder::training(up(&second));
        let critic = Critic::new(&mut builder, &config);
        let gradient = numbers(builder.into_gradient(&pays(&critic).backward()));
        let value = |theta: Tensor<1>| number(pays(&Critic::new(&mut Builder::inference(theta), &config)));
        agrees(&format!("critic, {objective}"), &second, &value, &gradient);
    }
}

/// A critic of unlabelled pictures after `steps` of training on these two sets, and what it pays in the end.
fn trained_critic(objective: Objective, real: &Tensor<2>, made: &Tensor<2>, steps: usize) -> (Critic, f64) {
    let device = Device::flex();
    let config = GanConfig { latent: 1, hidden: 32, labels: false, adversarial: objective };
    let theta = initial(&Design::Gan(config).learners()[1], 2);
    let size = theta.len();
    let mut adam = Adam::new(upload(theta, [size], &device));
    let bound = objective.bound().map_or(f32::MAX, |bound| bound as f32);
    let none = |x: &Tensor<2>| Tensor::zeros([x.dims()[0], CLASSES], &device);
    let mut paid = 0.0;
    for step in 0..steps {
        let mut builder = Builder::training(adam.theta.clone());
        let critic = Critic::new(&mut builder, &config);
        let (l, m) = (critic.logits(real.clone(), &none(real)), critic.logits(made.clone(), &none(made)));
        let loss = critic_loss(objective, l, m);
        let gradient = builder.into_gradient(&loss.backward());
        paid = number(loss.inner());
        let rate = 3e-3 * (1.0 - step as f64 / steps as f64);
        let rates = adam.rates(rate, Decays { bound, clip: f32::MAX, ..Decays::default() });
        adam.update(gradient, upload(rates.to_vec(), [rates.len()], &device));
    }
    (Critic::new(&mut Builder::inference(adam.theta), &config), paid)
}

#[test]
fn a_trained_critic_is_the_optimal_one_and_tells_the_divergence() {
    // Three pictures, of which real ones come as 5 : 3 : 2 and made ones as 1 : 3 : 6.
    let three = pictures(9, 3);
    let set = |counts: [usize; 3]| {
        let rows = (0..3).flat_map(|i| vec![three.clone().narrow(0, i, 1); counts[i]]).collect();
        Tensor::cat(rows, 0)
    };
    let (p, q) = ([0.5, 0.3, 0.2], [0.1, 0.3, 0.6]);
    let (critic, paid) = trained_critic(Objective::Minimax, &set([5, 3, 2]), &set([1, 3, 6]), 600);
    let logits = numbers(critic.logits(three, &Tensor::zeros([3, CLASSES], &Device::flex())));
    for i in 0..3 {
        let (found, exact) = (Objective::Minimax.verdict(f64::from(logits[i])), optimal(p[i], q[i]));
        println!("D = {found:.4}, D* = {exact:.4}");
        assert!((found - exact).abs() < 0.01, "picture {i}: {found} for {exact}");
    }
    let exact = 4f64.ln() - 2.0 * adversarial::jensen_shannon(&p, &q);
    assert!((paid - exact).abs() < 1e-3, "{paid} for {exact}");
}

#[test]
fn a_bounded_critic_measures_the_distance_of_two_sets_up_to_one_factor() {
    // Numbers on a line, as the brightness of whole pictures.
    let line = |values: &[f32]| {
        let rows: Vec<f32> = values.iter().flat_map(|x| vec![*x; PIXELS]).collect();
        upload(rows, [values.len(), PIXELS], &Device::flex())
    };
    let base: Vec<f32> = (0..16).map(|i| (i as f32 * 1.7).sin() * 0.3).collect();
    let double = |values: &[f32]| values.iter().map(|x| f64::from(*x)).collect::<Vec<_>>();
    let mut factors = vec![];
    for made in [
        base.iter().map(|x| x + 0.1).collect::<Vec<f32>>(),
        base.iter().rev().map(|x| x + 0.4).collect(),
        base.iter().map(|x| 0.5 * x + 0.6).collect(),
    ] {
        let (_, paid) = trained_critic(Objective::Wasserstein, &line(&base), &line(&made), 400);
        let exact = adversarial::wasserstein(&double(&base), &double(&made));
        println!("critic {:.4}, distance {exact:.4}, factor {:.3}", -paid, -paid / exact);
        factors.push(-paid / exact);
    }
    let (low, high) =
        (factors.iter().copied().fold(f64::INFINITY, f64::min), factors.iter().copied().fold(0.0, f64::max));
    assert!(low > 0.0 && high / low < 1.15, "{factors:?}");
}

/// Trainings of every kind that is no flow.
fn specs() -> Vec<TrainSpec> {
    let small = |family| TrainSpec { batch: 8, architecture: Architecture::Tiny, ..TrainSpec::of(family) };
    let mut specs = vec![
        small(FamilyId::VAE),
        TrainSpec { labels: true, likelihood: Likelihood::Gaussian, beta: 4.0, ..small(FamilyId::VAE) },
    ];
    specs.extend(Objective::all().map(|adversarial| TrainSpec { adversarial, ..small(FamilyId::GAN) }));
    specs.push(TrainSpec { labels: true, critic_steps: 3, ..small(FamilyId::GAN) });
    specs
}

#[test]
fn a_training_goes_on_exactly_from_its_checkpoint() {
    let (images, device) = (digits(), Device::flex());
    for spec in specs() {
        let design = Design::of(&spec);
        let mut whole = Trainer::new(spec.clone(), design, &device);
        let steps = |trainer: &mut Trainer| (0..4).map(|_| numbers(trainer.train(&images))).collect::<Vec<_>>();
        steps(&mut whole);
        let bytes = pollster::block_on(checkpoint::write(&whole)).expect("a checkpoint");
        let mut other = checkpoint::read(&bytes, &device).expect("it reads");
        assert_eq!(other.step(), 4);
        assert_eq!(steps(&mut whole), steps(&mut other), "{spec:?}");
        assert_eq!(numbers(whole.theta()), numbers(other.theta()));
        assert!(numbers(whole.theta()).iter().all(|x| x.is_finite()));
        // Whatever is cut off or turned round is refused with a sentence.
        for at in (0..bytes.len()).step_by(bytes.len() / 7) {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            for damaged in [&changed[..], &bytes[..at]] {
                assert!(checkpoint::read(damaged, &device).is_err_and(|why| why.contains("damaged")), "at {at}");
            }
        }
    }
}

#[test]
fn an_autoencoder_learns_to_draw_and_a_critic_to_tell() {
    let (images, device) = (digits(), Device::flex());
    let mut vae = Trainer::new(TrainSpec::of(FamilyId::VAE), Design::of(&TrainSpec::of(FamilyId::VAE)), &device);
    let bound = |trainer: &Trainer| {
        let model = trainer.average();
        let found = held_out(&model, Default::default(), &images, 300, &device);
        pollster::block_on(found).expect("the CPU does not fail").expect("an autoencoder has a bound")
    };
    let before = bound(&vae);
    (0..300).for_each(|_| drop(vae.train(&images)));
    let after = bound(&vae);
    println!("-ELBO {before:.1} → {after:.1} nats");
    // ln 2 a pixel at first; a picture of its own mean after a few hundred steps.
    assert!((before - 784.0 * 2f64.ln()).abs() < 60.0 && after < 0.45 * before, "{before} → {after}");

    let spec = TrainSpec { critic_steps: 2, ..TrainSpec::of(FamilyId::GAN) };
    let mut gan = Trainer::new(spec.clone(), Design::of(&spec), &device);
    let terms: Vec<Vec<f32>> = (0..150).map(|_| numbers(gan.train(&images))).collect();
    let first = terms[0][0];
    let least = terms.iter().map(|terms| terms[0]).fold(f32::INFINITY, f32::min);
    println!("critic {first:.3} at first, {least:.3} at least");
    assert!((first - 4f32.ln()).abs() < 0.25 && least < 0.5);
    let model = gan.average();
    let none = pollster::block_on(held_out(&model, Default::default(), &images, 10, &device));
    assert!(matches!(none, Ok(None)));
}
