//! Autoencoders and adversaries in the page: chosen, trained, stepped through, sampled, compared.

use crate::{
    page::{Adapter, Page, key},
    server::Site,
    train::{pause, train_until},
};
use flow::family::{FamilyId, Needs};
use protocol::message::Event;
use serde_json::json;

const RECIPE: &str = "?view=train&batch=8&train-seed=7&pictures=3&steps=4&frame=4";

/// Those whose pictures come about in one pass.
fn others() -> impl Iterator<Item = FamilyId> {
    FamilyId::of(Needs::Pictures).filter(|family| !family.has_path())
}

/// Names of the visible pictures of a selector.
fn names(page: &Page, css: &str) -> Vec<String> {
    page.canvases(css).into_iter().map(|(name, _)| name).collect()
}

/// The painted bytes of the only visible picture of this name.
fn painted(page: &Page, name: &str) -> Vec<u8> {
    let found = page.canvases("canvas[role=img]").into_iter().filter(|(other, _)| other == name);
    let found: Vec<_> = found.map(|(_, pixels)| pixels).collect();
    assert_eq!(found.len(), 1, "“{name}” is there {} times", found.len());
    found.concat()
}

/// Whether any pixel of these is nearly white.
fn is_bright(rgba: &[u8]) -> bool {
    rgba.chunks_exact(4).any(|pixel| pixel[0] > 200)
}

fn url(page: &Page) -> String {
    page.browser.run("return location.href", json!([])).as_str().unwrap_or_default().to_string()
}

fn says(page: &Page, css: &str) -> String {
    let script = "return [...document.querySelectorAll(arguments[0])].map(one => one.textContent).join(' ')";
    page.browser.run(script, json!([css])).as_str().unwrap_or_default().to_string()
}

#[test]
fn a_family_is_chosen_trained_and_stepped_through_as_it_learned() {
    let site = Site::new();
    for family in others() {
        let page = Page::open(&site, Adapter::None, RECIPE);
        page.choose("Family", family.key);
        page.wait("its recipe in the link", |page| url(page).contains(&format!("family={}", family.key)));
        // What decides flows is away, what decides this one is there.
        page.wait("its settings", |page| page.find("combobox", "Schedule").is_none());
        if family.settings.contains(&"latent") {
            page.control("spinbutton", "Size of z");
        }
        page.button("Train");
        train_until(&page, 12);
        page.wait("two previews", |page| {
            page.events().iter().filter(|event| matches!(event, Event::Preview { .. })).count() > 1
        });
        pause(&page);
        let reports = page.reports();
        let terms = reports.iter().flat_map(|report| &report.losses);
        assert!(terms.clone().count() >= 12 && terms.clone().all(|(_, terms)| terms.len() == family.terms.len()));
        let chart = "return document.querySelector('.loss .chart').ariaLabel";
        let spoken = page.browser.run(chart, json!([])).as_str().unwrap_or_default().to_string();
        assert!(family.terms.iter().all(|term| spoken.contains(&format!("{} ", term.name))), "{spoken}");
        // As many rows of ten as the family shows, from the last step.
        let all = names(&page, ".previews canvas");
        assert_eq!(all.len(), 10 * family.rows.len());
        let last = page.reports().last().expect("a report").step;
        let of_step = |page: &Page, step: u64| {
            page.wait(format_args!("pictures of step {step}"), |page| {
                names(page, ".previews canvas").iter().all(|name| name.ends_with(&format!("training step {step}")))
            });
            page.canvases(".previews canvas").into_iter().map(|(_, pixels)| pixels).collect::<Vec<_>>()
        };
        let late = of_step(&page, last);
        // The same keys that step along a path step along the training.
        page.leave_controls();
        page.browser.press(key::HOME);
        let first = page.events().iter().find_map(|event| match event {
            Event::Preview { step, .. } => Some(*step),
            _ => None,
        });
        let early = of_step(&page, first.expect("a preview"));
        assert!(early != late, "the pictures of both steps are the same");
        page.browser.press(key::END);
        assert_eq!(of_step(&page, last), late);
        page.control("slider", "Training step");
        if family.key == "gan" {
            assert!(says(&page, ".previews .caption").contains("D 0."), "{}", says(&page, ".previews .caption"));
        }
        // What was trained is sampled, and the link says how to train it again.
        page.button("Sample this model");
        page.button("Last frame");
        let drawn = page.pictures_at(4, 3);
        assert_eq!(page.alert(), "");
        assert!(url(&page).contains("trained="));
        // What pictures are made of has a class.
        let class = |k: usize| if family.translates() { format!("digit {k}") } else { "no class".into() };
        assert!(drawn.iter().enumerate().all(|(k, picture)| picture.class == class(k)));
        page.close_without_errors();
    }
}

#[test]
fn the_map_of_codes_follows_the_hand() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?model=mnist-vae&seed=3&pictures=5&steps=4&frame=4");
    page.pictures_at(4, 5);
    let hand = "The picture of the code under the hand";
    page.wait("the map", |page| names(page, ".map").len() == 1 && is_bright(&page.canvases(".map")[0].1));
    let filled = |page: &Page| is_bright(&painted(page, hand));
    page.wait("the picture under the hand", filled);
    let before = painted(&page, hand);
    page.slide("First number of z", -2.0);
    page.wait("another picture", |page| painted(page, hand) != before);
    assert!(says(&page, ".codes .title").contains("z = (−2.0, 0.0)"), "{}", says(&page, ".codes .title"));
    // Pressed in the middle of the map, the hand is back at z = 0.
    let press = "const map = document.querySelector('.map'), area = map.getBoundingClientRect();
        map.dispatchEvent(new PointerEvent('pointerdown', { pointerId: 1, bubbles: true,
            clientX: area.left + area.width / 2, clientY: area.top + area.height / 2 }));";
    page.browser.run(press, json!([]));
    // The pointer stands on a pixel, and no pixel is the very middle.
    let near = |page: &Page| {
        let apart: usize = painted(page, hand).iter().zip(&before).map(|(a, b)| usize::from(a.abs_diff(*b))).sum();
        apart < 4 * before.len()
    };
    page.wait("nearly the first picture again", near);
    // A dot for every picture; at t = 0 all are in the middle.
    page.button("First frame");
    page.pictures_at(0, 5);
    let dots = "return [...document.querySelectorAll('.dots .code')].map(dot => dot.getAttribute('cx') + ',' + dot.getAttribute('cy')).join(' ')";
    let middle = page.browser.run(dots, json!([]));
    assert_eq!(middle, ["50.00,50.00"; 5].join(" "));
    assert_eq!(page.alert(), "");
    page.close_without_errors();
}

#[test]
fn a_critic_judges_and_an_arc_leads_from_one_picture_to_the_next() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?model=mnist-gan&seed=3&pictures=4&steps=4&frame=4");
    let drawn = page.pictures_at(4, 4);
    assert_eq!(
        drawn.iter().map(|picture| &picture.class[..]).collect::<Vec<_>>(),
        ["digit 0", "digit 1", "digit 2", "digit 3"]
    );
    page.wait("a verdict", |page| says(page, ".panel .verdict").contains("D = 0."));
    // At both ends of the arc stand the two pictures themselves, to the grey level.
    let arc = "The picture between two codes";
    for (share, picture) in [(0.0, 0), (1.0, 1)] {
        page.slide("Between two codes", share);
        let near = |page: &Page| {
            let found = painted(page, arc);
            found.iter().zip(&drawn[picture].pixels).all(|(a, b)| a.abs_diff(*b) <= 1)
        };
        page.wait(format_args!("picture {}", picture + 1), near);
    }
    // Nothing is offered that would change nothing.
    assert!(page.find("combobox", "Sampler").is_none() && page.find("slider", "Guidance").is_none());
    assert_eq!(page.alert(), "");
    page.close_without_errors();
}

#[test]
fn families_stand_side_by_side() {
    let site = Site::new();
    let link = "?view=compare&pictures=3&steps=4&seed=5&frame=4&lane=euler,1,1,mnist&lane=euler,1,1,mnist-vae&lane=heun,2,1,mnist-gan";
    for lock in ["t", "nfe"] {
        let page = Page::open(&site, Adapter::None, &format!("{link}&lock={lock}"));
        page.wait("all lanes", |page| {
            let said = says(page, ".lane .stands");
            said.matches("step 4 of 4").count() == 3 && said.matches("NFE 1").count() == 2
        });
        assert_eq!(page.alert(), "");
        page.close_without_errors();
    }
}

#[test]
fn webgpu_trains_every_family_as_the_cpu_does() {
    let site = Site::new();
    for family in others() {
        let losses = [("cpu", "CPU"), ("gpu", "WebGPU")].map(|(device, name)| {
            let told = if family.settings.contains(&"labels") { "&labels=1" } else { "" };
            let query = format!("{RECIPE}&family={}{told}&device={device}", family.key);
            let page = Page::open(&site, Adapter::Software, &query);
            page.wait(format_args!("the status to say {name}"), |page| page.status().contains(name));
            page.button("Train");
            train_until(&page, 8);
            let terms: Vec<_> = page.reports().into_iter().flat_map(|report| report.losses).take(8).collect();
            assert_eq!(page.alert(), "");
            page.close_without_errors();
            terms
        });
        for ((step, cpu), (_, gpu)) in losses[0].iter().zip(&losses[1]) {
            for ((a, b), term) in cpu.iter().zip(gpu).zip(family.terms) {
                assert!(
                    (a - b).abs() <= 1e-3 * a.abs().max(1.0),
                    "{}, step {step}, {}: {a} and {b}",
                    family.key,
                    term.name
                );
            }
        }
    }
}

#[test]
fn layers_lead_from_noise_to_the_picture_and_back() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?model=mnist-normalising&seed=3&pictures=4&steps=6&frame=6");
    let last = page.pictures_at(6, 4);
    assert!(says(&page, ".spine .ends").contains("behind the last layer"), "{}", says(&page, ".spine .ends"));
    page.button("First frame");
    let noise = page.pictures_at(0, 4);
    // Noise is grey all over, a digit nearly black and white.
    let grey = |picture: &[u8]| picture.iter().filter(|level| (64..192).contains(*level)).count();
    assert!(noise.iter().zip(&last).all(|(a, b)| grey(&a.pixels) > 2 * grey(&b.pixels)));
    page.button("Last frame");
    let again = page.pictures_at(6, 4);
    assert!(again.iter().zip(&last).all(|(a, b)| a.pixels == b.pixels));
    assert_eq!(page.alert(), "");
    page.close_without_errors();
}

#[test]
fn layers_bend_the_grid_and_tell_the_density() {
    let site = Site::new();
    let recipe = "view=plane&data=moons&particles=200&steps=8&family=normalising&batch=64&trained=60";
    let page = Page::open(&site, Adapter::None, &format!("?{recipe}&frame=4&layers=grid,particles"));
    page.wait("both grids", |page| {
        let said = says(page, ".panels");
        said.contains("Normalising flow, step 60, t = 0.50")
            && said.matches("grid that moves with the flow").count() == 2
    });
    page.go(&format!("?{recipe}&frame=8&show=likelihood"));
    page.wait("what was learned", |page| says(page, ".learn").contains("rests at step 60"));
    page.button("Map log p");
    page.wait("the map", |page| says(page, ".panels").contains("nats on average"));
    assert_eq!(page.alert(), "");
    page.close_without_errors();
}

#[test]
fn points_of_the_plane_are_drawn_by_every_family() {
    let site = Site::new();
    for family in others().filter(|family| family.needs.contains(&Needs::Points)) {
        let page = Page::open(&site, Adapter::None, "?view=plane&data=eight&particles=200&steps=8&frame=8");
        page.choose("Family", family.key);
        page.button("Train");
        page.wait("a panel of what is learned", |page| {
            says(page, ".panel h3, .panel .title, .panels").contains(family.name)
        });
        page.wait("the parts that are reached", |page| {
            says(page, ".rounds, .learn, main").contains("of 8 parts of the data are reached")
        });
        if family.key == "gan" {
            page.wait("the best critic", |page| says(page, ".panels").contains("Best critic for these points"));
        }
        page.button("Pause training");
        page.wait("rest", |page| says(page, ".learn").contains("rests at step"));
        assert_eq!(page.alert(), "");
        let whole =
            |page: &Page| url(page).contains(&format!("family={}", family.key)) && url(page).contains("trained=");
        page.wait("the recipe in the link", whole);
        page.close_without_errors();
    }
}
