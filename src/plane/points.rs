//! Points that a person has loaded or painted: kept for other visits, and taken up again.

use super::state::Plane;
use data::{
    cloud::{self, Cloud},
    shapes::Shape,
};
use leptos::prelude::*;
use plane::spec::Spec;
use protocol::saved::{self, keepsake::Keeping};

/// A sheet is kept once the hand has rested so long.
const PAUSE_MS: u64 = 800;

impl Plane {
    /// Keeps the points that are shown, in place of what the same sheet was before.
    pub(super) fn keep_points(self) {
        if self.spec.with_untracked(is_own) {
            self.keeping.run(PAUSE_MS, move || self.keep_points_now());
        }
    }

    fn keep_points_now(self) {
        if !self.spec.with_untracked(is_own) {
            return;
        }
        let parts = self.spec.with_untracked(|spec| spec.parts.clone());
        let bytes = cloud::csv(&parts).into_bytes();
        let (before, now) = (self.sheet.get_value(), saved::sum(&bytes));
        // As it was when it was kept; whoever has deleted it since does not want it back.
        if before == Some(now) {
            return;
        }
        self.keepsakes.keep(Keeping::Points(parts.len()), bytes);
        self.sheet.set_value(Some(now));
        before.into_iter().for_each(|before| self.keepsakes.discard(before));
    }

    /// What follows is another sheet: the one before stays kept.
    pub(super) fn turn_sheet(self) {
        self.keeping.cancel();
        self.keep_points_now();
        self.sheet.set_value(None);
    }

    /// Takes up points that were kept.
    pub fn use_points(self, id: u64) {
        self.keepsakes.take(id, move |_, bytes| match cloud::open(&bytes) {
            Ok(Cloud { parts, .. }) => {
                self.turn_sheet();
                self.undo.part();
                self.edit(|spec| (spec.data, spec.parts, spec.points) = (Shape::Points, parts, None));
                self.sheet.set_value(Some(id));
            }
            Err(sentence) => self.alerts.say(format!("These points were not taken: {sentence}.")),
        });
    }
}

/// Whether these are points that somebody has loaded or painted.
fn is_own(spec: &Spec) -> bool {
    let usual = || Shape::Points.parts(spec.letter);
    spec.data == Shape::Points && !cloud::is_blank(&spec.parts) && spec.parts != usual()
}

/// A sheet in words.
pub fn about(keeping: &Keeping) -> String {
    match keeping {
        Keeping::Points(1) => "1 point".into(),
        Keeping::Points(count) => format!("{count} points"),
        Keeping::Model(_) | Keeping::Weights(_) => String::new(),
    }
}
