//! Time and motion as the browser gives them.

use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::{JsCast, closure::Closure};

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    window().performance().map_or_else(js_sys::Date::now, |performance| performance.now())
}

/// Runs before the next paint; in a hidden tab, which never paints, a little later.
pub fn soon(f: impl FnOnce() + 'static) {
    if document().hidden() {
        set_timeout(f, Duration::from_millis(50));
    } else {
        request_animation_frame(f);
    }
}

/// Does `work`, a little at a time, until it says that there is no more or so many milliseconds are spent; true where more
/// is left.
pub fn spend(ms: f64, mut work: impl FnMut() -> bool) -> bool {
    let begin = now();
    while now() - begin < ms {
        if !work() {
            return false;
        }
    }
    true
}

/// Runs `f` once the current task is over, and again whenever the state that it read has changed.
pub fn follow(f: impl FnMut() + 'static) {
    // Boxed, so that all that follows is one type to Leptos.
    let mut f: Box<dyn FnMut()> = Box::new(f);
    Effect::new(move |_| f());
}

/// True where the person asked the system for less motion.
pub fn reduced_motion() -> bool {
    media("(prefers-reduced-motion: reduce)")
}

/// True where the page is dark, by hand or by the system.
pub fn is_dark() -> bool {
    let chosen = document().document_element().and_then(|root| root.get_attribute("data-theme"));
    chosen.map_or_else(|| media("(prefers-color-scheme: dark)"), |theme| theme == "dark")
}

/// Runs `f` when light may have turned to dark, or the other way.
pub fn on_theme(f: impl Fn() + Clone + 'static) {
    let by_hand = f.clone();
    // The button of the header writes its choice at once.
    window_event_listener(leptos::ev::click, move |_| by_hand());
    let by_system = Closure::<dyn FnMut()>::new(f).into_js_value();
    if let Ok(Some(list)) = window().match_media("(prefers-color-scheme: dark)") {
        let _ = list.add_event_listener_with_callback("change", by_system.unchecked_ref());
    }
}

/// True where a media query holds now.
pub fn media(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// Something that runs once before the next paint, however often it is asked for.
#[derive(Clone, Copy)]
pub struct Soon(StoredValue<bool>);

impl Soon {
    pub fn new() -> Self {
        Self(StoredValue::new(false))
    }

    /// Runs `f` soon, unless something is due already.
    pub fn run(self, f: impl FnOnce() + 'static) {
        if self.0.get_value() {
            return;
        }
        self.0.set_value(true);
        soon(move || {
            self.0.set_value(false);
            f();
        });
    }
}

/// Something that runs once, a while after it was last asked for.
#[derive(Clone, Copy)]
pub struct Delay(StoredValue<Option<TimeoutHandle>>);

impl Delay {
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// Runs `f` after `ms`, instead of what was asked for before.
    pub fn run(self, ms: u64, f: impl FnOnce() + 'static) {
        self.cancel();
        self.0.set_value(set_timeout_with_handle(f, Duration::from_millis(ms)).ok());
    }

    /// Forgets what was asked for.
    pub fn cancel(self) {
        if let Some(handle) = self.0.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }
}
