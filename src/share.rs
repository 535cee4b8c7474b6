//! What goes out of the page: the link, a frame for another page, pictures.

use super::{
    clock::Delay,
    dom::{El, button, el},
    download,
    store::Alerts,
};
use leptos::prelude::*;
use protocol::link::{Link, Mode};
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web::history;
use web_sys::{Blob, Event, HtmlCanvasElement, HtmlInputElement};

/// How large a picture is saved, against its size on an ordinary screen.
const SCALES: [u32; 3] = [1, 2, 4];

/// Copies the address of what is seen, or the code of a frame that shows it in another page. `words` is the query.
pub fn copy_link(words: impl Fn() -> String + Clone + 'static) -> El {
    let said = RwSignal::new("");
    // Where the clipboard is refused, the text itself, to copy by hand.
    let by_hand = RwSignal::new(None::<String>);
    let silence = Delay::new();
    let copy = move |text: String| {
        spawn_local(async move {
            // Without a secure context there is no clipboard at all, and asking for it would throw.
            let copied = match window().is_secure_context() {
                true => JsFuture::from(window().navigator().clipboard().write_text(&text)).await.is_ok(),
                false => false,
            };
            said.set(if copied { "Copied." } else { "The clipboard is closed to this page; copy this:" });
            by_hand.set((!copied).then_some(text));
            silence.run(if copied { 3_000 } else { 60_000 }, move || {
                said.set("");
                by_hand.set(None);
            });
        });
    };
    let field = move || {
        by_hand.get().map(|text| {
            el("input", "address")
                .attr("type", "text")
                .attr("readonly", "")
                .attr("aria-label", "To copy")
                .attr("value", &text)
                .on("focus", select)
        })
    };
    let link = {
        let words = words.clone();
        move || copy(history::address(&words()))
    };
    let embed = move || copy(frame(&words()));
    el("div", "field copy")
        .child(
            el("div", "verbs")
                .child(button("button primary", link).text("Copy link"))
                .child(button("button", embed).text("Copy embed code")),
        )
        .child(el("p", "note").attr("aria-live", "polite").live_text(move || said.get()))
        .live(field)
}

/// The code of a frame: the figure, time and a link home.
fn frame(query: &str) -> String {
    let query = Link { mode: Mode::Embed, ..Link::parse(query).0 }.to_query();
    let address = history::address(&query).replace('&', "&amp;").replace('"', "%22");
    format!(
        "<iframe src=\"{address}\" title=\"flowstep\" width=\"960\" height=\"540\" style=\"border:0;max-width:100%\" \
         loading=\"lazy\"></iframe>"
    )
}

fn select(event: Event) {
    if let Some(input) = event.target() {
        input.unchecked_ref::<HtmlInputElement>().select();
    }
}

/// Saves a picture as `name`.png in one of three sizes; `draw` makes it for a scale.
pub fn pictures(
    alerts: Alerts,
    name: &'static str,
    draw: impl Fn(u32) -> Option<HtmlCanvasElement> + Clone + 'static,
) -> El {
    let press = |scale: u32| {
        let draw = draw.clone();
        let save = move || match draw(scale) {
            Some(canvas) => save_png(canvas, format!("{name}-{scale}x.png"), alerts),
            None => alerts.say("There is nothing to save yet."),
        };
        button("button small", save).attr("aria-label", &format!("Save PNG, {scale} times")).text(&format!("{scale}×"))
    };
    el("div", "verbs scales")
        .attr("role", "group")
        .attr("aria-label", "Save as a picture")
        .child(el("span", "quiet").text("Save PNG"))
        .children(SCALES.map(press))
}

/// Saves a canvas as a file.
pub fn save_png(canvas: HtmlCanvasElement, file: String, alerts: Alerts) {
    let saved = Closure::once_into_js(move |blob: Option<Blob>| {
        spawn_local(async move {
            let bytes = match blob {
                Some(blob) => JsFuture::from(blob.array_buffer()).await.ok(),
                None => None,
            };
            let bytes = bytes.map(|bytes| js_sys::Uint8Array::new(&bytes).to_vec());
            if bytes.and_then(|bytes| download::save(&file, &bytes)).is_none() {
                alerts.say("The browser would not save the picture.");
            }
        });
    });
    let _ = canvas.to_blob(saved.unchecked_ref());
}
