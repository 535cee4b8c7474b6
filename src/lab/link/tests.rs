//! Links are read back as they were written, and any text is answered.

use super::*;
use crate::{
    data::sets::DataSet,
    flow::{coupling::Coupling, draw::Draw, sampler::SamplerId, schedule::ScheduleId, time::Grid},
    lab::comparison::Lock,
    model::catalogue::{Architecture, ModelId},
};
use proptest::prelude::*;

fn one<T: Keyed + std::fmt::Debug>() -> impl Strategy<Value = T> {
    proptest::sample::select(T::all().collect::<Vec<_>>())
}

prop_compose! {
    fn samples()(
        model in 0..ModelId::ALL.len(), seed: u64, digit in proptest::option::of(0u8..10),
        pictures in 1..=MAX_PICTURES, steps in 1..=MAX_STEPS, sampler in one::<SamplerId>(), guidance in 0.0..MAX_GUIDANCE,
        grid in one::<Grid>(), stochasticity in 0.0..MAX_STOCHASTICITY, tolerance in MIN_TOLERANCE..MAX_TOLERANCE,
        from in 0.0..0.5, to in 0.5..1.0,
    ) -> SampleSpec {
        let (model, guided) = (ModelId::ALL[model], [from, to]);
        SampleSpec { model, seed, digit, pictures, steps, sampler, stochasticity, tolerance, grid, guidance, guided }
    }
}

prop_compose! {
    fn lanes()(
        model in 0..ModelId::ALL.len(), sampler in one::<SamplerId>(), guidance in 0.0..MAX_GUIDANCE,
        stochasticity in 0.0..MAX_STOCHASTICITY,
    ) -> Lane {
        Lane { model: ModelId::ALL[model], sampler, guidance, stochasticity }
    }
}

prop_compose! {
    fn trains()(
        data in 0..DataSet::ALL.len(), size in 0..Architecture::ALL.len(), batch in 1..=MAX_BATCH, seed: u64,
        learning_rate in 1e-6..MAX_LEARNING_RATE, label_drop in 0.0..MAX_LABEL_DROP,
        schedule in one::<ScheduleId>(), loss in one::<Reading>(), draw in one::<Draw>(), coupling in one::<Coupling>(),
    ) -> TrainSpec {
        let (data, architecture) = (DataSet::ALL[data], Architecture::ALL[size]);
        TrainSpec { data, architecture, batch, seed, learning_rate, label_drop, schedule, loss, draw, coupling }
    }
}

prop_compose! {
    fn links()(
        sample in samples(), train in trains(), view in 0..3usize, device in 0..3usize, show in one::<Show>(),
        lanes in proptest::collection::vec(lanes(), MIN_LANES..=MAX_LANES), lock in one::<Lock>(),
        frame in proptest::option::of(0usize..=MAX_STEPS), picture in 0..MAX_PICTURES, trained in 0u64..10_000_000,
        mode in 0..3usize,
    ) -> Link {
        Link {
            view: View::ALL[view],
            frame: frame.map(|frame| frame.min(sample.steps)),
            picture: picture.min(sample.pictures - 1),
            device: DEVICES[device].1,
            compare: Comparison { lanes, lock },
            plane: String::new(),
            mode: [Mode::Page, Mode::Present, Mode::Embed][mode],
            sample, train, trained, show,
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
        key in "view|model|seed|digit|pictures|steps|sampler|stochasticity|tolerance|grid|guided|show|lane|lock|guidance|frame|picture|data|size|batch|train-seed|rate|drop|schedule|loss|draw|coupling|trained|device|present|embed",
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
    assert!(Link::parse(&long).0.plane.is_empty());
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
