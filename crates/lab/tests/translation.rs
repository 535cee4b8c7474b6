//! pix2pix and CycleGAN: their losses against differences, what their critics see, what comes back from there and back.

mod driver;
mod game;

use burn::tensor::{Device, Tensor};
use data::{
    images::Images,
    sets::{CLASSES, DataSet, PIXELS, SIDE},
};
use driver::{ALL, drive, frames, refusal, session};
use flow::{adversarial::Objective, coupling::Coupling, family::FamilyId, keyed::Keyed, sampler::SamplerId};
use game::{digits, flat, goes_on_exactly, gradients_are_those_of_differences, normals, thetas, up};
use lab::{at_once::numbers, evaluate::held_out, train::Trainer, walk::Walk};
use model::{
    blueprint::OnePass,
    classes::untold,
    cycle::CycleConfig,
    design::{Design, Model},
    grid::PLACES,
    judge::{Judge, Sight},
    pairs::{Pairs, PairsConfig},
    parameters::{Builder, entries, initial, upload},
    translator::TranslatorConfig,
    weights,
};
use protocol::{
    catalogue::{Architecture, ModelId},
    message::{Command, Event, SampleSpec, Task, TrainSpec},
};

fn spec(family: FamilyId) -> TrainSpec {
    TrainSpec { batch: 4, latent: 3, ..TrainSpec::of(family) }
}

#[test]
fn the_gradients_of_a_painter_and_its_critic_are_those_of_differences() {
    for (adversarial, labels, coupling) in [
        (Objective::NonSaturating, true, Coupling::Outlined),
        (Objective::LeastSquares, false, Coupling::Masked),
        (Objective::Wasserstein, true, Coupling::Noised),
    ] {
        let spec = TrainSpec { adversarial, labels, coupling, lambda: 7.0, ..spec(FamilyId::PAIRS) };
        gradients_are_those_of_differences(&spec, |pass, terms| match pass {
            0 => f64::from(terms[0]),
            _ => f64::from(terms[0]) + 7.0 * f64::from(terms[1]),
        });
    }
}

#[test]
fn the_gradients_of_translators_and_their_critics_are_those_of_differences() {
    for adversarial in [Objective::LeastSquares, Objective::Minimax] {
        let spec = TrainSpec { adversarial, lambda: 6.0, ..spec(FamilyId::CYCLE) };
        gradients_are_those_of_differences(&spec, |pass, terms| match pass {
            0 => f64::from(terms[0]),
            // A tenth of λ for what is of the set already.
            _ => f64::from(terms[0]) + 6.0 * f64::from(terms[1]) + 0.6 * f64::from(terms[2]),
        });
    }
}

#[test]
fn a_critic_judges_every_place_by_what_lies_around_it() {
    for wide in [false, true] {
        judges_by_its_surroundings(wide);
    }
}

fn judges_by_its_surroundings(wide: bool) {
    let sight = Sight { pictures: 2, hidden: 16, told: true, wide };
    let of = |p: &mut Builder| Judge::new(p, "critic", sight);
    let theta = initial(&entries(of), 4);
    let judge = of(&mut Builder::inference(flat(theta)));
    let (x, y) = (normals(1, [1, PIXELS]), normals(2, [1, PIXELS]));
    let classes = up(vec![0.1; CLASSES], [1, CLASSES]);
    let before = numbers(judge.logits([x.clone(), y.clone()], &classes));
    assert_eq!(before.len(), PLACES);
    for (row, column) in [(0, 0), (13, 14), (27, 3), (6, 21)] {
        let mut pixels = numbers(y.clone());
        pixels[row * SIDE + column] += 0.5;
        let after = numbers(judge.logits([x.clone(), up(pixels, [1, PIXELS])], &classes));
        for (place, (before, after)) in before.iter().zip(&after).enumerate() {
            // Its 4 × 4 pixels and two more on each side, or six.
            let more = if wide { 6 } else { 2 };
            let within = |at: usize, place: usize| (4 * place).saturating_sub(more) <= at && at < 4 * place + 4 + more;
            let seen = within(row, place / 7) && within(column, place % 7);
            assert_eq!(before != after, seen, "pixel ({row}, {column}), place {place}");
        }
    }
    // It hears the class everywhere.
    let other = numbers(judge.logits([x, y], &up(vec![0.9; CLASSES], [1, CLASSES])));
    assert!(before.iter().zip(&other).all(|(a, b)| a != b));
}

/// What a model of this family makes, from weights that say something.
fn model(family: FamilyId, labels: bool) -> (Design, Model) {
    let design = Design::of(&TrainSpec { labels, ..spec(family) });
    let theta = thetas(&design).concat();
    (design, Model::inference(&design, flat(theta)))
}

fn one_pass(model: &Model) -> &dyn OnePass {
    model.decoder().expect("it draws in one pass")
}

#[test]
fn frames_lie_on_the_line_from_a_picture_to_what_is_made_of_it() {
    for family in [FamilyId::PAIRS, FamilyId::CYCLE] {
        let (design, model) = model(family, false);
        let model = one_pass(&model);
        let given = normals(3, [2, design.latent()]);
        let classes = untold(&given);
        let x = numbers(given.clone().narrow(1, 0, PIXELS));
        let made = numbers(model.pictures(given.clone(), &classes));
        assert!(made.iter().zip(&x).any(|(a, b)| (a - b).abs() > 0.05), "it makes something of it");
        for t in [0.0, 0.25, 1.0] {
            let (frame, costs) = model.frame(given.clone(), &classes, t);
            assert!(costs.is_none());
            let frame = numbers(frame);
            let apart = frame.iter().zip(x.iter().zip(&made)).map(|(found, (x, y))| {
                (f64::from(*found) - (f64::from(*x) + t * (f64::from(*y) - f64::from(*x)))).abs()
            });
            assert!(apart.fold(0.0, f64::max) < 1e-5, "{family} at {t}");
        }
    }
}

#[test]
fn a_code_says_which_way_it_is_translated() {
    let (_, model) = model(FamilyId::CYCLE, false);
    let model = one_pass(&model);
    let x = normals(4, [1, PIXELS]);
    let classes = untold(&x);
    let way = |way: f32| Tensor::cat(vec![x.clone(), up(vec![way], [1, 1])], 1);
    let [there, back] = [0.0, 1.0].map(|it| numbers(model.pictures(way(it), &classes)));
    assert!(there != back);
    // The rows of a preview are both ways there and back, each by its own.
    let rows: Vec<_> = model.rows(way(0.0), x.clone(), &classes).into_iter().map(numbers).collect();
    assert_eq!(
        (rows.len(), &rows[0], &rows[1], &rows[3], &rows[4]),
        (6, &numbers(x.clone()), &there, &numbers(x.clone()), &back)
    );
    let again = |x: &[f32], way: f32| numbers(model.pictures(up([x, &[way]].concat(), [1, PIXELS + 1]), &classes));
    assert_eq!((&rows[2], &rows[5]), (&again(&there, 1.0), &again(&back, 0.0)));
    let [of_y, of_x] = [0.0, 1.0].map(|it| numbers(model.logits(x.clone(), &way(it), &classes).expect("a critic").1));
    assert!(of_x != of_y && of_x.len() == PLACES);
}

#[test]
fn translations_go_on_exactly_from_their_checkpoints() {
    for spec in [
        TrainSpec { labels: true, ..spec(FamilyId::PAIRS) },
        TrainSpec { coupling: Coupling::Slanted, critic_steps: 2, ..spec(FamilyId::PAIRS) },
        spec(FamilyId::CYCLE),
        TrainSpec { coupling: Coupling::Outlined, adversarial: Objective::NonSaturating, ..spec(FamilyId::CYCLE) },
    ] {
        goes_on_exactly(&spec);
    }
}

/// The mean distance of what is made from its pair.
fn distance(trainer: &Trainer, images: &Images) -> f64 {
    let (model, compared, device) = (trainer.average(), (Default::default(), trainer.spec.coupling), Device::flex());
    let found = held_out(&model, compared, images, 100, &device);
    pollster::block_on(found).expect("the CPU does not fail").expect("a distance is known")
}

#[test]
fn outlines_are_filled_after_a_few_steps_and_cycles_close() {
    let (images, device) = (digits(), Device::flex());
    let spec = TrainSpec { batch: 16, ..TrainSpec::of(FamilyId::PAIRS) };
    let mut trainer = Trainer::new(spec.clone(), Design::of(&spec), &device);
    let before = distance(&trainer, &images);
    (0..400).for_each(|_| drop(trainer.train(&images)));
    let after = distance(&trainer, &images);
    println!("distance from the pair {before:.3} → {after:.3}");
    assert!(after < 0.15 && before > 0.5, "{before} → {after}");

    let spec = TrainSpec { batch: 8, ..TrainSpec::of(FamilyId::CYCLE) };
    let mut trainer = Trainer::new(spec.clone(), Design::of(&spec), &device);
    let terms: Vec<Vec<f32>> = (0..150).map(|_| numbers(trainer.train(&images))).collect();
    let cycle = |range: std::ops::Range<usize>| {
        let few = range.len() as f32;
        terms[range].iter().map(|terms| terms[2]).sum::<f32>() / few
    };
    let (first, last) = (cycle(0..5), cycle(140..150));
    println!("cycle {first:.3} → {last:.3}");
    assert!(last < 0.4 * first, "{first} → {last}");
}

#[test]
fn what_pictures_are_made_of_is_that_of_the_paired_flow() {
    let sources = |family: FamilyId| {
        let mut session = session();
        let recipe = TrainSpec { coupling: Coupling::Outlined, labels: true, ..spec(family) };
        drive(&mut session, Command::Train { run: 1, task: Task::Pictures(recipe), until: Some(2) }, ALL);
        let sample = SampleSpec { model: ModelId::Trained, pictures: 3, steps: 2, ..SampleSpec::default() };
        let mut events = drive(&mut session, Command::Sample { lane: 0, generation: 1, spec: sample }, ALL);
        events.extend(drive(&mut session, Command::Advance { lane: 0, to: 2 }, ALL));
        (frames(&events).into_iter().cloned().collect::<Vec<_>>(), session)
    };
    let (of_flow, _) = sources(FamilyId::FLOW);
    for (family, latent) in [(FamilyId::PAIRS, 3), (FamilyId::CYCLE, 1)] {
        let (path, mut session) = sources(family);
        assert_eq!((path.len(), &path[0].x_t, &path[0].labels), (3, &of_flow[0].x_t, &of_flow[0].labels));
        assert!(path.iter().all(|frame| frame.verdicts.len() == 3 * PLACES && frame.velocity.is_empty()));
        assert!(path[2].x_t != path[0].x_t && path[2].nfe == 1);
        // What a person draws takes the place of what it is made of.
        let z = [&path[0].x_t[..PIXELS], &vec![0.0; latent]].concat();
        let ask = |z| Command::Decode { model: ModelId::Trained, id: 7, z, classes: vec![0.0; CLASSES] };
        let events = drive(&mut session, ask(z.clone()), ALL);
        assert!(matches!(&events[..], [Event::Decoded { id: 7, pixels }] if pixels.len() == PIXELS));
        let refused = drive(&mut session, ask(z[1..].to_vec()), ALL);
        assert!(refusal(&refused).contains("finite numbers each"), "{}", refusal(&refused));
        let weigh = protocol::likelihood::WeighSpec { model: ModelId::Trained, tests: 1, drawn: None };
        let refused = drive(&mut session, Command::Weigh { run: 1, models: vec![weigh] }, ALL);
        assert!(refusal(&refused).contains("tells no density"), "{}", refusal(&refused));
    }
}

#[test]
fn what_makes_no_translation_gets_a_sentence() {
    for family in [FamilyId::PAIRS, FamilyId::CYCLE] {
        let mut recipe = TrainSpec::of(family);
        let from = TrainSpec::settings(&recipe).find(|it| it.key == "from").expect("a setting of it");
        let sentence = from.take(&mut recipe, "independent").expect_err("noise is no picture");
        assert!(sentence.contains("masked, noised, downsampled, outlined, slanted"), "{sentence}");
        assert!(TrainSpec { coupling: Coupling::Optimal, ..recipe.clone() }.check().is_err());
        assert_eq!(recipe.check(), Ok(()));
        Coupling::PAIRED.iter().for_each(|it| assert_eq!(from.take(&mut recipe, it.key()), Ok(())));
    }
    let network = TranslatorConfig { width: 4, hidden: 8, depth: 1 };
    let pairs = PairsConfig { latent: 2, network, labels: false, adversarial: Objective::default() };
    assert_eq!(Design::Pairs(pairs).check(), Ok(()));
    assert!(Design::Pairs(PairsConfig { latent: 0, ..pairs }).check().is_err_and(|it| it.contains("1 to 64 numbers")));
    let deep = TranslatorConfig { depth: 65, ..network };
    assert!(
        Design::Pairs(PairsConfig { network: deep, ..pairs }).check().is_err_and(|it| it.contains("1 to 64 blocks"))
    );
    let wide = TranslatorConfig { width: 4096, hidden: 4096, ..network };
    let cycle = CycleConfig { network: wide, adversarial: Objective::default() };
    assert!(Design::Cycle(cycle).check().is_err_and(|it| it.contains("more than")));
    // A layout of any sizes costs nothing.
    let entries = entries(|p| Pairs::new(p, &pairs));
    assert!(entries.iter().any(|entry| entry.name == "generator.beside.weight"));
}

/// How far pictures are from their pairs, and how far those of one outline are from each other under other noise: means of a
/// pixel.
fn error_and_diversity(model: &Model, tests: &Images, steps: usize) -> [f32; 2] {
    let draw = |seed: u64| {
        let (sampler, guidance) = (SamplerId::EULER, 1.0);
        let spec = SampleSpec { pictures: CLASSES, steps, sampler, guidance, seed, ..SampleSpec::default() };
        let mut walk = Walk::new(model, Coupling::Outlined, tests, spec, &Device::flex());
        pollster::block_on(walk.finish()).expect("pictures")
    };
    let x_1: Vec<f32> = (0..tests.len()).flat_map(|i| tests.x_1(i)).collect();
    let far = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum::<f32>() / a.len() as f32;
    let drawn: Vec<_> = (1..=8).map(draw).collect();
    let error = drawn.iter().map(|x| far(x, &x_1)).sum::<f32>() / 8.0;
    let apart = drawn.windows(2).map(|pair| far(&pair[0], &pair[1])).sum::<f32>() / 7.0;
    [error, apart]
}

#[test]
#[ignore = "figures of docs/families.md, in some minutes"]
fn pix2pix_beside_the_paired_flow() {
    let read = |path: &str| std::fs::read(format!("../../public/{path}")).expect("public is there");
    let mut tests = Images::default();
    tests.append(&read(&DataSet::Mnist.test_shards()[0])).expect("a shard");
    let tests = tests.first_of(&std::array::from_fn::<u8, CLASSES, _>(|k| k as u8));
    let path = ModelId::find("mnist-pix2pix").expect("a model").path().expect("it ships");
    let (header, theta) = weights::read(&read(&path)).expect("weights");
    let size = theta.len();
    let made = Model::inference(&header.design, upload(theta, [size], &Device::flex()));
    println!("pix2pix: {:?}", error_and_diversity(&made, &tests, 1));
    let spec =
        TrainSpec { coupling: Coupling::Outlined, architecture: Architecture::Small, ..TrainSpec::of(FamilyId::FLOW) };
    let mut training = Images::default();
    DataSet::Mnist.train_shards().iter().for_each(|shard| training.append(&read(shard)).expect("a shard"));
    let mut trainer = Trainer::new(spec.clone(), Design::of(&spec), &Device::flex());
    for step in 1..=3500 {
        trainer.train(&training);
        if [500, 1500, 3500].contains(&step) {
            let flow = trainer.average();
            for steps in [1, 4, 16] {
                println!(
                    "flow after {step} steps of training, {steps} of Euler: {:?}",
                    error_and_diversity(&flow, &tests, steps)
                );
            }
        }
    }
}
