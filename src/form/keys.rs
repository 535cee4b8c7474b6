//! What controls read and change.

use leptos::prelude::*;

/// A state whose settings have the keys of a link.
pub trait Keys: Copy + Send + Sync + 'static {
    /// Changes one setting; a sentence if the text is no value of it.
    fn set(self, key: &str, text: &str) -> Result<(), String>;

    /// Says a sentence to whoever is there.
    fn say(self, sentence: String);

    /// The id of the control of a key: another one where its twin stands in the same view.
    fn id(self, key: &str) -> String {
        key.into()
    }

    /// The accessible name of a control, where its label is not enough.
    fn name(self, _label: &str) -> Option<String> {
        None
    }

    /// As long as this holds, nothing can be changed.
    fn fixed(self) -> Option<Signal<bool>> {
        None
    }

    /// Takes what a control offers for a key; a bad value is complained about.
    fn take(self, key: &'static str) -> impl Fn(String) + 'static {
        move |text| self.set(key, &text).unwrap_or_else(|sentence| self.say(sentence))
    }
}

/// A state that keeps what the settings of a table decide.
pub trait Keeps<S>: Keys {
    /// Reads it, and follows it where that is followed.
    fn with<R>(self, read: impl FnOnce(&S) -> R) -> R;
}
