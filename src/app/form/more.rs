//! What is seldom changed.

use leptos::prelude::*;

/// Controls behind a line of text. They open by themselves once `differs`, so that nothing in force is hidden.
#[component]
pub fn More(
    #[prop(into)] summary: Signal<String>,
    #[prop(into, optional)] differs: Signal<bool>,
    children: Children,
) -> impl IntoView {
    // Never closed by itself: that would take a field away from under the person who types into it.
    let open = Memo::new(move |before: Option<&bool>| differs.get() || before == Some(&true));
    view! {
        <details class="more" open=open>
            <summary>{summary}</summary>
            {children()}
        </details>
    }
}
