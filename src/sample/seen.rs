//! What the pictures show of the frame seen: x_t itself, or a reading of the network there.

use crate::{
    picture::Palette,
    store::{Path, Store},
};
use flow::prediction::Reading;
use leptos::prelude::*;
use protocol::{link::Show, message::Frame, shown};
use std::{ops::Range, sync::Arc};

/// All pictures of a frame as they are shown.
#[derive(Clone, Debug)]
pub struct Seen {
    frame: Arc<Frame>,
    path: Path,
    pub show: Show,
    /// [pictures × 784]; empty where there is no such reading.
    pub values: Vec<f32>,
    /// The number that gets the last colour of the palette.
    pub limit: f32,
}

impl PartialEq for Seen {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.frame, &other.frame) && (self.path, self.show) == (other.path, other.show)
    }
}

impl AsRef<[f32]> for Seen {
    fn as_ref(&self) -> &[f32] {
        &self.values
    }
}

impl Seen {
    /// Of the frame seen now, as the link wants it.
    pub fn memo(store: Store) -> Memo<Option<Arc<Self>>> {
        Memo::new(move |_| {
            let (frame, path, show) = (store.player.trail.shown.get()?, store.player.path.get()?, store.showing());
            let (values, limit) = read(&frame, path, show, 0..frame.x_t.len()).unwrap_or((vec![], 1.0));
            Some(Arc::new(Self { frame, path, show, values, limit }))
        })
    }

    /// What the name of a picture says of it beside the frame: nothing of x_t.
    pub fn suffix(&self) -> String {
        match self.show {
            Show::State => String::new(),
            show if self.values.is_empty() => format!(", no {} at t = 1", name(show)),
            show => format!(", {}", name(show)),
        }
    }
}

/// What the pictures are called.
pub fn name(show: Show) -> &'static str {
    match show {
        Show::State => "x_t",
        Show::Reading(Reading::Data) => "predicted x_1",
        Show::Reading(Reading::Noise) => "noise",
        Show::Reading(Reading::Velocity) => "velocity",
        Show::Reading(Reading::Score) => "score",
    }
}

/// Grey for pictures, two colours for what has a sign.
pub fn palette(show: Show, limit: f32) -> Palette {
    match show {
        Show::State | Show::Reading(Reading::Data) => Palette::Grey,
        Show::Reading(_) => Palette::Diverging { limit },
    }
}

/// Some numbers of a frame and their limit; `None` where there is no such reading. Noise and score are computed from x_t
/// and the velocity, which is all that a frame brings.
pub fn read(frame: &Frame, path: Path, show: Show, range: Range<usize>) -> Option<(Vec<f32>, f32)> {
    let x_t = frame.x_t.get(range.clone())?;
    // Only a reading needs it.
    let velocity = if show == Show::State { &[] } else { frame.velocity.get(range)? };
    shown::read(path.schedule, frame.t, show, x_t, velocity)
}
