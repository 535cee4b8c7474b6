//! What the answers of the tour claim of pictures, computed with the weights that ship.

mod driver;

use data::{
    images::Images,
    sets::{CLASSES, DataSet, PIXELS},
};
use driver::{ALL, drive, frames, session};
use flow::rng::{Purpose, Stream};
use protocol::{
    catalogue::ModelId,
    link::{Link, Show},
    message::{Command, Event, Frame, SampleSpec},
    styles::{LEVELS, NOISE, numbers},
    tour::of_pictures,
};

/// Neighbours that have a vote.
const NEIGHBOURS: usize = 3;

/// What stop `n` shows, with what `words` change.
fn stop(n: usize, words: &str) -> SampleSpec {
    let link = of_pictures(n).expect("a stop of pictures").link;
    let (link, complaints) = Link::parse(&format!("{link}&{words}"));
    assert_eq!(complaints, [""; 0]);
    link.sample
}

/// All frames of a sampling.
fn all(spec: SampleSpec) -> Vec<Frame> {
    let (mut session, last) = (session(), spec.steps);
    let mut events = drive(&mut session, Command::Sample { lane: 0, generation: 1, spec }, ALL);
    events.extend(drive(&mut session, Command::Advance { lane: 0, to: last }, ALL));
    frames(&events).into_iter().cloned().collect()
}

/// The last frame of what stop `n` shows, with what `words` change.
fn end(n: usize, words: &str) -> Vec<f32> {
    let spec = stop(n, "");
    let mut changed = spec;
    for (key, value) in words.split('&').filter_map(|pair| pair.split_once('=')) {
        let setting = protocol::sampling::setting(key).expect("a setting");
        (setting.write)(&mut changed, value).expect("a value");
    }
    all(changed).pop().expect("frames").x_t
}

fn training() -> Images {
    let mut images = Images::default();
    for shard in DataSet::Mnist.train_shards().iter().take(2) {
        let bytes = std::fs::read(format!("../../public/{shard}")).expect("public/data is there");
        images.append(&bytes).expect("the shard reads");
    }
    images
}

/// A judge that no network has trained: the class of the nearest training pictures.
struct Judge(Vec<(Vec<f32>, u8)>);

impl Judge {
    fn new() -> Self {
        let images = training();
        Self((0..images.len()).map(|i| (images.x_1(i).collect(), images.label(i))).collect())
    }

    fn class(&self, x: &[f32]) -> u8 {
        let mut all: Vec<(f32, u8)> = self.0.iter().map(|(other, label)| (far(x, other), *label)).collect();
        all.select_nth_unstable_by(NEIGHBOURS, |a, b| a.0.total_cmp(&b.0));
        let votes = |class: u8| all[..NEIGHBOURS].iter().filter(|(_, label)| *label == class).count();
        (0..CLASSES as u8).max_by_key(|class| votes(*class)).expect("a class")
    }

    /// The share of pictures that are of the class that was asked for, 0 to 9 in turn.
    fn share(&self, pictures: &[f32]) -> f64 {
        let right = |(k, x): (usize, &[f32])| self.class(x) as usize == k % CLASSES;
        let all = pictures.chunks(PIXELS);
        let many = all.len() as f64;
        all.enumerate().filter(|one| right(*one)).count() as f64 / many
    }
}

/// The mean square difference.
fn far(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>() / a.len() as f32
}

/// The mean picture of every class.
fn means() -> Vec<Vec<f32>> {
    let images = training();
    let of = |class: usize| {
        let own: Vec<usize> = (0..images.len()).filter(|i| usize::from(images.label(*i)) == class).collect();
        let mut mean = vec![0.0; PIXELS];
        own.iter().for_each(|i| images.x_1(*i).zip(&mut mean).for_each(|(x, mean)| *mean += x / own.len() as f32));
        mean
    };
    (0..CLASSES).map(of).collect()
}

/// x̂_1 of the linear path.
fn predicted(frame: &Frame) -> Vec<f32> {
    frame.x_t.iter().zip(&frame.velocity).map(|(x, u)| x + (1.0 - frame.t as f32) * u).collect()
}

#[test]
fn real_pictures_and_their_noise() {
    let frames = all(stop(14, ""));
    let (first, last) = (&frames[0], &frames[20]);
    // x_t = t x_1 + (1 - t) x_0 at every frame, and the noise is that from which the sampler draws the same seed.
    for frame in &frames {
        let t = frame.t as f32;
        let mixed = |i: usize| t * last.x_t[i] + (1.0 - t) * first.x_t[i];
        assert!((0..frame.x_t.len()).all(|i| (frame.x_t[i] - mixed(i)).abs() < 1e-5), "t = {t}");
    }
    let drawn = all(SampleSpec { real: false, steps: 1, ..stop(14, "") });
    assert_eq!(drawn[0].x_t, first.x_t);
    // They are pictures of the test set, each of the class that is asked for, whatever the sampler.
    let mut tests = Images::default();
    let shard = DataSet::Mnist.test_shards().remove(0);
    tests.append(&std::fs::read(format!("../../public/{shard}")).expect("public/data is there")).expect("it reads");
    for (k, x) in last.x_t.chunks(PIXELS).enumerate() {
        let found = (0..tests.len()).find(|i| tests.x_1(*i).zip(x).all(|(a, b)| (a - b).abs() < 1e-6));
        assert_eq!(tests.label(found.expect("a test picture")), k as u8);
    }
    let adaptive = all(stop(14, "sampler=dopri5"));
    assert_eq!(adaptive[10].x_t, frames[10].x_t);
    // Whoever draws in one pass has no such frames.
    let vae = |words: &str| end(19, words);
    assert_eq!(vae("real=1"), vae("real=0"));
}

#[test]
fn what_noise_hides_and_what_the_network_makes_of_it() {
    let (spec, means) = (stop(15, ""), means());
    let shown = Link::parse(of_pictures(15).expect("a stop").link).0.show;
    assert_eq!(shown, Show::Reading(flow::prediction::Reading::Data));
    let frames = all(spec);
    let last = &frames[20].x_t;
    let of = |frame: &Frame, what: &dyn Fn(usize) -> Vec<f32>| {
        let x = predicted(frame);
        x.chunks(PIXELS).enumerate().map(|(k, x)| far(x, &what(k))).sum::<f32>() / CLASSES as f32
    };
    let own = |k: usize| last[k * PIXELS..(k + 1) * PIXELS].to_vec();
    let mean = |k: usize| means[k].clone();
    for frame in &frames {
        let (t, own, mean) = (frame.t, of(frame, &own), of(frame, &mean));
        println!("t {t:.2}: from its picture {own:.3}, from the mean of its class {mean:.3}");
        assert!(t > 0.0 || mean < 0.01);
        assert!(t > 0.25 || mean < own, "t = {t}");
        assert!(t < 0.4 || 1.5 * own < mean, "t = {t}");
        assert!(t < 0.8 || own < 0.01, "t = {t}");
    }
}

#[test]
fn what_noise_on_the_way_changes() {
    let judge = Judge::new();
    let [quiet, noisy] = [0.0, 1.0].map(|stochasticity| all(SampleSpec { stochasticity, ..stop(16, "") }));
    let (a, b) = (&quiet[40].x_t, &noisy[40].x_t);
    // How far a frame is from the middle of the two around it: noise that is fresh.
    let rough = |frames: &[Frame]| {
        let around = |k: usize| {
            let both = frames[k - 1].x_t.iter().zip(&frames[k + 1].x_t);
            far(&frames[k].x_t, &both.map(|(a, b)| (a + b) / 2.0).collect::<Vec<f32>>())
        };
        (10..30).map(around).sum::<f32>() / 20.0
    };
    println!("apart {:.3}; rough {:.5} and {:.5}", far(a, b), rough(&quiet), rough(&noisy));
    assert!(rough(&quiet) < 1e-3 && rough(&noisy) > 0.05);
    assert!(judge.share(a) >= 0.9 && judge.share(b) >= 0.9);
    // As far from each other as two pictures of a class are.
    assert!(far(a, b) > 0.25, "{}", far(a, b));
}

#[test]
fn what_guidance_gains_and_loses() {
    let judge = Judge::new();
    let found = ["0", "1", "2", "6"].map(|w| {
        let x = end(17, &format!("guidance={w}&pictures=60"));
        let ink = x.iter().map(|x| (x.clamp(-1.0, 1.0) + 1.0) / 2.0).sum::<f32>() / x.len() as f32;
        // How far pictures of a class are from each other.
        let of = |class: usize| (0..6).map(move |k| class + CLASSES * k);
        let pairs = |class: usize| of(class).flat_map(move |a| of(class).filter(move |b| *b > a).map(move |b| (a, b)));
        let picture = |k: usize| &x[k * PIXELS..(k + 1) * PIXELS];
        let apart: Vec<f32> = (0..CLASSES).flat_map(pairs).map(|(a, b)| far(picture(a), picture(b))).collect();
        let (right, apart) = (judge.share(&x), apart.iter().sum::<f32>() / apart.len() as f32);
        println!("w {w}: right {right:.2}, ink {ink:.3}, apart {apart:.3}");
        (right, ink, apart)
    });
    let [none, one, two, six] = found;
    assert!(none.0 < 0.2 && (0.5..0.75).contains(&one.0) && two.0 > 0.95 && six.0 > 0.95);
    assert!(six.1 > 1.2 * two.1 && six.2 < 0.85 * two.2);
}

#[test]
fn how_many_steps_euler_needs() {
    let fine = end(18, "steps=100&pictures=60");
    let [one, two, four, eight, sixteen] = [1, 2, 4, 8, 16].map(|steps| {
        let x = end(18, &format!("steps={steps}&pictures=60"));
        let grey = x.iter().filter(|x| x.abs() < 0.8).count() as f32 / x.len() as f32;
        println!("{steps} steps: grey {grey:.3}, from 100 steps {:.4}", far(&x, &fine));
        (grey, far(&x, &fine))
    });
    assert!(one.0 > 2.0 * eight.0 && two.0 > 1.4 * eight.0 && four.0 > 1.05 * eight.0);
    assert!(one.1 > 0.15 && four.1 > 2.0 * eight.1 && eight.1 < 0.02 && sixteen.1 < 0.006);
}

/// What the decoder draws of codes.
fn decoded(model: ModelId, z: Vec<f32>, classes: Vec<f32>) -> Vec<f32> {
    let events = drive(&mut session(), Command::Decode { model, id: 1, z, classes }, ALL);
    let pixels = |event: &Event| match event {
        Event::Decoded { pixels, .. } => Some(pixels.clone()),
        _ => None,
    };
    events.iter().find_map(pixels).expect("pictures")
}

#[test]
fn how_far_a_word_reaches() {
    const SIDE: usize = 7;
    let spec = stop(20, "");
    let frames = all(SampleSpec { pictures: 3, ..spec.clone() });
    let (mut own, mut beside, mut everywhere) = (0.0, 0.0, 0.0);
    for z in frames[20].codes.chunks(SIDE * SIDE) {
        let before = decoded(spec.model, z.to_vec(), vec![0.0; CLASSES]);
        for place in [8, 16, 24, 25, 32, 40] {
            let mut other = z.to_vec();
            other[place] = (other[place] + 17.0) % 64.0;
            let after = decoded(spec.model, other, vec![0.0; CLASSES]);
            for (i, (a, b)) in before.iter().zip(&after).enumerate() {
                let far = [i / 28 / 4, i % 28 / 4].into_iter().zip([place / SIDE, place % SIDE]);
                let far = far.map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0);
                let square = (a - b) * (a - b);
                everywhere += square;
                own += if far == 0 { square } else { 0.0 };
                beside += if far == 1 { square } else { 0.0 };
            }
        }
    }
    println!("own {:.2}, beside {:.2} of all", own / everywhere, beside / everywhere);
    assert!(own > 0.5 * everywhere && own + beside > 0.999 * everywhere);
}

#[test]
fn which_styles_decide() {
    let model = stop(22, "").model;
    let n = numbers(LEVELS * 32 + NOISE);
    let code = |k: u64| {
        let mut stream = Stream::new(4, Purpose::Sample, k);
        let z = stream.normals(n);
        z.repeat(LEVELS).into_iter().chain(stream.normals(NOISE)).collect::<Vec<f32>>()
    };
    let three: Vec<f32> = (0..CLASSES).map(|class| f32::from(u8::from(class == 3))).collect();
    let mut shares = [0.0; LEVELS + 1];
    for k in 0..10 {
        let (a, b) = (code(k), code(k + 20));
        let of = |levels: usize| {
            let split = levels * n;
            decoded(model, [&a[..split], &b[split..LEVELS * n], &a[LEVELS * n..]].concat(), three.clone())
        };
        let (whole, none) = (of(LEVELS), of(0));
        for (levels, share) in shares.iter_mut().enumerate() {
            *share += far(&of(levels), &whole) / far(&none, &whole) / 10.0;
        }
    }
    println!("how far from the picture whose styles are the coarse ones: {shares:?}");
    assert!(shares[1] < 0.45 && shares[2] < 0.25 && shares[3] == 0.0, "{shares:?}");
}
