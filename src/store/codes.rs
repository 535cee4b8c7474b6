//! Pictures of codes z that the person asks for: one under the hand, and a map of many.

use super::wire::Wire;
use leptos::prelude::*;
use protocol::{catalogue::ModelId, message::Command};
use std::sync::Arc;

/// Codes of a model, and their classes where it is told them.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    pub model: ModelId,
    /// [pictures × latent]
    pub z: Vec<f32>,
    /// [pictures × 10]
    pub classes: Vec<f32>,
}

/// One request at a time, of which only the latest answer counts.
#[derive(Clone, Copy)]
pub struct Codes {
    wire: Wire,
    /// [pictures × 784] of the last answer.
    pub pixels: RwSignal<Option<Arc<Vec<f32>>>>,
    /// The number of the request under way, and whose pictures it asks for.
    under_way: StoredValue<Option<(u32, ModelId)>>,
    /// Whose pictures are wanted.
    wanted: StoredValue<Option<ModelId>>,
    next: StoredValue<Option<Ask>>,
}

impl Codes {
    pub fn new(wire: Wire) -> Self {
        Self {
            wire,
            pixels: RwSignal::new(None),
            under_way: StoredValue::new(None),
            wanted: StoredValue::new(None),
            next: StoredValue::new(None),
        }
    }

    /// Asks for pictures; what was asked before and has not been begun is dropped.
    pub fn ask(self, ask: Ask) {
        if self.wanted.get_value() != Some(ask.model) {
            // Those of another model are no answer.
            self.wanted.set_value(Some(ask.model));
            self.pixels.set(None);
        }
        if self.under_way.get_value().is_some() {
            self.next.set_value(Some(ask));
            return;
        }
        let (id, Ask { model, z, classes }) = (self.wire.generation(), ask);
        self.under_way.set_value(Some((id, model)));
        self.wire.send(Command::Decode { model, id, z, classes });
    }

    /// Takes an answer, and asks what has been wanted since.
    pub fn receive(self, id: u32, pixels: &[f32]) {
        if let Some((_, model)) = self.under_way.get_value().filter(|(own, _)| *own == id) {
            if self.wanted.get_value() == Some(model) {
                self.pixels.set(Some(Arc::new(pixels.to_vec())));
            }
            self.go_on();
        }
    }

    /// The worker refused a request; if it is this one, no answer comes.
    pub fn refused(self, id: u32) {
        if self.under_way.get_value().is_some_and(|(own, _)| own == id) {
            self.go_on();
        }
    }

    /// No answer comes, since the worker is gone.
    pub fn forget(self) {
        self.pixels.set(None);
        self.under_way.set_value(None);
        self.next.set_value(None);
    }

    fn go_on(self) {
        self.under_way.set_value(None);
        if let Some(ask) = self.next.try_update_value(Option::take).flatten() {
            self.ask(ask);
        }
    }
}
