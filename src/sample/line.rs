//! A number on a line, below a picture.

use crate::dom::{El, el, value_of};

/// From the least number to the most in steps, where it is `at`, and what moves it.
pub fn line(
    name: &str,
    [least, most, step]: [f64; 3],
    at: impl Fn() -> f64 + Copy + 'static,
    to: impl Fn(f64) + 'static,
) -> El {
    el("input", "")
        .attr("type", "range")
        .attr("aria-label", name)
        .attr("min", &least.to_string())
        .attr("max", &most.to_string())
        .attr("step", &step.to_string())
        .live_property("value", move || at().to_string())
        .live_style("--share", move || format!("{:.4}", (at() - least) / (most - least).max(1e-9)))
        .on("input", move |event| {
            if let Ok(value) = value_of(&event).parse::<f64>()
                && value.is_finite()
            {
                to(value);
            }
        })
}
