//! Noise becomes two modes: the exact velocity of a mixture on the linear path, followed by Heun, and how well it ends.
//!
//!     cargo run -p flowstep-flow --example two_modes

use flow::{
    brownian::Brownian,
    mixture::Mixture,
    rng::{Purpose, Stream},
    sampler::{Process, SamplerId},
    schedule::ScheduleId,
    time::Grid,
};

fn main() -> Result<(), String> {
    // p_1 = 1/3 N((-2, 0), 0.3²) + 2/3 N((2, 0), 0.3²), and x_t = t x_1 + (1 - t) x_0.
    let data = Mixture::new(vec![1.0, 2.0], vec![vec![-2.0, 0.0], vec![2.0, 0.0]], vec![0.3, 0.3])?;
    let schedule = ScheduleId::default();
    let field = data.field(schedule.0);
    let process = Process { field: &field, schedule: schedule.0, stochasticity: 0.0 };

    let (points, steps) = (2_000, 20);
    let times = Grid::default().points(steps, schedule.0);
    let mut right = 0;
    for index in 0..points {
        let x_0 = Stream::new(1, Purpose::Sample, index).normals64(2);
        let brownian = Brownian::new(1, index, 2);
        let x_1 = SamplerId::HEUN.solve(&process, &times, x_0, 1e-6, &brownian, |_, _| {});
        right += u32::from(x_1[0] > 0.0);
    }
    println!("{:.3} of {points} points end in the mode that has 2/3 of the mass", f64::from(right) / points as f64);
    Ok(())
}
