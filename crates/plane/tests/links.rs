//! Links of the plane as they are handed on from one person to another, and what is made of those that do not fit together.
#![cfg(not(target_arch = "wasm32"))]

use data::{cloud, inline, shapes::Shape};
use flow::keyed::Keyed;
use plane::{settings::settings, spec::Spec, tour::STOPS};
use protocol::{
    link::{Link, View},
    plane::PlaneLoss,
};

/// The words of many figures, with every kind of value.
fn words() -> Vec<String> {
    let own = inline::text(&Shape::Moons.parts('R')[..9]).unwrap();
    let shapes = Shape::all().map(|shape| format!("data={shape}&source=rings&frame=3"));
    let stops = (1..=STOPS.len()).map(|n| Spec::stop(n).to_query());
    let rest = [
        format!("data=points&parts={own}&points=3&layers=heat,velocity&probe=-0.5,1&camera=0.5,0,12"),
        "show=samplers&sampler=heun&against=langevin&level=0.9&start=1,-2&tolerance=0.001&rate=0.001&train-seed=7"
            .into(),
        "show=guidance&guidance=3&coupling=optimal&loss=data&batch=64&trained=20&rounds=1&letter=S&grid=cosine".into(),
    ];
    shapes.chain(stops).chain(rest).collect()
}

#[test]
fn the_page_hands_the_words_of_the_plane_on_unchanged() {
    for words in words() {
        let (link, complaints) = Link::parse(&format!("?view=plane&{words}"));
        assert_eq!((link.view, link.plane.as_str(), complaints), (View::Plane, words.as_str(), vec![]));
    }
}

#[test]
fn every_key_of_the_plane_is_one_of_links() {
    for key in settings().map(|setting| setting.key).chain(["tour"]) {
        let words = format!("{key}=1");
        assert_eq!(Link::parse(&format!("?view=plane&{words}")).0.plane, words);
    }
}

#[test]
fn links_that_were_handed_on_mean_the_same_figure() {
    for words in words() {
        let link = format!("?view=plane&{words}");
        let meant = Spec::parse(&words);
        for handed_on in [
            link.replace('&', "&amp;"),
            link.replace(',', "%2C"),
            link.replace(',', "%2c+").replace('-', "%2D"),
            link.replace('=', "%3D"),
            format!("{link}."),
            format!("{link})."),
            format!("{link}%E2%80%8B%22"),
            format!("?utm_campaign={}&{}", "x".repeat(2_000), &link[1..]),
        ] {
            let (link, complaints) = Link::parse(&handed_on);
            assert_eq!((Spec::parse(&link.plane), complaints), (meant.clone(), vec![]), "{handed_on}");
        }
    }
}

#[test]
fn points_that_were_cut_off_are_said() {
    let text = inline::text(&Shape::Moons.parts('R')).unwrap();
    for end in 1..text.len() {
        let (link, mut complaints) = Link::parse(&format!("?view=plane&data=points&parts={}", &text[..end]));
        complaints.extend(Spec::parse(&link.plane).1);
        assert_eq!(complaints.len(), 1, "{end} of {}", text.len());
    }
}

#[test]
fn what_does_not_go_together_is_brought_as_near_as_can_be_with_one_sentence() {
    let (mut spec, complaints) = Spec::parse("source=rings&loss=noise&trained=20");
    assert_eq!(complaints, [""; 0]);
    assert_eq!(spec.fit().len(), 1);
    assert_eq!((spec.source, spec.method.loss, spec.learning.trained), (Some(Shape::Rings), PlaneLoss::Velocity, 20));
    assert_eq!(spec.fit(), [""; 0]);
}

#[test]
fn points_without_weight_do_not_stand_alone() {
    let mut parts = Shape::Mixture.parts('R');
    parts[0].weight = 0.0;
    let words = format!("data=mixture&parts={}&points=1", inline::text(&parts).unwrap());
    let mut spec = Spec::parse(&words).0;
    assert!(spec.fit()[0].contains("no weight"));
    assert_eq!((spec.points, spec.fit()), (None, vec![]));
    assert_eq!(cloud::check(spec.active()), Ok(()));
}

#[test]
fn an_empty_sheet_stays_empty_in_a_link_and_a_point_at_the_origin_a_point() {
    for (parts, blank) in [(vec![cloud::BLANK], true), (cloud::read("0,0").unwrap().parts, false)] {
        let mut spec = Spec { data: Shape::Points, parts, ..Spec::default() };
        assert_eq!(spec.fit(), [""; 0]);
        let (again, complaints) = Spec::parse(&spec.to_query());
        assert_eq!((cloud::is_blank(&again.parts), complaints, &again), (blank, vec![], &spec));
    }
}
