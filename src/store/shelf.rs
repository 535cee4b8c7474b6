//! The shelf: models that were trained here and kept, side by side.
//!
//! The link says which there are, by their recipes; the page holds their weights, so that a new worker gets them too.

use super::wire::Wire;
use leptos::prelude::*;
use protocol::{catalogue::ModelId, message::Command};

/// The weights of what is kept, and what is on its way there.
#[derive(Clone, Copy)]
pub struct Shelf {
    pub(super) wire: Wire,
    pub(super) files: StoredValue<Vec<(u8, Vec<u8>)>>,
    /// The place for which a training is under way, since a link names what stood there.
    pub(super) refills: StoredValue<Option<u8>>,
}

impl Shelf {
    pub fn new(wire: Wire) -> Self {
        Self { wire, files: StoredValue::new(vec![]), refills: StoredValue::new(None) }
    }

    pub(super) fn load(self, slot: u8, bytes: Vec<u8>) {
        self.wire.send(Command::Load { model: ModelId::Kept(slot), name: format!("model {slot}"), bytes });
    }

    /// Gives a new worker all weights again.
    pub(super) fn restore(self) {
        self.files.get_value().into_iter().for_each(|(slot, bytes)| self.load(slot, bytes));
    }

    /// A training that begins is for no place, unless that is said after it.
    pub(super) fn forget_refill(self) {
        self.refills.set_value(None);
    }
}
