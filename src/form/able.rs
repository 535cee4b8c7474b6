//! What every control may have besides its label.

use crate::dom::El;
use leptos::prelude::*;

/// A control that cannot be used as long as that holds.
pub fn able(control: El, disabled: Option<Signal<bool>>) -> El {
    match disabled {
        Some(disabled) => control.live_attr("disabled", move || disabled.get()),
        None => control,
    }
}

/// A control with an accessible name, where its label is not enough.
pub fn named(control: El, name: Option<String>) -> El {
    match name {
        Some(name) => control.attr("aria-label", &name),
        None => control,
    }
}
