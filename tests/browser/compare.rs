//! The Compare view: lanes from the same noise that step together, their differences, and the study of their error.

use crate::{
    engine::{Engine, every_engine},
    page::{Adapter, Page, STATUS, key},
    server::Site,
};
use protocol::{
    comparison::Lock,
    link::{Link, View},
    message::{Event, StudyPoint},
};
use serde_json::json;

const LANES: &str =
    "?view=compare&lane=euler,2,1,mnist&lane=heun,2,1,mnist&steps=8&pictures=2&digit=7&seed=5&device=cpu";

/// A picture in the row of a lane: “Lane A, picture 1, digit 7, frame 0 of 8, t = 0.00”.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    lane: String,
    frame: usize,
    of: usize,
    t: f64,
    pixels: Vec<u8>,
}

impl Seen {
    fn named(name: &str, pixels: Vec<u8>) -> Option<Self> {
        let [lane, picture, _, frame, t] = name.split(", ").collect::<Vec<_>>().try_into().ok()?;
        let (frame, of) = frame.strip_prefix("frame ")?.split_once(" of ")?;
        picture.strip_prefix("picture ")?;
        Some(Self {
            lane: lane.strip_prefix("Lane ")?.into(),
            frame: frame.parse().ok()?,
            of: of.parse().ok()?,
            t: t.strip_prefix("t = ")?.parse().ok()?,
            pixels,
        })
    }
}

/// The pictures of a lane in its row.
fn row(page: &Page, lane: &str) -> Vec<Seen> {
    let seen =
        page.canvases(".compare canvas[role=img]").into_iter().filter_map(|(name, pixels)| Seen::named(&name, pixels));
    seen.filter(|one| one.lane == lane).collect()
}

/// Waits until each lane shows `count` pictures of its frame and the page is at rest.
fn rows_at(page: &Page, frames: &[(&str, usize)], count: usize) -> Vec<Vec<Seen>> {
    page.wait_for(format_args!("lanes at {frames:?}"), |page| {
        let rows: Vec<_> = frames.iter().map(|(lane, _)| row(page, lane)).collect();
        let stand = frames
            .iter()
            .zip(&rows)
            .all(|((_, frame), row)| row.len() == count && row.iter().all(|one| one.frame == *frame));
        (stand && page.state() == "ready").then_some(rows)
    })
}

/// The root mean square in the name of the difference of lane B, and its pixels.
fn difference(page: &Page) -> (f64, Vec<u8>) {
    page.wait_for("the difference of lane B", |page| {
        page.canvases(".compare canvas[role=img]").into_iter().find_map(|(name, pixels)| {
            let rms = name.strip_prefix("Lane B minus lane A, ")?.split_once("root mean square ")?.1;
            Some((rms.parse().ok()?, pixels))
        })
    })
}

fn is_blank(pixels: &[u8]) -> bool {
    pixels.chunks(4).all(|pixel| pixel == &pixels[..4])
}

every_engine! {
    lanes_start_from_the_same_noise_and_step_together;
    lanes_are_added_changed_and_removed_and_the_link_keeps_them;
    a_study_can_be_cancelled_and_a_whole_one_finds_that_the_error_of_euler_falls;
}

fn lanes_start_from_the_same_noise_and_step_together(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, &format!("{LANES}&frame=0"));
    let noise = rows_at(&page, &[("A", 0), ("B", 0)], 2);
    for (a, b) in noise[0].iter().zip(&noise[1]) {
        assert_eq!((&a.pixels, a.t), (&b.pixels, b.t), "the noise of the lanes differs");
    }
    let (rms, pixels) = difference(&page);
    assert_eq!(rms, 0.0);
    assert!(is_blank(&pixels) && !is_blank(&noise[0][0].pixels));

    page.button("Step forward");
    let one = rows_at(&page, &[("A", 1), ("B", 1)], 2);
    assert_eq!(one[0][0].t, one[1][0].t);
    assert!((0..2).all(|lane| one[lane][0].pixels != noise[lane][0].pixels), "a lane did not move");
    page.leave_controls();
    page.browser.press(key::RIGHT);
    rows_at(&page, &[("A", 2), ("B", 2)], 2);
    page.button("Step back");
    assert_eq!(rows_at(&page, &[("A", 1), ("B", 1)], 2), one);

    page.button("Last frame");
    let last = rows_at(&page, &[("A", 8), ("B", 8)], 2);
    assert_eq!((last[0][0].t, last[1][0].t), (1.0, 1.0));
    let (rms, pixels) = difference(&page);
    println!("Euler and Heun after 8 steps: rms {rms}");
    assert!(rms > 0.001 && !is_blank(&pixels), "rms {rms}");
    page.close_without_errors();
}

#[test]
fn at_the_same_cost_guidance_and_heun_each_halve_the_steps() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, &format!("{LANES}&frame=0"));
    rows_at(&page, &[("A", 0), ("B", 0)], 2);
    page.choose("Lock", "nfe");
    // Eight evaluations: a guided velocity costs two, and Heun takes two of them a step.
    let of = |page: &Page, lane| row(page, lane).first().map(|one| one.of);
    page.wait("four steps of Euler and two of Heun", |page| (of(page, "A"), of(page, "B")) == (Some(4), Some(2)));
    page.button("Step forward");
    rows_at(&page, &[("A", 0), ("B", 0)], 2);
    page.button("Step forward");
    rows_at(&page, &[("A", 1), ("B", 0)], 2);
    page.slide("Frame", 4.0);
    rows_at(&page, &[("A", 2), ("B", 1)], 2);
    page.button("Last frame");
    rows_at(&page, &[("A", 4), ("B", 2)], 2);
    // Without guidance a step costs half as much; the other lane stays as it is.
    page.slide("Guidance of lane A", 1.0);
    page.wait("eight steps of Euler", |page| (of(page, "A"), of(page, "B")) == (Some(8), Some(2)));
    page.close_without_errors();
}

#[test]
fn a_lane_that_cannot_pay_its_first_frame_says_why_there_is_only_noise() {
    let site = Site::new();
    let lanes =
        "?view=compare&lane=euler,1,1,mnist&lane=dopri5,1,1,mnist&lock=nfe&steps=8&pictures=1&seed=5&device=cpu";
    let page = Page::open(&site, Adapter::None, &format!("{lanes}&frame=8"));
    rows_at(&page, &[("A", 8), ("B", 0)], 1);
    let words = |lane: &str| {
        let script = "return [...document.querySelectorAll(arguments[0])].map(it => it.textContent).join(' ')";
        page.browser.run(script, json!([format!(".lane.{lane} .obstacle")])).as_str().unwrap_or_default().to_string()
    };
    let why = page.wait_for("a sentence in lane B", |_| Some(words("b")).filter(|words| !words.is_empty()));
    let needs = why.split_once(" comes after ").and_then(|(_, rest)| rest.split(' ').next()?.parse::<usize>().ok());
    assert!(why.starts_with("Still noise: with a tolerance of 0.001") && needs > Some(8), "{why}");
    assert_eq!(words("a"), "");
    // On the way there is nothing to explain yet.
    page.button("Step back");
    rows_at(&page, &[("A", 7), ("B", 0)], 1);
    page.wait("no sentence before the end", |_| words("b").is_empty());
    page.close_without_errors();
}

#[test]
fn what_all_lanes_share_can_be_seen_and_changed() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, &format!("{LANES}&guided=0.3-1&lock=nfe&frame=8"));
    // Half of the steps that guidance leaves are not paid for, but a lane still ends with its last frame.
    rows_at(&page, &[("A", 4), ("B", 2)], 2);
    page.set_number("From t", "0");
    page.wait("a link without it", |page| !page.browser.address().contains("guided="));
    assert!(page.find("spinbutton", "Tolerance").is_none(), "no lane is adaptive");
    page.choose("Sampler of lane B", "dopri5");
    page.set_number("Tolerance", "0.01");
    page.wait("the tolerance in the link", |page| page.browser.address().contains("tolerance=0.01"));
    page.close_without_errors();
}

#[test]
fn lanes_of_a_model_trained_elsewhere_offer_its_training() {
    let site = Site::new();
    let lanes = "?view=compare&lane=euler,1,1,trained&lane=heun,1,1,mnist&steps=4&pictures=1&frame=0&trained=40";
    let page = Page::open(&site, Adapter::None, lanes);
    rows_at(&page, &[("B", 0)], 1);
    page.control("button", "Train 40 steps");
    page.close_without_errors();
}

fn lanes_are_added_changed_and_removed_and_the_link_keeps_them(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, &format!("{LANES}&frame=3"));
    rows_at(&page, &[("A", 3), ("B", 3)], 2);
    page.button("Add lane");
    rows_at(&page, &[("A", 3), ("B", 3), ("C", 3)], 2);
    page.choose("Sampler of lane C", "em-sigma");
    page.slide("Guidance of lane C", 1.0);
    page.slide("Stochasticity of lane C", 0.5);
    page.button("Remove lane A");
    page.wait("two lanes", |page| row(page, "C").is_empty() && page.find("button", "Remove lane C").is_none());
    let shown = rows_at(&page, &[("A", 3), ("B", 3)], 2);
    let link = page.wait_for("the address to hold the lanes", |page| {
        let address = page.browser.address();
        (address.contains("em-sigma") && !address.contains("lane=euler")).then_some(address)
    });
    let (read, complaints) = Link::parse(link.split_once('?').expect("a query").1);
    assert_eq!(complaints, [""; 0]);
    assert_eq!((read.view, read.frame, read.compare.lock), (View::Compare, Some(3), Lock::Time));
    let lanes: Vec<_> =
        read.compare.lanes.iter().map(|it| (it.sampler.to_string(), it.guidance, it.stochasticity)).collect();
    assert_eq!(lanes, [("heun".to_string(), 2.0, 1.0), ("em-sigma".to_string(), 1.0, 0.5)]);

    let second = Page::blank(&site, engine);
    second.browser.open(&link);
    assert_eq!(rows_at(&second, &[("A", 3), ("B", 3)], 2), shown);
    assert_eq!(second.browser.address(), link);
    second.close_without_errors();
    page.close_without_errors();
}

#[test]
fn the_lanes_play_once_and_give_way_to_the_other_views() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?pictures=2&steps=4&frame=4");
    page.pictures_at(4, 2);
    page.click("link", "Compare");
    rows_at(&page, &[("A", 4), ("B", 4), ("C", 4)], 2);
    page.button("First frame");
    rows_at(&page, &[("A", 0), ("B", 0), ("C", 0)], 2);
    page.click("link", "Sample");
    page.pictures_at(0, 2);
    page.button("Step forward");
    page.pictures_at(1, 2);
    page.click("link", "Compare");
    rows_at(&page, &[("A", 1), ("B", 1), ("C", 1)], 2);
    page.close_without_errors();
}

/// (run, done, total, point) of every word of a study.
fn studies(page: &Page) -> Vec<(u32, usize, usize, Option<StudyPoint>)> {
    let study = |event| match event {
        Event::Study { run, done, total, point } => Some((run, done, total, point)),
        _ => None,
    };
    page.events().into_iter().filter_map(study).collect()
}

/// What the live region of the study says.
fn said(page: &Page) -> String {
    let said = page.browser.run("return document.querySelector('.error [aria-live]').innerText", json!([]));
    said.as_str().unwrap_or_default().into()
}

fn a_study_can_be_cancelled_and_a_whole_one_finds_that_the_error_of_euler_falls(engine: Engine) {
    let site = Site::new();
    let lanes =
        "?view=compare&lane=euler,1,1,mnist&lane=midpoint,1,1,mnist&steps=4&pictures=1&seed=5&frame=0&device=cpu";
    let page = Page::open(&site, engine, lanes);
    rows_at(&page, &[("A", 0), ("B", 0)], 1);
    page.button("Measure error");
    page.wait("progress", |page| studies(page).iter().any(|(_, done, total, _)| done < total));
    assert_eq!(page.browser.find("progress").len(), 1);
    page.button("Cancel");
    page.wait("the end of the study", |page| said(page).contains("Stopped") && page.state() == "ready");
    let cancelled = studies(&page).iter().map(|(run, ..)| *run).max();
    assert!(studies(&page).iter().all(|(_, done, total, _)| done < total), "it had ended before");

    page.button("Measure error");
    page.wait("all points", |page| said(page).contains("Measured"));
    let whole: Vec<_> = studies(&page).into_iter().filter(|(run, ..)| Some(*run) > cancelled).collect();
    let points: Vec<_> = whole.iter().filter_map(|(.., point)| *point).collect();
    let errors = |lane: usize| -> Vec<f64> {
        let mut own: Vec<_> = points.iter().filter(|point| point.lane == lane).collect();
        own.sort_by_key(|point| point.steps);
        own.iter().map(|point| point.error).collect()
    };
    let (euler, midpoint) = (errors(0), errors(1));
    println!("Euler {euler:?}, midpoint {midpoint:?}");
    assert!(euler.len() > 4 && euler.windows(2).all(|pair| pair[1] < pair[0]), "{euler:?}");
    assert!(midpoint.last() < euler.last(), "{midpoint:?}");
    let rows = page.browser.find(".error tbody tr").len();
    assert_eq!((rows, points.len()), (euler.len() + midpoint.len(), rows));
    page.close_without_errors();
}

/// What the live region of the likelihoods says.
fn weighed(page: &Page) -> String {
    let said = page.browser.run("return document.querySelector('.likelihood [aria-live]').innerText", json!([]));
    said.as_str().unwrap_or_default().into()
}

/// Title and pictures of each model whose likelihoods are shown: “Test picture 3, digit 1: 2.31 ± 0.04 bits a pixel”.
fn weights(page: &Page) -> Vec<(String, Vec<String>)> {
    let script = "return [...document.querySelectorAll('.weights')].map(one =>
        [one.querySelector('h3').innerText, [...one.querySelectorAll('canvas')].map(canvas => canvas.ariaLabel)])";
    serde_json::from_value(page.browser.run(script, json!([]))).expect("titles with names")
}

/// The bits of a name.
fn bits(name: &str) -> f64 {
    let words = name.split_once(": ").expect("a name with bits").1.trim_start_matches('~');
    words.split(' ').next().and_then(|bits| bits.parse().ok()).expect("bits")
}

#[test]
fn likelihoods_are_measured_exactly_or_along_the_path_and_can_be_cancelled() {
    let site = Site::new();
    let lanes = "?view=compare&lane=euler,1,1,mnist-normalising&lane=euler,1,1,mnist&lane=euler,1,1,mnist-gan&steps=2&pictures=2&seed=5&frame=2&device=cpu";
    let page = Page::open(&site, Adapter::None, lanes);
    rows_at(&page, &[("A", 2), ("B", 2), ("C", 2)], 2);
    page.button("Measure likelihood");
    page.wait("some of them", |page| weights(page).iter().any(|(_, names)| names.len() > 2));
    page.button("Cancel");
    page.wait("its end", |page| weighed(page).contains("Stopped") && page.state() == "ready");
    let before = weights(&page);
    assert!(before.iter().map(|(_, names)| names.len()).sum::<usize>() < 18, "it had ended before");

    page.button("Measure likelihood");
    page.wait("all of them", |page| weighed(page) == "Measured, 18 pictures.");
    let all = weights(&page);
    assert_eq!(all.iter().map(|(_, names)| names.len()).collect::<Vec<_>>(), [9, 9]);
    for ((title, names), exact) in all.iter().zip([true, false]) {
        println!("{title}: {names:?}");
        assert!(title.contains("bits a pixel of 8 test pictures") && title.contains("exactly") == exact, "{title}");
        let tests: Vec<f64> = names[..8].iter().map(|name| bits(name)).collect();
        assert!(tests.windows(2).all(|pair| pair[0] >= pair[1]), "the least likely come first: {tests:?}");
        assert!(
            names[8].starts_with("As it has drawn it, ") && names[..8].iter().all(|it| it.starts_with("Test picture "))
        );
        assert_eq!(names.iter().all(|name| name.contains('±')), !exact);
    }
    let section = page.browser.run("return document.querySelector('.likelihood').innerText", json!([]));
    assert!(section.as_str().is_some_and(|it| it.contains("no density is known of what it draws")), "{section}");
    page.close_without_errors();
}

#[test]
fn four_lanes_fit_every_window_and_have_one_status() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, &format!("{LANES}&lane=ddim-eta,1,1,mnist&lane=rk4,3,1,mnist&frame=0"));
    rows_at(&page, &[("A", 0), ("B", 0), ("C", 0), ("D", 0)], 2);
    assert_eq!(page.browser.find(STATUS).len(), 1);
    for width in [360, 768, 1280, 1920] {
        page.resize([width, 800]);
        let script = "await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
            return [innerWidth, document.documentElement.scrollWidth]";
        let measured = page.browser.run_async(script, json!([]));
        assert_eq!(measured[0], width, "the window did not take its width");
        assert!(measured[1].as_u64() <= Some(width.into()), "at {width} px it is {} px wide", measured[1]);
    }
    page.close_without_errors();
}

#[test]
fn names_of_the_pictures_of_lanes_are_read() {
    let seen = Seen::named("Lane B, picture 2, digit 7, frame 1 of 8, t = 0.13", vec![]).expect("a picture");
    assert_eq!((seen.lane.as_str(), seen.frame, seen.of, seen.t), ("B", 1, 8, 0.13));
    assert_eq!(Seen::named("Lane B, picture 2, digit 7, frame 1 of 8, t = 0.13, closely", vec![]), None);
}
