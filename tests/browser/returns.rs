//! A GPU that is lost, again and again: the CPU goes on, and a button returns to the GPU with the training as it is.

use crate::{
    failures::strike,
    page::{Adapter, Page},
    server::Site,
};
use flow::rng::{Purpose, Stream};
use protocol::message::Event;
use serde_json::json;
use std::{env, ops::Range, thread};

/// Losses of the GPU, each of half a minute in software. `FLOWSTEP_LOSSES=200` is the long test.
const LOSSES: u64 = 8;

/// Of a family whose previews are drawn in one pass: along a path, one would take minutes in software.
const QUERY: &str = "?view=train&family=vae&size=tiny&batch=2&train-seed=7&device=gpu";

/// The last step that the worker which is there now has reported, once it has reported any.
fn step(page: &Page) -> Option<u64> {
    page.events().iter().rev().take_while(|event| !matches!(event, Event::Ready(_))).find_map(|event| match event {
        Event::Train(report) => Some(report.step),
        _ => None,
    })
}

/// The first step that it has reported.
fn first(page: &Page) -> u64 {
    page.wait_for("a report", |page| {
        let events = page.events();
        let now = events.iter().rposition(|event| matches!(event, Event::Ready(_))).unwrap_or(0);
        events[now..].iter().find_map(|event| if let Event::Train(report) = event { Some(report.step) } else { None })
    })
}

/// The step of the last checkpoint that the page has.
fn checkpoint(page: &Page) -> u64 {
    let last = |event: &Event| if let Event::Checkpoint { step, .. } = event { Some(*step) } else { None };
    page.events().iter().rev().find_map(last).unwrap_or(0)
}

/// Waits for a step of the worker that is there now.
fn another_step(page: &Page) {
    let begin = first(page);
    page.wait("another step", |page| step(page).is_some_and(|step| step > begin));
}

#[test]
fn a_gpu_is_returned_to_as_often_as_it_is_lost_with_the_training_as_it_is() {
    let losses = env::var("FLOWSTEP_LOSSES").ok().and_then(|losses| losses.parse().ok()).unwrap_or(LOSSES);
    // Many of them in as many browsers at a time as there are cores, since each waits for most of the time.
    let browsers = thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let share = if losses > LOSSES { losses.div_ceil(browsers) } else { losses };
    thread::scope(|scope| {
        for begin in (0..losses).step_by(share as usize) {
            scope.spawn(move || lose(begin..(begin + share).min(losses)));
        }
    });
}

/// Loses the GPU and returns to it, each time as its number says.
fn lose(losses: Range<u64>) {
    let Range { start, end } = losses;
    let site = Site::breakable();
    let page = Page::open(&site, Adapter::Software, QUERY);
    page.wait("the status to say WebGPU", |page| page.status().contains("WebGPU"));
    page.button("Train");
    let (mut kept, mut late) = (0, false);
    for loss in start..end {
        println!("loss {loss} of {start} to {end}");
        page.forget();
        // At any moment: before a step, amid steps, amid a preview, when a checkpoint is under way.
        let mut random = Stream::new(13, Purpose::Batch, loss);
        if loss > start {
            let more = 1 + random.below(3) as u64;
            let begin = page.wait_for("a step", step);
            page.wait(format_args!("{more} steps more"), |page| step(page).is_some_and(|step| step >= begin + more));
        }
        match random.below(3) {
            0 => {}
            1 => drop(page.browser.run("document.dispatchEvent(new Event('visibilitychange'))", json!([]))),
            _ => page.wait("a word of the worker", {
                let before = page.events().len();
                move |page| page.events().len() > before
            }),
        }
        kept = checkpoint(&page).max(kept);
        strike(&page, "lose");
        page.wait("the status to say CPU", |page| page.status().contains("CPU"));
        let now = first(&page);
        assert!(now >= kept, "loss {loss}: the CPU goes on at step {now}, and step {kept} was in a checkpoint");
        another_step(&page);
        page.button("Back to the GPU");
        page.wait("the status to say WebGPU", |page| {
            // In software, beside other work, it may take longer to answer than anybody waits; then it is asked once more.
            let late_now = page.alert().contains("has not answered in 30 seconds");
            if let Some(back) = page.find("button", "Back to the GPU").filter(|_| late_now) {
                late = true;
                // It may just have gone.
                let _ = page.browser.try_click(&back);
            }
            page.status().contains("WebGPU")
        });
        let (before, after) = (checkpoint(&page), first(&page));
        assert_eq!(after, before, "loss {loss}: the GPU takes over what the CPU has done");
        kept = after;
        assert!(page.find("button", "Back to the GPU").is_none());
        let said = page.alert();
        assert!(said.contains("The GPU computes from here. Training goes on from its last checkpoint."), "{said}");
        assert!(late || !said.contains("The CPU goes on from here."), "{said}");
    }
    another_step(&page);
    page.close_without_errors();
}
