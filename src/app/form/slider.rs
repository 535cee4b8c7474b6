//! A number on a line.

use crate::app::store::Store;
use leptos::prelude::*;

/// A labelled slider from 0 to `max`, with its value beside the label.
#[component]
pub fn Slider(
    label: &'static str,
    /// Its key in the link, or any other name that no control of the view shares.
    #[prop(into)]
    key: String,
    /// The value in force.
    value: Signal<f64>,
    max: f64,
    step: f64,
    /// What the value is called, such as “w”.
    symbol: &'static str,
    /// Its accessible name, where the label is not enough.
    #[prop(into, optional)]
    name: Option<String>,
    /// Takes the value in place of the link.
    #[prop(into, optional)]
    on_take: Option<Callback<f64>>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let id = format!("{key}-slider");
    view! {
        <div class="field">
            <div class="row">
                <label for=id.clone()>{label}</label>
                // No <output>, which would be a second status of the page.
                <span class="figure"><i>{symbol}</i>" = "{move || format!("{:.1}", value.get())}</span>
            </div>
            <input
                id=id
                aria-label=name
                type="range"
                min="0"
                max=max.to_string()
                step=step.to_string()
                prop:value=move || value.get().to_string()
                style:--share=move || format!("{:.4}", value.get() / max)
                on:input=move |event| {
                    // A slider cannot leave its range, so there is nothing to complain about.
                    let text = event_target_value(&event);
                    match (on_take, text.parse()) {
                        (Some(take), Ok(value)) => take.run(value),
                        _ => drop(store.set(&key, &text)),
                    }
                }
            />
            <p class="note"></p>
        </div>
    }
}
