//! Frames under one clock: wherever there are some, they play, step and rest in the same way.

use super::playhead::{Playhead, Start};
use crate::clock;
use leptos::prelude::*;

/// At most 14 pictures a second: fast enough to flow, slow enough to see.
const PACE_MS: f64 = 1000.0 / 14.0;

/// Frames that can be played and stepped through. Which there are and how they come to be seen is said first; the verbs
/// that follow are the same for all, but for what a link or the worker has to hear of them.
pub trait Frames: Copy + Send + Sync + 'static {
    /// Where the view stands on them.
    fn playhead(self) -> Playhead;

    /// The last one.
    fn last(self) -> usize;

    /// Milliseconds from one to the next while they play.
    fn pace_ms(self) -> f64 {
        PACE_MS
    }

    /// True where they can be seen, and so be meant by a key.
    fn is_in_sight(self) -> bool {
        true
    }

    /// The one that is seen; it may be on the way to the one that is wanted.
    fn seen(self) -> usize {
        self.wanted()
    }

    /// True while what is seen is not what is wanted.
    fn is_behind(self) -> bool {
        false
    }

    /// True where none comes after the one that is wanted.
    fn is_over(self) -> bool {
        self.wanted() >= self.last()
    }

    /// Shows the one that is wanted, or the last before it that is there; under `quiet` only itself. True if what is seen
    /// has changed.
    fn show(self, _quiet: bool) -> bool {
        false
    }

    /// Has those up to this one made.
    fn ask(self, _to: usize) {}

    /// Rests at one, or at the last.
    fn seek(self, index: usize) {
        self.rest(index);
    }

    /// Plays on, or from the first if the last is reached.
    fn play(self) {
        self.run();
    }

    /// Rests where it is seen to stand.
    fn pause(self) {
        self.seek(untrack(|| self.wanted().min(self.seen())));
    }

    /// Plays or pauses.
    fn toggle(self) {
        if untrack(|| self.is_playing()) { self.pause() } else { self.play() }
    }

    /// Rests so many further on from the one wanted, or back from the one seen.
    fn step(self, by: isize) {
        let seen = by < 0 || untrack(|| self.is_playing());
        let from = untrack(|| if seen { self.wanted().min(self.seen()) } else { self.wanted() });
        self.seek(from.saturating_add_signed(by));
    }

    /// The one that should be seen.
    fn wanted(self) -> usize {
        self.playhead().wanted.get()
    }

    /// True while they move by themselves.
    fn is_playing(self) -> bool {
        self.playhead().playing.get()
    }

    /// Where the same ones should begin again.
    fn same(self) -> Start {
        untrack(|| if self.is_playing() { Start::Play } else { Start::Frame(self.wanted()) })
    }

    /// Stands still at one: what every [`Frames::seek`] comes to.
    fn rest(self, index: usize) {
        self.playhead().put(index.min(untrack(|| self.last())), false);
        self.tick();
    }

    /// Moves on: what every [`Frames::play`] comes to.
    fn run(self) {
        let playhead = self.playhead();
        if untrack(|| self.wanted() >= self.last()) {
            playhead.put(0, true);
        } else {
            playhead.playing.set(true);
        }
        self.tick();
    }

    /// Moves what is wanted on when its time has come, and what is seen towards it.
    fn tick(self) {
        let (playhead, now) = (self.playhead(), clock::now());
        let (playing, last) = (playhead.playing.get_untracked(), untrack(|| self.last()));
        let is_behind = || untrack(|| self.is_behind());
        if playing && now - playhead.moved_at.get_value() >= self.pace_ms() && !is_behind() {
            playhead.wanted.update(|wanted| *wanted = (*wanted + 1).min(last));
            playhead.moved_at.set_value(now);
        }
        if self.show(playhead.calm && !playing) {
            playhead.moved_at.set_value(now);
        }
        let moves = playing && !is_behind();
        if moves && untrack(|| self.is_over()) {
            return self.pause();
        }
        // While they play, one ahead of the one that is wanted; at rest, none.
        self.ask((playhead.wanted.get_untracked() + usize::from(playing)).min(last));
        if moves {
            self.tick_soon();
        }
    }

    /// Does so before the next paint.
    fn tick_soon(self) {
        self.playhead().due.run(move || self.tick());
    }
}
