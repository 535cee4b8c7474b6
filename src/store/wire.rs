//! The one line from the state to the worker.

use leptos::prelude::*;
use protocol::message::Command;
use web::client::Client;

/// A copyable handle to the client, which is made after the state that it speaks to.
#[derive(Clone, Copy)]
pub struct Wire {
    client: StoredValue<Option<Client>, LocalStorage>,
    generation: StoredValue<u32>,
}

impl Wire {
    /// A wire with nothing at its end; what is sent is lost until [`Wire::connect`].
    pub fn new() -> Self {
        Self { client: StoredValue::new_local(None), generation: StoredValue::new(0) }
    }

    /// Puts the client at its end.
    pub fn connect(self, client: Client) {
        self.client.set_value(Some(client));
    }

    /// A number for a new trajectory that no other of this page has, in whatever lane.
    pub fn generation(self) -> u32 {
        self.generation.update_value(|generation| *generation = generation.wrapping_add(1));
        self.generation.get_value()
    }

    /// Starts another worker, after one was late or none could be had.
    pub fn again(self) {
        self.client.with_value(|client| client.iter().for_each(Client::again));
    }

    /// The client at its end.
    pub fn client(self) -> Option<Client> {
        self.client.get_value()
    }

    /// Sends a command to the worker.
    pub fn send(self, command: Command) {
        self.client.with_value(|client| {
            if let Some(client) = client {
                client.send(command);
            }
        });
    }
}
