//! What the model draws while it learns: one picture of each class from fixed seeds.

use crate::{
    app::{
        picture::{Palette, Picture, Pixels},
        store::Store,
        text,
    },
    data::sets::{CLASSES, PIXELS},
};
use leptos::prelude::*;

/// Ten pictures and the step they come from.
#[component]
pub fn Previews() -> impl IntoView {
    let store = expect_context::<Store>();
    let preview = store.training.preview;
    let data = Memo::new(move |_| {
        store.training.spec.with(|spec| spec.as_ref().map_or(store.recipe.get().data, |spec| spec.data))
    });
    let step = move || preview.with(|preview| preview.as_ref().map(|preview| text::count(preview.step)));
    let name = move |k: usize| {
        let class = text::class(data.get(), k as u8);
        match preview.with(|preview| preview.as_ref().map(|preview| preview.step)) {
            Some(step) => format!("Picture {}, {class}, training step {step}", k + 1),
            None => format!("Picture {}, {class}, not drawn yet", k + 1),
        }
    };
    let item = move |k: usize| {
        view! {
            <li>
                <div class="cover">
                    <Picture
                        name=Signal::derive(move || name(k))
                        pixels=move || {
                            let of = preview.get()?;
                            Some(Pixels {
                                of,
                                part: |preview| &preview.pixels,
                                range: k * PIXELS..(k + 1) * PIXELS,
                                palette: Palette::Grey,
                            })
                        }
                    />
                </div>
                <span class="caption">{move || data.get().classes()[k]}</span>
            </li>
        }
    };
    let start = move || match store.recipe.with(|it| it.coupling.is_gaussian()) {
        true => "from noise, as soon as it trains".to_string(),
        false => "from pictures of its coupling, as soon as it trains".to_string(),
    };
    view! {
        <figure class="previews">
            <figcaption>
                <h2>"What it draws"</h2>
                <p class="quiet figure">
                    {move || step().map_or_else(start, |step| format!("after step {step}, from the same noise each time"))}
                </p>
            </figcaption>
            <ol class="gallery" style:--wide="10" style:--narrow="5">
                {(0..CLASSES).map(item).collect_view()}
            </ol>
        </figure>
    }
}
