//! One lane: what it is, where it stands, its pictures, and the chosen one closely.

use super::{
    controls::Controls,
    difference::{Difference, Differences},
    row::Row,
    sight::Sight,
};
use crate::{
    app::{
        picture::{Palette, Picture, Pixels},
        sample::absent::Absent,
        store::Store,
        text,
    },
    data::sets::PIXELS,
    lab::{comparison::Lock, protocol::Frame},
    web::canvas,
};
use leptos::prelude::*;
use std::sync::Arc;

/// The whole lane; its children stand at the end of its title.
#[component]
pub fn LaneView(lane: usize, differences: Memo<Arc<Differences>>, children: Children) -> impl IntoView {
    let store = expect_context::<Store>();
    let sight = Sight::memo(store, lane);
    let trail = store.compare.trails[lane];
    let busy = Memo::new(move |_| trail.is_behind(store.compare.position.get()));
    let obstacle = Memo::new(move |_| {
        let way = store.comparison.with(|it| it.lanes.get(lane).copied())?;
        store.obstacle(&way)
    });
    // A lane that is being removed has no model; the default is always there.
    let model =
        Memo::new(move |_| store.comparison.with(|it| it.lanes.get(lane).map(|it| it.model)).unwrap_or_default());
    let there = Memo::new(move |_| obstacle.with(Option::is_none) && store.has(model.get()));
    let weights = move || trail.weights.get().map(|steps| format!(", weights of step {}", text::count(steps)));
    let stands = move || sight.with(|sight| sight.as_ref().map_or("nothing yet".into(), |it| place(it.frame())));
    view! {
        <section class=format!("lane {}", text::letter(lane).to_ascii_lowercase()) aria-label=format!("Lane {}", text::letter(lane))
            aria-busy=move || busy.get().to_string()>
            <div class="title">
                <h2><span class="swatch"></span>{format!("Lane {}", text::letter(lane))}</h2>
                <p class="quiet figure stands">{stands}{weights}</p>
                {children()}
            </div>
            <Controls lane />
            <Absent model=model.into() />
            {move || obstacle.get().map(|why| view! { <p class="obstacle">{why}</p> })}
            {move || trail.stalled.get().then(|| view! {
                <p class="obstacle">
                    <span>"The worker refused this lane. The notice above says why."</span>
                    <button class="button small" type="button" on:click=move |_| store.compare.try_again(lane)>"Try again"</button>
                </p>
            })}
            {move || (there.get() && stops_early(store, lane)).then(|| view! {
                <p class="quiet">"Its tolerance decides what a frame costs: it stops before the first that costs too much."</p>
            })}
            {move || there.get().then(|| view! {
                <div class="sights">
                    <Row lane sight />
                    <Close lane sight />
                    {(lane > 0).then(|| view! { <Minus lane differences /> })}
                </div>
            })}
        </section>
    }
}

/// “t = 0.240, step 12 of 50, NFE 24”
fn place(frame: &Frame) -> String {
    let (t, nfe) = (text::decimal(frame.t, 3), text::count(frame.nfe as u64));
    format!("t = {t}, step {} of {}, NFE {nfe}", frame.index, frame.steps)
}

/// True of a sampler whose cost nobody knows beforehand, where the cost is what the lanes share.
fn stops_early(store: Store, lane: usize) -> bool {
    store
        .comparison
        .with(|it| it.lock == Lock::Nfe && it.lanes.get(lane).is_some_and(|lane| lane.sampler.cost().is_none()))
}

/// The chosen picture of the lane.
#[component]
fn Close(lane: usize, sight: Memo<Option<Arc<Sight>>>) -> impl IntoView {
    let store = expect_context::<Store>();
    let limit = Memo::new(move |_| sight.with(|sight| sight.as_ref().map_or(1.0, |it| it.limit)));
    view! {
        <figure class="panel">
            <Picture
                name=Signal::derive(move || format!("{}, closely", Sight::name(sight.get(), lane, store.compared_picture())))
                pixels=move || {
                    let (of, k) = (sight.get()?, store.compared_picture());
                    Some(Pixels { of, part: |it| &it.values, range: k * PIXELS..(k + 1) * PIXELS, palette: Palette::Grey })
                }
            />
            <figcaption>
                <span class="title">{move || format!("picture {}", store.compared_picture() + 1)}</span>
                <Legend limit ramp="linear-gradient(to right, #000, #fff)".into() />
            </figcaption>
        </figure>
    }
}

/// The chosen picture of the lane minus that of lane A.
#[component]
fn Minus(lane: usize, differences: Memo<Arc<Differences>>) -> impl IntoView {
    let store = expect_context::<Store>();
    let own = Memo::new(move |_| differences.with(|all| all.lanes.get(lane).cloned().flatten()));
    let limit = Memo::new(move |_| differences.with(|all| all.limit));
    let name = move || {
        let (letter, number) = (text::letter(lane), store.compared_picture() + 1);
        match own.with(|own| own.as_ref().map(|own| own.rms)) {
            Some(rms) => {
                format!("Lane {letter} minus lane A, picture {number}, root mean square {}", text::decimal(rms, 4))
            }
            None => format!("Lane {letter} minus lane A, picture {number}, not computed yet"),
        }
    };
    let figure = move |read: fn(&Difference) -> f64| {
        own.with(|own| own.as_ref().map_or("–".into(), |own| text::decimal(read(own), 4)))
    };
    view! {
        <figure class="panel">
            <Picture
                name=Signal::derive(name)
                pixels=move || {
                    let of = Arc::new(own.get()?.values);
                    let palette = Palette::Diverging { limit: limit.get() };
                    Some(Pixels { of, part: Vec::as_slice, range: 0..PIXELS, palette })
                }
            />
            <figcaption>
                <span class="title figure" title="root mean square of the differences between pixels">"minus A: rms "{move || figure(|it| it.rms)}</span>
                <span class="legend figure">"all pictures: "{move || figure(|it| it.of_all)}</span>
                <Legend limit ramp=canvas::legend() />
            </figcaption>
        </figure>
    }
}

/// The colours from -limit to limit.
#[component]
fn Legend(limit: Memo<f32>, ramp: String) -> impl IntoView {
    let end = move |sign: f64| text::brief(sign * f64::from(limit.get()), 2);
    view! {
        <span class="legend figure">
            <span>{move || end(-1.0)}</span>
            <span class="ramp" style:background=ramp></span>
            <span>{move || end(1.0)}</span>
        </span>
    }
}
