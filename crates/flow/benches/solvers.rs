//! Time of one step of every sampler on a point of the plane with the oracle's field, and of what steps are made of.
//!
//! cargo bench -p flowstep-flow --bench solvers

use divan::{Bencher, black_box};
use flow::{
    brownian::Brownian,
    coupling::assign,
    field::VelocityField,
    keyed::Keyed,
    mixture::Mixture,
    rng::{Purpose, Stream},
    sampler::{Process, SamplerId, StepStart},
    schedule::{ScheduleId, Vp},
};

fn main() {
    divan::main();
}

/// Four components in the plane.
fn mixture() -> Mixture {
    let means = vec![vec![-1.0, 0.6], vec![1.2, 1.2], vec![1.04, -0.88], vec![-0.8, -0.8]];
    Mixture::new(vec![0.3, 0.2, 0.25, 0.25], means, vec![0.4, 0.25, 0.5, 0.3]).expect("a mixture")
}

/// A step on VP with κ = 1, the velocity at its start included; the noise is given.
#[divan::bench(args = SamplerId::all())]
fn step(bencher: Bencher, sampler: SamplerId) {
    let (mixture, noise) = (mixture(), vec![0.1, -0.05]);
    let field = mixture.field(&Vp);
    let process = Process { field: &field, schedule: &Vp, stochasticity: 1.0 };
    bencher.bench_local(|| {
        let (t, x) = (black_box(0.5), black_box(vec![0.3, -0.4]));
        let u = field.velocity(&x, t);
        sampler.step(&process, StepStart { t, x: &x, u: &u }, 0.52, &|_, _| noise.clone())
    });
}

/// u_t(x) of the mixture.
#[divan::bench(args = ScheduleId::all())]
fn velocity(bencher: Bencher, schedule: ScheduleId) {
    let (mixture, x) = (mixture(), vec![0.3, -0.4]);
    let field = mixture.field(schedule.0);
    bencher.bench_local(|| field.velocity(black_box(&x), black_box(0.5)));
}

/// W(0.52) - W(0.5) in so many dimensions.
#[divan::bench(args = [2, 784])]
fn brownian_increment(bencher: Bencher, dimension: usize) {
    let path = Brownian::new(1, 0, dimension);
    bencher.bench_local(|| path.increment(black_box(0.5), black_box(0.52)));
}

/// The optimal coupling of a batch of so many pictures.
#[divan::bench(args = [64, 256])]
fn coupling(bencher: Bencher, pictures: usize) {
    let mut stream = Stream::new(30, Purpose::Evaluate, 0);
    let [x_0, x_1] = [(); 2].map(|()| (0..pictures).map(|_| stream.normals(784)).collect::<Vec<_>>());
    bencher.bench_local(|| assign(black_box(&x_0), black_box(&x_1)));
}
