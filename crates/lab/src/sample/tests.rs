//! Pieces of steps: none is long, and together they are the step.

use super::*;
use flow::{keyed::Keyed, sampler::SamplerId, schedule::ScheduleId};
use model::{
    condition::Head, mixer::MixerConfig, network::Body, parameters::initial, raw::MAX_COST,
    transformer::TransformerConfig,
};

fn config(body: Body) -> Config {
    Config { body, head: Head::Preconditioned, schedule: ScheduleId::default(), sigma: 0.9 }
}

#[test]
fn no_piece_of_a_step_is_long_whatever_the_settings() {
    // The largest that is read, and the smallest.
    let wide = config(Body::Transformer(TransformerConfig { patch: 7, width: 384, depth: 4, heads: 4 }));
    let tiny = config(Body::Mixer(MixerConfig { patch: 14, width: 1, depth: 1, across: 1, within: 1 }));
    assert!(wide.check().is_ok() && wide.cost() > MAX_COST * 3 / 4, "{}", wide.cost());
    for (config, sampler) in [wide, tiny].iter().flat_map(|config| SamplerId::all().map(move |it| (config, it))) {
        for (pictures, guidance) in [(1, 1.0), (64, 0.0), (64, 3.0), (37, 2.0)] {
            let spec = SampleSpec { pictures, guidance, sampler, ..SampleSpec::default() };
            let pieces = pieces(&spec, config.cost(), &Device::flex());
            assert!(pieces.iter().flat_map(Clone::clone).eq(0..pictures), "{pieces:?}");
            let most = pieces.iter().map(ExactSizeIterator::len).max().unwrap_or(0);
            let velocities = spec.sampler.cost().unwrap_or(ATTEMPT) * evaluations(guidance);
            let work = most as u64 * velocities as u64 * config.cost();
            assert!(most > 0 && (work <= UNIT || most == 1 && work <= 2 * UNIT), "{sampler}: {work} multiplications");
        }
    }
}

fn frames(sampler: &str, pieces: usize) -> Vec<Frame> {
    let config = config(Body::Mixer(MixerConfig { patch: 14, width: 16, depth: 1, across: 8, within: 16 }));
    let theta: Vec<f32> = initial(&config.entries(), 3).iter().map(|w| w + 0.02).collect();
    let (length, device) = (theta.len(), Device::flex());
    let network = Network::inference(&config, upload(theta, [length], &device));
    let sampler = SamplerId::find(sampler).expect("a sampler");
    let spec = SampleSpec { pictures: 5, steps: 3, sampler, guidance: 2.0, tolerance: 1e-3, ..SampleSpec::default() };
    let mut trajectory = Trajectory::new(spec, config, network, &device);
    trajectory.pieces = (0..pieces).map(|k| k * 5 / pieces..(k + 1) * 5 / pieces).collect();
    let (mut frames, mut calls) = (vec![], 0);
    loop {
        calls += 1;
        match pollster::block_on(trajectory.advance()).expect("the CPU answers") {
            Step::Done(frame) => frames.push(frame),
            Step::UnderWay => {}
            Step::Ended => break,
        }
    }
    assert!(calls > frames.len() * pieces, "{calls} calls");
    frames
}

#[test]
fn a_step_in_pieces_is_the_step_of_all_pictures() {
    for sampler in ["euler", "rk4", "em-sigma", "dopri5", "predictor-corrector"] {
        let whole = frames(sampler, 1);
        assert_eq!(whole.len(), 4);
        for pieces in [2, 5] {
            for (whole, part) in whole.iter().zip(frames(sampler, pieces)) {
                let told = |it: &Frame| (it.index, it.nfe, it.tried, it.t, it.labels.clone(), it.velocity.len());
                assert_eq!(told(whole), told(&part), "{sampler}");
                let both = whole.x_t.iter().zip(&part.x_t).chain(whole.velocity.iter().zip(&part.velocity));
                let apart = both.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                // A native product may add in another order where it has fewer rows.
                assert!(apart < 1e-3, "{sampler} in {pieces} pieces: {apart}");
            }
        }
    }
}
