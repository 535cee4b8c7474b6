//! What the page asks of the exact flow in one frame, interleaved with the same from the oracle of one point:
//! milliseconds (median) and the ratio of the two, round by round.
//!
//! cargo bench -p flowstep-flow --bench between

use flow::{
    between::{Between, Gaussian},
    lattice::Lattice,
    mixture::Mixture,
    rng::{Purpose, Stream},
    schedule::{Linear, Schedule},
};
use std::{hint::black_box, time::Instant};

const PARTS: usize = 128;
const POINTS: usize = 5000;
const ROUNDS: usize = 15;
const LATTICE: Lattice = Lattice { low: [-3.0, -3.0], high: [3.0, 3.0], columns: 160, rows: 160 };

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn milliseconds<T>(run: impl Fn() -> T) -> f64 {
    let start = Instant::now();
    black_box(run());
    1e3 * start.elapsed().as_secs_f64()
}

fn compare(name: &str, fast: impl Fn() -> Vec<f64>, plain: impl Fn() -> Vec<f64>) {
    let rounds: Vec<[f64; 2]> = (0..ROUNDS).map(|_| [milliseconds(&fast), milliseconds(&plain)]).collect();
    let [fast, plain] = [0, 1].map(|i| median(rounds.iter().map(|round| round[i]).collect()));
    let ratio = median(rounds.iter().map(|[fast, plain]| plain / fast).collect());
    println!("{name}: {fast:.2} ms, one point at a time {plain:.1} ms, {ratio:.1} times as fast");
}

fn main() {
    for std in [0.12, 0.02] {
        let mut stream = Stream::new(1, Purpose::Evaluate, 0);
        let mean = |z: Vec<f64>| [1.2 * z[0], 1.2 * z[1]];
        let parts: Vec<_> =
            (0..PARTS).map(|_| Gaussian { weight: 1.0, mean: mean(stream.normals64(2)), std }).collect();
        let means = parts.iter().map(|part| part.mean.to_vec()).collect();
        let mixture = Mixture::new(vec![1.0; PARTS], means, vec![std; PARTS]).expect("a mixture");
        let between = Between::from_noise(&parts).expect("a mixture");
        for t in [0.3, 0.7, 1.0] {
            let (c, cells) = (Linear.at(t), LATTICE.points());
            let cloud: Vec<f64> = (0..POINTS)
                .flat_map(|_| {
                    let (x_0, x_1) = (between.sample_source(&mut stream), between.sample_data(&mut stream));
                    [0, 1].map(|i| t * x_1[i] + (1.0 - t) * x_0[i])
                })
                .collect();
            let each = |xs: &[f64], f: &dyn Fn(&[f64]) -> Vec<f64>| xs.chunks_exact(2).flat_map(f).collect();
            let density = |x: &[f64]| vec![mixture.log_density(&c, x).exp()];
            let velocity = |x: &[f64]| mixture.velocity(&c, x);
            println!("{PARTS} parts of std {std}, t = {t}");
            compare("  density on 160 × 160", || between.at(&c).density_on(&LATTICE), || each(&cells, &density));
            compare("  velocity on 160 × 160", || between.at(&c).velocity_on(&LATTICE), || each(&cells, &velocity));
            compare("  velocity of 5,000 points", || between.at(&c).velocity(&cloud), || each(&cloud, &velocity));
        }
    }
}
