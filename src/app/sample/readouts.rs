//! The numbers of the frame shown.

use crate::{
    app::{store::Store, text},
    flow::schedule::Coefficients,
    lab::protocol::Frame,
};
use leptos::prelude::*;

/// Frame, t, network evaluations, milliseconds and the two coefficients of the path.
#[component]
pub fn Readouts() -> impl IntoView {
    let store = expect_context::<Store>();
    let at = move |read: fn(&Coefficients) -> f64| {
        move || {
            let path = store.player.path.get();
            let t = store.player.shown.with(|frame| frame.as_ref().map(|frame| frame.t));
            path.zip(t).map_or("–".into(), |(path, t)| text::decimal(read(&path.schedule.at(t)), 3))
        }
    };
    let of = move |read: fn(&Frame) -> String| {
        move || store.player.shown.with(|frame| frame.as_ref().map_or("–".into(), |frame| read(frame)))
    };
    let adaptive = Memo::new(move |_| store.sample.with(|sample| sample.sampler.is_adaptive()));
    let tried = move || {
        adaptive.get().then(|| {
            view! {
                <div title="steps tried for this frame, those included that were too long"><dt>"tried"</dt><dd>{of(|it| it.tried.to_string())}</dd></div>
            }
        })
    };
    view! {
        <dl class="readouts figure" class:adaptive=adaptive>
            <div title="frame shown, of all"><dt>"frame"</dt><dd>{of(|it| format!("{} of {}", it.index, it.steps))}</dd></div>
            <div title="time, from noise (0) to data (1)"><dt><i>"t"</i></dt><dd>{of(|it| text::decimal(it.t, 3))}</dd></div>
            <div title="weight of the data"><dt><i>"α"<sub>"t"</sub></i></dt><dd>{at(|it| it.alpha_t)}</dd></div>
            <div title="weight of the noise"><dt><i>"σ"<sub>"t"</sub></i></dt><dd>{at(|it| it.sigma_t)}</dd></div>
            <div title="network evaluations so far"><dt>"NFE"</dt><dd>{of(|it| text::count(it.nfe as u64))}</dd></div>
            {tried}
            <div title="time this frame took to compute"><dt>"ms"</dt><dd>{of(|it| text::decimal(it.ms, 1))}</dd></div>
        </dl>
    }
}
