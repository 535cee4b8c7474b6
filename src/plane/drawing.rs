//! From the figure to the canvases: a little work before each paint, coarse while things move, fine when they rest.

use super::{pace::DrawingTimes, state::Plane};
use crate::clock;
use leptos::prelude::*;
use plane::{
    colour::{DARK, LIGHT},
    panel::{Detail, Panel},
    panels,
    spec::Spec,
};
use web::{painter::Painter, plane_module};

/// Milliseconds before each paint that may be spent on trajectories.
const BUDGET_MS: f64 = 7.0;
/// Cells of a map to a side, at rest and in motion.
const FINE: usize = 160;
const COARSE: usize = 80;
/// A drawing that took longer at full detail is coarse in motion.
const SLOW_MS: f64 = 9.0;

/// After the last change, the worker hears what snapshots should show.
const LOOK_MS: u64 = 250;

impl Plane {
    /// Draws whenever something changes that is seen.
    pub fn follow(self) {
        let looking = clock::Delay::new();
        clock::follow(move || {
            self.show.track();
            self.pace.set_value(DrawingTimes::UNKNOWN);
        });
        clock::follow(move || {
            self.spec.with(|spec| self.figure.update_value(|figure| figure.take(spec)));
            self.figure.with_value(|figure| {
                if let Some(sentence) = figure.complaint() {
                    self.alerts.say(format!("This cannot be shown: {sentence}."));
                }
            });
            self.keep_up();
            self.stir();
            looking.run(LOOK_MS, move || self.look());
        });
        clock::follow(move || {
            self.playhead.wanted.track();
            self.hover.track();
            self.news.track();
            self.stir();
        });
        clock::on_theme(move || self.redraw());
    }

    /// Something has changed: draws soon, coarsely if need be, and finely a little later.
    fn stir(self) {
        self.pace.update_value(|pace| pace.changed = clock::now());
        self.redraw();
    }

    /// Draws before the next paint.
    pub fn redraw(self) {
        self.due.run(move || self.draw());
    }

    fn draw(self) {
        if plane_module::room().is_none() {
            return;
        }
        clock::spend(BUDGET_MS, || self.figure.try_update_value(|figure| figure.work()).unwrap_or(false));
        let pace = self.pace.get_value();
        // Motion is over when nothing has changed for a moment.
        let moving = clock::now() - pace.changed < 120.0;
        let coarse = moving && pace.fine > SLOW_MS;
        let detail = self.detail(if coarse { COARSE } else { FINE });
        let before = clock::now();
        let panels = self.panels(&detail);
        self.paint_panels(&panels);
        if !coarse {
            self.pace.update_value(|pace| pace.fine = clock::now() - before);
        }
        let heads: Vec<_> = panels.into_iter().map(|panel| panel.head).collect();
        if self.heads.with_untracked(|old| *old != heads) {
            self.heads.set(heads);
        }
        let complete = self.figure.with_value(|figure| figure.is_complete());
        let working = !complete || coarse;
        if self.working.get_untracked() != working {
            self.working.set(working);
        }
        if working {
            self.redraw();
        }
    }

    /// What is seen now.
    pub fn panels(self, detail: &Detail) -> Vec<Panel> {
        let frame = self.playhead.wanted.get_untracked();
        self.figure.with_value(|figure| panels::panels(figure, frame, detail))
    }

    /// Detail of so many cells to a side, in the colours of the page.
    pub fn detail(self, cells: usize) -> Detail {
        let theme = if clock::is_dark() { DARK } else { LIGHT };
        Detail { cells, theme, hover: self.hover.get_untracked() }
    }

    fn paint_panels(self, panels: &[Panel]) {
        let camera = self.spec.with_untracked(Spec::eye);
        self.canvases.with_value(|canvases| {
            for (k, panel) in panels.iter().enumerate() {
                let painter = canvases.get(&(k as u32)).and_then(|canvas| Painter::new(canvas, camera));
                if let Some(painter) = painter {
                    panel.marks.iter().for_each(|mark| painter.draw(mark));
                }
            }
        });
    }
}
