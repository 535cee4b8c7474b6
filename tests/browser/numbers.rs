//! What the page draws of the plane against what the same code draws natively: every mark, to a hundredth of a pixel, every cell
//! of its maps and every word.

use crate::{
    engine::{Engine, every_engine},
    page::Page,
    plane::{open, panels},
    server::Site,
};
use plane::{colour::LIGHT, figure::Figure, panel::Detail, panels, spec::Spec, svg};
use serde_json::json;

/// Side of a panel, and cells of its maps, in the file that the page saves.
const SIDE: f64 = 640.0;
const CELLS: usize = 160;

/// One of every figure, and of every kind of data and sampler with numbers of its own.
const LINKS: [&str; 8] = [
    "data=mixture&layers=particles,trajectories,velocity,score,heat,contours,grid,lines&particles=300&frame=17",
    "data=spirals&schedule=cosine&sampler=heun&layers=particles,heat,residual&frame=30",
    "data=rings&source=moons&schedule=vp&sampler=dopri5&layers=particles,trajectories,heat&frame=25",
    "show=samplers&data=moons&against=em-sigma&layers=particles,trajectories,heat&frame=11",
    "show=line&data=mixture&frame=25",
    "show=guidance&data=mixture&frame=20",
    "show=likelihood&data=letter&letter=R&frame=40",
    "data=checkerboard&schedule=ddpm&sampler=stochastic-heun&layers=particles,contours&frame=39",
];

/// Keeps the next file in the place of saving it.
const KEEP: &str = "
    URL.createObjectURL = (blob) => { window.kept = blob; return 'about:blank#'; };
    HTMLAnchorElement.prototype.click = () => {};";

/// The file of all panels.
fn drawn(page: &Page) -> String {
    page.browser.run(KEEP, json!([]));
    page.button("Save SVG");
    page.wait_for("the file", |page| {
        let text = page.browser.run_async("return window.kept ? await window.kept.text() : null", json!([]));
        text.as_str().map(String::from)
    })
}

/// The same of the same code on this machine.
fn native(words: &str) -> String {
    let (spec, complaints) = Spec::parse(words);
    assert_eq!(complaints, [""; 0], "{words}");
    let mut figure = Figure::new(&spec);
    while figure.work() {}
    let detail = Detail { cells: CELLS, theme: LIGHT, hover: None };
    let frame = spec.frame.expect("every link names its frame");
    svg::figure(&panels::panels(&figure, frame, &detail), spec.eye(), LIGHT, SIDE)
}

every_engine! {
    what_the_plane_draws_is_what_the_same_code_draws_natively;
}

fn what_the_plane_draws_is_what_the_same_code_draws_natively(engine: Engine) {
    let site = Site::new();
    let page = open(&site, engine, LINKS[0]);
    for words in LINKS {
        page.go(&format!("?view=plane&{words}"));
        panels(&page);
        let (came, expected) = (drawn(&page), native(words));
        let apart = came.bytes().zip(expected.bytes()).position(|(a, b)| a != b);
        let near = |text: &str| {
            let at = apart.unwrap_or(0);
            text.get(at.saturating_sub(60)..(at + 60).min(text.len())).unwrap_or_default().to_string()
        };
        assert!(came.len() > 2_000, "{words}: {} bytes are no drawing", came.len());
        assert!(came == expected, "{words}: in {} “{}”, natively “{}”", engine.name, near(&came), near(&expected));
    }
    page.close_without_errors();
}
