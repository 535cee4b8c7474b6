//! How each word of the worker changes the state.

use super::{
    player::Start,
    state::{Pace, Store},
};
use crate::{
    app::download,
    lab::protocol::{Command, Event, ModelReport, Request},
    model::catalogue::ModelId,
    web::client::Notice,
};
use leptos::prelude::*;

/// Takes one notice of the client.
pub fn take(store: Store, notice: Notice) {
    match notice {
        Notice::Event(event) => hear(store, event),
        Notice::Warning(sentence) => store.alerts.say(sentence),
        Notice::Replaced(sentence) => replaced(store, sentence),
        Notice::Failed(sentence) => {
            store.failed.set(true);
            store.alerts.say(sentence);
        }
    }
}

fn hear(store: Store, event: Event) {
    match event {
        Event::Ready(device) => store.device.set(Some(device)),
        Event::Model(report) => learn(store, report),
        Event::Frame { generation, frame } => store.player.receive(generation, frame),
        Event::Train(report) => {
            if !report.running {
                store.link.update(|link| link.trained = report.step);
            }
            store.training.receive(report);
        }
        Event::Preview { step, pixels } => store.training.show(step, pixels),
        Event::Checkpoint { bytes, .. } => store.training.keep(bytes),
        Event::Weights { name, bytes } => {
            if download::save(&name, &bytes).is_none() {
                store.alerts.say("The browser would not save the weights.");
            }
        }
        Event::Measured { architecture, batch, step_ms, .. } => {
            store.pace.update(|pace| {
                pace.retain(|other| other.architecture != architecture);
                pace.push(Pace { architecture, batch, step_ms });
            });
        }
        Event::Refused { request, message } => {
            store.alerts.say(message);
            match request {
                Request::Sample => store.player.refused(),
                Request::Train => store.training.refused(),
                Request::File => store.opening.set(None),
                Request::Other => {}
            }
        }
        // The client answers this one with a new worker.
        Event::Lost { message } => store.alerts.say(message),
    }
}

fn learn(store: Store, report: ModelReport) {
    let model = report.model;
    if model == ModelId::Trained {
        store.link.update(|link| link.trained = report.steps);
    }
    store.models.update(|models| {
        models.retain(|other| other.model != model);
        models.push(report);
    });
    let opened = model == ModelId::File && store.opening.with_untracked(Option::is_some);
    if opened {
        store.opening.set(None);
        if store.sample.with_untracked(|sample| sample.model == ModelId::File) {
            store.resample(Start::Play);
        }
    }
}

/// Tells a new worker all that the old one knew.
fn replaced(store: Store, sentence: String) {
    store.device.set(None);
    store.opening.set(None);
    if let Some((name, bytes)) = store.file.get_value() {
        store.wire.send(Command::Load { name, bytes });
    }
    let training = store.training.restore();
    store.alerts.say([Some(sentence.as_str()), training].into_iter().flatten().collect::<Vec<_>>().join(" "));
    store.player.begin_again();
}
