//! What axe-core finds in each view, light, dark, in colours that the system chooses and at 200 %: nothing. `tools/setup.sh test` brings it, where there is npm.

use crate::{
    engine::{Engine, every_engine},
    page::Page,
    server::Site,
};
use flow::keyed::Keyed;
use plane::spec::FigureKind;
use serde_json::json;
use std::{env, fs, path::Path};

/// Its script; `None` where it could not be installed.
fn script() -> Option<String> {
    let cache = env::var("FLOWSTEP_CACHE").ok()?;
    fs::read_to_string(Path::new(&cache).join("tools/node_modules/axe-core/axe.min.js")).ok()
}

/// Every violation as “rule: what is wrong: where”. A letter with a hat is two letters in MathML and one in its name.
const RUN: &str = "
    for (const one of document.getAnimations()) if (one.effect.getComputedTiming().endTime < Infinity) one.finish();
    await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
    const { violations, passes } = await axe.run(document, { resultTypes: ['violations'] });
    return { rules: passes.length, found: violations.flatMap(({ id, nodes }) => nodes.filter(({ target }) =>
        id !== 'label-content-name-mismatch' || !document.querySelector(target.at(-1))?.querySelector('mover')).map(({ target, any, all, none }) =>
        `${id}: ${[...any, ...all, ...none].map(({ message }) => message).join('; ')}: ${target}`)) };";

every_engine! {
    axe_finds_nothing_in_any_view;
}

fn axe_finds_nothing_in_any_view(engine: Engine) {
    let Some(script) = script() else {
        println!("skipped: axe-core is not installed (tools/setup.sh test installs it with npm)");
        return;
    };
    let site = Site::new();
    let page = Page::blank(&site, engine);
    let views = [
        "?pictures=4&steps=4&frame=2",
        "?model=mnist-vae&pictures=4&steps=4&frame=2",
        "?model=mnist-gan&pictures=4&steps=4&frame=2",
        "?model=mnist-normalising&pictures=4&steps=4&frame=2",
        "?model=mnist-latent&pictures=4&steps=4&frame=2",
        "?model=mnist-vq&pictures=4&steps=4&frame=2",
        "?model=mnist-pix2pix&pictures=4&steps=4&frame=2",
        "?model=mnist-cyclegan&pictures=4&steps=4&frame=2",
        "?model=mnist-stylegan&pictures=4&steps=4&frame=2",
        "?view=compare&pictures=4&steps=4&frame=2",
        "?view=compare&pictures=4&steps=4&frame=2&lane=euler,2,1,mnist&lane=euler,2,1,mnist-gan",
        "?view=train",
        "?view=train&family=gan&kept=1~one~200~family:gan",
    ];
    let own = ["?view=plane&data=eight&family=gan&trained=60&frame=20"];
    let figures = FigureKind::all().map(|show| format!("?view=plane&show={show}&data=moons&frame=20"));
    let tour = ["?view=plane&tour=3", "?view=plane&tour=6", "?tour=14", "?tour=16", "?tour=21"];
    let links: Vec<String> = views
        .map(String::from)
        .into_iter()
        .chain(figures)
        .chain(tour.map(String::from))
        .chain(own.map(String::from))
        .collect();
    // What axe reads is the page's; from the other engines it takes colours and computed styles, and some pages tell.
    let links = if engine.is_chromium { links } else { links.into_iter().step_by(4).collect() };
    let mut found = Vec::new();
    for link in links {
        page.go(&link);
        page.wait("the page to be ready", |page| page.state() == "ready");
        // As a script of the driver's: the page's policy lets nobody evaluate a text.
        page.browser.run(&script, json!([]));
        let mut look = |page: &Page, how: &str| {
            let result = page.browser.run_async(RUN, json!([]));
            assert!(result["rules"].as_u64() > Some(10), "axe looked at nothing: {result}");
            let all = result["found"].as_array().expect("a list").iter();
            found.extend(all.map(|one| format!("{link}, {how}: {}", one.as_str().unwrap_or_default())));
        };
        for theme in ["light", "dark"] {
            page.dress(theme);
            look(&page, theme);
        }
        if engine.is_chromium {
            page.prefer(&[("forced-colors", "active"), ("prefers-reduced-motion", "reduce")]);
            look(&page, "forced colours");
            page.dress("light");
            // A window of 1280 × 800 at 200 % has half as many pixels of the page.
            page.resize([640, 400]);
            look(&page, "at 200 %");
            page.resize([1280, 800]);
        }
    }
    assert!(found.is_empty(), "axe finds {}:\n{}", found.len(), found.join("\n"));
    page.close_without_errors();
}
