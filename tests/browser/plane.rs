//! The Plane view: data taken hold of, layers, time, links, the tour, files.

use crate::{
    engine::{CHROMIUM, Engine, every_engine},
    page::{Adapter, Page, key},
    server::Site,
    webdriver::Element,
};
use flow::keyed::Keyed;
use plane::{
    spec::{Layer, Spec},
    tour,
};
use protocol::link::{Link, View};
use serde_json::json;

/// A canvas at rest: its name, and a digest of its pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    pub name: String,
    digest: String,
}

/// What the panels show once everything asked for has been painted and nothing more is under way; null until then.
const REST: &str = "
    const paint = () => new Promise(requestAnimationFrame);
    await paint(); await paint();
    if (document.getElementById('app')?.dataset.state !== 'ready') return null;
    const hex = (bytes) => [...new Uint8Array(bytes)].map(byte => byte.toString(16).padStart(2, '0')).join('');
    const all = [...document.querySelectorAll('.panel canvas')].filter(one => one.checkVisibility()).map(one => ({
        name: one.ariaLabel, data: one.getContext('2d').getImageData(0, 0, one.width, one.height).data,
    }));
    if (all.some(({ data }) => data.every((byte, i) => byte === data[i % 4]))) return null;
    return Promise.all(all.map(async ({ name, data }) => ({
        name, digest: data.length + ' ' + hex(await crypto.subtle.digest('SHA-256', data)),
    })));";

/// The panels as they are, if they are at rest and none is blank.
pub fn at_rest(page: &Page) -> Option<Vec<Panel>> {
    let found = page.browser.run_async(REST, json!([]));
    let text = |one: &serde_json::Value, key: &str| Some(one[key].as_str()?.to_string());
    let panels: Option<Vec<_>> = found
        .as_array()?
        .iter()
        .map(|it| Some(Panel { name: text(it, "name")?, digest: text(it, "digest")? }))
        .collect();
    panels.filter(|panels| !panels.is_empty())
}

/// Waits until the panels are at rest.
pub fn panels(page: &Page) -> Vec<Panel> {
    page.wait_for("the panels of the plane to rest", at_rest)
}

/// Waits until the panels are at rest and pass a test.
pub fn panels_that(page: &Page, what: &str, pass: impl Fn(&[Panel]) -> bool) -> Vec<Panel> {
    page.wait_for(what, |page| at_rest(page).filter(|panels| pass(panels)))
}

/// Opens a link of the plane.
pub fn open(site: &Site, engine: Engine, words: &str) -> Page {
    Page::open(site, engine, &format!("?view=plane&{words}"))
}

/// Waits for an address whose spec passes a test.
pub fn address_that(page: &Page, what: &str, pass: impl Fn(&Spec) -> bool) -> String {
    page.wait_for(format_args!("the address to hold {what}"), |page| {
        let address = page.browser.address();
        let (link, mut complaints) = Link::parse(address.split_once('?')?.1);
        let (spec, more) = Spec::parse(&link.plane);
        complaints.extend(more);
        // A link that lost something stays in the address until something has changed.
        (complaints.is_empty() && link.view == View::Plane && pass(&spec)).then_some(address)
    })
}

/// The handle of a centre, whose name goes on with where it stands.
fn centre(page: &Page, number: usize) -> (Element, String) {
    page.wait_for(format_args!("the handle of centre {number}"), |page| {
        let handle = page.browser.find(&format!("button[aria-label^='Centre {number} at']")).into_iter().next()?;
        let (role, name) = page.browser.role_and_name(&handle)?;
        (role == "button").then_some((handle, name))
    })
}

/// “Centre 1 at 0.50, −1.25, width …” as [0.5, -1.25].
fn place(name: &str) -> [f64; 2] {
    let mut words = name.split(" at ").nth(1).expect("a place").split(", ");
    [(); 2].map(|()| words.next().expect("a coordinate").replace('−', "-").parse().expect("a number"))
}

every_engine! {
    the_plane_opens_from_its_link_and_from_the_nav_with_its_controls;
    every_layer_changes_the_canvas_and_back;
    a_centre_moves_by_mouse_and_by_keys_and_the_link_carries_it;
    a_step_forward_and_back_gives_the_identical_canvas;
    a_link_gives_identical_canvases_in_a_fresh_profile;
    the_tour_goes_through_all_its_stops_and_back_returns;
    a_hostile_link_gets_one_alert_and_the_page_works;
    a_file_of_points_is_taken_or_refused_with_a_sentence;
}

fn the_plane_opens_from_its_link_and_from_the_nav_with_its_controls(engine: Engine) {
    let site = Site::new();
    let page = open(&site, engine, "frame=20");
    assert_eq!(panels(&page).len(), 1);
    let by_link: Vec<_> = panels(&page);
    page.control("combobox", "Data");
    page.control("slider", "Time");
    for name in ["Play", "Step forward", "Step back", "Train", "Reflow", "Copy link"] {
        page.control("button", name);
    }
    assert_eq!(Layer::all().count(), 10);
    Layer::all().for_each(|layer| drop(page.control("checkbox", layer.name())));
    assert_eq!(page.alert(), "");
    page.close_without_errors();

    let page = Page::open(&site, engine, "?pictures=1&steps=1&frame=0");
    page.pictures_at(0, 1);
    page.click("link", "Plane");
    // Where nothing is asked for it opens in the middle.
    assert_eq!(panels_that(&page, "frame 20", |panels| panels[0].name.contains("t = 0.50")), by_link);
    page.close_without_errors();
}

#[test]
fn the_plane_is_as_it_was_left() {
    let site = Site::new();
    let page = open(&site, CHROMIUM, "data=rings&layers=velocity&frame=20");
    let before = panels(&page);
    page.click("link", "Train");
    page.control("button", "Train");
    page.click("link", "Plane");
    assert_eq!(panels(&page), before);
    page.close_without_errors();
}

fn every_layer_changes_the_canvas_and_back(engine: Engine) {
    let site = Site::new();
    let page = open(&site, engine, "data=mixture&frame=20&layers=none&particles=300");
    // The handles of the centres are always there.
    let mut shown = panels(&page);
    let bare = shown.clone();
    for layer in Layer::all() {
        page.click("checkbox", layer.name());
        let before = shown;
        shown = panels_that(&page, layer.name(), |panels| panels != before);
        address_that(&page, layer.name(), |spec| spec.layers.has(layer));
    }
    for layer in Layer::all() {
        page.click("checkbox", layer.name());
        address_that(&page, layer.name(), |spec| !spec.layers.has(layer));
    }
    assert_eq!(panels(&page), bare);
    page.close_without_errors();
}

fn a_centre_moves_by_mouse_and_by_keys_and_the_link_carries_it(engine: Engine) {
    let site = Site::new();
    let page = open(&site, engine, "data=mixture&frame=30");
    let first = panels(&page);
    let (handle, name) = centre(&page, 1);
    let before = place(&name);
    page.browser.drag(&handle, &[[10, -6]; 5]);
    let dragged = panels_that(&page, "a drag to be seen", |panels| *panels != first);
    let [x, y] = place(&centre(&page, 1).1);
    assert!(x > before[0] + 0.1 && y > before[1] + 0.1, "from {before:?} to {:?}", [x, y]);
    let carries = |x: f64, y: f64| {
        move |spec: &Spec| {
            let [there, above] = spec.parts[0].centre;
            (there - x).abs() < 0.006 && (above - y).abs() < 0.006
        }
    };
    let link = address_that(&page, "the dragged centre", carries(x, y));
    assert!(link.contains("parts="), "{link}");

    page.browser.run("arguments[0].focus()", json!([page.browser.argument(&centre(&page, 1).0)]));
    for key in [key::RIGHT, key::DOWN, key::DOWN] {
        page.browser.press(key);
    }
    let moved = panels_that(&page, "the keys to be seen", |panels| *panels != first && *panels != dragged);
    let [right, down] = place(&centre(&page, 1).1);
    assert!((right - x - 0.1).abs() < 0.011 && (down - y + 0.2).abs() < 0.011, "{right}, {down}");
    let link = address_that(&page, "the centre moved by keys", carries(right, down));

    page.browser.open(&link);
    assert_eq!(panels_that(&page, "the reloaded page", |panels| panels.len() == 1), moved);
    assert_eq!(place(&centre(&page, 1).1), [right, down]);
    page.close_without_errors();
}

fn a_step_forward_and_back_gives_the_identical_canvas(engine: Engine) {
    let site = Site::new();
    for words in [
        "data=spirals&layers=particles,trajectories,velocity,heat,contours,grid,lines&frame=17",
        "show=samplers&data=moons&against=em-sigma&layers=particles,trajectories,heat&frame=11&probe=1,1",
        "show=line&data=rings&frame=25",
    ] {
        let page = open(&site, engine, words);
        let first = panels(&page);
        page.button("Step forward");
        let next = panels_that(&page, "the next frame", |panels| *panels != first);
        page.button("Step back");
        let back = panels_that(&page, "the frame before", |panels| *panels != next);
        assert_eq!(back, first, "{words}");
        page.close_without_errors();
    }
}

#[test]
fn what_is_painted_goes_with_the_link() {
    let site = Site::new();
    let page = open(&site, CHROMIUM, "data=mixture&frame=32");
    panels(&page);
    page.choose("Data", "points");
    page.button("Clear");
    let blank = panels(&page);
    let canvas = page.browser.find(".panel canvas").remove(0);
    page.browser.run("arguments[0].scrollIntoView({ block: 'center' })", json!([page.browser.argument(&canvas)]));
    page.browser.drag(&canvas, &[[12, 4], [12, 6], [10, 12], [4, 12], [-4, 12], [-20, 10], [-30, 0], [-30, -40]]);
    let painted = panels_that(&page, "strokes to be seen", |panels| *panels != blank);
    let script = "return parseInt(document.body.innerText.match(/([0-9]+) points; drag/)[1])";
    let count = page.browser.run(script, json!([]));
    let link = address_that(&page, "painted points", |spec| spec.parts.len() > 4 && count == spec.parts.len());
    let fresh = Page::blank(&site, Adapter::None);
    fresh.browser.open(&link);
    let opened = panels(&fresh);
    assert_eq!(fresh.browser.address(), link);
    // The pointer no longer hovers where it let go.
    page.browser.drag(&page.browser.find("h1").remove(0), &[]);
    let left = panels_that(&page, "the pointer to have left", |panels| panels[0].name == opened[0].name);
    assert_eq!(left, opened);
    assert_ne!(painted, blank);
    fresh.close_without_errors();
    page.close_without_errors();
}

/// What the link then says, and what a person does for it.
type Change<'a> = (&'a str, &'a dyn Fn(&Page));

fn a_link_gives_identical_canvases_in_a_fresh_profile(engine: Engine) {
    let site = Site::new();
    let page = open(&site, engine, "frame=20");
    let fresh = Page::blank(&site, engine);
    panels(&page);
    page.disclose("Path: from");
    let changes: [Change; 5] = [
        ("source=rings", &|page| page.choose("Source", "rings")),
        ("schedule=cosine", &|page| page.choose("Schedule", "cosine")),
        ("sampler=rk4", &|page| page.choose("Sampler", "rk4")),
        ("camera=", &|page| page.button("Nearer")),
        ("probe=0.1,0.2", &|page| {
            let canvas = page.browser.find(".panel canvas").remove(0);
            page.browser.run("arguments[0].focus()", json!([page.browser.argument(&canvas)]));
            [key::RIGHT, key::UP, key::UP].into_iter().for_each(|key| page.browser.press(key));
        }),
    ];
    for (words, change) in changes {
        let before = panels(&page);
        change(&page);
        page.wait(format_args!("{words} in the address"), |page| page.browser.address().contains(words));
        let shown = panels_that(&page, words, |panels| *panels != before);
        let link = page.browser.address();
        fresh.browser.open(&link);
        assert_eq!(panels(&fresh), shown, "{link}");
        assert_eq!(fresh.browser.address(), link);
    }
    assert_eq!(page.alert(), "");
    fresh.close_without_errors();
    page.close_without_errors();
}

fn the_tour_goes_through_all_its_stops_and_back_returns(engine: Engine) {
    let site = Site::new();
    let page = open(&site, engine, "data=rings&frame=3");
    panels(&page);
    let (points, all) = (tour::STOPS.len(), protocol::tour::ALL);
    assert_eq!((points, all), (13, 22));
    // The other engines see that it goes on behind the plane, and not every model.
    let last = if engine.is_chromium { all } else { points + 2 };
    let heading = |page: &Page| {
        let text =
            page.browser.run("return document.querySelector('article[aria-label=Tour] h2')?.innerText", json!([]));
        text.as_str().unwrap_or_default().to_string()
    };
    page.click("link", "Tour");
    let mut seen = Vec::new();
    for stop in 1..=last {
        page.wait(format_args!("stop {stop}"), |page| heading(page).starts_with(&format!("{stop} of {all}: ")));
        // Whoever goes on by the card goes on in the next one, whichever view draws it.
        let focused = "return document.activeElement?.matches('article[aria-label=Tour] h2') ?? false";
        if stop > 1 {
            page.wait("the heading to have the focus", |page| page.browser.run(focused, json!([])) == true);
        }
        if stop <= points {
            address_that(&page, "the stop", |spec| spec.tour == Some(stop));
        } else {
            page.wait("the stop in the address", |page| {
                Link::parse(page.browser.address().split_once('?').map_or("", |(_, query)| query)).0.tour == Some(stop)
            });
        }
        // What stands still is drawn whole; what is learned is not waited for.
        let painted = "return document.querySelector('.view.train') !== null || [...document.querySelectorAll('main canvas')].some(one =>
            one.width > 0 && one.getContext('2d').getImageData(0, 0, one.width, one.height).data.some(Boolean))";
        page.wait("a picture", |page| page.browser.run(painted, json!([])) == true);
        assert!(["ready", "busy"].contains(&page.state().as_str()), "{} at stop {stop}", page.state());
        assert_eq!(page.alert(), "", "stop {stop}");
        assert_eq!(page.browser.find("article[aria-label=Tour] math").len().min(1), 1, "no formula at stop {stop}");
        seen.push(heading(&page));
        if stop < last {
            page.button("Next stop");
        }
    }
    for back in (points..last).rev() {
        page.browser.back();
        page.wait("the stop before", |page| heading(page) == seen[back - 1]);
    }
    address_that(&page, "the last stop of the plane", |spec| spec.tour == Some(points));
    // A number leads anywhere, from either part.
    for (name, stop) in [("Stop 14", 14), ("Stop 2", 2)] {
        page.click("link", name);
        page.wait(name, |page| heading(page) == seen[stop - 1]);
    }
    page.button("Leave the tour");
    page.wait("the tour to end", |page| heading(page).is_empty());
    page.close_without_errors();
}

fn a_hostile_link_gets_one_alert_and_the_page_works(engine: Engine) {
    let site = Site::new();
    let long = "A".repeat(20_000);
    for words in [
        "parts=%00%FF~garbage&steps=0&sampler=x&frame=9&data=mixture".to_string(),
        "camera=NaN,1e999,-3&probe=inf,0&particles=99999999&letter=%F0%9F%92%A5&layers=heat,,,x&tour=99&frame=2".into(),
        format!("parts=AAAA&seed=18446744073709551616&trained=1e9&rounds=-1&frame=9&start={long}"),
    ] {
        let page = open(&site, engine, &words);
        let shown = panels(&page);
        let sentences = page.browser.find("[role=alert] > p").len();
        assert_eq!(sentences, 1, "“{}” after {}", page.alert(), words.get(..60).unwrap_or(&words));
        assert!(page.alert().split_whitespace().count() >= 4, "“{}” is no sentence", page.alert());
        page.button("Step forward");
        panels_that(&page, "a step", |panels| *panels != shown);
        page.choose("Data", "rings");
        address_that(&page, "other data", |spec| spec.data.to_string() == "rings");
        panels(&page);
        page.close_without_errors();
    }
}

#[test]
fn an_alert_covers_no_control() {
    let site = Site::new();
    let page = open(&site, CHROMIUM, "steps=0&frame=9&data=mixture");
    page.wait("an alert", |page| !page.alert().is_empty());
    for name in ["Train", "Reflow", "Step forward", "Copy link"] {
        let button = page.browser.argument(&page.control("button", name));
        let script = "const one = arguments[0];
            one.scrollIntoView({ block: 'center' });
            const { left, top, width, height } = one.getBoundingClientRect();
            const there = document.elementFromPoint(left + width / 2, top + height / 2);
            return one.contains(there) ? '' : there?.className ?? 'nothing';";
        assert_eq!(page.browser.run(script, json!([button])), "", "what lies over {name}");
    }
    page.close_without_errors();
}

/// Hands the page a file of these bytes, as a person does who chooses it.
pub fn load(page: &Page, name: &str, bytes: &[u8]) {
    let input = page.browser.argument(&page.file_input("Load points"));
    let script = "const [input, name, bytes] = arguments, bag = new DataTransfer();
        bag.items.add(new File([new Uint8Array(bytes)], name));
        input.files = bag.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));";
    page.browser.run(script, json!([input, name, bytes]));
}

fn a_file_of_points_is_taken_or_refused_with_a_sentence(engine: Engine) {
    let site = Site::new();
    let page = open(&site, engine, "data=moons&frame=24");
    let moons = panels(&page);
    let bad = [
        ("line.csv", "x,y\n1,2\n1,two\n", "line 3"),
        ("empty.csv", "", "0 points"),
        ("columns.csv", "1\n2\n", "2 to 5"),
        ("broken.json", "{\"points\": [[1, 2], [3", "JSON"),
        ("class.csv", "1,2,7\n", "point 1"),
    ];
    for (name, text, what) in bad {
        load(&page, name, text.as_bytes());
        page.wait(format_args!("a sentence about {name} with {what}"), |page| {
            let alert = page.alert();
            alert.lines().any(|line| line.contains(name) && line.contains(what))
        });
        assert_eq!(panels(&page), moons, "{name} changed the data");
    }
    load(&page, "good.csv", b"x,y,class\n-1,0.5,0\n1,0.5,1\n0,-1,0\n");
    panels_that(&page, "the points of the file", |panels| *panels != moons);
    address_that(&page, "the points", |spec| spec.parts.len() == 3 && spec.parts[1].class == 1);
    assert_eq!(page.value("combobox", "Data"), "points");
    page.close_without_errors();
}
