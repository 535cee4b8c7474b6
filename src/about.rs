//! What the page is beside its keys: what of it works without a network, whose work is in it, and which build it is.

use super::{
    clock,
    dom::{El, button, el},
};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web::{
    files,
    offline::{self, Kept, Stop},
};

/// The page of licences, beside this one.
const LICENCES: &str = "./licences.html";

/// What is known of what is kept.
#[derive(Clone, Copy)]
struct Keeping {
    /// Bytes kept, and bytes of all.
    share: RwSignal<Option<(f64, f64)>>,
    working: RwSignal<bool>,
    trouble: RwSignal<bool>,
    stop: StoredValue<Option<Stop>, LocalStorage>,
}

impl Keeping {
    fn new() -> Self {
        Self {
            share: RwSignal::new(None),
            working: RwSignal::new(false),
            trouble: RwSignal::new(false),
            stop: StoredValue::new_local(None),
        }
    }

    fn hear(self, said: Kept) {
        match said {
            Kept::Share(kept, all) => self.share.set(Some((kept, all))),
            Kept::Done => self.working.set(false),
            Kept::Failed(_) => {
                self.working.set(false);
                self.trouble.set(true);
            }
        }
    }

    fn count(self) {
        spawn_local(async move {
            if !self.working.get_untracked() {
                offline::count(move |said| self.hear(said)).await;
            }
        });
    }

    fn begin_or_stop(self) {
        if self.working.get_untracked() {
            return self.stop.with_value(|stop| stop.iter().for_each(Stop::stop));
        }
        self.working.set(true);
        self.trouble.set(false);
        spawn_local(async move {
            match offline::keep_all(move |said| self.hear(said)).await {
                Some(stop) => self.stop.set_value(Some(stop)),
                None => self.hear(Kept::Failed(String::new())),
            }
        });
    }

    fn is_all(self) -> bool {
        self.share.get().is_some_and(|(kept, all)| kept >= all)
    }

    fn words(self) -> String {
        let megabytes = |bytes: f64| format!("{:.1}", bytes / 1e6);
        let Some((kept, all)) = self.share.get() else {
            return "This browser, or this window, keeps nothing of the page for times without a network.".into();
        };
        let (kept, total) = (megabytes(kept), megabytes(all));
        match (self.is_all(), self.working.get(), self.trouble.get()) {
            (true, ..) => format!("All of it is kept ({total} MB): it works without a network."),
            (_, true, _) => format!("{kept} of {total} MB are kept."),
            (.., true) => format!("A file could not be fetched and kept; {kept} of {total} MB are."),
            _ => format!("{kept} of {total} MB are kept: what has been seen works without a network."),
        }
    }
}

/// The foot of the list of keys; it looks anew whenever that opens.
pub fn about(open: RwSignal<bool>) -> El {
    let keeping = Keeping::new();
    clock::follow(move || {
        if open.get() {
            keeping.count();
        }
    });
    let name = move || if keeping.working.get() { "Stop" } else { "Keep all of it for offline" };
    let bar = move || {
        keeping.share.get().filter(|_| keeping.working.get()).map(|(kept, all)| {
            let share = format!("{:.3}", kept / all.max(1.0));
            el("progress", "").attr("aria-label", "Keeping all of it").attr("max", "1").attr("value", &share)
        })
    };
    let can = move || keeping.share.get().is_some() && !keeping.is_all();
    let keep =
        button("button small", move || keeping.begin_or_stop()).live_attr("hidden", move || !can()).live_text(name);
    let build = files::build();
    let build = (!build.is_empty()).then(|| el("span", "quiet").text(&format!("version {build}")));
    el("footer", "about")
        .child(el("h2", "").text("Without a network"))
        .child(el("p", "quiet").attr("aria-live", "polite").live_text(move || keeping.words()))
        .live(bar)
        .child(keep)
        .child(
            el("p", "")
                .child(el("a", "").attr("href", LICENCES).text("Licences and data sets"))
                .text(" ")
                .children(build),
        )
}
