//! Every picture of the trajectory at the t shown.

use super::seen::{self, Seen};
use crate::{
    app::{
        picture::{Picture, Pixels},
        store::Store,
        text,
    },
    data::sets::PIXELS,
};
use leptos::{ev, html, prelude::*};
use std::sync::Arc;

/// The grid. Click a picture, or go to it with the up and down keys, to see it closely below.
#[component]
pub fn Gallery(seen: Memo<Option<Arc<Seen>>>) -> impl IntoView {
    let store = expect_context::<Store>();
    let pictures = Memo::new(move |_| store.sample.with(|sample| sample.pictures));
    view! {
        <ol class="gallery" style:--wide=move || columns(pictures.get()).0 style:--narrow=move || columns(pictures.get()).1>
            <For each=move || 0..pictures.get() key=|k| *k let:k>
                <Item k seen />
            </For>
        </ol>
    }
}

/// Columns on a wide and on a narrow page. Ten where they fit, so that equal digits stand in columns.
pub fn columns(pictures: usize) -> (String, String) {
    let (wide, narrow) = match pictures {
        0..=5 => (pictures.max(3), 3),
        6..=10 => (pictures, 5),
        11..=30 => (10, 5),
        _ => (16, 8),
    };
    (wide.to_string(), narrow.to_string())
}

#[component]
fn Item(k: usize, seen: Memo<Option<Arc<Seen>>>) -> impl IntoView {
    let store = expect_context::<Store>();
    let suffix = move || seen.with(|seen| seen.as_ref().map(|seen| seen.suffix()).unwrap_or_default());
    let node = NodeRef::<html::Button>::new();
    let chosen = Memo::new(move |_| store.picture.get() == k);
    let choose = move |k: usize| {
        store.look_at(k);
        if let Some(button) = node.get_untracked().filter(|_| k == store.picture.get_untracked()) {
            let _ = button.focus();
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let next = match event.key().as_str() {
            "ArrowUp" => k.checked_sub(1),
            "ArrowDown" => Some(k + 1),
            _ => return,
        };
        event.prevent_default();
        if let Some(next) = next {
            store.look_at(next);
        }
    };
    // The focus follows the choice, but only where the focus was in the grid.
    Effect::new(move |before: Option<bool>| {
        let now = chosen.get();
        let in_grid = document().active_element().is_some_and(|it| it.class_list().contains("look"));
        if now
            && before == Some(false)
            && in_grid
            && let Some(button) = node.get_untracked()
        {
            let _ = button.focus();
        }
        now
    });
    view! {
        <li class:chosen=chosen>
            <button
                class="look"
                type="button"
                node_ref=node
                aria-label=format!("Look closely at picture {}", k + 1)
                aria-pressed=move || chosen.get().to_string()
                tabindex=move || if chosen.get() { "0" } else { "-1" }
                on:click=move |_| choose(k)
                on:keydown=on_key
            ></button>
            <div class="cover" on:click=move |_| choose(k)>
                <Picture
                    name=Signal::derive(move || name(store, k) + &suffix())
                    pixels=move || {
                        let of = seen.get()?;
                        let palette = seen::palette(of.show, of.limit);
                        Some(Pixels { of, part: |seen| &seen.values, range: k * PIXELS..(k + 1) * PIXELS, palette })
                    }
                />
            </div>
        </li>
    }
}

/// “Picture 3, digit 7, frame 12 of 50, t = 0.24”
pub fn name(store: Store, k: usize) -> String {
    let data = store.data_of(store.sample.with(|sample| sample.model));
    store.player.shown.with(|frame| {
        let there = frame.as_ref().and_then(|frame| frame.labels.get(k).map(|label| (frame, *label)));
        match there {
            Some((frame, label)) => {
                let class = text::class(data, label);
                format!("Picture {}, {class}, frame {} of {}, t = {:.2}", k + 1, frame.index, frame.steps, frame.t)
            }
            None => format!("Picture {}, not computed yet", k + 1),
        }
    })
}
