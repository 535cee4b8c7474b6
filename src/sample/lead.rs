//! What this is and what to do, in one sentence.

use crate::{
    dom::{El, el},
    store::Store,
};
use data::sets::DataSet;
use flow::family::DrawnBy;
use leptos::prelude::*;

/// The sentence over the pictures.
pub fn lead(store: Store) -> El {
    let data = Memo::new(move |_| store.data_of(store.sample.with(|sample| sample.model)));
    let words = move || match (store.family().sampling, data.get()) {
        (DrawnBy::Path, DataSet::Mnist) => "A small network turns noise into digits, step by step. ",
        (DrawnBy::Path, DataSet::Fashion) => "A small network turns noise into garments, step by step. ",
        (DrawnBy::Latent, DataSet::Mnist) => "A small network draws a digit of every code z, in one pass. ",
        (DrawnBy::Latent, DataSet::Fashion) => "A small network draws a garment of every code z, in one pass. ",
        (DrawnBy::Layers, DataSet::Mnist) => "A few layers bend noise into digits, and every one can be undone. ",
        (DrawnBy::Layers, DataSet::Fashion) => "A few layers bend noise into garments, and every one can be undone. ",
        (DrawnBy::Codes, DataSet::Mnist) => "A small network turns noise into the code of a digit, step by step. ",
        (DrawnBy::Codes, DataSet::Fashion) => "A small network turns noise into the code of a garment, step by step. ",
        (DrawnBy::Translation, DataSet::Mnist) => "A small network makes a digit of a picture; draw one. ",
        (DrawnBy::Translation, DataSet::Fashion) => "A small network makes a garment of a picture; draw one. ",
        (DrawnBy::Styles, DataSet::Mnist) => "A small network draws a digit of a style, from coarse to fine. ",
        (DrawnBy::Styles, DataSet::Fashion) => "A small network draws a garment of a style, from coarse to fine. ",
    };
    el("p", "lead").live_text(words).html("<b>Play</b>, or drag the slider.")
}
