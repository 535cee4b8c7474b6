//! The slider over the frames.

use crate::app::store::Frames;
use leptos::prelude::*;

/// A slider from 0 to `steps` that stands at `index` and says `spoken`.
#[component]
pub fn Track<F: Frames>(
    frames: F,
    steps: Memo<usize>,
    #[prop(into)] index: Signal<usize>,
    #[prop(into)] spoken: Signal<String>,
) -> impl IntoView {
    view! {
        <input
            class="frames"
            type="range"
            aria-label="Frame"
            aria-valuetext=spoken
            min="0"
            max=move || steps.get().to_string()
            step="1"
            prop:value=move || {
                // The browser clips the value to the range, so the range must be there first.
                steps.track();
                index.get().to_string()
            }
            on:input=move |event| {
                if let Ok(index) = event_target_value(&event).parse() {
                    frames.seek(index);
                }
            }
        />
    }
}
