//! How long something is waited for: as long as the page moves or computes, however slow the machine.
//!
//! Nothing here ends because a machine has other things to do. A wait ends when the page stands still, or when it has had
//! more processor time than anything here takes.

use crate::page::Page;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A page that stands still for so long will not move again.
const STILL: Duration = Duration::from_secs(90);
/// A page that does not move but has had this share of a processor is computing.
const SHARE: f64 = 0.15;
/// Seconds of processor time in which everything that is waited for is done several times over.
const WORK: f64 = 400.0;
/// How often the page is asked whether it moves.
const EVERY: Duration = Duration::from_secs(1);

/// Everything by which a page is seen to move: what its worker says, what it says itself, what it changes.
const SCRIPT: &str = "const { events, changes, workers } = globalThis.recorded ?? { events: [], workers: [] };
    return [events.length, changes ?? 0, workers.length,
    document.querySelector('[data-state]')?.dataset.state ?? null, location.href]";

/// A moment: when it was, how much the browser had worked, what the page looked like.
struct Moment {
    at: Instant,
    work: f64,
    seen: Value,
}

pub struct Hope {
    begin: Instant,
    /// What the browser had worked at the beginning.
    before: f64,
    asked: Instant,
    /// When the page last moved.
    moved: Moment,
}

impl Hope {
    pub fn new(page: &Page) -> Self {
        let (now, before) = (Instant::now(), page.browser.work().unwrap_or(0.0));
        Self { begin: now, before, asked: now, moved: Moment { at: now, work: before, seen: Value::Null } }
    }

    /// An error if there is none left.
    pub fn ask(&mut self, page: &Page) -> Result<(), String> {
        if self.asked.elapsed() < EVERY {
            return Ok(());
        }
        self.asked = Instant::now();
        // Where a system does not tell, time counts as work.
        let work = page.browser.work().unwrap_or_else(|| self.begin.elapsed().as_secs_f64());
        let seen = page.browser.run(SCRIPT, json!([]));
        if seen != self.moved.seen {
            self.moved = Moment { at: self.asked, work, seen };
        }
        judge(self.moved.at.elapsed(), work - self.moved.work, work - self.before)
    }

    /// How long to wait before the next question: the longer it takes, the less is gained by asking often.
    pub fn pause(&self) -> Duration {
        (self.begin.elapsed() / 40).clamp(Duration::from_millis(20), Duration::from_millis(250))
    }
}

/// Whether to go on, after standing still so long with so much work in that time, and so much work in all.
fn judge(still: Duration, work: f64, all: f64) -> Result<(), String> {
    if all > WORK {
        return Err(format!("the browser has worked for {all:.0} s"));
    }
    if still > STILL && work < SHARE * still.as_secs_f64() {
        return Err(format!("nothing has moved for {} s", still.as_secs()));
    }
    Ok(())
}

#[test]
fn hope_ends_with_progress_and_not_with_time() {
    let minute = Duration::from_secs(60);
    assert!(judge(minute, 0.0, 0.0).is_ok(), "a page may stand still for a while");
    assert!(judge(2 * minute, 0.0, 0.0).unwrap_err().contains("nothing has moved"));
    assert!(judge(20 * minute, 300.0, 300.0).is_ok(), "a slow machine computes for long");
    assert!(judge(minute, 1.0, 500.0).unwrap_err().contains("has worked"));
}
