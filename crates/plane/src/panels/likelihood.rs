//! log p at t = 1: exact, of what was learned (by the change of variables along a flow, or by going back through layers), and the
//! difference.

use crate::{
    draft::{Draft, cross, pair},
    figure::Figure,
    layers::heat::{Scale, heat, signed},
    learned::Map,
    mark::Mark,
    panel::{Detail, Panel, Sign},
    truth::Truth,
};
use flow::likelihood::pull_back;

/// Powers of ten that the colours span.
const DECADES: f64 = 4.0;
/// The same in words.
const DENSITY: &str = "density p, in powers of ten down to 1/10,000 of its top";
/// Where p is below this share of its maximum, the error is not counted.
const COUNTED: f64 = 0.01;
/// Steps of a trajectory back to noise.
const STEPS: usize = 60;

/// Exact, and where there is a map of the learned flow, that and its error.
pub fn panels(figure: &Figure, truth: &Truth, index: usize, detail: &Detail) -> Vec<Panel> {
    let lattice = figure.exact_lattice(truth, detail.cells);
    let exact = truth.at(1.0).density_on(&lattice);
    let shown = heat(&exact, &lattice, None, Scale::Log(DECADES));
    let top = shown.top;
    let mut first = Draft::plane(figure, detail, "Exact log p");
    first.map(shown, DENSITY, Some(Scale::Log(DECADES)), 1.0);
    if let Some(x) = figure.spec.probe {
        traced(&mut first, truth, x, figure.times[index], detail);
    }
    let learned = figure.map(0).map(|map| learned(figure, truth, map, top, detail));
    [first.done()].into_iter().chain(learned.into_iter().flatten()).collect()
}

/// The trajectory that ends at `x`, where it is at `t`, and what log p is made of along it.
fn traced(draft: &mut Draft, truth: &Truth, x: [f64; 2], t: f64, detail: &Detail) {
    let [low, high] = truth.schedule.clip();
    let field = |z: &(Vec<f64>, f64), t: f64| {
        let at = truth.at(t);
        (at.velocity(&z.0), at.divergence(&z.0)[0])
    };
    let time = |i: usize| low + (high - low) * i as f64 / STEPS as f64;
    let mut path = vec![x];
    let mut gains = vec![0.0];
    let mut state = (x.to_vec(), 0.0);
    for i in (1..=STEPS).rev() {
        state = pull_back(&field, state, &[time(i - 1), time(i)]);
        path.push([state.0[0], state.0[1]]);
        gains.push(state.1);
    }
    let noise = truth.at(low).log_density(&state.0)[0];
    let exact = truth.at(high).log_density(&x)[0];
    // Backwards: the last place is that of the noise.
    let now = (((high - t.clamp(low, high)) / (high - low)) * STEPS as f64).round() as usize;
    let here = path[now];
    draft.name("trajectory that ends at the cross", Sign::Line(detail.theme.ink));
    draft.name("its ends, in the noise and in the data", Sign::Dot(detail.theme.accent));
    draft.name("where it is at this t", Sign::Dot(detail.theme.second));
    draft.add([
        Mark::Lines { lines: vec![path], width: 2.0, colours: vec![detail.theme.ink], closed: false },
        Mark::Dots { at: vec![x, [state.0[0], state.0[1]]], radius: 4.0, colours: vec![detail.theme.accent] },
        Mark::Dots { at: vec![here], radius: 5.0, colours: vec![detail.theme.second] },
    ]);
    let (rest, sum) = (state.1, noise + state.1);
    // What has been gathered between the noise and here.
    let gained = rest - gains[now];
    let words = format!("log p{} = {sum:.2}: {noise:.2} in the noise, {rest:+.2} along the way", pair(x));
    draft.say(&words.replace('-', "−"));
    let rest = format!("the closed form gives {exact:.2}; up to t = {t:.2} the way has added {gained:+.2}");
    draft.explain(&rest.replace('-', "−"));
}

/// The learned map and its error.
fn learned(figure: &Figure, truth: &Truth, map: &Map, top: f64, detail: &Detail) -> [Panel; 2] {
    let known = map.log_density.len();
    let exact = truth.at(truth.schedule.clip()[1]).log_density(&map.lattice.points());
    let full = |value: &dyn Fn(usize) -> f64| -> Vec<f64> {
        (0..map.lattice.len()).map(|i| if i < known { value(i) } else { f64::NAN }).collect()
    };
    let of = if figure.outdated { " of another recipe" } else { "" };
    let mut shown = Draft::plane(figure, detail, format!("Learned{of}: log p"));
    let density = full(&|i| map.log_density[i].exp());
    shown.map(heat(&density, &map.lattice, Some(top), Scale::Log(DECADES)), DENSITY, Some(Scale::Log(DECADES)), 1.0);
    if let Some(trace) = &figure.trace {
        shown.name("learned trajectory that ends at the cross", Sign::Line(detail.theme.ink));
        shown.add([Mark::Lines {
            lines: vec![trace.path.clone()],
            width: 2.0,
            colours: vec![detail.theme.ink],
            closed: false,
        }]);
        let (first, last) = (trace.log_density.first().copied(), trace.log_density.last().copied());
        if let Some((first, last)) = first.zip(last) {
            let words = format!("log p = {last:.2}: {first:.2} in the noise, {:+.2} along the way", last - first);
            shown.say(&words.replace('-', "−"));
        }
    }
    if let Some(x) = figure.spec.probe {
        shown.add([cross(x, 0.02 * figure.spec.camera.span(), detail.theme.ink)]);
    }
    let counts = |i: usize| exact[i].exp() > COUNTED * top;
    let error = full(&|i| if counts(i) { map.log_density[i] - exact[i] } else { f64::NAN });
    let mut wrong = Draft::plane(figure, detail, format!("Error{of} of log p"));
    wrong.map(signed(&error, &map.lattice, Some(1.0)), "learned less exact log p, in nats", None, 1.0);
    wrong.say(&format!("{} nats on average where p is above {:.0} % of its top", mean(&error), 100.0 * COUNTED));
    [shown.done(), wrong.done()]
}

/// The mean size of the finite ones.
fn mean(errors: &[f64]) -> String {
    let finite: Vec<f64> = errors.iter().filter(|it| it.is_finite()).map(|it| it.abs()).collect();
    format!("{:.3}", finite.iter().sum::<f64>() / finite.len().max(1) as f64)
}
