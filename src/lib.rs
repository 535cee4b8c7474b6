//! flowstep: train, load and step through flow-matching models on 28×28 images.
//!
//! Seven rooms, one above the other; arrows point downwards only (`tests/layers.rs` holds them to it).
//!
//! | floor | room | what lives there |
//! |---|---|---|
//! | 0 | [`flow`] | the mathematics: no Burn, no web, no files |
//! | 1 | [`data`] | x_1: the image sets, read and normalised once; points as text |
//! | 2 | [`model`] | networks as functions of one parameter vector θ |
//! | 3 | [`lab`] | the work: training, sampling, the protocol and its state machine |
//! | 4 | [`plane`] | what the plane shows, as data: camera, marks, layers, SVG |
//! | 5 | `web` | the browser: worker shell, fetch, canvas (wasm only) |
//! | 6 | `app` | the page (wasm only, never touches Burn) |

pub mod data;
pub mod flow;
pub mod lab;
pub mod model;

// No worker draws.
#[cfg(any(not(target_arch = "wasm32"), feature = "page"))]
pub mod plane;

#[cfg(target_arch = "wasm32")]
pub mod web;

#[cfg(all(target_arch = "wasm32", feature = "page"))]
pub mod app;

#[cfg(all(not(target_arch = "wasm32"), feature = "compute"))]
pub mod cli;
