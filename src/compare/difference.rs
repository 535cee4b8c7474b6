//! What a lane shows minus what lane A shows, x_t^B - x_t^A.

use crate::store::{Frames, Store};
use data::sets::PIXELS;
use flow::norm::Norm;
use leptos::prelude::*;
use protocol::comparison::scale;
use std::{ops::Range, sync::Arc};

/// The difference of a lane from lane A.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Of the chosen picture, [784].
    pub values: Vec<f32>,
    /// The number that gets the last colour of the palette: lanes differ by far more or far less from lane A.
    pub limit: f32,
    /// Root mean square over the pixels of the chosen picture.
    pub rms: f64,
    /// Root mean square over the pixels of all pictures.
    pub of_all: f64,
}

/// The differences of all lanes.
#[derive(Clone, Debug, PartialEq)]
pub struct Differences {
    /// The chosen picture.
    k: usize,
    /// By lane; none of lane A.
    pub lanes: Vec<Option<Difference>>,
}

impl Differences {
    /// Of what is seen now; none of a lane that the worker refused. A lane on its way to the position of the slider
    /// keeps its last difference of this picture.
    pub fn memo(store: Store) -> Memo<Arc<Self>> {
        Memo::new(move |before: Option<&Arc<Self>>| {
            let position = store.compare.wanted();
            let k = store.compared_picture();
            let before = before.filter(|before| before.k == k);
            let stalled = store.compare.trails.map(|trail| trail.stalled.get());
            let behind = store.compare.trails.map(|trail| trail.is_behind(position));
            let [first, others @ ..] = store.compare.trails.map(|trail| trail.shown.get());
            let of = |lane: usize| {
                if stalled[0] || stalled[lane] {
                    return None;
                }
                if behind[0] || behind[lane] {
                    return before.and_then(|before| before.lanes.get(lane).cloned().flatten());
                }
                let (a, b) = (&first.as_ref()?.x_t, &others[lane - 1].as_ref()?.x_t);
                difference(a, b, k * PIXELS..(k + 1) * PIXELS)
            };
            let lanes = (0..=others.len()).map(|lane| (lane > 0).then(|| of(lane)).flatten()).collect();
            Arc::new(Self { k, lanes })
        })
    }
}

/// b - a; `None` where there are no such pictures.
fn difference(a: &[f32], b: &[f32], picture: Range<usize>) -> Option<Difference> {
    if a.len() != b.len() {
        return None;
    }
    let all: Vec<f32> = b.iter().zip(a).map(|(b, a)| b - a).collect();
    let values = all.get(picture)?.to_vec();
    let limit = scale(values.iter().fold(0.0, |most, value| most.max(value.abs())));
    Some(Difference { limit, rms: rms(&values), of_all: rms(&all), values })
}

fn rms(values: &Vec<f32>) -> f64 {
    (values.square() / values.len().max(1) as f64).sqrt()
}
