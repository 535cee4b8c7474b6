//! A quantised autoencoder: its words, what stops gradients and what does not, against the definition and differences.

mod driver;

use burn::tensor::{Device, Tensor};
use data::{
    images::Images,
    sets::{CLASSES, DataSet, PIXELS},
};
use driver::{ALL, drive, frames, session};
use flow::{
    elbo::Likelihood,
    family::FamilyId,
    rng::{Purpose, Stream},
};
use lab::{at_once::numbers, checkpoint, family::gradient, train::Trainer};
use model::{
    blueprint::{Blueprint, OnePass},
    coder::Coder,
    design::{Design, Model},
    grid::PLACES,
    parameters::{Builder, Entry, initial, upload},
    vq::{Vq, VqConfig, VqTerms},
};
use protocol::{
    catalogue::ModelId,
    message::{Command, Event, SampleSpec, Task, TrainSpec},
};

const CONFIG: VqConfig = VqConfig { words: 12, width: 3, hidden: 10, likelihood: Likelihood::Gaussian };

fn digits() -> Images {
    let shard = std::fs::read(format!("../../public/{}", DataSet::Mnist.train_shards()[0]));
    let mut images = Images::default();
    images.append(&shard.expect("public/data is there")).expect("the shard reads");
    images
}

fn entries() -> Vec<Entry> {
    CONFIG.learners().swap_remove(0)
}

fn theta() -> Vec<f32> {
    let mut theta = initial(&entries(), 3);
    let length = theta.len();
    let some = Stream::new(5, Purpose::Noise, 0).normals(length);
    theta.iter_mut().zip(some).for_each(|(theta, some)| *theta += 0.1 * some);
    theta
}

fn whole(numbers: Vec<f32>) -> Tensor<1> {
    let length = numbers.len();
    upload(numbers, [length], &Device::flex())
}

fn vq(theta: &[f32]) -> Vq {
    Vq::new(&mut Builder::inference(whole(theta.to_vec())), &CONFIG)
}

fn pictures(rows: usize) -> Tensor<2> {
    let images = digits();
    upload((0..rows).flat_map(|i| images.x_1(i)).collect(), [rows, PIXELS], &Device::flex())
}

fn untold(rows: usize) -> Tensor<2> {
    Tensor::zeros([rows, CLASSES], &Device::flex())
}

/// The part of θ whose names begin so.
fn part(name: &str) -> Vec<usize> {
    entries().iter().filter(|it| it.name.starts_with(name)).flat_map(|it| it.start..it.start + it.len()).collect()
}

fn of_term(theta: &[f32], x: &Tensor<2>, term: fn(VqTerms) -> Tensor<1>) -> Vec<f32> {
    let (gradient, _) = gradient(whole(theta.to_vec()), |p| {
        let value = term(Vq::new(p, &CONFIG).terms(x.clone()));
        (value.clone(), [value])
    });
    numbers(gradient)
}

#[test]
fn the_word_of_a_place_is_the_nearest_one() {
    let (theta, x) = (theta(), pictures(4));
    let model = vq(&theta);
    let z_e = numbers(model.look(x.clone()));
    let book: Vec<f32> = part("book").into_iter().map(|i| theta[i]).collect();
    let word = |k: usize| (0..3).map(move |d| d * 12 + k).collect::<Vec<_>>();
    let nearest = |z: &[f32]| {
        let far = |k: usize| word(k).iter().zip(z).map(|(&at, z)| (book[at] - z).powi(2)).sum::<f32>();
        (0..12).min_by(|a, b| far(*a).total_cmp(&far(*b))).expect("a word")
    };
    let expected: Vec<f32> = z_e.chunks(3).map(|z| nearest(z) as f32).collect();
    let found = numbers(model.codes(x.clone(), &untold(4)).expect("codes"));
    assert_eq!((found.len(), &found), (4 * PLACES, &expected));
    // All of them have the length of sqrt(3).
    assert!(z_e.chunks(3).all(|z| (z.iter().map(|z| z * z).sum::<f32>() - 3.0).abs() < 1e-2));
    // Pictures of these words are those of the nearest words of z_e, and of nothing else.
    let drawn = numbers(model.draw(model.data(x.clone(), Tensor::zeros([4, 0], &Device::flex()))));
    let spelled = upload(expected, [4, PLACES], &Device::flex());
    assert_eq!(numbers(model.pictures(spelled.clone(), &untold(4))), drawn);
    assert_eq!(numbers(model.pictures(spelled + 0.3, &untold(4))), drawn);
    // What is no number has no word, and is not shown as one.
    let lost = model.told(Tensor::full([1, 3 * PLACES], f32::NAN, &Device::flex()));
    assert!(numbers(lost).iter().all(|word| word.is_nan()));
    // What is no number of a word is the nearest that is.
    let wild = |value: f64| numbers(model.pictures(Tensor::full([1, PLACES], value, &Device::flex()), &untold(1)));
    assert_eq!((wild(-7.0), wild(1e9)), (wild(0.0), wild(11.0)));
}

/// Another word changes what is drawn at its place and around it, and nowhere else.
#[test]
fn a_word_is_seen_at_its_place_and_beside_it() {
    let model = vq(&theta());
    let drawn = |changed: Option<usize>| {
        let words = (0..PLACES).map(|k| if Some(k) == changed { 5.0 } else { 2.0 }).collect();
        numbers(model.pictures(upload(words, [1, PLACES], &Device::flex()), &untold(1)))
    };
    let same = drawn(None);
    for place in [0, 24, 48] {
        let differs = drawn(Some(place)).iter().zip(&same).map(|(a, b)| a != b).collect::<Vec<_>>();
        let near = |pixel: usize| {
            let [row, column] = [pixel / 28 / 4, pixel % 28 / 4];
            row.abs_diff(place / 7) <= 1 && column.abs_diff(place % 7) <= 1
        };
        assert!((0..PIXELS).all(|pixel| near(pixel) || !differs[pixel]), "place {place}");
        assert!(differs.iter().filter(|it| **it).count() > 30, "place {place}");
    }
}

/// Gradients of the pixels reach the encoder as if nothing were rounded: those of the decoder at words that are moved by hand.
#[test]
fn gradients_pass_the_words_as_if_they_were_what_the_encoder_says() {
    let (theta, x) = (theta(), pictures(3));
    let model = vq(&theta);
    let z_e = model.look(x.clone());
    // Of -ln p by the words, at the words: along a direction u in which z_e would move them.
    let chosen = numbers(model.codes(x.clone(), &untold(3)).expect("codes"));
    let book: Vec<f32> = part("book").into_iter().map(|i| theta[i]).collect();
    let z_q: Vec<f32> =
        chosen.iter().flat_map(|k| (0..3).map(|d| book[d * 12 + *k as usize]).collect::<Vec<_>>()).collect();
    let pays = |z: Vec<f32>| {
        let output = model.paint(upload(z, [3 * PLACES, 3], &Device::flex()));
        f64::from(numbers(model::vae::reconstruction(Likelihood::Gaussian, x.clone(), output))[0])
    };
    let encoder = part("encoder");
    let told = of_term(&theta, &x, |terms| terms.reconstruction);
    // How z_e moves where the encoder's parameters move along their gradient.
    let length = encoder.iter().map(|&i| told[i] * told[i]).sum::<f32>().sqrt();
    let moved = |h: f32| {
        let mut other = theta.clone();
        encoder.iter().for_each(|&i| other[i] += h * told[i] / length);
        numbers(vq(&other).look(x.clone()))
    };
    let h = 1e-3;
    let (ahead, behind, here) = (moved(h), moved(-h), numbers(z_e));
    let along = |s: f32| {
        let z = z_q.iter().zip(ahead.iter().zip(&behind)).map(|(q, (a, b))| q + s * (a - b) / 2.0);
        pays(z.collect())
    };
    let slope = (along(1.0) - along(-1.0)) / (2.0 * f64::from(h));
    assert!((slope - f64::from(length)).abs() < 0.03 * f64::from(length), "{slope} and {length}");
    assert_eq!(here.len(), 3 * PLACES * 3);
}

#[test]
fn each_term_moves_whom_it_is_to_move() {
    let (theta, x) = (theta(), pictures(3));
    let size = |gradient: &[f32], name: &str| part(name).into_iter().map(|i| gradient[i].abs()).sum::<f32>();
    let reconstruction = of_term(&theta, &x, |terms| terms.reconstruction);
    assert!(size(&reconstruction, "encoder") > 0.0 && size(&reconstruction, "decoder") > 0.0);
    // Words are moved by the second term alone.
    assert_eq!(size(&reconstruction, "book"), 0.0);
    let codebook = of_term(&theta, &x, |terms| terms.codebook);
    assert!(size(&codebook, "book") > 0.0);
    assert_eq!([size(&codebook, "encoder"), size(&codebook, "decoder")], [0.0; 2]);
    let commitment = of_term(&theta, &x, |terms| terms.commitment);
    assert!(size(&commitment, "encoder") > 0.0);
    assert_eq!([size(&commitment, "book"), size(&commitment, "decoder")], [0.0; 2]);
    // Both are the same number, of which each is a half.
    let terms = vq(&theta).terms(x.clone());
    let [codebook_value, commitment_value] = [terms.codebook, terms.commitment].map(|it| numbers(it)[0]);
    assert_eq!(codebook_value, commitment_value);
    // Against differences, while no place changes its word.
    let pays = |theta: &[f32], term: fn(VqTerms) -> Tensor<1>| f64::from(numbers(term(vq(theta).terms(x.clone())))[0]);
    for (name, gradient, term) in [
        ("book", codebook, (|it| it.codebook) as fn(VqTerms) -> Tensor<1>),
        ("encoder", commitment, |it| it.commitment),
        ("decoder", reconstruction, |it| it.reconstruction),
    ] {
        let at = part(name);
        let length = at.iter().map(|&i| gradient[i] * gradient[i]).sum::<f32>().sqrt();
        let moved = |h: f32| {
            let mut other = theta.clone();
            at.iter().for_each(|&i| other[i] += h * gradient[i] / length);
            pays(&other, term)
        };
        let h = 1e-3;
        let slope = (moved(h) - moved(-h)) / (2.0 * f64::from(h));
        assert!((slope - f64::from(length)).abs() < 0.02 * f64::from(length), "{name}: {slope} and {length}");
    }
}

#[test]
fn a_word_that_nobody_uses_comes_to_be_used() {
    let (images, device) = (digits(), Device::flex());
    let spec = TrainSpec { batch: 32, codebook: 48, ..TrainSpec::of(FamilyId::VQ) };
    let mut trainer = Trainer::new(spec.clone(), Design::of(&spec), &device);
    // Half of the words lie behind the first one, where nobody comes.
    let entries = Design::of(&spec).learners().swap_remove(0);
    let book = entries.iter().find(|it| it.name == "book").expect("a book").start;
    let mut theta = numbers(trainer.learners[0].theta.clone());
    for row in theta[book..][..spec.latent * 48].chunks_exact_mut(48) {
        let first = row[0];
        row[24..].iter_mut().enumerate().for_each(|(k, number)| *number = first * (1.5 + 0.01 * k as f32));
    }
    trainer.learners[0] = model::adam::Adam::new(whole(theta));
    let rows = 500;
    let x = upload((0..rows).flat_map(|i| images.x_1(i)).collect(), [rows, PIXELS], &device);
    let used = |trainer: &Trainer| {
        let Model::Latent(model) = trainer.average() else { panic!("another model") };
        let mut words = [0usize; 48];
        numbers(model.coder.codes(x.clone(), &untold(rows)).expect("codes"))
            .iter()
            .for_each(|k| words[*k as usize] += 1);
        [&words[..24], &words[24..]].map(|half| half.iter().filter(|count| **count > 0).count())
    };
    let first = used(&trainer);
    let mut last = vec![];
    (0..1_200).for_each(|_| last = numbers(trainer.train(&images)));
    let found = used(&trainer);
    println!("words in use, of 24 usual ones and of 24 dead ones: {first:?} at first, then {found:?}; terms {last:?}");
    assert!(first[1] <= 3 && found[1] >= 12, "{first:?}, then {found:?}");
    assert!(last.len() == 4 && last[2] > 5.0, "a perplexity of {}", last[2]);
    // ln 2 a pixel at first, 543 nats.
    assert!(last[0] < 110.0, "{} nats", last[0]);
}

#[test]
fn words_are_seen_beside_every_frame_and_can_be_changed() {
    let mut session = session();
    let spec = TrainSpec { batch: 8, codebook: 16, ..TrainSpec::of(FamilyId::VQ) };
    let events =
        drive(&mut session, Command::Train { run: 1, task: Task::Pictures(spec.clone()), until: Some(20) }, ALL);
    let preview = events.iter().rev().find_map(|event| match event {
        Event::Preview { pixels, .. } => Some(pixels.len()),
        _ => None,
    });
    assert_eq!(preview, Some(3 * 10 * PIXELS));
    let sample = SampleSpec { model: ModelId::Trained, pictures: 2, steps: 4, ..SampleSpec::default() };
    let mut events = drive(&mut session, Command::Sample { lane: 0, generation: 1, spec: sample }, ALL);
    events.extend(drive(&mut session, Command::Advance { lane: 0, to: 4 }, ALL));
    let path = frames(&events);
    assert_eq!(path.len(), 5);
    for frame in &path {
        assert!(frame.codes.len() == 2 * PLACES && frame.codes.iter().all(|k| k.fract() == 0.0 && *k < 16.0));
    }
    let z = path[4].codes[PLACES..].to_vec();
    let ask = |z| Command::Decode { model: ModelId::Trained, id: 7, z, classes: vec![0.0; CLASSES] };
    let drawn = |events: Vec<Event>| match &events[..] {
        [Event::Decoded { pixels, .. }] => pixels.clone(),
        other => panic!("{other:?}"),
    };
    let same = drawn(drive(&mut session, ask(z.clone()), ALL));
    assert!(same.iter().zip(&path[4].x_t[PIXELS..]).all(|(a, b)| (a - b).abs() < 1e-5));
    let mut other = z;
    other[24] = (other[24] + 1.0) % 16.0;
    assert!(drawn(drive(&mut session, ask(other), ALL)) != same);
    let device = Device::flex();
    let trainer = Trainer::new(spec.clone(), Design::of(&spec), &device);
    let bytes = pollster::block_on(checkpoint::write(&trainer)).expect("a checkpoint");
    assert_eq!(checkpoint::read(&bytes, &device).expect("it reads").spec, spec);
}

#[test]
fn books_that_are_none_get_a_sentence() {
    let check = |config: VqConfig| config.check().expect_err("it is refused");
    assert!(check(VqConfig { words: 1, ..CONFIG }).contains("2 to 256 words, not 1"));
    assert!(check(VqConfig { width: 0, ..CONFIG }).contains("1 to 64 numbers, not 0"));
    assert!(check(VqConfig { hidden: 5000, ..CONFIG }).contains("from 1 to 4096"));
    assert!(check(VqConfig { hidden: 4000, ..CONFIG }).contains("parameters, more than"));
    assert_eq!(CONFIG.check(), Ok(()));
}
