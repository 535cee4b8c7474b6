//! Links that nobody has chosen: on the CPU every engine gives the same bytes for them. `make soak` follows a thousand.

use crate::{
    engine::{CHROMIUM, Engine, FIREFOX, WEBKIT},
    golden::{Gave, frames, give},
    page::Page,
    server::Site,
};
use flow::{
    keyed::Keyed,
    rng::{Purpose, Stream},
    sampler::SamplerId,
    time::Grid,
};
use protocol::{
    catalogue::{ModelId, SHIPPED},
    comparison::Lane,
    link::{Link, View},
    sampling::SampleSpec,
};
use serde_json::json;
use std::{env, thread};

/// How many are opened; `FLOWSTEP_LINKS` says otherwise.
const COUNT: u64 = 1_000;
const SEED: u64 = 13;
/// Of so many links one is a comparison.
const COMPARISONS: u64 = 8;
/// Of so many links one opens the page anew, and every comparison; the page goes from it to the others, as by Back and Forward.
const VISIT: u64 = 25;

/// Draws settings from everything that there is.
struct Dice(Stream);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0.below(n)
    }

    fn one<K: Keyed>(&mut self) -> K {
        let all: Vec<K> = K::all().collect();
        let at = self.below(all.len());
        all.into_iter().nth(at).expect("one of them")
    }

    /// A model, and a sampler that makes sense on its path.
    fn model(&mut self) -> (ModelId, SamplerId) {
        let place = self.below(SHIPPED.len());
        let fits = |sampler: &SamplerId| sampler.fits(SHIPPED[place].schedule.0, true).is_ok();
        let samplers: Vec<_> = SamplerId::all().filter(fits).collect();
        (ModelId::Shipped(place as u8), samplers[self.below(samplers.len())])
    }

    /// From `low` in so many steps of this size.
    fn number(&mut self, low: f64, step: f64, steps: usize) -> f64 {
        low + step * self.below(steps + 1) as f64
    }

    fn sampling(&mut self) -> SampleSpec {
        let (model, sampler) = self.model();
        SampleSpec {
            model,
            seed: self.below(1_000_000) as u64,
            digit: [None, Some(self.below(10) as u8)][self.below(2)],
            pictures: 1 + self.below(3),
            steps: 1 + self.below(5),
            sampler,
            stochasticity: self.number(0.0, 0.25, 8),
            tolerance: [1e-2, 1e-3, 1e-4][self.below(3)],
            grid: self.one::<Grid>(),
            guidance: self.number(0.0, 0.5, 8),
            guided: [[0.0, 1.0], [0.2, 0.8], [0.0, 0.5]][self.below(3)],
            real: self.below(4) == 0,
        }
    }

    fn lane(&mut self) -> Lane {
        let (model, sampler) = self.model();
        Lane { model, sampler, guidance: self.number(0.0, 0.5, 8), stochasticity: self.number(0.0, 0.25, 8) }
    }
}

/// The link of this number.
fn link(index: u64) -> String {
    let mut dice = Dice(Stream::new(SEED, Purpose::Sample, index));
    let sample = dice.sampling();
    let mut link = Link { frame: Some(sample.steps), sample, ..Link::default() };
    if index.is_multiple_of(COMPARISONS) {
        link.view = View::Compare;
        link.compare.lanes = (0..2 + dice.below(2)).map(|_| dice.lane()).collect();
    }
    format!("?{}", link.to_query().trim_start_matches('?'))
}

/// What a page that is there gives for another link.
fn turn(page: &Page, query: &str) -> Gave {
    page.forget();
    let script = "history.pushState(null, '', arguments[0]); dispatchEvent(new PopStateEvent('popstate'));";
    page.browser.run(script, json!([query]));
    frames(page, query, &Link::parse(query).0, 0)
}

/// What an engine gives for each of so many links.
fn follow(engine: Engine, count: u64) -> Vec<Gave> {
    let site = Site::new();
    let page = Page::blank(&site, engine);
    let all = (0..count).map(|index| {
        if index.is_multiple_of(100) {
            println!("{}: link {index} of {count}", engine.name);
        }
        // Lanes stay at the time where they stand when the page goes to others.
        let anew = index.is_multiple_of(VISIT) || index.is_multiple_of(COMPARISONS);
        if anew { give(&page, &link(index)) } else { turn(&page, &link(index)) }
    });
    let all = all.collect();
    page.close_without_errors();
    all
}

#[test]
#[ignore = "long; `make soak` runs it"]
fn generated_links_give_the_same_bytes_in_every_engine() {
    let count = env::var("FLOWSTEP_LINKS").ok().and_then(|count| count.parse().ok()).unwrap_or(COUNT);
    let engines = [CHROMIUM, FIREFOX, WEBKIT];
    let all = thread::scope(|scope| {
        let running = engines.map(|engine| scope.spawn(move || follow(engine, count)));
        running.map(|one| one.join().expect("an engine that follows every link"))
    });
    let hashes: usize = all[0].iter().map(Vec::len).sum();
    let mut differ = Vec::new();
    for (engine, gave) in engines.iter().zip(&all).skip(1) {
        let differs = |index: &usize| gave[*index] != all[0][*index];
        differ.extend((0..all[0].len()).filter(differs).map(|k| format!("{}: {}", engine.name, link(k as u64))));
    }
    println!("{count} generated links, {hashes} hashes in each of three engines, {} links differ", differ.len());
    assert!(hashes > 0 && differ.is_empty(), "links that differ from Chromium:\n{}", differ.join("\n"));
}

#[test]
fn links_of_one_number_are_one_link_and_are_read_as_they_are_written() {
    for index in 0..200 {
        let text = link(index);
        assert_eq!(text, link(index));
        assert_eq!(Link::parse(&text).1, [""; 0], "{text}");
        assert_ne!(text, link(index + 1));
    }
}
