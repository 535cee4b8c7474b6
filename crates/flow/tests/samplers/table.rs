//! `docs/samplers.md`: written by `write_the_table`, and held to the lists by a test.

use crate::{
    each,
    energy::{NULL, measure},
    plane::Plane,
};
use flow::{
    field::{Counted, VelocityField},
    sampler::{Adaptive, Process, SAMPLERS, Sampler, StepStart, ratio},
    schedule::{SCHEDULES, Schedule},
    time::Grid,
};
use std::{fs, path::PathBuf};

const BUDGETS: [usize; 6] = [10, 20, 50, 100, 200, 500];

const TEXT: &str = include_str!("samplers.head.md");

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/samplers.md")
}

/// η = 1/2 for DDIM, since at 1 it is the ancestral sampler; κ = 1 for the others.
fn stochasticity(sampler: &Sampler) -> f64 {
    if sampler.key == "ddim-eta" { 0.5 } else { 1.0 }
}

/// Velocities that `n` intervals of the uniform grid cost.
fn spent(sampler: &Sampler, schedule: &'static dyn Schedule, n: usize) -> usize {
    let field = Counted::new(Plane(schedule));
    let process = Process { field: &field, schedule, stochasticity: stochasticity(sampler) };
    Grid::Uniform.points(n, schedule).windows(2).fold(vec![0.1, 0.2], |x, pair| {
        let u = field.velocity(&x, schedule.clamp(pair[0]));
        sampler.step(&process, StepStart { t: pair[0], x: &x, u: &u }, pair[1], &|_, _| vec![0.1, -0.1])
    });
    field.spent()
}

/// Velocities that a tolerance costs, on one batch.
fn spent_adaptively(schedule: &'static dyn Schedule, tolerance: f64) -> usize {
    let (field, [low, high]) = (Counted::new(Plane(schedule)), schedule.clip());
    let x: Vec<f64> = crate::plane::in_batches(schedule.start(), 1000, 0, |x, _| x);
    let u = field.velocity(&x, low);
    Adaptive::new(tolerance, tolerance)
        .run(&field, (x, u), [low, high], |it, x, attempt| ratio(it, x, &attempt.x, &attempt.error));
    field.spent() + usize::from(schedule.at(high).sigma_t > 0.0)
}

/// The distance at the most intervals, or the least tolerance, that `budget` velocities pay for.
fn cell(sampler: &Sampler, schedule: &'static dyn Schedule, budget: usize) -> String {
    let kappa = stochasticity(sampler);
    let distance = if sampler.is_adaptive() {
        let tolerances = (0..=80).map(|i| 10f64.powf(-0.125 * f64::from(i)));
        // Dear tolerances only get dearer; to look at them all would take minutes on the discrete schedules.
        let paid = tolerances.take_while(|tolerance| spent_adaptively(schedule, *tolerance) <= budget).last();
        paid.map(|tolerance| measure((sampler, schedule), 1, kappa, tolerance, 4000))
    } else {
        let most = (1..=budget).rev().find(|n| spent(sampler, schedule, *n) <= budget);
        most.map(|n| measure((sampler, schedule), n, kappa, 0.0, 4000))
    };
    match distance.map(|distance| distance / NULL.mean) {
        None => "–".into(),
        Some(ratio) if ratio < 100.0 => format!("{ratio:.1}"),
        Some(ratio) if ratio < 1e6 => format!("{ratio:.0}"),
        Some(_) => "> 10⁶".into(),
    }
}

fn orders() -> String {
    let row = |sampler: &&Sampler| {
        let strong = sampler.strong_order.map_or("–".into(), |order| order.to_string());
        let cost = sampler.cost().map_or("6 a trial".into(), |cost| cost.to_string());
        format!("| {} (`{}`) | {} | {strong} | {cost} |\n", sampler.name, sampler.key, sampler.order)
    };
    let head = "| Sampler | Order | Strong order | Velocities an interval |\n|---|---|---|---|\n";
    head.to_string() + &SAMPLERS.iter().map(row).collect::<String>()
}

/// The title of a schedule's table.
fn title(schedule: &dyn Schedule) -> String {
    format!("### {} (`{}`)", schedule.name(), schedule.key())
}

fn table(schedule: &'static dyn Schedule) -> String {
    let rows = each(SAMPLERS, |sampler| {
        let cells = match sampler.fits(schedule, true) {
            Err(sentence) => format!("does not fit: {sentence} |{}", " |".repeat(BUDGETS.len() - 1)),
            Ok(()) => BUDGETS.map(|budget| format!("{} |", cell(sampler, schedule, budget))).join(" "),
        };
        format!("| `{}` | {cells}\n", sampler.key)
    });
    let head = BUDGETS.map(|budget| format!(" {budget} |")).concat();
    format!("{}\n\n| NFE |{head}\n|---|{}\n{}\n", title(schedule), "---|".repeat(BUDGETS.len()), rows.concat())
}

#[test]
#[ignore = "writes docs/samplers.md, in some minutes"]
fn write_the_table() {
    let bound = format!("\n99 % of data-to-data distances lie below **{:.1}**.\n\n", NULL.quantile / NULL.mean);
    let tables: String = SCHEDULES.iter().map(|schedule| table(*schedule)).collect();
    let text = format!("{TEXT}\n{}\n## Error and cost\n{bound}{tables}", orders());
    fs::write(file(), text.trim_end().to_string() + "\n").unwrap();
}

#[test]
fn the_table_has_every_sampler_on_every_schedule() {
    let text = fs::read_to_string(file()).unwrap();
    let again = "docs/samplers.md: cargo test -p flowstep-flow --test samplers -- --ignored write_the_table";
    assert!(text.starts_with(TEXT) && text.contains(&orders()), "the text has changed; {again}");
    for schedule in SCHEDULES {
        let title = title(*schedule);
        let section = text.split(&format!("{title}\n")).nth(1).unwrap_or_else(|| panic!("no {title}; {again}"));
        let section = section.split("\n###").next().unwrap();
        for sampler in SAMPLERS {
            let start = format!("| `{}` |", sampler.key);
            let row = section.lines().find(|line| line.starts_with(&start));
            let row = row.unwrap_or_else(|| panic!("{} is missing under {title}; {again}", sampler.key));
            assert_eq!(row.matches('|').count(), BUDGETS.len() + 2, "{row}");
            match sampler.fits(*schedule, true) {
                Err(sentence) => assert!(row.contains(&sentence), "{row}; {again}"),
                Ok(()) => assert!(!row.contains("fit"), "{row}; {again}"),
            }
        }
    }
    assert_eq!(text.matches("\n### ").count(), SCHEDULES.len(), "{again}");
}
