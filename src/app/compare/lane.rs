//! One lane: what it is, where it stands, its pictures, and the chosen one closely.

use super::{
    controls::controls,
    difference::{Difference, Differences},
    row::row,
    sight::Sight,
};
use crate::{
    app::{
        dom::{El, button, el},
        picture::{Palette, Pixels, picture},
        sample::{absent::absent, panels::legend},
        store::Store,
        text,
    },
    data::sets::PIXELS,
    lab::{comparison::Lock, protocol::Frame},
    web::canvas,
};
use leptos::prelude::*;
use std::sync::Arc;

/// The whole lane; `remove` stands at the end of its title.
pub fn lane(store: Store, lane: usize, differences: Memo<Arc<Differences>>, remove: El) -> El {
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
    let refused = move || trail.stalled.get().then(|| refused(store, lane));
    let words = "Its tolerance decides what a frame costs: it stops before the first that costs too much.";
    let early = move || (there.get() && stops_early(store, lane)).then(|| el("p", "quiet").text(words));
    let sights = move || {
        there.get().then(|| {
            let minus = (lane > 0).then(|| minus(store, lane, differences));
            el("div", "sights").child(row(store, lane, sight)).child(close(store, lane, sight)).children(minus)
        })
    };
    let letter = text::letter(lane);
    let name = format!("Lane {letter}");
    let title = el("div", "title")
        .child(el("h2", "").child(el("span", "swatch")).text(&name))
        .child(el("p", "quiet figure stands").live_text(stands).live_text(weights))
        .child(remove);
    let section = el("section", &format!("lane {}", letter.to_ascii_lowercase()))
        .attr("aria-label", &name)
        .live_attr("aria-busy", move || busy.get().to_string())
        .child(title)
        .child(controls(store, lane));
    absent(store, move || model.get(), section)
        .live(move || obstacle.get().map(|why| el("p", "obstacle").text(&why)))
        .live(refused)
        .live(early)
        .live(sights)
}

/// What is said of a lane whose trajectory the worker refused, and a way on.
fn refused(store: Store, lane: usize) -> El {
    let again = button("button small", move || store.compare.try_again(lane)).text("Try again");
    el("p", "obstacle").html("<span>The worker refused this lane. The notice above says why.</span>").child(again)
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
fn close(store: Store, lane: usize, sight: Memo<Option<Arc<Sight>>>) -> El {
    let limit = Memo::new(move |_| sight.with(|sight| sight.as_ref().map_or(1.0, |it| it.limit)));
    let name = move || format!("{}, closely", Sight::name(sight.get(), lane, store.compared_picture()));
    let pixels = move || {
        let (of, k) = (sight.get()?, store.compared_picture());
        Some(Pixels { of, range: k * PIXELS..(k + 1) * PIXELS, palette: Palette::Grey })
    };
    let title = el("span", "title").live_text(move || format!("picture {}", store.compared_picture() + 1));
    el("figure", "panel")
        .child(picture(name, pixels))
        .child(el("figcaption", "").child(title).child(legend(limit, canvas::GREYS)))
}

/// The chosen picture of the lane minus that of lane A.
fn minus(store: Store, lane: usize, differences: Memo<Arc<Differences>>) -> El {
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
    let pixels = move || {
        let of = Arc::new(own.get()?.values);
        Some(Pixels { of, range: 0..PIXELS, palette: Palette::Diverging { limit: limit.get() } })
    };
    let title = el("span", "title figure")
        .attr("title", "root mean square of the differences between pixels")
        .text("minus A: rms ")
        .live_text(move || figure(|it| it.rms));
    let of_all = el("span", "legend figure").text("all pictures: ").live_text(move || figure(|it| it.of_all));
    let caption = el("figcaption", "").child(title).child(of_all).child(legend(limit, &canvas::legend()));
    el("figure", "panel").child(picture(name, pixels)).child(caption)
}
