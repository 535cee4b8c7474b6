//! The session as the page drives it, on real files, without a browser.

mod driver;

use burn::tensor::Device;
use driver::{ALL, Folder, checkpoint, drive, frames, refusal, reports, session};
use flow::{
    coupling::Coupling, draw::Draw, keyed::Keyed, prediction::Reading, sampler::SamplerId, schedule::ScheduleId,
    time::Grid,
};
use lab::{session::Session, train::Trainer};
use model::{
    design::Design,
    weights::{self, Precision},
};
use protocol::{
    catalogue::ModelId,
    message::{Command, Event, Frame, MeasureSpec, Request, SampleSpec, StudyPoint, Task, TrainSpec},
};
use std::{cell::Cell, rc::Rc, time::Instant};

fn spec() -> SampleSpec {
    SampleSpec { pictures: 3, steps: 4, ..SampleSpec::default() }
}

fn quick() -> TrainSpec {
    TrainSpec { batch: 16, ..TrainSpec::default() }
}

#[test]
fn frames_are_computed_when_they_are_asked_for_and_once() {
    let mut session = session();
    let begun = drive(&mut session, Command::Sample { lane: 0, generation: 7, spec: spec() }, ALL);
    assert!(matches!(&begun[0], Event::Model(report) if report.model == ModelId::default() && report.steps > 0));
    assert_eq!(frames(&begun).iter().map(|frame| frame.index).collect::<Vec<_>>(), [0]);
    assert!(begun.iter().all(|event| !matches!(event, Event::Frame { generation, .. } if *generation != 7)));
    let more = drive(&mut session, Command::Advance { lane: 0, to: 2 }, ALL);
    assert_eq!(frames(&more).iter().map(|frame| frame.index).collect::<Vec<_>>(), [1, 2]);
    assert!(drive(&mut session, Command::Advance { lane: 0, to: 1 }, ALL).is_empty());
    let rest = drive(&mut session, Command::Advance { lane: 0, to: 400 }, ALL);
    let rest = frames(&rest);
    assert_eq!(rest.iter().map(|frame| frame.index).collect::<Vec<_>>(), [3, 4]);
    // Euler at guidance 2: two evaluations a step.
    assert_eq!((rest[1].nfe, rest[1].t), (8, 1.0));
    assert_eq!(rest[1].labels, [0, 1, 2]);
    assert!(!session.busy());
}

#[test]
fn a_frame_is_the_euler_step_of_the_one_before() {
    let mut session = session();
    let mut events = drive(&mut session, Command::Sample { lane: 0, generation: 1, spec: spec() }, ALL);
    events.extend(drive(&mut session, Command::Advance { lane: 0, to: 4 }, ALL));
    let frames = frames(&events);
    for pair in frames.windows(2) {
        let h = (pair[1].t - pair[0].t) as f32;
        for ((now, u), next) in pair[0].x_t.iter().zip(&pair[0].velocity).zip(&pair[1].x_t) {
            assert!((now + h * u - next).abs() < 1e-5);
        }
    }
}

#[test]
fn a_picture_is_the_same_in_every_grid_and_every_time() {
    let last = |pictures| {
        let mut session = session();
        drive(&mut session, Command::Sample { lane: 0, generation: 1, spec: SampleSpec { pictures, ..spec() } }, ALL);
        let events = drive(&mut session, Command::Advance { lane: 0, to: 4 }, ALL);
        frames(&events).last().expect("a last frame").x_t.clone()
    };
    let three = last(3);
    assert_eq!(three, last(3));
    let five = last(5);
    assert!(three.iter().zip(&five).all(|(a, b)| (a - b).abs() < 1e-4));
}

#[test]
fn training_lowers_the_loss_rests_and_goes_on_exactly_from_a_checkpoint() {
    let until = |until| Command::Train { run: 1, task: Task::Pictures(quick()), until: Some(until) };
    let mut whole = session();
    let events = drive(&mut whole, until(40), ALL);
    let losses: Vec<_> = reports(&events).iter().flat_map(|report| report.losses.clone()).collect();
    assert_eq!(losses.iter().map(|(step, _)| *step).collect::<Vec<_>>(), (1..=40).collect::<Vec<_>>());
    let mean = |part: &[(u64, Vec<f32>)]| part.iter().map(|(_, terms)| terms[0]).sum::<f32>() / part.len() as f32;
    assert!(mean(&losses[35..]) < 0.9 * mean(&losses[..5]), "{losses:?}");
    assert!(!reports(&events).last().expect("a report").running);
    assert!(events.iter().any(|event| matches!(event, Event::Preview { pixels, .. } if pixels.len() == 7840)));

    // The same recipe, cut at step 25 and carried to another session.
    let cut = checkpoint(&drive(&mut session(), until(25), ALL));
    let mut other = session();
    let reached = |events: &[Event]| reports(events).last().is_some_and(|report| report.step >= 40);
    let mut carried = drive(&mut other, Command::Restore { run: 1, bytes: cut, running: true, until: None }, reached);
    carried.extend(pollster::block_on(other.handle(Command::Pause { turn: 1 })));
    let losses_again: Vec<_> = reports(&carried).iter().flat_map(|report| report.losses.clone()).collect();
    assert_eq!(losses_again[..15], losses[25..]);
}

#[test]
fn trained_weights_can_be_sampled_downloaded_and_opened_again() {
    let mut session = session();
    drive(&mut session, Command::Train { run: 1, task: Task::Pictures(quick()), until: Some(10) }, ALL);
    let sample = |model| Command::Sample { lane: 0, generation: 2, spec: SampleSpec { model, ..spec() } };
    let trained = drive(&mut session, sample(ModelId::Trained), ALL);
    let Event::Weights { name, bytes } = drive(&mut session, Command::Download, ALL).remove(0) else {
        panic!("the file that was asked for")
    };
    assert_eq!(name, "flowstep-mnist-tiny-10.safetensors");
    drive(&mut session, Command::Load { model: ModelId::File, name, bytes }, ALL);
    let opened = drive(&mut session, sample(ModelId::File), ALL);
    assert_eq!(frames(&opened)[0].velocity, frames(&trained)[0].velocity);
}

#[test]
fn what_cannot_be_done_is_refused_and_nothing_is_lost() {
    let mut session = session();
    let sample = |model| Command::Sample { lane: 0, generation: 1, spec: SampleSpec { model, ..spec() } };
    assert!(refusal(&drive(&mut session, sample(ModelId::Trained), ALL)).contains("no model has been trained"));
    assert!(refusal(&drive(&mut session, sample(ModelId::File), ALL)).contains("no weights file"));
    assert!(refusal(&drive(&mut session, Command::Download, ALL)).contains("no training"));
    let spoilt = Command::Sample { lane: 0, generation: 1, spec: SampleSpec { steps: 0, ..spec() } };
    assert!(refusal(&drive(&mut session, spoilt, ALL)).starts_with("steps cannot be “0”"));
    let spoilt = Command::Study { run: 1, lanes: vec![SampleSpec { guidance: -1.0, ..spec() }] };
    assert!(refusal(&drive(&mut session, spoilt, ALL)).starts_with("guidance cannot be"));
    let spoilt = Command::Train { run: 7, task: Task::Pictures(TrainSpec { batch: 0, ..quick() }), until: None };
    let refused = drive(&mut session, spoilt, ALL);
    let of_it = |event: &Event| matches!(event, Event::Refused { request: Request::Train { run: 7 }, .. });
    assert!(refusal(&refused).starts_with("batch cannot be “0”") && refused.iter().any(of_it));
    let bad = Command::Load { model: ModelId::File, name: "cat.jpg".into(), bytes: vec![1, 2, 3] };
    assert!(refusal(&drive(&mut session, bad, ALL)).starts_with("cat.jpg was not loaded"));
    let torn = Command::Restore { run: 7, bytes: vec![9; 40], running: true, until: None };
    let refused = drive(&mut session, torn, ALL);
    assert!(refusal(&refused).contains("damaged") && refused.iter().any(of_it));
    assert!(!frames(&drive(&mut session, sample(ModelId::default()), ALL)).is_empty());
}

#[test]
fn a_lost_connection_pauses_training_and_resuming_goes_on() {
    let offline = Rc::new(Cell::new(true));
    let mut session = Session::new(Folder(Instant::now(), offline.clone()), Device::flex());
    let events = drive(&mut session, Command::Train { run: 1, task: Task::Pictures(quick()), until: Some(3) }, ALL);
    assert!(refusal(&events).contains("connection failed"));
    assert!(!reports(&events).last().expect("a report").running);
    assert!(!session.busy());
    offline.set(false);
    let events = drive(&mut session, Command::Resume { turn: 1 }, ALL);
    let last = reports(&events).pop().expect("a report");
    assert_eq!((last.step, last.turn, last.running), (3, 1, false));
}

#[test]
fn a_loss_that_explodes_stops_training_with_a_sentence() {
    let mut session = session();
    // Beyond what a link and a command accept, so that it explodes at once.
    let spec = TrainSpec { learning_rate: 1e30, ..quick() };
    let design = Design::of(&spec);
    let fresh = Trainer::new(spec, design, &Device::flex());
    let bytes = pollster::block_on(lab::checkpoint::write(&fresh)).expect("a checkpoint");
    let events = drive(&mut session, Command::Restore { run: 1, bytes, running: true, until: Some(400) }, ALL);
    assert!(refusal(&events).contains("no longer a finite number"));
    assert!(!session.busy());
    // Already the first step ruins the weights, so those before it are kept, and they can be sampled and gone on from.
    let rests = |events: &[Event]| reports(events).last().is_some_and(|it| (it.step, it.running) == (0, false));
    assert!(rests(&events), "{:?}", reports(&events).last());
    last(&mut session, with("euler", ModelId::Trained));
    let again = drive(&mut session, Command::Resume { turn: 1 }, ALL);
    assert!(refusal(&again).contains("rests at the weights of step 0") && rests(&again));
    let paused = pollster::block_on(session.handle(Command::Pause { turn: 2 }));
    let restored = Command::Restore { run: 2, bytes: checkpoint(&paused), running: false, until: None };
    assert!(rests(&drive(&mut session, restored, ALL)));
}

#[test]
fn a_network_is_timed_and_a_bad_one_refused() {
    let mut session = session();
    let measure = |config| {
        let recipe = TrainSpec { batch: 2, ..TrainSpec::default() };
        Command::Measure(MeasureSpec { recipe, config, steps: 3, frames: 3 })
    };
    let Event::Measured { parameters, step_ms, forward_ms, .. } = drive(&mut session, measure(None), ALL).remove(0)
    else {
        panic!("what was measured")
    };
    assert!(parameters > 100_000 && step_ms > 0.0 && forward_ms > 0.0);
    let uneven = r#"{"body":{"transformer":{"patch":7,"width":9,"depth":1,"heads":2}},"sigma":1.0}"#;
    let refused = drive(&mut session, measure(Some(uneven.into())), ALL);
    assert!(refusal(&refused).contains("does not divide into 2 heads"));
}

/// The last frame of `spec`.
fn last(session: &mut Session<Folder>, spec: SampleSpec) -> Frame {
    let steps = spec.steps;
    let begun = drive(session, Command::Sample { lane: 0, generation: 1, spec }, ALL);
    assert!(!frames(&begun).is_empty(), "{begun:?}");
    let events = drive(session, Command::Advance { lane: 0, to: steps }, ALL);
    let frame = frames(&events).pop().cloned().expect("a last frame");
    assert_eq!((frame.index, frame.t), (steps, 1.0));
    frame
}

fn with(sampler: &str, model: ModelId) -> SampleSpec {
    let sampler = SamplerId::find(sampler).expect("it is in the list");
    SampleSpec { model, sampler, pictures: 2, guidance: 1.0, steps: 8, ..SampleSpec::default() }
}

fn distance(a: &Frame, b: &Frame) -> f32 {
    a.x_t.iter().zip(&b.x_t).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt() / (a.x_t.len() as f32).sqrt()
}

#[test]
fn every_sampler_that_fits_samples_the_digits_of_both_families() {
    let mut session = session();
    for model in [ModelId::default(), ModelId::find("mnist-ddpm").expect("it ships")] {
        let schedule = model.schedule().expect("a shipped model");
        for sampler in SamplerId::all() {
            let spec = SampleSpec { grid: Grid::Cosine, steps: 12, ..with(sampler.key(), model) };
            if sampler.fits(schedule.0, true).is_err() {
                let events = drive(&mut session, Command::Sample { lane: 0, generation: 1, spec }, ALL);
                assert!(refusal(&events).contains("does not suit this model"), "{sampler}");
                continue;
            }
            let frame = last(&mut session, spec);
            // Ink on black: most pixels dark, some bright, none far outside.
            let share =
                |f: &dyn Fn(f32) -> bool| frame.x_t.iter().filter(|x| f(**x)).count() as f32 / frame.x_t.len() as f32;
            let (dark, bright, wild) = (share(&|x| x < -0.7), share(&|x| x > 0.5), share(&|x| x.abs() > 2.0));
            println!(
                "{model} {sampler}: {} evaluations, dark {dark:.2}, bright {bright:.2}, wild {wild:.3}",
                frame.nfe
            );
            assert!(frame.nfe >= 12 && wild < 0.2, "{model} {sampler}: {wild}");
            if !sampler.is_stochastic() {
                assert!(dark > 0.5 && bright > 0.03, "{model} {sampler}: {dark} dark, {bright} bright");
            }
        }
    }
}

#[test]
fn ddim_is_euler_on_the_linear_path_and_the_ancestral_step_is_ddim_with_eta_1() {
    let mut session = session();
    let linear = ModelId::default();
    let (euler, ddim) = (last(&mut session, with("euler", linear)), last(&mut session, with("ddim", linear)));
    assert!(distance(&euler, &ddim) < 1e-5, "{}", distance(&euler, &ddim));
    for model in [linear, ModelId::find("mnist-ddpm").expect("it ships")] {
        let [eta, ancestral] = ["ddim-eta", "ancestral"].map(|key| last(&mut session, with(key, model)));
        assert!(distance(&eta, &ancestral) < 1e-4, "{model}: {}", distance(&eta, &ancestral));
        assert!(distance(&eta, &last(&mut session, with("ddim", model))) > 0.1);
    }
}

#[test]
fn fresh_noise_is_keyed_by_time_so_that_more_steps_refine_the_same_path() {
    let mut session = session();
    let at = |steps, seed| SampleSpec { steps, seed, ..with("em-sigma", ModelId::default()) };
    let [coarse, fine, finer] = [16, 32, 64].map(|steps| last(&mut session, at(steps, 1)));
    let other = last(&mut session, at(64, 2));
    let (first, second, apart) = (distance(&coarse, &fine), distance(&fine, &finer), distance(&finer, &other));
    println!("16 to 32 steps {first:.3}, 32 to 64 steps {second:.3}, another seed {apart:.3}");
    assert!(second < first && second < 0.5 * apart);
}

#[test]
fn a_tighter_tolerance_costs_more_and_comes_nearer() {
    let mut session = session();
    let at = |tolerance| SampleSpec { tolerance, steps: 2, ..with("dopri5", ModelId::default()) };
    let [loose, middle, tight] = [3e-2, 3e-3, 1e-5].map(|tolerance| last(&mut session, at(tolerance)));
    println!("{} {} {} evaluations", loose.nfe, middle.nfe, tight.nfe);
    assert!(loose.nfe < middle.nfe && middle.nfe < tight.nfe);
    assert!(distance(&middle, &tight) < distance(&loose, &tight));
    assert!(loose.tried >= 1 && tight.tried > loose.tried);
}

#[test]
fn lanes_do_not_disturb_each_other() {
    let mut session = session();
    let sample = |lane, generation, steps| Command::Sample {
        lane,
        generation,
        spec: SampleSpec { steps, ..with("euler", ModelId::default()) },
    };
    drive(&mut session, sample(0, 1, 4), ALL);
    drive(&mut session, sample(1, 2, 8), ALL);
    pollster::block_on(session.handle(Command::Advance { lane: 0, to: 4 }));
    let both = drive(&mut session, Command::Advance { lane: 1, to: 8 }, ALL);
    let of = |generation| {
        let mine = |event: &Event| match event {
            Event::Frame { generation: of, frame } if *of == generation => Some(frame.clone()),
            _ => None,
        };
        both.iter().rev().find_map(mine).expect("frames of every lane")
    };
    let alone = |steps| SampleSpec { steps, ..with("euler", ModelId::default()) };
    let mut other = self::session();
    for (generation, steps) in [(1, 4), (2, 8)] {
        assert_eq!(of(generation).x_t, last(&mut other, alone(steps)).x_t);
    }
    assert!(refusal(&drive(&mut session, sample(4, 3, 4), ALL)).contains("no lane 4"));
    drive(&mut session, Command::Clear { lane: 1 }, ALL);
    assert!(drive(&mut session, Command::Advance { lane: 1, to: 8 }, ALL).is_empty());
}

#[test]
fn a_study_measures_errors_that_fall_and_can_be_cancelled() {
    let mut session = session();
    let lanes: Vec<_> = ["euler", "heun"].map(|key| SampleSpec { pictures: 1, ..with(key, ModelId::default()) }).into();
    let events = drive(&mut session, Command::Study { run: 3, lanes: lanes.clone() }, ALL);
    let point = |event: &Event| if let Event::Study { point, .. } = event { *point } else { None };
    let points: Vec<StudyPoint> = events.iter().filter_map(point).collect();
    for lane in 0..2 {
        let of: Vec<_> = points.iter().filter(|point| point.lane == lane).collect();
        println!("lane {lane}: {:?}", of.iter().map(|point| (point.nfe, point.error)).collect::<Vec<_>>());
        assert_eq!(of.len(), 7);
        assert!(of.windows(2).all(|pair| pair[0].nfe < pair[1].nfe) && of[6].error < 0.2 * of[1].error);
    }
    let Some(Event::Study { run: 3, done, total, .. }) = events.last() else { panic!("{:?}", events.last()) };
    assert_eq!(done, total);

    drive(&mut session, Command::Study { run: 4, lanes }, |events| events.len() > 5);
    assert!(session.busy());
    drive(&mut session, Command::Study { run: 5, lanes: vec![] }, ALL);
    assert!(!session.busy());
    // A study of what cannot be sampled ends with a sentence.
    let absent = vec![with("euler", ModelId::File)];
    assert!(refusal(&drive(&mut session, Command::Study { run: 6, lanes: absent }, ALL)).contains("no weights file"));
    assert!(!session.busy());
}

#[test]
fn a_model_of_any_schedule_loss_draw_and_coupling_trains_and_can_be_sampled() {
    let mut cases: Vec<TrainSpec> =
        ScheduleId::all().map(|schedule| TrainSpec { schedule, loss: Reading::Noise, ..quick() }).collect();
    cases.extend(Reading::all().map(|loss| TrainSpec { loss, ..quick() }));
    cases.extend(Coupling::all().map(|coupling| TrainSpec { coupling, ..quick() }));
    cases.extend(ScheduleId::all().map(|schedule| TrainSpec { schedule, coupling: Coupling::Masked, ..quick() }));
    cases.extend(Draw::all().map(|draw| TrainSpec { draw, ..quick() }));
    for spec in cases {
        let mut session = session();
        let name = format!("{} {} {} {}", spec.schedule.key(), spec.loss, spec.coupling, spec.draw);
        let gaussian = spec.coupling.is_gaussian();
        let events = drive(
            &mut session,
            Command::Train { run: 1, task: Task::Pictures(TrainSpec { batch: 4, ..spec }), until: Some(3) },
            ALL,
        );
        let losses: Vec<_> = reports(&events).iter().flat_map(|report| report.losses.clone()).collect();
        assert!(
            losses.len() == 3 && losses.iter().all(|(_, terms)| terms.iter().all(|term| term.is_finite())),
            "{name}: {losses:?}"
        );
        let frame = last(&mut session, with("heun", ModelId::Trained));
        assert!(frame.velocity.iter().all(|u| u.is_finite()), "{name}");
        let ancestral = Command::Sample { lane: 0, generation: 2, spec: with("ancestral", ModelId::Trained) };
        let events = drive(&mut session, ancestral, ALL);
        assert_eq!(frames(&events).is_empty(), !gaussian, "{name}");
        if !gaussian {
            assert!(refusal(&events).contains("no Gaussian noise"));
        }
    }
}

#[test]
fn a_model_that_starts_from_pictures_keeps_what_it_was_given() {
    // Before it has learned anything the velocity is a x with a < 0 at t = 0, so that frame 0 is what it starts from.
    for schedule in ScheduleId::all() {
        let mut session = session();
        let spec = TrainSpec { schedule, coupling: Coupling::Masked, batch: 4, ..quick() };
        drive(&mut session, Command::Train { run: 1, task: Task::Pictures(spec), until: Some(1) }, ALL);
        let spec = SampleSpec { digit: Some(1), ..with("euler", ModelId::Trained) };
        let events = drive(&mut session, Command::Sample { lane: 0, generation: 1, spec }, ALL);
        let frame = frames(&events)[0];
        // The upper half of a 1 is mostly black: -1 times sigma_0.
        let upper = &frame.x_t[..392];
        let start = schedule.start() as f32;
        let black = upper.iter().filter(|x| (*x / start + 1.0).abs() < 1e-4).count();
        assert!(black > 250, "{}: {black} of 392 pixels are black", schedule.key());
        assert_eq!(frame.t, schedule.clip()[0]);
    }
}

#[test]
fn weights_that_make_no_numbers_end_with_a_sentence_under_every_sampler() {
    let mut session = session();
    let shipped = std::fs::read("../../public/weights/mnist.safetensors").expect("weights that ship");
    let (header, theta) = weights::read(&shipped).expect("they are well");
    // Numbers still, but no longer what the network makes of them.
    let wild: Vec<f32> = theta.iter().map(|x| x * 1e30).collect();
    let bytes = weights::write(header, &wild, Precision::F32).expect("a file");
    let loaded = drive(&mut session, Command::Load { model: ModelId::File, name: "wild".into(), bytes }, ALL);
    assert!(matches!(loaded[..], [Event::Model(_)]), "{loaded:?}");
    for key in ["euler", "dopri5"] {
        let sample = Command::Sample { lane: 0, generation: 1, spec: with(key, ModelId::File) };
        let events = drive(&mut session, sample, ALL);
        assert!(refusal(&events).contains("is not finite"), "{key}: {events:?}");
        assert!(!session.busy());
    }
    let study = Command::Study { run: 1, lanes: vec![SampleSpec { pictures: 1, ..with("dopri5", ModelId::File) }] };
    assert!(matches!(drive(&mut session, study, ALL).last(), Some(Event::Study { run: 1, .. })));
    assert!(!session.busy());
}
