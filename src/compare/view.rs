//! What is seen of a lane, and what its pictures are called.

use crate::{sample::seen, store::Store, text};
use data::sets::DataSet;
use leptos::prelude::*;
use protocol::{link::Show, message::Frame};
use std::sync::Arc;

/// What is seen of a lane.
#[derive(Clone, Debug)]
pub struct LaneView {
    frame: Arc<Frame>,
    data: DataSet,
    /// x_t as it is shown, [pictures × 784]: louder noise than a screen can show is turned down.
    pub values: Vec<f32>,
    /// The number that is white.
    pub limit: f32,
}

impl PartialEq for LaneView {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.frame, &other.frame) && self.data == other.data && self.limit == other.limit
    }
}

impl AsRef<[f32]> for LaneView {
    fn as_ref(&self) -> &[f32] {
        &self.values
    }
}

impl LaneView {
    /// Of a lane now.
    pub fn memo(store: Store, lane: usize) -> Memo<Option<Arc<Self>>> {
        let trail = store.compare.trails[lane];
        let model = Memo::new(move |_| trail.model());
        Memo::new(move |_| {
            let (frame, model) = (trail.shown.get()?, model.get()?);
            let (values, limit) = seen::read(&frame, store.path_of(model), Show::State, 0..frame.x_t.len())?;
            Some(Arc::new(Self { frame, data: store.data_of(model), values, limit }))
        })
    }

    /// The frame that is seen.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// “Lane A, picture 3, digit 7, frame 12 of 50, t = 0.24”
    pub fn name(view: Option<Arc<Self>>, lane: usize, k: usize) -> String {
        let (lane, number) = (text::letter(lane), k + 1);
        let there = view.as_ref().and_then(|it| it.frame.labels.get(k).map(|label| (it, *label)));
        match there {
            Some((it, label)) => {
                let (class, Frame { index, steps, t, .. }) = (text::class(it.data, label), &*it.frame);
                format!("Lane {lane}, picture {number}, {class}, frame {index} of {steps}, t = {t:.2}")
            }
            None => format!("Lane {lane}, picture {number}, not computed yet"),
        }
    }
}
