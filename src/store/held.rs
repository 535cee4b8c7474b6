//! An address that stays as it is after a link lost something.

use super::alerts::Alerts;
use leptos::prelude::*;

/// What was made of such a link, and the sentence that says so: until one of them changes, the address stays.
pub struct Held<T: 'static>(StoredValue<Option<(T, String)>>);

impl<T: PartialEq + Send + Sync> Held<T> {
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// Says what a link lost, if it lost anything, and holds the address of `state`, which was made of it.
    pub fn say(&self, alerts: Alerts, sentence: Option<String>, state: T) {
        sentence.iter().for_each(|sentence| alerts.say(sentence));
        self.0.set_value(sentence.map(|sentence| (state, sentence)));
    }

    /// True as long as nothing has changed `now` and nobody has dismissed the sentence.
    pub fn holds(&self, alerts: Alerts, now: &T) -> bool {
        let holds = self.0.with_value(|held| {
            held.as_ref().is_some_and(|(state, sentence)| state == now && untrack(|| alerts.says(sentence)))
        });
        if !holds {
            self.0.set_value(None);
        }
        holds
    }
}
