//! How likely pictures are, as the page has it measured.

mod driver;

use driver::{ALL, drive, refusal, session};
use lab::likelihood::{Picture, exact};
use model::{design::Design, parameters::upload, weights};
use protocol::{
    catalogue::{ModelId, SHIPPED},
    likelihood::{DrawnPicture, MAX_TESTS, WeighSpec, Weight},
    message::{Command, Event, Request},
};

/// The shipped model of this key.
fn shipped(key: &str) -> ModelId {
    let place = SHIPPED.iter().position(|shipped| shipped.key == key).expect("it ships");
    ModelId::Shipped(place as u8)
}

fn spec(key: &str, tests: usize, drawn: bool) -> WeighSpec {
    let drawn = drawn.then(|| DrawnPicture { pixels: vec![-1.0; 784], label: 3 });
    WeighSpec { model: shipped(key), tests, drawn }
}

fn weights_of(events: &[Event]) -> Vec<Weight> {
    let weight = |event: &Event| if let Event::Weighed { weight, .. } = event { weight.clone() } else { None };
    events.iter().filter_map(weight).collect()
}

#[test]
fn test_pictures_and_what_was_drawn_are_weighed_under_each_model() {
    let models = vec![spec("mnist-normalising", 3, true), spec("mnist", 2, true)];
    let events = drive(&mut session(), Command::Weigh { run: 5, models }, ALL);
    let shares: Vec<f64> = events
        .iter()
        .filter_map(|it| if let Event::Weighed { run: 5, share, .. } = it { Some(*share) } else { None })
        .collect();
    assert!(shares.windows(2).all(|pair| pair[0] <= pair[1]) && shares.last() == Some(&1.0), "{shares:?}");
    let told = |event: &&Event| matches!(event, Event::Model(_));
    assert_eq!(events.iter().filter(told).count(), 2, "weights that were fetched are told of");
    let all = weights_of(&events);
    let places: Vec<_> = all.iter().map(|it| (it.place, it.index)).collect();
    assert_eq!(places, [(0, Some(0)), (0, Some(1)), (0, Some(2)), (0, None), (1, Some(0)), (1, Some(1)), (1, None)]);
    for weight in &all {
        println!("{} {:?}: {:.3} ± {:?}, {}", weight.place, weight.index, weight.bits, weight.error, weight.converged);
        assert!((0.2..8.0).contains(&weight.bits) && weight.converged);
        assert_eq!((weight.error.is_some(), weight.pixels.len()), (weight.place == 1, 784));
    }
    // The first test pictures of the set: a 7, a 2 and a 1, the same for both models; black is likelier than any of them.
    assert_eq!(all[..4].iter().map(|it| it.label).collect::<Vec<_>>(), [7, 2, 1, 3]);
    assert_eq!(all[0].pixels, all[4].pixels);
    assert!(all[..3].iter().all(|it| it.bits > all[3].bits) && all[4..6].iter().all(|it| it.bits > all[6].bits));
}

#[test]
fn a_normalising_flow_says_what_it_says_of_its_own_file() {
    let all = weights_of(&drive(
        &mut session(),
        Command::Weigh { run: 1, models: vec![spec("mnist-normalising", 2, false)] },
        ALL,
    ));
    let file = std::fs::read("../../public/weights/mnist-normalising.safetensors").expect("it ships");
    let (header, theta) = weights::read(&file).expect("weights");
    let Design::Normalising(config) = header.design else { panic!("{:?}", header.design) };
    let size = theta.len();
    let mut images = data::images::Images::default();
    let shard = std::fs::read(format!("../../public/{}", header.data.test_shards()[0])).expect("it ships");
    images.append(&shard).expect("a shard");
    let pictures: Vec<_> =
        (0..2).map(|i| Picture::of(&images, i, if config.labels { images.label(i) } else { 10 }, 1)).collect();
    let own = exact(&config, &upload(theta, [size], &burn::tensor::Device::flex()), &pictures);
    assert_eq!(all.len(), 2);
    all.iter().zip(own).for_each(|(weight, own)| assert!((weight.bits - own.value).abs() < 1e-5));
}

#[test]
fn a_measurement_is_ended_and_what_cannot_be_measured_is_refused() {
    let mut session = session();
    let weigh = |run, models| Command::Weigh { run, models };
    drive(&mut session, weigh(1, vec![spec("mnist", 2, false)]), |events| events.len() > 3);
    assert!(session.busy());
    drive(&mut session, weigh(2, vec![]), ALL);
    assert!(!session.busy());
    for (models, words) in [
        (vec![spec("mnist-gan", 1, false)], "a GAN tells no density"),
        (vec![spec("fashion-vae", 1, false)], "a VAE tells no density"),
        (vec![WeighSpec { model: ModelId::File, tests: 1, drawn: None }], "no weights file"),
        (vec![WeighSpec { tests: MAX_TESTS + 1, ..spec("mnist", 1, false) }], "at most 10000 test pictures"),
        (
            vec![WeighSpec {
                drawn: Some(DrawnPicture { pixels: vec![f32::NAN; 784], label: 0 }),
                ..spec("mnist", 1, false)
            }],
            "784 finite numbers",
        ),
    ] {
        let events = drive(&mut session, weigh(3, models), ALL);
        assert!(refusal(&events).contains(words), "{}", refusal(&events));
        assert!(matches!(events.last(), Some(Event::Refused { request: Request::Weigh { run: 3 }, .. })));
        assert!(!session.busy());
    }
}
