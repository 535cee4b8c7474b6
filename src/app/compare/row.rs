//! All pictures of a lane in a row.

use super::sight::Sight;
use crate::{
    app::{
        picture::{Palette, Picture, Pixels},
        sample::gallery::columns,
        store::Store,
        text,
    },
    data::sets::PIXELS,
};
use leptos::{ev, html, prelude::*};
use std::sync::Arc;

/// The row. Click a picture, or go to it with the up and down keys, to see it closely in every lane.
#[component]
pub fn Row(lane: usize, sight: Memo<Option<Arc<Sight>>>) -> impl IntoView {
    let store = expect_context::<Store>();
    let pictures = Memo::new(move |_| store.shared().pictures);
    view! {
        <ol class="gallery" style:--wide=move || columns(pictures.get()).0 style:--narrow=move || columns(pictures.get()).1>
            <For each=move || 0..pictures.get() key=|k| *k let:k>
                <Item lane k sight />
            </For>
        </ol>
    }
}

#[component]
fn Item(lane: usize, k: usize, sight: Memo<Option<Arc<Sight>>>) -> impl IntoView {
    let store = expect_context::<Store>();
    let node = NodeRef::<html::Button>::new();
    let chosen = Memo::new(move |_| store.compared_picture() == k);
    let last = move || untrack(|| store.shared()).pictures - 1;
    let on_key = move |event: ev::KeyboardEvent| {
        let next = match event.key().as_str() {
            "ArrowUp" => k.saturating_sub(1),
            "ArrowDown" => (k + 1).min(last()),
            _ => return,
        };
        event.prevent_default();
        store.look_at(next);
    };
    // The focus follows the choice, but only where the focus was in this row.
    Effect::new(move |before: Option<bool>| {
        let now = chosen.get();
        let row = document().active_element().and_then(|it| it.get_attribute("data-lane"));
        if now
            && before == Some(false)
            && row == Some(lane.to_string())
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
                data-lane=lane.to_string()
                aria-label=format!("Look closely at picture {} of lane {}", k + 1, text::letter(lane))
                aria-pressed=move || chosen.get().to_string()
                tabindex=move || if chosen.get() { "0" } else { "-1" }
                on:click=move |_| store.look_at(k)
                on:keydown=on_key
            ></button>
            <div class="cover" on:click=move |_| store.look_at(k)>
                <Picture
                    name=Signal::derive(move || Sight::name(sight.get(), lane, k))
                    pixels=move || {
                        let of = sight.get()?;
                        Some(Pixels { of, part: |it| &it.values, range: k * PIXELS..(k + 1) * PIXELS, palette: Palette::Grey })
                    }
                />
            </div>
        </li>
    }
}
