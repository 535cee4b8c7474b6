//! How good pictures are, as the page has it measured: by classifiers that ship, beside real pictures.

mod driver;

use data::{
    images::Images,
    sets::{DataSet, PIXELS},
};
use driver::{ALL, drive, refusal, session};
use flow::{
    family::FamilyId,
    rng::{Purpose, Stream},
    sampler::{SAMPLERS, SamplerId},
    schedule::ScheduleId,
};
use lab::{
    quality::{
        eye::{Eye, Sights},
        measures::Reference,
    },
    schooling::{Lessons, Schooling, accuracy},
};
use model::{
    classifier::{ClassifierConfig, ClassifierHeader},
    weights::read_as,
};
use protocol::{
    catalogue::{ModelId, SHIPPED},
    message::{Command, Event, Request, SampleSpec, Task, TrainSpec},
    quality::{Judged, Quality, classifier},
};

fn read(path: &str) -> Vec<u8> {
    std::fs::read(format!("../../public/{path}")).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn images(shards: &[String]) -> Images {
    let mut images = Images::default();
    shards.iter().for_each(|shard| images.append(&read(shard)).expect("a shard"));
    images
}

fn shipped(data: DataSet) -> (ClassifierHeader, Vec<f32>) {
    read_as::<ClassifierHeader>(&read(&classifier(data))).expect("a classifier")
}

#[test]
fn classifiers_that_ship_are_small_and_see_what_test_pictures_show() {
    for (data, least) in [(DataSet::Mnist, 0.993), (DataSet::Fashion, 0.91)] {
        let (header, theta) = shipped(data);
        let tests = images(&data.test_shards());
        let right = accuracy(&header.config, &theta, &tests);
        println!("{data}: {:.2} % of {} right", 100.0 * right, tests.len());
        assert_eq!((header.data, tests.len()), (data, 10_000));
        assert!(
            right >= least && (right - header.accuracy).abs() < 1e-3,
            "{right}, and its file says {}",
            header.accuracy
        );
        assert!(read(&classifier(data)).len() <= 300_000);
    }
}

#[test]
fn a_classifier_learns_the_same_from_the_same_pictures() {
    let [tests, mut train] = images(&DataSet::Mnist.test_shards()[..1]).in_turn(200);
    train.truncate(1_000);
    let config = ClassifierConfig { channels: 16, features: 16 };
    let lessons = Lessons { data: DataSet::Mnist, batch: 32, steps: 200, learning_rate: 5e-3, seed: 1 };
    let taught = || {
        let mut schooling = Schooling::new(lessons, config);
        let losses: Vec<f32> = (0..lessons.steps).map(|_| schooling.learn(&train)).collect();
        (losses, schooling.theta())
    };
    let (losses, theta) = taught();
    assert_eq!(taught(), (losses.clone(), theta.clone()));
    let right = accuracy(&config, &theta, &tests);
    println!("loss {} → {}, {right} of 200 others right", losses[0], losses[199]);
    // Nothing learned is ln 10, and one in ten.
    assert!((losses[0] - 2.3).abs() < 0.5 && losses[199] < 1.0 && right > 0.8);
}

#[test]
fn real_pictures_are_near_noise_is_far_and_copies_are_known() {
    let (header, theta) = shipped(DataSet::Mnist);
    let n = 300;
    let (tests, train) = (images(&DataSet::Mnist.test_shards()), images(&DataSet::Mnist.train_shards()[..2]));
    let [new, known] = train.in_turn(n);
    let pixels = |of: &Images, count: usize| (0..count).flat_map(|i| of.x_1(i)).collect::<Vec<_>>();
    let labels = |of: &Images, count: usize| (0..count).map(|i| of.label(i)).collect::<Vec<_>>();
    let eye = Eye::new(&header.config, &theta, &pixels(&known, 1_000));
    let see = |x: &[f32], labels: &[u8]| {
        let mut seen = Sights::default();
        for (x, labels) in x.chunks(50 * PIXELS).zip(labels.chunks(50)) {
            seen.extend(eye.look(x, labels, true));
        }
        seen
    };
    let tests = tests.spread(1_000);
    let reference = Reference::of(see(&pixels(&tests, 1_000), &labels(&tests, 1_000)));
    let measured = |x: &[f32], labels: &[u8]| {
        let found = reference.measure(&see(x, labels), 1, 0.0);
        println!("{found:?}");
        found
    };
    let (real, of) = (pixels(&new, n), labels(&new, n));
    let floor = measured(&real, &of);
    assert!(floor.accuracy > Some(0.98) && floor.precision > 0.7 && floor.recall > 0.7, "{floor:?}");
    assert!((floor.diversity - 1.0).abs() < 0.1 && floor.memorised < 0.04 && floor.energy.abs() < 0.002);
    // The nearest training picture of one that is remembered is itself.
    assert_eq!(measured(&pixels(&known, n), &labels(&known, n)).memorised, 1.0);
    let noise = measured(&Stream::new(1, Purpose::Noise, 0).normals(n * PIXELS), &of);
    assert!(noise.accuracy < Some(0.3) && noise.recall < 0.05 && noise.memorised == 0.0, "{noise:?}");
    assert!(
        noise.frechet > 20.0 * floor.frechet && noise.sliced > 4.0 * floor.sliced && noise.random > 4.0 * floor.random
    );
    assert!(noise.energy > 100.0 * floor.energy.abs());
    // One digit alone, again and again: right, and neither diverse nor all there is.
    let ones: Vec<usize> = (0..train.len()).filter(|&i| train.label(i) == 1).take(n).collect();
    let one = measured(&ones.iter().flat_map(|&i| train.x_1(i)).collect::<Vec<_>>(), &vec![1; n]);
    assert!(one.accuracy > Some(0.98) && one.recall < 0.3 && one.frechet > 10.0 * floor.frechet);
    let same = measured(&train.x_1(ones[0]).collect::<Vec<_>>().repeat(n), &vec![1; n]);
    assert!(same.diversity < 1e-3 && same.recall < 0.05, "{same:?}");
    // Classes that are mixed up are wrong, and as far as before.
    let wrong = measured(&real, &of.iter().map(|label| (label + 1) % 10).collect::<Vec<_>>());
    assert!(wrong.accuracy < Some(0.02) && wrong.frechet == floor.frechet);
    // What is no number is said to be none.
    let none = measured(&vec![f32::NAN; n * PIXELS], &of);
    assert!(none.frechet.is_nan() && none.energy.is_nan() && (none.memorised, none.precision) == (0.0, 0.0));
}

fn key(key: &str) -> ModelId {
    ModelId::Shipped(SHIPPED.iter().position(|shipped| shipped.key == key).expect("it ships") as u8)
}

fn found(events: &[Event]) -> Vec<(usize, Quality)> {
    let one = |event: &Event| if let Event::Judged { found, .. } = event { *found } else { None };
    events.iter().filter_map(one).collect()
}

#[test]
fn models_of_several_kinds_and_real_pictures_are_judged_in_turn() {
    let spec = |model: &str, steps| SampleSpec {
        model: key(model),
        steps,
        sampler: SamplerId::EULER,
        ..SampleSpec::default()
    };
    let (flow, few) = (spec("mnist", 12), spec("mnist", 1));
    let subjects = vec![
        Judged::Model(flow.clone()),
        Judged::Model(few),
        Judged::Model(spec("mnist-gan", 1)),
        Judged::Real(DataSet::Mnist),
        Judged::Model(SampleSpec { model: key("fashion-gan"), ..SampleSpec::default() }),
    ];
    let ask = || Command::Judge { run: 3, pictures: 60, subjects: subjects.clone() };
    let events = drive(&mut session(), ask(), ALL);
    let shares: Vec<f64> = events
        .iter()
        .filter_map(|it| if let Event::Judged { run: 3, share, .. } = it { Some(*share) } else { None })
        .collect();
    assert!(shares.windows(2).all(|pair| pair[0] <= pair[1]) && shares.last() == Some(&1.0), "{shares:?}");
    let all = found(&events);
    for (place, quality) in &all {
        println!("{place}: {quality:?}");
    }
    let [(0, flow), (1, few), (2, gan), (3, real), (4, other)] = all[..] else { panic!("{all:?}") };
    assert!(all.iter().all(|(_, it)| it.pictures == 60));
    assert_eq!([flow, few, gan, real, other].map(|it| it.nfe), [24, 2, 1, 0, 1]);
    assert!(flow.accuracy > Some(0.9) && real.accuracy > Some(0.95) && gan.accuracy > Some(0.7));
    assert!(other.accuracy > Some(0.5) && other.precision > 0.3, "of another set, by its own classifier: {other:?}");
    // One step blurs: the middle of a class, less like real pictures than what many steps make.
    assert!(few.frechet > 2.0 * flow.frechet && few.sliced > flow.sliced && few.energy > flow.energy);
    assert!(real.precision >= flow.precision && real.diversity > few.diversity);
    let early = events.iter().any(|it| matches!(it, Event::Judged { share: 1.0, found: None | Some((0..4, _)), .. }));
    assert!(!early, "it is over before its end");
    // What it says once it says again.
    let numbers =
        |all: Vec<(usize, Quality)>| all.into_iter().map(|(k, it)| (k, Quality { ms: 0.0, ..it })).collect::<Vec<_>>();
    assert_eq!(numbers(found(&drive(&mut session(), ask(), ALL))), numbers(all));
}

#[test]
fn a_model_that_is_told_no_class_has_none_right_and_one_in_training_is_judged_as_it_was() {
    let mut session = session();
    let recipe = TrainSpec { labels: false, batch: 8, ..TrainSpec::of(FamilyId::VAE) };
    drive(&mut session, Command::Train { run: 1, task: Task::Pictures(recipe), until: Some(3) }, ALL);
    let spec = SampleSpec { model: ModelId::Trained, ..SampleSpec::default() };
    let subjects = vec![Judged::Model(spec)];
    let events = drive(&mut session, Command::Judge { run: 1, pictures: 40, subjects }, ALL);
    let [(0, quality)] = found(&events)[..] else { panic!("one is judged") };
    assert_eq!((quality.accuracy, quality.pictures), (None, 40));
    // Nor is a class asked for where guidance leaves it out.
    let without = SampleSpec { model: key("mnist-latent"), guidance: 0.0, steps: 4, ..SampleSpec::default() };
    let with = SampleSpec { guidance: 1.0, ..without.clone() };
    let subjects = [without, with].map(Judged::Model).to_vec();
    let all = found(&drive(&mut session, Command::Judge { run: 2, pictures: 40, subjects }, ALL));
    assert!(all[0].1.accuracy.is_none() && all[1].1.accuracy > Some(0.5), "{all:?}");
}

#[test]
fn what_cannot_be_judged_gets_a_sentence() {
    let judge = |pictures, subjects| {
        let events = drive(&mut session(), Command::Judge { run: 9, pictures, subjects }, ALL);
        let of_it = |it: &Event| matches!(it, Event::Refused { request: Request::Judge { run: 9 }, .. });
        assert!(events.iter().any(of_it) && found(&events).is_empty());
        refusal(&events).to_string()
    };
    let spec = SampleSpec::default();
    let one = |spec| vec![Judged::Model(spec)];
    assert!(judge(7, one(spec.clone())).contains("20 to 1000"));
    assert!(judge(20, vec![Judged::Real(DataSet::Mnist); 300]).contains("at most 256"));
    assert!(judge(20, one(SampleSpec { steps: 0, ..spec.clone() })).starts_with("steps"));
    assert!(
        judge(20, one(SampleSpec { model: ModelId::Trained, ..spec.clone() })).contains("no model has been trained")
    );
    assert!(judge(20, one(SampleSpec { model: ModelId::File, ..spec.clone() })).contains("no weights file"));
    let mut all = SAMPLERS.iter().map(|it| SamplerId(it));
    let sampler = all.find(|it| it.fits(ScheduleId::default().0, true).is_err()).expect("one of the DDPM");
    let unfit = SampleSpec { sampler, model: key("mnist"), ..spec };
    assert!(judge(20, one(unfit)).contains("does not suit this model"));
    assert!(drive(&mut session(), Command::Judge { run: 1, pictures: 0, subjects: vec![] }, ALL).is_empty());
}
