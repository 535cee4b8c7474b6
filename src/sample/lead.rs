//! What this is and what to do, in one sentence.

use crate::{
    dom::{El, el},
    store::Store,
};
use data::sets::DataSet;
use leptos::prelude::*;

/// The sentence over the pictures.
pub fn lead(store: Store) -> El {
    let data = Memo::new(move |_| store.data_of(store.sample.with(|sample| sample.model)));
    let words = move || match (store.family().has_path(), data.get()) {
        (true, DataSet::Mnist) => "A small network turns noise into digits, step by step. ",
        (true, DataSet::Fashion) => "A small network turns noise into garments, step by step. ",
        (false, DataSet::Mnist) => "A small network draws a digit of every code z, in one pass. ",
        (false, DataSet::Fashion) => "A small network draws a garment of every code z, in one pass. ",
    };
    el("p", "lead").live_text(words).html("<b>Play</b>, or drag the slider.")
}
