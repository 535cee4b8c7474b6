//! One lane: what it is, where it stands, its pictures, and the chosen one closely.

use super::{
    controls::controls,
    difference::{Difference, Differences},
    row::row,
    view::LaneView,
};
use crate::{
    dom::{El, button, el},
    picture::{Palette, Pixels, picture},
    sample::{absent::absent, panels::legend},
    store::{Frames, Store},
    text,
};
use data::sets::PIXELS;
use leptos::prelude::*;
use protocol::{comparison::falls_short, message::Frame};
use std::sync::Arc;
use web::canvas;

/// The whole lane; `remove` stands at the end of its title.
pub fn lane(store: Store, lane: usize, differences: Memo<Arc<Differences>>, remove: El) -> El {
    let view = LaneView::memo(store, lane);
    let trail = store.compare.trails[lane];
    let busy = Memo::new(move |_| trail.is_behind(store.compare.wanted()));
    let obstacle = Memo::new(move |_| {
        let way = store.comparison.with(|it| it.lanes.get(lane).copied())?;
        store.obstacle(&way)
    });
    // A lane that is being removed has no model; the default is always there.
    let model =
        Memo::new(move |_| store.comparison.with(|it| it.lanes.get(lane).map(|it| it.model)).unwrap_or_default());
    let there = Memo::new(move |_| obstacle.with(Option::is_none) && store.has(model.get()));
    let refused = move || trail.stalled.get().then(|| refused(store, lane));
    let short = Memo::new(move |_| short(store, lane).filter(|_| there.get()));
    let views = move || there.get().then(|| views(store, lane, view, differences));
    let letter = text::letter(lane);
    let title =
        el("h2", "").child(el("span", "swatch")).child(el("span", "unseen").text("Lane ")).text(&letter.to_string());
    let section = el("section", &format!("lane {}", letter.to_ascii_lowercase()))
        .attr("aria-label", &format!("Lane {letter}"))
        .live_attr("aria-busy", move || busy.get().to_string())
        .child(title)
        .children(controls(store, lane))
        .child(remove);
    absent(store, move || model.get(), section)
        .live(move || obstacle.get().map(|why| el("p", "obstacle").text(&why)))
        .live(refused)
        .live(move || short.get().map(|why| el("p", "obstacle calm").text(&why)))
        .live(views)
}

/// All pictures of the lane, the chosen one closely, and what sets it apart from that of lane A.
fn views(store: Store, lane: usize, view: Memo<Option<Arc<LaneView>>>, differences: Memo<Arc<Differences>>) -> El {
    let trail = store.compare.trails[lane];
    let own = Memo::new(move |_| differences.with(|all| all.lanes.get(lane).cloned().flatten()));
    let weights = move || trail.weights.get().map(|steps| format!(", weights of step {}", text::count(steps)));
    let stands = move || view.with(|view| view.as_ref().map_or("nothing yet".into(), |it| place(it.frame())));
    let apart = move || match own.with(|own| own.as_ref().map(|own| (own.rms, own.of_all))) {
        Some((rms, of_all)) => {
            format!("rms difference from A: {}, all pictures {}", text::decimal(rms, 4), text::decimal(of_all, 4))
        }
        None if lane == 0 => "The other lanes are held against this one.".into(),
        None => "rms difference from A: –".into(),
    };
    let caption = el("figcaption", "figure").child(el("span", "stands").live_text(stands).live_text(weights)).child(
        el("span", "quiet").attr("title", "root mean square of the differences between pixels").live_text(apart),
    );
    let pictures = move || store.shared().pictures;
    el("div", "sights")
        .live_style("--count", move || pictures().to_string())
        .live_style("--half", move || columns(pictures()).to_string())
        .live_style("--lines", move || pictures().div_ceil(columns(pictures())).to_string())
        .child(el("figure", "all").child(row(store, lane, view)).child(caption))
        .child(close(store, lane, view))
        .children((lane > 0).then(|| minus(store, lane, own)))
}

/// In how many columns the pictures of a lane stand: one row, or two of them.
fn columns(pictures: usize) -> usize {
    match pictures {
        0..=5 => pictures.max(1),
        _ => pictures.div_ceil(2),
    }
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

/// Why the lane is not at its end though the slider is: its tolerance asks for more evaluations than each lane has.
fn short(store: Store, lane: usize) -> Option<String> {
    let trail = store.compare.trails[lane];
    let has = store.compare.wanted();
    if has < store.compare.last() || trail.is_behind(has) {
        return None;
    }
    let needs = trail.beyond(has)?.nfe;
    let t = trail.shown.with(|frame| frame.as_ref().map(|frame| frame.t))?;
    Some(falls_short(store.sample.with(|sample| sample.tolerance), t, needs, has))
}

/// The chosen picture of the lane.
fn close(store: Store, lane: usize, view: Memo<Option<Arc<LaneView>>>) -> El {
    let limit = Memo::new(move |_| view.with(|view| view.as_ref().map_or(1.0, |it| it.limit)));
    let name = move || format!("{}, closely", LaneView::name(view.get(), lane, store.compared_picture()));
    let pixels = move || {
        let (of, k) = (view.get()?, store.compared_picture());
        Some(Pixels { of, range: k * PIXELS..(k + 1) * PIXELS, palette: Palette::Grey })
    };
    let title = el("span", "title").live_text(move || format!("picture {}", store.compared_picture() + 1));
    el("figure", "panel")
        .child(picture(name, pixels))
        .child(el("figcaption", "").child(title).child(legend(limit, canvas::GREYS)))
}

/// The chosen picture of the lane minus that of lane A.
fn minus(store: Store, lane: usize, own: Memo<Option<Difference>>) -> El {
    let limit = Memo::new(move |_| own.with(|own| own.as_ref().map_or(1.0, |own| own.limit)));
    let name = move || {
        let (letter, number) = (text::letter(lane), store.compared_picture() + 1);
        match own.with(|own| own.as_ref().map(|own| own.rms)) {
            Some(rms) => {
                format!("Lane {letter} minus lane A, picture {number}, root mean square {}", text::decimal(rms, 4))
            }
            None => format!("Lane {letter} minus lane A, picture {number}, not computed yet"),
        }
    };
    let pixels = move || {
        let of = Arc::new(own.get()?.values);
        Some(Pixels { of, range: 0..PIXELS, palette: Palette::Diverging { limit: limit.get() } })
    };
    let caption = el("figcaption", "")
        .child(
            el("span", "title").attr("title", "the largest difference has the last colour").text("minus A, own scale"),
        )
        .child(legend(limit, &canvas::legend()));
    el("figure", "panel").child(picture(name, pixels)).child(caption)
}
