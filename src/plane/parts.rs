//! What a person does to the data.

use super::state::Plane;
use crate::{clock, undo_key};
use data::{
    cloud,
    shapes::{MAX_PARTS, MAX_WEIGHT, Part, REACH, STDS, Shape},
};
use flow::keyed::Keyed;
use leptos::prelude::*;
use plane::{
    camera::Camera,
    spec::{FigureKind, Spec},
};
use web::plane_module;

/// Width of a painted point.
const PAINTED: f64 = cloud::STD;
/// Painted points are at least so far apart.
const APART: f64 = 0.12;

impl Plane {
    /// True where the parts can be taken hold of one by one.
    pub fn has_handles(self) -> bool {
        self.data.get() == Shape::Mixture && self.show.get() == FigureKind::Path
    }

    /// True where strokes paint.
    pub fn is_painting(self) -> bool {
        let points = self.data.get_untracked() == Shape::Points && self.show.get_untracked() != FigureKind::Line;
        self.brush.get_untracked() && points
    }

    /// Changes a part, as a hand does that is led along the edge: within bounds.
    pub fn edit_part(self, k: usize, change: impl FnOnce(&mut Part)) {
        self.edit(|spec| {
            if let Some(part) = spec.parts.get_mut(k) {
                change(part);
                part.centre = part.centre.map(|x| rounded(x.clamp(-REACH, REACH), 256.0));
                part.std = rounded(part.std.clamp(STDS[0], STDS[1]), 1000.0).max(STDS[0]);
                part.weight = part.weight.clamp(0.0, MAX_WEIGHT);
            }
        });
    }

    /// Changes a part to what was typed; a sentence if that is no part or leaves no data, and then nothing changes.
    pub fn set_part(self, k: usize, change: impl FnOnce(&mut Part)) -> Result<(), String> {
        let mut parts = self.spec.with_untracked(|spec| spec.parts.clone());
        let Some(part) = parts.get_mut(k) else { return Ok(()) };
        change(part);
        cloud::check(&parts)?;
        self.undo.part();
        self.edit_part(k, |part| *part = parts[k]);
        Ok(())
    }

    /// Puts one more part in the middle.
    pub fn add_part(self) {
        self.undo.part();
        self.edit(|spec| {
            if spec.parts.len() < MAX_PARTS {
                // Where none lies: the middle, or on a circle around it.
                let free = |at: &[f64; 2]| {
                    spec.parts.iter().all(|part| (part.centre[0] - at[0]).hypot(part.centre[1] - at[1]) > 0.3)
                };
                let around = (0..12).map(|k| f64::from(k) * 2.4).map(|angle| [1.5 * angle.cos(), 1.5 * angle.sin()]);
                let centre = [[0.0; 2]].into_iter().chain(around).find(free).unwrap_or_default();
                spec.parts.push(Part { weight: 1.0, centre: centre.map(|x| rounded(x, 256.0)), std: 0.3, class: 0 });
            }
        });
        self.chosen.set(self.spec.with_untracked(|spec| spec.parts.len().saturating_sub(1)));
    }

    /// Takes a part away; the last one stays.
    pub fn remove_part(self, k: usize) {
        let mut parts = self.spec.with_untracked(|spec| spec.parts.clone());
        if parts.len() < 2 || k >= parts.len() {
            return;
        }
        parts.remove(k);
        if let Err(sentence) = cloud::check(&parts) {
            return self.alerts.say(format!("The part stays: {sentence}."));
        }
        self.undo.part();
        self.edit(|spec| spec.parts = parts);
        self.chosen.update(|chosen| *chosen = (*chosen).min(self.spec.with_untracked(|spec| spec.parts.len() - 1)));
    }

    /// Paints a point, unless one lies there.
    pub fn paint(self, place: [f64; 2]) {
        let centre = place.map(|x| rounded(x.clamp(-REACH, REACH), 256.0));
        let free = |part: &Part| (part.centre[0] - centre[0]).hypot(part.centre[1] - centre[1]) >= APART;
        self.edit(|spec| {
            if spec.parts.len() >= MAX_PARTS {
                return;
            }
            if cloud::is_blank(&spec.parts) {
                spec.parts.clear();
            }
            if spec.parts.iter().all(free) {
                let class = u8::from(self.second.get_untracked());
                spec.parts.push(Part { weight: 1.0, centre, std: PAINTED, class });
            }
        });
        if self.spec.with_untracked(|spec| spec.parts.len() >= MAX_PARTS) {
            self.alerts.say(format!("A data set has at most {MAX_PARTS} points; clear it to paint others."));
        }
    }

    /// An empty sheet, which is one point that can be painted over.
    pub fn clear(self) {
        self.turn_sheet();
        self.undo.part();
        self.edit(|spec| {
            spec.points = None;
            spec.parts = vec![cloud::BLANK];
        });
        self.undo.part();
        self.brush.set(true);
    }

    /// Takes the last change of the data back.
    pub fn take_back(self) {
        self.undo.take_back(|data| self.edit(|spec| data.lay(spec)));
        self.chosen.update(|chosen| *chosen = (*chosen).min(self.spec.with_untracked(|spec| spec.parts.len() - 1)));
    }

    /// Ctrl+Z takes back while the plane is in sight: a training that was given up, if that was the last, else a change of the
    /// data.
    pub fn hear_undo(self) {
        let gone = move || self.saves.gone.with(Option::is_some);
        let may = move || plane_module::room().is_some() && (gone() || self.undo.has_past());
        undo_key::listen(may, move || if untrack(gone) { self.bring_back() } else { self.take_back() });
    }

    /// Only the part that is nearest to the place that was chosen: its conditional path. It comes first, so that others
    /// join it one by one.
    pub fn pick(self) {
        self.edit(|spec| {
            let [x, y] = spec.probe.unwrap_or_default();
            let far = |part: &Part| (part.centre[0] - x).hypot(part.centre[1] - y);
            let nearest = (0..spec.parts.len()).min_by(|a, b| far(&spec.parts[*a]).total_cmp(&far(&spec.parts[*b])));
            if let Some(nearest) = nearest {
                let part = spec.parts.remove(nearest);
                spec.parts.insert(0, part);
                spec.points = Some(1);
            }
        });
    }

    /// Sees all particles of this frame, and the data.
    pub fn fit_camera(self) {
        let frame = self.playhead.wanted.get_untracked();
        let around = self.figure.with_value(|figure| figure.extent(frame));
        self.edit(|spec| {
            let usual = Spec::default().camera;
            let wide = around.map(|[low, high]| Camera::around(low, high, [1.0, 1.0]));
            spec.camera = wide.filter(|wide| wide.span() > usual.span()).unwrap_or(usual);
        });
    }

    /// Looks into a place until another is chosen.
    pub fn pin(self, place: [f64; 2]) {
        let place = place.map(|x| rounded(x.clamp(-2.0 * REACH, 2.0 * REACH), 100.0));
        self.edit(|spec| spec.probe = Some(place));
        if self.show.get_untracked() == FigureKind::Likelihood {
            self.trace(place);
        }
    }

    /// Another data set; as a person left it, if it was changed before.
    pub fn choose(self, key: &str) {
        match Shape::find(key) {
            Ok(data) => {
                self.chosen.set(0);
                // A finger that meant to scroll should not paint.
                self.brush.set(data == Shape::Points && !clock::media("(pointer: coarse)"));
                self.strokes.set(false);
                self.edit(|spec| {
                    spec.points = None;
                    spec.take_data(data, spec.letter);
                    self.undo.own(data).into_iter().for_each(|own| own.lay(spec));
                });
            }
            Err(sentence) => self.alerts.say(sentence),
        }
    }
}

/// To the nearest of so many steps to a unit, as a link has it.
fn rounded(x: f64, steps: f64) -> f64 {
    (x * steps).round() / steps
}
