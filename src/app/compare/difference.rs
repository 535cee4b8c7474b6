//! What a lane shows minus what lane A shows, x_t^B - x_t^A.

use crate::{app::store::Store, data::sets::PIXELS, flow::norm::Norm};
use leptos::prelude::*;
use std::{ops::Range, sync::Arc};

/// The difference of a lane from lane A.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Of the chosen picture, [784].
    pub values: Vec<f32>,
    /// Root mean square over the pixels of the chosen picture.
    pub rms: f64,
    /// Root mean square over the pixels of all pictures.
    pub of_all: f64,
}

/// The differences of all lanes, on one scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Differences {
    /// The chosen picture.
    k: usize,
    /// By lane; none of lane A.
    pub lanes: Vec<Option<Difference>>,
    /// The number that gets the last colour of the palette.
    pub limit: f32,
}

/// A scale finer than this would show rounding.
const SMALLEST: f32 = 0.01;

impl Differences {
    /// Of what is seen now; none of a lane that the worker refused. A lane on its way to the position of the slider
    /// keeps its last difference of this picture.
    pub fn memo(store: Store) -> Memo<Arc<Self>> {
        Memo::new(move |before: Option<&Arc<Self>>| {
            let position = store.compare.position.get();
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
            let lanes: Vec<_> = (0..=others.len()).map(|lane| (lane > 0).then(|| of(lane)).flatten()).collect();
            let largest = lanes.iter().flatten().flat_map(|it| &it.values).fold(0.0f32, |most, it| most.max(it.abs()));
            Arc::new(Self { k, lanes, limit: round_up(largest) })
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
    Some(Difference { rms: rms(&values), of_all: rms(&all), values })
}

fn rms(values: &Vec<f32>) -> f64 {
    (values.square() / values.len().max(1) as f64).sqrt()
}

/// The next of 1, 2, 5, 10, … and their tenths and hundredths: a limit that rarely moves.
fn round_up(largest: f32) -> f32 {
    let heads = (-2..6).flat_map(|decade| [1.0f32, 2.0, 5.0].map(|head| head * 10f32.powi(decade)));
    heads.into_iter().find(|limit| *limit >= largest.max(SMALLEST)).unwrap_or(1e6)
}
