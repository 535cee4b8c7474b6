//! In sight: what a person came for lies wholly within the first screen, covered by nothing, at every size and in every state.

use crate::{
    page::{Adapter, Page},
    server::Site,
    train::{pause, train_until},
};
use flow::keyed::Keyed;
use plane::spec::FigureKind;
use protocol::{
    link::Link,
    tour::{ALL, POINTS, of_pictures},
};
use serde_json::json;

/// Widths and heights of windows; the last two are 1280 × 800 at 150 % and at 200 %.
pub const SIZES: [[u32; 2]; 8] =
    [[1280, 720], [1280, 800], [1920, 1080], [390, 844], [360, 740], [844, 390], [853, 533], [640, 400]];
/// What a page in a narrow window or at 400 % has; there it may be long, but not wide.
const NARROW: [u32; 2] = [320, 640];

const SCRIPT: &str = include_str!("sight.js");

const PLAY: (&str, &str) = ("Play", ".time :is([aria-label=Play], [aria-label=Pause])");
const SLIDER: (&str, &str) = ("the slider", ".time input[type=range]");
const TRAIN: (&str, &str) = ("the main button", ".time .main");
const CARD: (&str, &str) = ("the card", ".stop");
const WAY: (&str, &str) = ("the way", ".time .way .line");

type Wanted = Vec<(&'static str, &'static str)>;

/// What was looked for, what was seen of it, and each miss in words.
#[derive(Default)]
struct Tally {
    seen: u64,
    misses: Vec<String>,
}

impl Tally {
    /// Looks at one size.
    fn look(&mut self, page: &Page, state: &str, size: [u32; 2], wanted: &Wanted) {
        page.resize(size);
        let found = page.browser.run_async(SCRIPT, json!([wanted]));
        let misses = found["misses"].as_array().unwrap_or_else(|| panic!("{found}")).iter();
        let [width, height] = size;
        self.misses.extend(misses.map(|miss| format!("{state}, {width} × {height}: {}", miss.as_str().unwrap_or(""))));
        self.seen += found["seen"].as_u64().expect("a count");
    }

    /// Looks at every size.
    fn look_everywhere(&mut self, page: &Page, state: &str, wanted: impl Fn([u32; 2]) -> Wanted) {
        SIZES.iter().for_each(|&size| self.look(page, state, size, &wanted(size)));
        self.look(page, state, NARROW, &Vec::new());
    }

    fn end(self, of: &str) {
        let all = self.seen + self.misses.len() as u64;
        println!("{of} in sight: {} of {all}", self.seen);
        assert!(self.misses.is_empty(), "{} of {all}:\n{}", self.misses.len(), self.misses.join("\n"));
        assert!(self.seen > 0, "nothing was looked for");
    }
}

fn sample(_: [u32; 2]) -> Wanted {
    vec![("a picture", ".gallery .picture"), ("a panel", ".panels .picture"), PLAY, SLIDER]
}

/// Two lanes where there is room for them, and always the first.
fn compare([width, height]: [u32; 2]) -> Wanted {
    let lanes = if width <= 720 || height < 560 {
        ".lane:nth-of-type(1) .all .picture"
    } else {
        ".lane:nth-of-type(-n + 2) .all .picture"
    };
    vec![("a picture", lanes), PLAY, SLIDER]
}

fn train(_: [u32; 2]) -> Wanted {
    vec![("a place for a picture", ".previews .cover"), TRAIN, WAY]
}

fn plane(_: [u32; 2]) -> Wanted {
    vec![("a panel", ".panel canvas"), PLAY, SLIDER]
}

fn stop(size: [u32; 2]) -> Wanted {
    [vec![CARD], plane(size)].concat()
}

/// Waits until this is painted, whatever else goes on.
fn there(page: &Page, css: &str) {
    page.wait(format_args!("{css} to be there"), |page| {
        page.browser.run("return document.querySelectorAll(arguments[0]).length", json!([css])).as_u64() > Some(0)
    });
}

#[test]
fn before_the_code_arrives_everything_has_its_place() {
    let site = Site::shell();
    let page = Page::blank(&site, Adapter::None);
    let mut tally = Tally::default();
    page.go("");
    let wanted = |_| {
        let main = ("the place of Play", ".time .main");
        vec![("a picture's place", ".gallery .cover"), ("a panel's place", ".panels .picture"), main]
    };
    tally.look_everywhere(&page, "Sample before its code", wanted);
    tally.end("shell:");
}

#[test]
fn sample_and_compare() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?steps=6");
    let mut tally = Tally::default();
    there(&page, ".gallery canvas");
    tally.look_everywhere(&page, "Sample while it plays", sample);
    page.button("Last frame");
    page.pictures_at(6, 20);
    tally.look_everywhere(&page, "Sample at its end", sample);

    page.go("?view=compare&pictures=10&steps=6");
    there(&page, ".lane canvas");
    tally.look_everywhere(&page, "Compare while it plays", compare);
    page.button("Last frame");
    page.wait("the lanes to end", |page| page.state() == "ready");
    tally.look_everywhere(&page, "Compare at its end", compare);
    tally.end("Sample and Compare:");
    page.close_without_errors();
}

#[test]
fn every_family() {
    let site = Site::new();
    let page = Page::blank(&site, Adapter::None);
    let mut tally = Tally::default();
    for model in ["mnist-vae", "mnist-gan", "mnist-normalising"] {
        page.go(&format!("?model={model}&steps=6&frame=6"));
        page.pictures_at(6, 20);
        page.wait("the picture of a code", |page| {
            page.canvases(".codes canvas").iter().any(|(_, it)| it.chunks_exact(4).any(|pixel| pixel[0] > 150))
        });
        tally.look_everywhere(&page, model, sample);
    }
    for (model, figure) in [
        ("mnist-latent", ".bars"),
        ("mnist-vq", ".words"),
        ("mnist-pix2pix", ".pad"),
        ("mnist-cyclegan", ".tiles"),
        ("mnist-stylegan", ".tiles"),
    ] {
        page.go(&format!("?model={model}&steps=6&frame=6"));
        page.pictures_at(6, 20);
        there(&page, figure);
        tally.look_everywhere(&page, model, sample);
    }
    page.go("?view=compare&pictures=10&steps=6&frame=6&lane=euler,1,1,mnist&lane=euler,1,1,mnist-gan&lane=euler,1,1,mnist-vae");
    page.wait("the lanes to end", |page| page.state() == "ready");
    tally.look_everywhere(&page, "Compare of families", compare);
    for family in ["vae", "gan", "normalising"] {
        page.go(&format!("?view=train&family={family}&batch=8"));
        there(&page, ".rows .cover");
        tally.look_everywhere(&page, &format!("Train a {family}"), |[width, height]| {
            let steps = ("the steps of training", ".steps input");
            let rows = ("a place for a picture", ".rows .row:first-child .cover");
            // Where it is low, the pictures come first.
            let all = if height >= 700 && width > 400 { vec![rows, steps] } else { vec![rows] };
            [all, vec![TRAIN, WAY]].concat()
        });
    }
    tally.end("families:");
    page.close_without_errors();
}

#[test]
fn train_before_while_and_after() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?view=train&size=tiny&batch=16");
    let mut tally = Tally::default();
    page.control("button", "Train");
    tally.look_everywhere(&page, "Train before", train);
    page.button("Train");
    train_until(&page, 2);
    tally.look_everywhere(&page, "Train while", train);
    pause(&page);
    tally.look_everywhere(&page, "Train after", train);
    tally.end("Train:");
    page.close_without_errors();
}

#[test]
fn every_figure_of_the_plane() {
    let site = Site::new();
    let page = Page::blank(&site, Adapter::None);
    let mut tally = Tally::default();
    for show in FigureKind::all() {
        page.go(&format!("?view=plane&show={show}&data=moons&steps=40"));
        there(&page, ".panel canvas");
        page.wait("the plane to compute", |page| page.state() != "loading");
        tally.look_everywhere(&page, &format!("Plane, {}, playing", show.name()), plane);
        page.go(&format!("?view=plane&show={show}&data=moons&steps=40&frame=20"));
        crate::plane::panels(&page);
        tally.look_everywhere(&page, &format!("Plane, {}, at rest", show.name()), plane);
    }
    page.go("?view=plane&data=moons&trained=300&frame=20");
    page.wait("a learned field", |page| page.browser.find(".panel canvas").len() == 2);
    tally.look_everywhere(&page, "Plane, a learned field", plane);
    tally.end("Plane:");
    page.close_without_errors();
}

#[test]
fn the_plane_while_it_trains() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?view=plane&data=moons&frame=20");
    let mut tally = Tally::default();
    page.button("Train");
    page.wait("a field that is learned", |page| page.browser.find(".panel canvas").len() == 2);
    tally.look_everywhere(&page, "Plane while it trains", plane);
    page.control("button", "Pause training");
    tally.end("Plane, training:");
    page.close_without_errors();
}

#[test]
fn every_stop_of_the_tour() {
    let site = Site::new();
    let page = Page::blank(&site, Adapter::None);
    let mut tally = Tally::default();
    for n in 1..=ALL {
        page.go(&Link::stop(n).to_query());
        there(&page, ".stop");
        if n <= POINTS {
            there(&page, ".panel canvas");
            page.wait("the plane to compute", |page| page.state() != "loading");
            tally.look_everywhere(&page, &format!("Tour, stop {n}"), stop);
        } else if of_pictures(n).is_some_and(|stop| stop.link.contains("view=train")) {
            there(&page, ".previews .cover");
            tally.look_everywhere(&page, &format!("Tour, stop {n}"), |_| vec![CARD, TRAIN, WAY]);
        } else {
            page.wait("its pictures", |page| page.state() == "ready");
            there(&page, ".gallery canvas");
            tally.look_everywhere(&page, &format!("Tour, stop {n}"), |_| {
                vec![CARD, ("a picture", ".gallery .picture"), PLAY, SLIDER]
            });
        }
    }
    tally.end("Tour:");
    page.close_without_errors();
}

/// A link, and what of it is wanted in a window of a size.
type Case = (&'static str, fn([u32; 2]) -> Wanted);

#[test]
fn for_an_audience() {
    let site = Site::new();
    let page = Page::blank(&site, Adapter::None);
    let mut tally = Tally::default();
    let cases: [Case; 7] = [
        ("?pictures=20&steps=4&frame=2&present=1", sample),
        ("?view=compare&pictures=10&steps=4&frame=2&present=1", compare),
        ("?view=train&present=1", train),
        ("?view=plane&data=moons&frame=20&present=1", plane),
        ("?view=plane&tour=3&present=1", plane),
        ("?view=plane&tour=10&present=1", plane),
        ("?tour=17&present=1", |_| vec![CARD, ("a picture", ".gallery .picture"), PLAY, SLIDER]),
    ];
    for (query, wanted) in cases {
        page.go(query);
        page.wait("the page to be ready", |page| page.state() == "ready");
        tally.look_everywhere(&page, query, wanted);
    }
    tally.end("present:");
    page.close_without_errors();
}

#[test]
fn a_frame_of_another_page() {
    let site = Site::new();
    let page = Page::blank(&site, Adapter::None);
    let mut tally = Tally::default();
    let cases: [Case; 4] = [
        ("?pictures=20&steps=4&frame=2&embed=1", sample),
        ("?view=compare&pictures=10&steps=4&frame=2&embed=1", compare),
        ("?view=plane&data=moons&frame=20&embed=1", plane),
        ("?view=plane&tour=3&embed=1", plane),
    ];
    for (query, wanted) in cases {
        page.go(query);
        there(&page, "canvas");
        page.wait("the page to be ready", |page| page.state() == "ready");
        tally.look(&page, query, [960, 540], &wanted([960, 540]));
    }
    tally.end("embed:");
    page.close_without_errors();
}
