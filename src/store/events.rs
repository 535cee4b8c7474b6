//! How each word of the worker changes the state.

use super::{
    frames::Frames,
    previews::Preview,
    state::{StepTime, Store},
};
use crate::download;
use leptos::prelude::*;
use protocol::{
    catalogue::ModelId,
    link::View,
    message::{Event, ModelReport, Request, TrainSpec},
    saved::keepsake::{Keeping, brief},
};
use web::client::Notice;

/// What a person can do where no worker has come.
const AGAIN: &str = "Try again";
/// Words of what is said of a worker that is late.
const LATE: &str = "The worker that computes has not come";

/// Takes one notice of the client.
pub fn take(store: Store, notice: Notice) {
    match notice {
        Notice::Event(event) => hear(store, *event),
        Notice::Warning(sentence) => store.alerts.say(sentence),
        Notice::Passed(sentence) => store.passed.set(Some(sentence)),
        Notice::Replaced(sentence) => replaced(store, sentence),
        Notice::Late(sentence) => {
            store.alerts.offer(sentence, AGAIN, move || store.wire.again());
            store.look_for_newer();
        }
        Notice::Came => store.alerts.retract_those(LATE),
        Notice::Stale => {
            store.failed.set(true);
            store.offer_newer();
        }
        Notice::Failed(sentence) => {
            store.failed.set(true);
            store.alerts.offer(sentence, AGAIN, move || store.wire.again());
            store.look_for_newer();
        }
    }
}

fn hear(store: Store, event: Event) {
    match event {
        Event::Ready(device) => store.device.set(Some(device)),
        Event::Model(report) => learn(store, report),
        Event::Frame { generation, frame } => {
            let trained = untrack(|| store.report_of(ModelId::Trained)).map(|report| report.steps);
            store.compare.receive(generation, &frame, trained);
            store.player.receive(generation, frame);
        }
        Event::Train(report) => {
            let rests = (!report.running).then_some(report.step);
            store.training.receive(report);
            if let Some(step) = rests {
                store.refilled(step);
            }
        }
        Event::Kept { slot, recipe, steps, bytes } => store.take_kept(slot, recipe, steps, bytes),
        Event::Preview { run, step, pixels, verdicts } => {
            store.training.show(run, Preview { step, pixels, verdicts });
        }
        Event::Decoded { id, pixels } => [store.hand, store.map].into_iter().for_each(|it| it.receive(id, &pixels)),
        Event::Study { run, done, total, point } => store.study.receive(run, done, total, point),
        Event::Weighed { run, share, weight } => store.scales.receive(run, share, weight),
        Event::Judged { run, share, found } => store.judges.receive(run, share, found),
        Event::Checkpoint { run, step, bytes } => store.take_checkpoint(run, step, bytes),
        Event::Weights { name, bytes } => {
            if download::save(&name, &bytes).is_none() {
                store.alerts.say("The browser would not save the weights.");
            }
        }
        Event::Measured { recipe, step_ms, .. } => {
            store.pace.update(|pace| {
                let kind = |it: &TrainSpec| (it.family, it.architecture);
                pace.retain(|other| kind(&other.recipe) != kind(&recipe));
                pace.push(StepTime { recipe, step_ms });
            });
        }
        Event::Refused { request, message } => {
            match request {
                Request::Sample { generation } => {
                    store.player.refused(generation);
                    store.compare.refused(generation);
                }
                // What came of a training that is no more is no news of this one.
                Request::Train { run } if !store.training.is_of(run) => return,
                Request::Train { .. } => {
                    if store.training.refused() {
                        store.saves.refused();
                    }
                }
                Request::File => {
                    store.opening.set(None);
                    store.offered.set_value(None);
                }
                Request::Study { run } => store.study.refused(run),
                Request::Weigh { run } => store.scales.gauge.refused(run),
                Request::Judge { run } => store.judges.gauge.refused(run),
                Request::Codes { id } => [store.hand, store.map].into_iter().for_each(|it| it.refused(id)),
                Request::Points | Request::Other => {}
            }
            if message.contains("could not be loaded") {
                // Files of a build go when another takes its place.
                store.look_for_newer();
            }
            if matches!(request, Request::Sample { .. } | Request::Train { .. } | Request::File) {
                store.refusals.add(request, message.clone());
            }
            store.alerts.say(message);
        }
        // The plane has a worker of its own.
        Event::Snapshot(_) | Event::Map(_) | Event::Trace(_) => {}
        // The client answers this one with a new worker.
        Event::Lost { message } => store.alerts.say(message),
    }
}

fn learn(store: Store, report: ModelReport) {
    let (model, steps) = (report.model, report.steps);
    know(store, model, &report.hash);
    store.forget_model(model);
    store.models.update(|models| models.push(report));
    match model {
        ModelId::Trained if store.player.trail.samples(model) => store.player.trail.weights.set(Some(steps)),
        ModelId::File => loaded(store),
        ModelId::Kept(_) => store.renew(model),
        _ => {}
    }
}

/// Says where weights are not those that a link or this build means by their name.
fn know(store: Store, model: ModelId, hash: &str) {
    if let Some(shipped) = model.shipped().filter(|shipped| shipped.hash != hash) {
        let name = shipped.name;
        store.alerts.say(format!(
            "The server has other weights called “{name}” ({hash}) than this page was built with ({}): what it shows is \
             another picture.",
            shipped.hash
        ));
    }
    let meant = store.link.with_untracked(|link| link.file.clone());
    if model == ModelId::File && meant.as_deref() != Some(hash) {
        if let Some(meant) = meant {
            store.alerts.say(format!(
                "The link was made with another file of weights ({meant}; this one is {hash}): what is shown is another picture."
            ));
        }
        store.link.update(|link| link.file = Some(hash.into()));
    }
}

/// The worker has the file that it was offered.
fn loaded(store: Store) {
    if let Some(file) = store.offered.try_update_value(Option::take).flatten() {
        store.keepsakes.keep(Keeping::Weights(brief(&file.0)), file.1.clone());
        store.file.set_value(Some(file));
    }
    let opened = store.opening.try_update(Option::take).flatten().is_some();
    if opened && store.view.get_untracked() == View::Sample {
        store.sample_with(ModelId::File);
    } else {
        store.renew(ModelId::File);
    }
}

/// Tells a new worker all that the old one knew.
fn replaced(store: Store, sentence: String) {
    store.failed.set(false);
    store.device.set(None);
    store.returning.set_value(false);
    store.lost_gpu.set(store.wire.client().is_some_and(|client| client.has_lost_gpu()));
    store.pace.set(Vec::new());
    store.timed.set_value(Vec::new());
    store.opening.set(None);
    store.offered.set_value(None);
    store.forget_model(ModelId::File);
    store.models.update(|models| models.retain(|report| !matches!(report.model, ModelId::Kept(_))));
    store.shelf.restore();
    store.compare.forget();
    store.hand.forget();
    store.map.forget();
    let study = store.study.forget().then_some("The measurement of the error is lost.");
    let scales = store.scales.gauge.forget().then_some("The measurement of likelihoods is lost.");
    let judges = store.judges.gauge.forget().then_some("The measurement of quality is lost.");
    // The file leaves the store until it has arrived: one that kills this worker too is not offered a third time.
    if let Some((name, bytes)) = store.file.try_update_value(Option::take).flatten() {
        store.load(name, bytes);
    }
    store.saves.settle();
    let training = store.training.restore();
    let lost = [Some(sentence.as_str()), training, study, scales, judges];
    store.alerts.say(lost.into_iter().flatten().collect::<Vec<_>>().join(" "));
    if store.player.trail.is_active() {
        store.resample(store.player.same());
    }
}
