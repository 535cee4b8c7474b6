//! A number to type or to nudge.
//!
//! A text field with the role of a spinbutton, since `type=number` rounds seeds above 2^53.

use crate::app::store::Store;
use leptos::{ev, prelude::*};

/// How the arrow keys change a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Nudge {
    /// By this much.
    By(f64),
    /// Whole numbers of any size, by one.
    Whole,
    /// Along 1, 2, 5, 10, 20, …
    Decades,
}

impl Nudge {
    /// The number `by` nudges away from `text`, written as text.
    fn from(self, text: &str, by: i32) -> String {
        let value = text.parse::<f64>().unwrap_or(0.0);
        match self {
            Self::Whole => {
                let whole = text.parse::<u64>().unwrap_or(0);
                whole.saturating_add_signed(i64::from(by)).to_string()
            }
            Self::By(step) => {
                let next = ((value / step).round() + f64::from(by)) * step;
                // Rounded, since sums of tenths are not tenths.
                ((next * 1e6).round() / 1e6).to_string()
            }
            Self::Decades => {
                // 1, 2, 5 lie almost evenly in the logarithm, three to a decade.
                let place = (value.max(1e-12).log10() * 3.0).round() as i32 + by;
                let head = [1, 2, 5][place.rem_euclid(3) as usize];
                format!("{head}e{}", place.div_euclid(3)).parse::<f64>().unwrap_or(value).to_string()
            }
        }
    }
}

/// A labelled number.
#[component]
pub fn Number(
    label: &'static str,
    /// Its key in the link.
    key: &'static str,
    /// The value in force.
    value: Signal<String>,
    #[prop(default = Nudge::Whole)] nudge: Nudge,
    /// A few words under the field.
    #[prop(into, optional)]
    hint: Option<String>,
    #[prop(into, optional)] disabled: Signal<bool>,
    /// Takes a text in place of the link, for a key that holds more than this number.
    #[prop(into, optional)]
    on_take: Option<Callback<String, Result<(), String>>>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let id = format!("{key}-field");
    let note = format!("{key}-note");
    // What is being typed, as long as it differs from the value in force.
    let draft = RwSignal::new(None::<String>);
    let complaint = RwSignal::new(None::<String>);
    let typing = RwSignal::new(false);

    let offer = move |text: &str| match on_take {
        Some(take) => take.run(text.into()),
        None => store.set(key, text),
    };
    let take = move |text: String| {
        complaint.set(offer(text.trim()).err());
        draft.set(Some(text));
    };
    let step = move |by: i32| {
        let text = nudge.from(&value.get_untracked(), by);
        // At the end of the range a nudge does nothing.
        if offer(&text).is_ok() {
            draft.set(None);
            complaint.set(None);
        }
    };
    let leave = move || {
        typing.set(false);
        if complaint.with_untracked(Option::is_none) {
            draft.set(None);
        }
    };
    Effect::new(move |before: Option<String>| {
        let now = value.get();
        // Changed from elsewhere, such as a button: what was typed is out of date.
        if before.is_some_and(|before| before != now) && !typing.get_untracked() {
            draft.set(None);
            complaint.set(None);
        }
        now
    });
    let on_key = move |event: ev::KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowUp" => 1,
            "ArrowDown" => -1,
            "PageUp" => 10,
            "PageDown" => -10,
            "Enter" => return leave(),
            _ => return,
        };
        event.prevent_default();
        step(by);
    };
    let nudger = move |by: i32, sign: &'static str| {
        view! {
            <button type="button" class="nudge" tabindex="-1" aria-hidden="true" disabled=disabled on:click=move |_| step(by)>
                {sign}
            </button>
        }
    };
    view! {
        <div class="field" class:wrong=move || complaint.with(Option::is_some)>
            <label for=id.clone()>{label}</label>
            <div class="number">
                <input
                    id=id
                    type="text"
                    role="spinbutton"
                    inputmode=if nudge == Nudge::Whole { "numeric" } else { "decimal" }
                    autocomplete="off"
                    spellcheck="false"
                    aria-valuenow=value
                    aria-valuetext=value
                    aria-invalid=move || complaint.with(Option::is_some).to_string()
                    aria-describedby=note.clone()
                    disabled=disabled
                    prop:value=move || draft.get().unwrap_or_else(|| value.get())
                    on:focus=move |_| typing.set(true)
                    on:input=move |event| take(event_target_value(&event))
                    on:change=move |event| {
                        take(event_target_value(&event));
                        leave();
                    }
                    on:blur=move |_| leave()
                    on:keydown=on_key
                />
                {nudger(-1, "−")}
                {nudger(1, "+")}
            </div>
            <p id=note class="note" aria-live="polite">{move || complaint.get().or_else(|| hint.clone())}</p>
        </div>
    }
}
