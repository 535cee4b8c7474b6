//! One of a list.

use leptos::prelude::*;

/// One entry of a [`Choice`].
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The value in the link.
    pub key: String,
    pub name: String,
    pub disabled: bool,
}

impl Entry {
    pub fn new(key: impl ToString, name: impl Into<String>) -> Self {
        Self { key: key.to_string(), name: name.into(), disabled: false }
    }
}

/// A labelled list to choose from.
#[component]
pub fn Choice(
    label: &'static str,
    /// Its key in the link, or any other name that no control of the view shares.
    #[prop(into)]
    key: String,
    /// Its accessible name, where the label is not enough.
    #[prop(into, optional)]
    name: Option<String>,
    /// The value in force.
    value: Signal<String>,
    entries: Signal<Vec<Entry>>,
    /// Called with the chosen value.
    on_choose: impl Fn(String) + 'static,
    #[prop(into, optional)] disabled: Signal<bool>,
    /// A few words under the list.
    #[prop(into, optional)]
    hint: Signal<Option<String>>,
    /// Room for a second line of the hint.
    #[prop(optional)]
    roomy: bool,
) -> impl IntoView {
    let id = format!("{key}-choice");
    let note = format!("{key}-choice-note");
    let option = move |entry: Entry| {
        let own = entry.key.clone();
        let chosen = move || value.with(|value| *value == own);
        view! { <option value=entry.key disabled=entry.disabled prop:selected=chosen>{entry.name}</option> }
    };
    view! {
        <div class="field" class:roomy=roomy>
            <label for=id.clone()>{label}</label>
            <div class="select">
                <select
                    id=id
                    aria-label=name
                    aria-describedby=note.clone()
                    disabled=disabled
                    on:change=move |event| on_choose(event_target_value(&event))
                >
                    {move || entries.get().into_iter().map(option).collect_view()}
                </select>
            </div>
            <p id=note class="note">{move || hint.get()}</p>
        </div>
    }
}
