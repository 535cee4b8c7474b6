//! Links are read back as they were written, and any text is answered.

use super::*;
use crate::message::{MAX_GUIDANCE, MAX_TOLERANCE, MIN_TOLERANCE};
use crate::recipe::{
    MAX_BATCH, MAX_BETA, MAX_CRITIC_STEPS, MAX_LABEL_DROP, MAX_LAMBDA, MAX_LATENT, MAX_LOCATION, MAX_SCALE, MAX_WORDS,
    MIN_SCALE, MIN_WORDS, SETTINGS,
};
use crate::sampling::interval;
use crate::{
    catalogue::{Architecture, ModelId},
    comparison::Lock,
};
use crate::{message::MAX_LEARNING_RATE, shelf::MAX_KEPT};
use data::sets::DataSet;
use flow::{
    adversarial::Objective,
    coupling::Coupling,
    draw::Draw,
    elbo::Likelihood,
    family::{FamilyId, Needs},
    sampler::{MAX_STOCHASTICITY, SamplerId},
    schedule::ScheduleId,
    time::Grid,
};
use proptest::prelude::*;

fn one<T: Keyed + std::fmt::Debug>() -> impl Strategy<Value = T> {
    proptest::sample::select(T::all().collect::<Vec<_>>())
}

prop_compose! {
    fn samples()(
        model in one::<ModelId>(), seed: u64, digit in proptest::option::of(0u8..10),
        pictures in 1..=MAX_PICTURES, steps in 1..=MAX_STEPS, sampler in one::<SamplerId>(), guidance in 0.0..MAX_GUIDANCE,
        grid in one::<Grid>(), stochasticity in 0.0..MAX_STOCHASTICITY, tolerance in MIN_TOLERANCE..MAX_TOLERANCE,
        from in 0.0..0.5, to in 0.5..1.0, real: bool,
    ) -> SampleSpec {
        let guided = [from, to];
        SampleSpec { model, seed, digit, pictures, steps, sampler, stochasticity, tolerance, grid, guidance, guided, real }
    }
}

prop_compose! {
    fn lanes()(
        model in one::<ModelId>(), sampler in one::<SamplerId>(), guidance in 0.0..MAX_GUIDANCE,
        stochasticity in 0.0..MAX_STOCHASTICITY,
    ) -> Lane {
        Lane { model, sampler, guidance, stochasticity }
    }
}

prop_compose! {
    fn trains()(
        data in 0..DataSet::ALL.len(), size in 0..Architecture::ALL.len(), batch in 1..=MAX_BATCH, seed: u64,
        learning_rate in 1e-6..MAX_LEARNING_RATE, label_drop in 0.0..MAX_LABEL_DROP,
        schedule in one::<ScheduleId>(), loss in one::<Reading>(), draw in one::<Draw>(), coupling in one::<Coupling>(),
        family in prop::sample::select(FamilyId::of(Needs::Pictures).collect::<Vec<_>>()), latent in 1..=MAX_LATENT, labels: bool, beta in 0.0..MAX_BETA,
        likelihood in one::<Likelihood>(), adversarial in one::<Objective>(), critic_steps in 1..=MAX_CRITIC_STEPS,
        codebook in MIN_WORDS..=MAX_WORDS, draw_location in -MAX_LOCATION..MAX_LOCATION, draw_scale in MIN_SCALE..MAX_SCALE, lambda in 0.0..MAX_LAMBDA,
    ) -> TrainSpec {
        let (data, architecture) = (DataSet::ALL[data], Architecture::ALL[size]);
        let mut spec = TrainSpec::of(family);
        // Pictures are made of pictures there.
        let coupling = if family.translates() && coupling.is_gaussian() { Coupling::Slanted } else { coupling };
        let any = TrainSpec {
            family, data, architecture, batch, seed, learning_rate, label_drop, schedule, loss, draw, coupling,
            latent, labels, beta, likelihood, adversarial, critic_steps, codebook, draw_location, draw_scale, lambda,
        };
        // What decides another family is not in the link.
        any.settings().for_each(|setting| (setting.write)(&mut spec, &(setting.read)(&any)).expect("it is in range"));
        spec
    }
}

prop_compose! {
    fn links()(
        sample in samples(), train in trains(), view in 0..3usize, device in one::<DeviceChoice>(), show in one::<Show>(),
        lanes in proptest::collection::vec(lanes(), MIN_LANES..=MAX_LANES), lock in one::<Lock>(),
        frame in proptest::option::of(0usize..=MAX_STEPS), picture in 0..MAX_PICTURES, trained in 0u64..10_000_000,
        mode in 0..3usize, tour in proptest::option::of(tour::POINTS + 1..=tour::ALL), kept in prop::collection::btree_map(1..=MAX_KEPT, (trains(), 1u64..1_000, "[a-zA-Z0-9_-]{1,24}"), 0..3),
    ) -> Link {
        let kept = kept.into_iter().map(|(slot, (recipe, steps, name))| Kept { slot, name, recipe, steps }).collect();
        Link {
            view: View::ALL[view],
            frame: frame.map(|frame| frame.min(sample.steps)),
            picture: picture.min(sample.pictures - 1),
            device,
            compare: Comparison { lanes, lock },
            plane: String::new(),
            mode: [Mode::Page, Mode::Present, Mode::Embed][mode],
            file: None,
            sample, train, trained, show, kept, tour,
        }
    }
}

proptest! {
    #[test]
    fn every_link_round_trips(link in links()) {
        prop_assert_eq!(Link::parse(&link.to_query()), (link, vec![]));
    }

    #[test]
    fn any_text_parses_to_a_link_that_round_trips(text in ".{0,300}") {
        let (link, _) = Link::parse(&text);
        prop_assert_eq!(Link::parse(&link.to_query()).0, link);
    }

    #[test]
    fn any_value_of_a_known_key_is_taken_or_answered(
        key in "view|model|seed|digit|pictures|steps|sampler|stochasticity|tolerance|grid|guided|show|lane|lock|guidance|frame|picture|data|size|batch|train-seed|rate|drop|schedule|loss|draw|coupling|trained|device|present|embed|family|latent|labels|beta|likelihood|adversarial|critic-steps|codebook|draw-location|draw-scale|from|lambda",
        value in "[^&]{0,60}",
    ) {
        let (link, complaints) = Link::parse(&format!("{key}={value}"));
        prop_assert!(complaints.len() <= 1);
        prop_assert!(complaints.is_empty() || link == Link::default());
    }
}

#[test]
fn the_words_of_the_plane_are_kept() {
    let (link, complaints) = Link::parse("?view=plane&data=moons&steps=9&device=cpu&frame=3");
    assert_eq!((link.view, link.plane.as_str(), complaints), (View::Plane, "data=moons&steps=9&frame=3", vec![]));
    assert_eq!(Link::parse(&link.to_query()).0, link);
    assert_eq!(link.sample, SampleSpec::default());
    let long = format!("?view=plane&parts={}", "A".repeat(2 * MAX_PLANE));
    let (link, complaints) = Link::parse(&long);
    assert!(link.plane.is_empty() && complaints[0].contains("parts is too long"), "{complaints:?}");
}

#[test]
fn bad_values_get_a_sentence_and_the_default() {
    let (link, complaints) = Link::parse("?seed=-1&steps=0&solver=leapfrog&guidance=NaN&colour=red&pictures=9");
    assert_eq!(link.sample, SampleSpec { pictures: 9, ..SampleSpec::default() });
    assert_eq!(complaints.len(), 4);
    assert_eq!(complaints[1], "steps cannot be “0”; it is a number from 1 to 500");
    for lanes in ["lane=heun,2,1,mnist", "lane=heun,2&lane=euler,2,1,mnist", "guided=0.8-0.2", "guided=-1", "grid=log"]
    {
        let (link, complaints) = Link::parse(lanes);
        assert_eq!(link, Link::default(), "{lanes}");
        assert!(!complaints.is_empty(), "{lanes}");
    }
}

#[test]
fn links_from_before_there_were_samplers_still_open() {
    let (link, complaints) = Link::parse("?view=sample&model=mnist&seed=1&steps=50&solver=heun&guidance=2");
    assert_eq!((link.sample.sampler.key(), complaints), ("heun", vec![]));
    assert!(link.to_query().contains("&sampler=heun&"));
}

#[test]
fn the_largest_seed_survives() {
    let (link, _) = Link::parse(&format!("?seed={}", u64::MAX));
    assert_eq!(link.sample.seed, u64::MAX);
    assert!(link.to_query().contains("seed=18446744073709551615"));
}

#[test]
fn a_link_for_an_audience_or_a_frame_keeps_its_words() {
    for (words, mode) in
        [("&present=1", Mode::Present), ("&embed=1", Mode::Embed), ("", Mode::Page), ("&embed=0", Mode::Page)]
    {
        for view in ["view=sample", "view=plane&data=moons"] {
            let (link, complaints) = Link::parse(&format!("?{view}{words}"));
            assert_eq!((link.mode, complaints), (mode, vec![]), "{view}{words}");
            assert_eq!(Link::parse(&link.to_query()).0, link);
            assert!(!link.plane.contains("embed"), "{}", link.plane);
        }
    }
}

/// Links as they were written so far, with what they have meant since.
const GOLDEN: [&str; 7] = [
    "?view=sample&model=mnist&seed=42&digit=7&pictures=9&steps=50&sampler=heun&guidance=2&frame=12",
    "?view=compare&model=fashion&seed=1&digit=any&pictures=4&steps=8&sampler=em-sigma&guidance=1.5&stochasticity=0.5\
     &tolerance=0.001&grid=cosine&guided=0.2-0.8&show=data&lane=heun,2,1,mnist&lane=dopri5,0,1,fashion&picture=3",
    "?view=train&model=trained&seed=3&digit=0&pictures=1&steps=1&sampler=euler&guidance=0&size=tiny&batch=4&train-seed=7\
     &rate=1e-3&drop=0.1&schedule=cosine&loss=noise&draw=logit-normal&coupling=optimal&trained=20&device=cpu",
    "seed=+5&guidance=1e+0&guided=1e-1-0.9",
    "?seed=5&seed=6&colour=red&utm_source=a%26seed%3D7&steps=9",
    "?view=plane&tour=3&data=letter&letter=R&source=rings&camera=0,0,8&probe=-0.5,1&layers=heat,velocity&device=gpu",
    "?view=plane&parts=Y2RgZGRkYGBgAAA_-&points=3",
];

#[test]
fn links_that_were_handed_on_say_the_same() {
    for link in GOLDEN {
        let meant = Link::parse(link);
        for handed_on in [
            link.replace('&', "&amp;"),
            link.replace(',', "%2C"),
            link.replace(',', "%2c").replace('-', "%2D"),
            link.replace(',', "+,"),
            format!("{link}."),
            format!("{link})"),
            format!("{link}%E2%80%8B"),
            format!("?fbclid={}&{}", "x".repeat(2_000), link.trim_start_matches('?')),
            // What was escaped before is escaped once more by whoever escapes.
            link.replace('%', "%25").replace('=', "%3D"),
        ] {
            assert_eq!(Link::parse(&handed_on), meant, "{handed_on}");
        }
    }
    let (link, complaints) = Link::parse(GOLDEN[1]);
    assert_eq!(complaints, [""; 0]);
    assert_eq!((link.sample.guided, link.compare.lanes.len(), link.picture), ([0.2, 0.8], 2, 2));
    let (link, complaints) = Link::parse(GOLDEN[3]);
    assert_eq!((link.sample.seed, link.sample.guidance, link.sample.guided), (5, 1.0, [0.1, 0.9]));
    assert_eq!(complaints, [""; 0]);
    let (link, _) = Link::parse(GOLDEN[4]);
    assert_eq!((link.sample.seed, link.sample.steps), (6, 9));
    let (link, _) = Link::parse(GOLDEN[5]);
    assert_eq!((link.plane.as_str(), link.device), (&GOLDEN[5][12..GOLDEN[5].len() - 11], DeviceChoice::Gpu));
}

#[test]
fn what_a_cut_link_lost_is_said() {
    let whole = GOLDEN[0];
    // Fewer keys are what somebody writes by hand.
    let first = whole.find("&pictures=").expect("a link of the page") + "&pictures=".len() + 1;
    for end in first..whole.len() - "&frame=12".len() - 1 {
        let cut = &whole[..end];
        let complaints = Link::parse(cut).1;
        // Between two pairs nothing tells but what is missing, which is said all the same.
        assert!(!complaints.is_empty() || cut.ends_with('&'), "{cut}");
    }
}

#[test]
fn times_may_have_exponents() {
    for (text, ends) in
        [("1e-1-1", [0.1, 1.0]), ("0-1e-1", [0.0, 0.1]), ("1e-2-1e-1", [0.01, 0.1]), ("0-1", [0.0, 1.0])]
    {
        assert_eq!(interval(text), Ok(ends), "{text}");
    }
    assert!(["1e-1", "-0.5-1", "0.5--1", "1-0.5", "0.1-", "-"].into_iter().all(|text| interval(text).is_err()));
}

#[test]
fn the_family_decides_what_is_usual_wherever_it_stands() {
    for query in ["?view=train&family=gan&rate=0.001", "?view=train&rate=0.001&family=gan"] {
        let (link, complaints) = Link::parse(query);
        assert_eq!(complaints, [""; 0]);
        assert_eq!(link.train, TrainSpec { learning_rate: 0.001, ..TrainSpec::of(FamilyId::GAN) });
        assert_eq!(Link::parse(&link.to_query()).0, link);
    }
    assert!(!Link::default().to_query().contains("family"));
    assert_eq!(Link::parse("?family=flows").1.len(), 1);
    assert!(SETTINGS.iter().all(|setting| Link::parse(&format!("?{}=%F0%9F%90%88", setting.key)).1.len() == 1));
}

/// The defaults by which links of the first rules draw. They never change; see [`RULES`].
const FIRST: &str = "model=mnist seed=1 digit=any pictures=20 steps=30 sampler=euler guidance=2 stochasticity=1 \
    tolerance=0.001 grid=uniform guided=0-1 real=0 family=flow data=mnist size=tiny batch=32 train-seed=1 rate=0.003 drop=0.1 \
    schedule=linear loss=velocity coupling=independent from=independent draw=uniform latent=2 beta=1 likelihood=bernoulli \
    adversarial=non-saturating critic-steps=1 labels=0 codebook=64 draw-location=0 draw-scale=1 lambda=10";

#[test]
fn the_defaults_of_the_first_rules_are_what_they_were() {
    let plain = Link::of_rules(1);
    let sample = sampling::SETTINGS.iter().map(|it| format!("{}={}", it.key, (it.read)(&plain.sample)));
    let train = SETTINGS.iter().map(|it| format!("{}={}", it.key, (it.read)(&plain.train)));
    assert_eq!(
        sample.chain(train).collect::<Vec<_>>().join(" "),
        FIRST.split_whitespace().collect::<Vec<_>>().join(" ")
    );
    assert_eq!(Link::parse("").0, plain);
    assert_eq!(Link::parse("?rules=1").0, plain);
    let lanes = plain
        .compare
        .lanes
        .iter()
        .map(|it| format!("{}/{}/{}/{}", it.sampler, it.guidance, it.stochasticity, it.model));
    assert_eq!(lanes.collect::<Vec<_>>().join(" "), "euler/2/1/mnist heun/2/1/mnist em-sigma/2/1/mnist");
}

#[test]
fn a_link_says_with_what_it_was_made_and_no_other_page_takes_that_for_its_own() {
    let query = Link::parse("?view=sample&model=mnist-vae").0.to_query();
    let made = Made::read(&query);
    let hash = ModelId::all().find(|it| it.key() == "mnist-vae").and_then(ModelId::shipped).expect("it ships").hash;
    assert_eq!(made, Made { rules: RULES, weights: vec![("mnist-vae".into(), hash.into())] });
    assert_eq!(made.differs(), [""; 0]);
    let other = Made::read(&query.replace(hash, "0123456789ab").replace("rules=1", "rules=9"));
    let said = other.differs();
    assert!(said.len() == 2 && said[0].contains("rules 9") && said[1].contains("MNIST digits, VAE"), "{said:?}");
    assert_eq!(Made::read("?view=sample&model=mnist").differs(), [""; 0]);
}

#[test]
fn a_file_is_known_by_its_hash() {
    let mut link = Link::parse("?model=file").0;
    assert_eq!(link.made().file(), None);
    link.file = Some("0123456789ab".into());
    assert_eq!(Made::read(&link.to_query()).file(), link.file);
    assert_eq!(Link::parse(&link.to_query()).0, link);
}

#[test]
fn every_stop_of_the_tour_is_a_link_with_a_formula_and_a_question() {
    for (n, stop) in (tour::POINTS + 1..).zip(&tour::PICTURES) {
        let (link, complaints) = Link::parse(stop.link);
        assert_eq!(complaints, [""; 0], "{}", stop.title);
        let (opened, complaints) = Link::parse(&Link::stop(n).to_query());
        assert_eq!((&opened, complaints), (&Link { tour: Some(n), ..link.clone() }, vec![]), "{}", stop.title);
        // The number alone is enough, and what stands behind it departs from the stop.
        assert_eq!(Link::parse(&format!("tour={n}")).0, opened, "{}", stop.title);
        let other = Link::parse(&format!("seed=99&tour={n}")).0;
        assert_eq!((other.sample.seed, other.sample.model), (99, link.sample.model));
        assert!(flow::formula::all().iter().any(|(key, _)| key == stop.formula), "{}", stop.formula);
        assert!(stop.moves.iter().all(|key| Link::default().set(key, "nonsense").is_err()), "{}", stop.title);
        assert_ne!(link.view, View::Plane);
    }
    assert_eq!(Link::parse("tour=2").0, Link::stop(2));
    let said = Link::parse("view=sample&tour=2").1;
    assert!(said[0].contains("from 14 to 22"), "{said:?}");
    assert!(Link::stop(3).to_query().contains("view=plane&tour=3"));
}
