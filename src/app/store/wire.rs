//! The one line from the state to the worker.

use crate::{lab::protocol::Command, web::client::Client};
use leptos::prelude::*;

/// A copyable handle to the client, which is made after the state that it speaks to.
#[derive(Clone, Copy)]
pub struct Wire(StoredValue<Option<Client>, LocalStorage>);

impl Wire {
    /// A wire with nothing at its end; what is sent is lost until [`Wire::connect`].
    pub fn new() -> Self {
        Self(StoredValue::new_local(None))
    }

    /// Puts the client at its end.
    pub fn connect(self, client: Client) {
        self.0.set_value(Some(client));
    }

    /// Sends a command to the worker.
    pub fn send(self, command: Command) {
        self.0.with_value(|client| {
            if let Some(client) = client {
                client.send(command);
            }
        });
    }
}
