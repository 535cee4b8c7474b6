//! A number to type or to nudge.
//!
//! A text field with the role of a spinbutton, since `type=number` rounds seeds above 2^53.

use super::able::{able, named};
use crate::{
    clock::Delay,
    dom::{El, button, el, follow, value_of},
};
use data::number::plain;
use leptos::prelude::*;
pub use protocol::setting::Nudge;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent};

/// What is typed is taken when the field is left, at Enter, or when typing has rested this long: half of a number is
/// another number.
const REST_MS: u64 = 700;

/// The number `by` nudges away from `text`, written as text.
fn nudged(nudge: Nudge, text: &str, by: i32) -> String {
    let value = text.parse::<f64>().unwrap_or(0.0);
    match nudge {
        Nudge::Whole => {
            let whole = text.parse::<u64>().unwrap_or(0);
            whole.saturating_add_signed(i64::from(by)).to_string()
        }
        Nudge::By(step) => {
            let next = ((value / step).round() + f64::from(by)) * step;
            // Rounded, since sums of tenths are not tenths.
            ((next * 1e6).round() / 1e6).to_string()
        }
        Nudge::Decades => {
            // 1, 2, 5 lie almost evenly in the logarithm, three to a decade.
            let place = (value.max(1e-12).log10() * 3.0).round() as i32 + by;
            let head = [1, 2, 5][place.rem_euclid(3) as usize];
            format!("{head}e{}", place.div_euclid(3)).parse::<f64>().unwrap_or(value).to_string()
        }
    }
}

/// Takes the text of a number; a sentence if it cannot be taken.
type Take = Box<dyn Fn(&str) -> Result<(), String>>;

/// A labelled number.
pub struct Number {
    label: &'static str,
    id: String,
    /// The value in force.
    value: Signal<String>,
    take: Take,
    nudge: Nudge,
    name: Option<String>,
    disabled: Option<Signal<bool>>,
    hint: &'static str,
    signed: bool,
}

impl Number {
    /// `id` is a name that no other control of the view has; `take` is called with what is typed, and answers with a sentence
    /// if that cannot be taken.
    pub fn new(
        label: &'static str,
        id: impl Into<String>,
        value: Signal<String>,
        take: impl Fn(&str) -> Result<(), String> + 'static,
    ) -> Self {
        let (id, take, nudge) = (id.into(), Box::new(take), Nudge::Whole);
        Self { label, id, value, take, nudge, name: None, disabled: None, hint: "", signed: false }
    }

    /// Another value in force.
    pub fn value(self, value: Signal<String>) -> Self {
        Self { value, ..self }
    }

    pub fn nudge(self, nudge: Nudge) -> Self {
        Self { nudge, ..self }
    }

    /// Its accessible name, where the label is not enough.
    pub fn named(self, name: Option<String>) -> Self {
        Self { name, ..self }
    }

    pub fn disabled(self, disabled: Option<Signal<bool>>) -> Self {
        Self { disabled, ..self }
    }

    /// A few words under the field.
    pub fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    /// It may be less than 0.
    pub fn signed(self) -> Self {
        Self { signed: true, ..self }
    }

    pub fn draw(self) -> El {
        let Self { label, id, value, take, nudge, name, disabled, hint, signed } = self;
        let (rest, due, composing) = (Delay::new(), Cell::new(false), Cell::new(false));
        on_cleanup(move || rest.cancel());
        let field =
            Rc::new(Field { value, nudge, take, draft: new(), complaint: new(), typing: new(), rest, due, composing });
        let (id, note) = (format!("{id}-field"), format!("{id}-note"));
        let (draft, complaint) = (field.draft, field.complaint);
        let wrong = move || complaint.with(Option::is_some);
        let nudger = |by: i32, sign: &str| {
            let field = field.clone();
            let nudger = button("nudge", move || field.step(by)).attr("tabindex", "-1").attr("aria-hidden", "true");
            able(nudger, disabled).text(sign)
        };
        let input = el("input", "")
            .attr("id", &id)
            .attr("type", "text")
            .attr("role", "spinbutton")
            // Keypads of numbers have no minus sign on every phone.
            .attr(
                "inputmode",
                match (signed, nudge) {
                    (true, _) => "text",
                    (_, Nudge::Whole) => "numeric",
                    _ => "decimal",
                },
            )
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .attr("aria-describedby", &note)
            .live_attr("aria-valuenow", move || value.get())
            .live_attr("aria-valuetext", move || value.get())
            .live_attr("aria-invalid", move || wrong().to_string())
            .live_property("value", move || draft.get().unwrap_or_else(|| value.get()));
        let events = ["focus", "input", "change", "blur", "keydown", "compositionstart", "compositionend"];
        let input = events.into_iter().fold(able(named(input, name), disabled), |input, name| {
            let field = field.clone();
            input.on(name, move |event| field.clone().hear(&event))
        });
        let below = el("p", "note").attr("id", &note).attr("aria-live", "polite");
        let numbers = el("div", "number").child(input).child(nudger(-1, "−")).child(nudger(1, "+"));
        field.watch();
        el("div", "field")
            .live_class("wrong", wrong)
            .child(el("label", "").attr("for", &id).text(label))
            .child(numbers)
            .child(below.live_text(move || complaint.get().or_else(|| Some(hint.into()))))
    }
}

/// What a field does with what is typed into it.
struct Field {
    value: Signal<String>,
    nudge: Nudge,
    take: Take,
    /// What is being typed, as long as it differs from the value in force.
    draft: RwSignal<Option<String>>,
    complaint: RwSignal<Option<String>>,
    typing: RwSignal<bool>,
    rest: Delay,
    /// Something typed has not been taken yet.
    due: Cell<bool>,
    /// An input method is putting a text together, which is nobody's until it is done.
    composing: Cell<bool>,
}

fn new<T: Default + Send + Sync + 'static>() -> RwSignal<T> {
    RwSignal::new(T::default())
}

impl Field {
    fn hear(self: Rc<Self>, event: &Event) {
        match event.type_().as_str() {
            "focus" => self.typing.set(true),
            "compositionstart" => {
                self.composing.set(true);
                self.rest.cancel();
            }
            "compositionend" => {
                self.composing.set(false);
                self.take(value_of(event));
            }
            "input" => self.wait(value_of(event)),
            // The end of a composition may not have been told.
            "change" | "blur" => {
                self.composing.set(false);
                if event.type_() == "change" || self.due.get() {
                    self.take(value_of(event));
                }
                self.leave();
            }
            _ => self.press(event),
        }
    }

    /// Takes what is typed once typing has rested.
    fn wait(self: Rc<Self>, text: String) {
        if self.composing.get() {
            return;
        }
        self.draft.set(Some(text));
        self.complaint.set(None);
        self.due.set(true);
        let field = self.clone();
        self.rest.run(REST_MS, move || field.take_due());
    }

    fn take_due(&self) {
        if self.due.get()
            && let Some(text) = self.draft.get_untracked()
        {
            self.take(text);
        }
    }

    fn press(&self, event: &Event) {
        let key: &KeyboardEvent = event.unchecked_ref();
        // Those keys are the input method's.
        if self.composing.get() || key.is_composing() {
            return;
        }
        let by = match key.key().as_str() {
            "ArrowUp" => 1,
            "ArrowDown" => -1,
            "PageUp" => 10,
            "PageDown" => -10,
            "Enter" => {
                self.take_due();
                return self.leave();
            }
            _ => return,
        };
        event.prevent_default();
        self.step(by);
    }

    fn take(&self, text: String) {
        self.rest.cancel();
        self.due.set(false);
        self.complaint.set((self.take)(&plain(&text)).err());
        self.draft.set(Some(text));
    }

    fn step(&self, by: i32) {
        self.take_due();
        let text = nudged(self.nudge, &self.value.get_untracked(), by);
        // At the end of the range a nudge does nothing.
        if (self.take)(&text).is_ok() {
            self.forget();
        }
    }

    fn leave(&self) {
        self.typing.set(false);
        if self.complaint.with_untracked(Option::is_none) {
            self.draft.set(None);
        }
    }

    fn forget(&self) {
        self.rest.cancel();
        self.due.set(false);
        self.draft.set(None);
        self.complaint.set(None);
    }

    /// Changed from elsewhere, such as a button: what was typed is out of date.
    fn watch(self: Rc<Self>) {
        let before = Cell::new(None);
        follow(move || {
            let now = self.value.get();
            let changed = before.take().is_some_and(|before| before != now);
            before.set(Some(now));
            if changed && !self.typing.get_untracked() {
                self.forget();
            }
        });
    }
}
