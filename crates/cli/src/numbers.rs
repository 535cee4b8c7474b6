//! Numbers within bounds.

use std::{fmt::Display, str::FromStr};

/// More steps than anybody trains.
pub const MOST_STEPS: u64 = 10_000_000;
/// Minutes of a week.
pub const MOST_MINUTES: f64 = 10_080.0;

/// A parser of the numbers from `least` to `most`, and of no NaN.
pub fn within<T>(least: T, most: T) -> impl Fn(&str) -> Result<T, String> + Clone
where
    T: FromStr + PartialOrd + Display + Clone,
{
    move |text| {
        let number = text.parse().ok().filter(|number| (&least..=&most).contains(&number));
        number.ok_or_else(|| format!("it is a number from {least} to {most}"))
    }
}
