//! Numbers out of untrusted text, within bounds.

use std::{fmt::Display, str::FromStr};

/// The number that `value` says, from `low` to `high`; otherwise a sentence that names the `key` it was given for.
pub fn within<T: FromStr + PartialOrd + Display>(key: &str, value: &str, low: T, high: T) -> Result<T, String> {
    let number = value.parse().ok().filter(|number| (&low..=&high).contains(&number));
    number.ok_or_else(|| format!("{key} cannot be “{}”; it is a number from {low} to {high}", brief(value)))
}

/// The start of untrusted text, for a message.
pub fn brief(text: &str) -> String {
    text.chars().take(40).collect()
}
