//! Models that draw in one pass, as the page drives them: frames of t z, codes, previews, weights out and in.

mod driver;

use data::sets::PIXELS;
use driver::{ALL, drive, frames, refusal, reports, session};
use flow::{family::FamilyId, sampler::SamplerId};
use lab::source::noise as z;
use model::{classes::one_hot, condition::NULL};
use protocol::{
    catalogue::ModelId,
    message::{Command, Event, MeasureSpec, ModelReport, SampleSpec, Task, TrainSpec},
};

fn quick(family: FamilyId) -> TrainSpec {
    TrainSpec { batch: 8, ..TrainSpec::of(family) }
}

fn sample(model: ModelId) -> Command {
    // A sampler that takes noise says nothing to these.
    let sampler = SamplerId::EM_SIGMA;
    let spec = SampleSpec { model, pictures: 3, steps: 4, sampler, ..SampleSpec::default() };
    Command::Sample { lane: 0, generation: 1, spec }
}

fn about(events: &[Event]) -> &ModelReport {
    let found = events.iter().find_map(|event| if let Event::Model(report) = event { Some(report) } else { None });
    found.expect("a report")
}

fn decoded(events: &[Event]) -> &[f32] {
    let found = events.iter().find_map(|event| match event {
        Event::Decoded { id: 7, pixels } => Some(pixels),
        _ => None,
    });
    found.expect("pictures")
}

/// The order of sums depends on how many pictures are drawn at once.
fn close(found: &[f32], expected: &[f32]) {
    let far = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(found.len() == expected.len() && far < 1e-4, "{far}");
}

#[test]
fn every_family_trains_previews_samples_and_comes_back_from_its_file() {
    for (family, labels) in
        [(FamilyId::VAE, false), (FamilyId::VAE, true), (FamilyId::GAN, false), (FamilyId::GAN, true)]
    {
        let mut session = session();
        let spec = TrainSpec { labels, ..quick(family) };
        let latent = spec.latent;
        let events = drive(&mut session, Command::Train { run: 1, task: Task::Pictures(spec), until: Some(5) }, ALL);
        let losses: Vec<_> = reports(&events).iter().flat_map(|report| report.losses.clone()).collect();
        assert_eq!(losses.iter().map(|(step, _)| *step).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        assert!(losses.iter().all(|(_, terms)| terms.len() == family.terms.len()));
        let preview = events.iter().rev().find_map(|event| match event {
            Event::Preview { pixels, verdicts, .. } => Some((pixels, verdicts)),
            _ => None,
        });
        let (pixels, verdicts) = preview.expect("a preview");
        assert_eq!(pixels.len(), family.rows.len() * 10 * PIXELS);
        assert_eq!(verdicts.len(), if family == FamilyId::GAN { 20 } else { 0 });
        assert!(verdicts.iter().all(|d| (0.0..=1.0).contains(d)));

        let mut events = drive(&mut session, sample(ModelId::Trained), ALL);
        events.extend(drive(&mut session, Command::Advance { lane: 0, to: 9 }, ALL));
        let report = about(&events).clone();
        assert_eq!((report.family, report.latent, report.labels), (family, latent, labels));
        let path = frames(&events);
        assert_eq!(
            path.iter().map(|it| (it.index, it.t, it.nfe)).collect::<Vec<_>>(),
            [(0, 0.0, 1), (1, 0.25, 1), (2, 0.5, 1), (3, 0.75, 1), (4, 1.0, 1)]
        );
        assert!(path.iter().all(|it| it.velocity.is_empty() && it.x_t.len() == 3 * PIXELS));
        assert_eq!(path[4].labels, if labels { [0, 1, 2] } else { [10; 3] });
        assert_eq!(path[4].verdicts.len(), if family == FamilyId::GAN { 3 } else { 0 });
        // At t = 0 all pictures are that of the middle code, but for the class; in the end each is its own.
        let picture = |frame: usize, k: usize| &path[frame].x_t[k * PIXELS..(k + 1) * PIXELS];
        assert_eq!(picture(0, 0) == picture(0, 1), !labels);
        assert!(picture(4, 0) != picture(4, 1));

        // The same codes asked for one by one are the same pictures.
        let class = one_hot(&[if labels { 1 } else { NULL }]);
        let code = z(1, 3, latent)[latent..2 * latent].to_vec();
        let ask = |z| Command::Decode { model: ModelId::Trained, id: 7, z, classes: class.clone() };
        close(decoded(&drive(&mut session, ask(code.clone()), ALL)), picture(4, 1));
        for bad in [vec![], vec![0.0; latent + 1], vec![f32::NAN; latent], vec![0.0; 513 * latent]] {
            let refused = drive(&mut session, ask(bad), ALL);
            assert!(refusal(&refused).contains("finite numbers each, 1 to 512 codes"), "{}", refusal(&refused));
        }

        let bad = Command::Decode { model: ModelId::Trained, id: 7, z: code.clone(), classes: vec![2.0; 10] };
        assert!(refusal(&drive(&mut session, bad, ALL)).contains("10 shares of classes"));
        let saved = drive(&mut session, Command::Download, ALL);
        let [Event::Weights { name, bytes }] = &saved[..] else { panic!("no file: {saved:?}") };
        assert_eq!(*name, format!("flowstep-{family}-mnist-tiny-5.safetensors"));
        let load = Command::Load { model: ModelId::File, name: name.clone(), bytes: bytes.clone() };
        assert_eq!(about(&drive(&mut session, load, ALL)).parameters, report.parameters);
        let again =
            drive(&mut session, Command::Decode { model: ModelId::File, id: 7, z: code, classes: class.clone() }, ALL);
        close(decoded(&again), picture(4, 1));

        // A study of error has nothing to measure here.
        let lanes = vec![SampleSpec { model: ModelId::Trained, ..SampleSpec::default() }];
        let study = drive(&mut session, Command::Study { run: 1, lanes }, ALL);
        assert!(refusal(&study).contains("in one pass"));
        let recipe = TrainSpec { batch: 2, ..TrainSpec::of(family) };
        let measure = MeasureSpec { recipe, config: None, steps: 2, frames: 0 };
        let timed = drive(&mut session, Command::Measure(measure), ALL);
        assert!(matches!(timed[..], [Event::Measured { step_ms, .. }] if step_ms > 0.0));
    }
}

#[test]
fn a_flow_has_no_codes() {
    let ask = Command::Decode { model: ModelId::default(), id: 7, z: vec![0.0; 2], classes: vec![0.0; 10] };
    assert!(refusal(&drive(&mut session(), ask, ALL)).contains("no codes to draw"));
}

#[test]
fn what_is_kept_stands_beside_what_is_trained_next() {
    let mut session = session();
    drive(&mut session, Command::Train { run: 1, task: Task::Pictures(quick(FamilyId::VAE)), until: Some(4) }, ALL);
    let kept = drive(&mut session, Command::Keep { slot: 2 }, ALL);
    let [Event::Kept { slot: 2, steps: 4, bytes, .. }] = &kept[..] else { panic!("nothing was kept: {kept:?}") };
    let load = Command::Load { model: ModelId::Kept(2), name: "it".into(), bytes: bytes.clone() };
    assert_eq!(about(&drive(&mut session, load, ALL)).model, ModelId::Kept(2));
    drive(&mut session, Command::Train { run: 2, task: Task::Pictures(quick(FamilyId::GAN)), until: Some(4) }, ALL);
    for (model, family) in [(ModelId::Kept(2), FamilyId::VAE), (ModelId::Trained, FamilyId::GAN)] {
        let mut events = drive(&mut session, sample(model), ALL);
        events.extend(drive(&mut session, Command::Advance { lane: 0, to: 9 }, ALL));
        assert_eq!(frames(&events).len(), 5);
        assert_eq!(frames(&events)[0].verdicts.is_empty(), family == FamilyId::VAE);
    }
    drive(&mut session, Command::Forget { model: ModelId::Kept(2) }, ALL);
    assert!(refusal(&drive(&mut session, sample(ModelId::Kept(2)), ALL)).contains("no such model on the shelf"));
    let shipped = Command::Load { model: ModelId::default(), name: "mine".into(), bytes: bytes.clone() };
    assert!(refusal(&drive(&mut session, shipped, ALL)).contains("in place of what ships"));
    let none = drive(&mut driver::session(), Command::Keep { slot: 1 }, ALL);
    assert!(refusal(&none).contains("no training to keep"));
}
