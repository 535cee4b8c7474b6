//! Golden links in the browser: every number of every frame on the CPU, and of what is learned in the plane.

use crate::{
    engine::{Engine, every_engine},
    kept,
    page::Page,
    server::Site,
};
use plane::spec::Spec;
use protocol::{
    learned::Snapshot,
    link::{Link, View},
    message::{Event, Frame},
};
use std::{collections::BTreeMap, env};

pub type Gave = Vec<(String, String)>;

/// Labels, t, x_t, u(x_t, t) or codes where there is a path, and a critic’s verdicts where there is one.
fn hash(frame: &Frame) -> String {
    let labels = frame.labels.iter().map(|label| f32::from(*label));
    let lists = [&frame.x_t, &frame.velocity, &frame.codes, &frame.verdicts].into_iter().flatten().copied();
    kept::hash(labels.chain([frame.t as f32]).chain(lists))
}

/// The frames of every lane, from event `since` on, once all have come.
pub fn frames(page: &Page, query: &str, link: &Link, since: usize) -> Gave {
    let lanes = if link.view == View::Compare { link.compare.lanes.len() } else { 1 };
    let wanted = link.frame.unwrap_or(link.sample.steps) + 1;
    let name = |lane: usize, index: usize| match lanes {
        1 => format!("frame {index}"),
        _ => format!("frame {index} of lane {}", lane + 1),
    };
    page.wait_for(format_args!("every frame of {query}"), |page| {
        let mut found: BTreeMap<u32, BTreeMap<usize, Frame>> = BTreeMap::new();
        for event in page.events().into_iter().skip(since) {
            if let Event::Frame { generation, frame } = event {
                found.entry(generation).or_default().insert(frame.index, frame);
            }
        }
        // What was begun and given up lacks frames.
        let whole: Vec<_> = found.into_values().filter(|frames| frames.len() == wanted).collect();
        let lane = |(lane, frames): (usize, &BTreeMap<usize, Frame>)| {
            frames.values().map(|frame| (name(lane, frame.index), hash(frame))).collect::<Vec<_>>()
        };
        let first = whole.len().checked_sub(lanes)?;
        Some(whole[first..].iter().enumerate().flat_map(lane).collect())
    })
}

/// Trains the recipe of the link. The loss of every step, and the event after which the weights are those of the last.
fn train(page: &Page, query: &str, steps: u64) -> (Gave, usize) {
    page.button(&format!("Train {steps} steps"));
    let done = page.wait_for(format_args!("the last step of {query}"), |page| {
        let rests = |event: &Event| matches!(event, Event::Train(report) if !report.running && report.step == steps);
        let at = page.events().iter().position(rests)?;
        let losses = page.reports().into_iter().flat_map(|report| report.losses).flat_map(|(_, terms)| terms);
        Some((vec![("losses".into(), kept::hash(losses))], at))
    });
    page.click("link", "Sample");
    done
}

/// What a link of pictures gives.
pub fn give(page: &Page, query: &str) -> Gave {
    let (link, complaints) = Link::parse(query);
    assert_eq!(complaints, [""; 0], "{query}");
    page.go(query);
    page.wait("the page to leave data-state=loading", |page| page.state() != "loading");
    let (mut gave, since) = if link.trained > 0 { train(page, query, link.trained) } else { (vec![], 0) };
    gave.extend(frames(page, query, &link, since));
    gave
}

/// The losses of every round, and where its whole snapshot has the particles at each time.
fn learned(page: &Page, query: &str) -> Gave {
    let (link, _) = Link::parse(query);
    let (spec, complaints) = Spec::parse(&link.plane);
    assert_eq!(complaints, [""; 0], "{query}");
    page.go(query);
    let learning = &spec.learning;
    page.wait_for(format_args!("the last snapshot of every round of {query}"), |page| {
        let (mut losses, mut states) = (BTreeMap::<usize, Vec<f32>>::new(), BTreeMap::<usize, Gave>::new());
        for event in page.events() {
            match event {
                Event::Train(report) => {
                    losses.entry(report.round).or_default().extend(report.losses.iter().flat_map(|(_, terms)| terms));
                }
                Event::Snapshot(Snapshot { round, step, whole: true, times, particles, x, .. })
                    if step == learning.trained =>
                {
                    let at = |k: usize| kept::hash(x[k * particles * 2..][..particles * 2].iter().copied());
                    let state = |k: usize| (format!("round {round} frame {k}"), at(k));
                    states.insert(round, (0..times.len()).map(state).collect());
                }
                _ => {}
            }
        }
        (states.len() == learning.rounds + 1).then(|| {
            let losses =
                losses.into_iter().map(|(round, losses)| (format!("round {round} losses"), kept::hash(losses)));
            losses.chain(states.into_values().flatten()).collect()
        })
    })
}

/// Opens the links of a file one after the other in one browser.
fn hold(engine: Engine, file: &str, give: fn(&Page, &str) -> Gave) {
    let site = Site::new();
    let page = Page::blank(&site, engine);
    if engine.is_chromium || env::var("FLOWSTEP_GOLDEN").is_ok_and(|it| it == "all") {
        kept::hold(file, |link| give(&page, link));
    } else {
        kept::hold_some(file, |link| SOME.iter().any(|part| link.contains(part)), |link| give(&page, link));
    }
    page.close_without_errors();
}

/// Links that the other engines open, since they run the same wasm: some of every kind of sampler and model.
/// `FLOWSTEP_GOLDEN=all` opens them all.
const SOME: [&str; 20] = [
    "model=mnist&seed=7&sampler=dopri5&",
    "sampler=stochastic-heun&",
    "sampler=predictor-corrector&",
    "sampler=annealed-langevin&",
    "model=mnist-ddpm&seed=11&sampler=ancestral&",
    "model=fashion&seed=5&sampler=em-sigma&",
    "model=mnist-vae&seed=7&",
    "model=mnist-gan&seed=8&",
    "model=mnist-normalising&",
    "family=normalising&batch=32&",
    "model=mnist-latent&seed=7&",
    "model=mnist-vq&",
    "model=mnist-pix2pix&",
    "model=mnist-cyclegan&",
    "model=mnist-stylegan&",
    "guided=0.2-0.8&",
    "lane=ancestral,2,1,mnist-ddpm&",
    "size=small&loss=noise&",
    "family=gan&batch=8&adversarial=wasserstein&",
    "data=mixture&loss=noise&schedule=cosine&",
];

every_engine! {
    golden_links_of_samples_give_the_same_bytes;
    golden_links_of_comparisons_give_the_same_bytes;
    golden_links_of_recipes_give_the_same_bytes;
    golden_links_of_learned_fields_give_the_same_bytes;
}

fn golden_links_of_samples_give_the_same_bytes(engine: Engine) {
    hold(engine, "samples.txt", give);
}

fn golden_links_of_comparisons_give_the_same_bytes(engine: Engine) {
    hold(engine, "comparisons.txt", give);
}

fn golden_links_of_recipes_give_the_same_bytes(engine: Engine) {
    hold(engine, "recipes.txt", give);
}

fn golden_links_of_learned_fields_give_the_same_bytes(engine: Engine) {
    hold(engine, "learned.txt", learned);
}
