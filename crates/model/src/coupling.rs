//! Affine coupling layers on rows of numbers (Dinh et al., 2017), the mathematics of `flow::normalising` as tensors:
//!
//! x_a = z_a,   x_b = z_b exp(s(z_a)) + m(z_a),   ln |det ∂x/∂z| = Σ s.
//!
//! Which half is kept goes in turns, and after two layers so does how the numbers are halved.

use super::{
    browser::{exp, tanh},
    classes::beside,
    layers::Dense,
    parameters::Builder,
};
use burn::tensor::Tensor;
use data::sets::CLASSES;
use flow::normalising::{REACH, passed};

/// Rows of numbers as [outer, 2, inner]: a half is one of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Halving {
    pub outer: usize,
    pub inner: usize,
}

impl Halving {
    /// Numbers of a half.
    pub fn len(self) -> usize {
        self.outer * self.inner
    }

    /// Whether there is nothing to halve.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// [rows, 2 len] → one half and the other, [rows, len] each.
    fn split(self, x: Tensor<2>) -> Halves {
        let rows = x.dims()[0];
        let x = x.reshape([rows, self.outer, 2, self.inner]);
        let halves = [0, 1].map(|half| x.clone().narrow(2, half, 1).reshape([rows, self.len()]));
        Halves { halving: self, halves }
    }
}

/// Rows in two halves. Layers that halve in one way hand these on, since to put them together and take them apart costs as much
/// as all else.
struct Halves {
    halving: Halving,
    halves: [Tensor<2>; 2],
}

impl Halves {
    /// What [`split`](Halving::split) has taken apart.
    fn join(self) -> Tensor<2> {
        let Halving { outer, inner } = self.halving;
        let rows = self.halves[0].dims()[0];
        let halves = self.halves.map(|half| half.reshape([rows, outer, 1, inner]));
        Tensor::cat(halves.to_vec(), 2).reshape([rows, 2 * self.halving.len()])
    }

    /// The same numbers, halved in this way.
    fn by(self, halving: Halving) -> Self {
        if halving == self.halving { self } else { halving.split(self.join()) }
    }

    /// With what `change` makes of half `moved`, given the other one.
    fn moving(self, moved: usize, change: impl FnOnce(Tensor<2>, Tensor<2>) -> Tensor<2>) -> Self {
        let [a, b] = self.halves;
        let halves = if moved == 0 { [change(a, b.clone()), b] } else { [a.clone(), change(b, a)] };
        Self { halves, ..self }
    }
}

/// s and m of one layer, as a perceptron of the half that is kept.
#[derive(Clone, Debug)]
struct Layer {
    halving: Halving,
    moved: usize,
    labels: bool,
    input: Dense,
    hidden: Dense,
    output: Dense,
}

impl Layer {
    fn new(p: &mut Builder, number: usize, layout: &Layout) -> Self {
        // Both halves move once before the numbers are halved in another way.
        let halving = layout.halvings[number / 2 % layout.halvings.len()];
        let told = if layout.labels { CLASSES } else { 0 };
        p.scope(number, |p| Self {
            halving,
            moved: 1 - number % 2,
            labels: layout.labels,
            input: Dense::new(p, "input", halving.len() + told, layout.hidden),
            hidden: Dense::new(p, "hidden", layout.hidden, layout.hidden),
            output: Dense::zero(p, "output", layout.hidden, 2 * halving.len()),
        })
    }

    /// -s and m of a kept half, [rows, half] each, times `share`: s = -R tanh of what the perceptron puts out.
    fn affine(&self, kept: Tensor<2>, classes: &Tensor<2>, share: f64) -> [Tensor<2>; 2] {
        let h = self.hidden.of_silu(self.input.forward(beside(kept, classes, self.labels)));
        let (both, half) = (self.output.of_silu(h), self.halving.len());
        let m = both.clone().narrow(1, half, half);
        let m = if share == 1.0 { m } else { m * share };
        [tanh(both.narrow(1, 0, half)) * (REACH * share), m]
    }

    /// x of z, after this share of the layer; -s, [rows, half], is put to `logs`.
    fn apply(&self, z: Halves, classes: &Tensor<2>, share: f64, logs: &mut Vec<Tensor<2>>) -> Halves {
        z.by(self.halving).moving(self.moved, |moved, kept| {
            let [minus_s, m] = self.affine(kept, classes, share);
            logs.push(minus_s.clone());
            moved * exp(-minus_s) + m
        })
    }

    /// z of x before this share of the layer; -s, [rows, half], is put to `logs`.
    fn undo(&self, x: Halves, classes: &Tensor<2>, share: f64, logs: &mut Vec<Tensor<2>>) -> Halves {
        x.by(self.halving).moving(self.moved, |moved, kept| {
            let [minus_s, m] = self.affine(kept, classes, share);
            logs.push(minus_s.clone());
            (moved - m) * exp(minus_s)
        })
    }
}

/// What decides coupling layers, but for θ.
#[derive(Clone, Copy, Debug)]
pub struct Layout<'a> {
    pub layers: usize,
    /// Width of both hidden layers of each.
    pub hidden: usize,
    /// How numbers are halved, in turns.
    pub halvings: &'a [Halving],
    /// Whether they are told the class.
    pub labels: bool,
}

/// Layers, one after the other. Classes are one-hot, [rows, 10].
#[derive(Clone, Debug)]
pub struct Couplings(Vec<Layer>);

impl Couplings {
    /// Takes its parameters from `p`; in the beginning it changes nothing.
    pub fn new(p: &mut Builder, layout: &Layout) -> Self {
        Self(p.scope("layer", |p| (0..layout.layers).map(|number| Layer::new(p, number, layout)).collect()))
    }

    /// The layers that are gone through at the time t, with how much of each.
    fn passed(&self, t: f64) -> impl DoubleEndedIterator<Item = (&Layer, f64)> {
        let (behind, share) = passed(self.0.len(), t);
        let part = self.0.get(behind).filter(|_| share > 0.0).map(|layer| (layer, share));
        self.0[..behind].iter().map(|layer| (layer, 1.0)).chain(part)
    }

    /// Where noise z: [rows, numbers] is at the time t from 0, before all layers, to 1, behind them.
    pub fn apply(&self, z: Tensor<2>, classes: &Tensor<2>, t: f64) -> Tensor<2> {
        self.applied(z, classes, t, &mut vec![])
    }

    /// The same, and ln |det ∂x/∂z| of each row: [rows, numbers] and [rows, 1].
    pub fn stretch(&self, z: Tensor<2>, classes: &Tensor<2>, t: f64) -> [Tensor<2>; 2] {
        let (none, mut logs) = (nothing(&z), vec![]);
        let x = self.applied(z, classes, t, &mut logs);
        [x, determinant(logs, none)]
    }

    fn applied(&self, z: Tensor<2>, classes: &Tensor<2>, t: f64, logs: &mut Vec<Tensor<2>>) -> Tensor<2> {
        let begin = self.0[0].halving.split(z);
        self.passed(t).fold(begin, |x, (layer, share)| layer.apply(x, classes, share, logs)).join()
    }

    /// z of what is at x: [rows, numbers] at the time t, and ln |det ∂x/∂z| of each row: [rows, numbers] and [rows, 1].
    pub fn undo(&self, x: Tensor<2>, classes: &Tensor<2>, t: f64) -> [Tensor<2>; 2] {
        let (none, mut logs) = (nothing(&x), vec![]);
        let end = self.0[0].halving.split(x);
        let z = self.passed(t).rev().fold(end, |z, (layer, share)| layer.undo(z, classes, share, &mut logs));
        [z.join(), determinant(logs, none)]
    }
}

/// A zero for each row of `x`, [rows, 1].
fn nothing(x: &Tensor<2>) -> Tensor<2> {
    Tensor::zeros([x.dims()[0], 1], &x.device())
}

/// Σ s of each row, of the -s of all layers that were gone through; `none` if there were none.
fn determinant(logs: Vec<Tensor<2>>, none: Tensor<2>) -> Tensor<2> {
    logs.into_iter().reduce(|sum, log| sum + log).map_or(none, |sum| -sum.sum_dim(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::{entries, initial, upload};
    use burn::tensor::Device;
    use flow::normalising::Affine;

    const HALVINGS: [Halving; 2] = [Halving { outer: 3, inner: 1 }, Halving { outer: 1, inner: 3 }];
    const LAYOUT: Layout<'static> = Layout { layers: 5, hidden: 7, halvings: &HALVINGS, labels: true };

    /// Layers whose last maps say something.
    fn couplings() -> Couplings {
        let entries = entries(|p| Couplings::new(p, &LAYOUT));
        let mut theta = initial(&entries, 4);
        theta.iter_mut().enumerate().for_each(|(i, w)| *w += (i as f32 * 1.7).sin() / 6.0);
        let length = theta.len();
        Couplings::new(&mut Builder::inference(upload(theta, [length], &Device::flex())), &LAYOUT)
    }

    fn rows(values: Vec<f64>) -> Tensor<2> {
        let count = values.len() / 6;
        upload(values.into_iter().map(|x| x as f32).collect(), [count, 6], &Device::flex())
    }

    fn numbers(x: Tensor<2>) -> Vec<f64> {
        x.into_data().try_to_vec::<f32>().expect("on the CPU").into_iter().map(f64::from).collect()
    }

    fn classes(count: usize) -> Tensor<2> {
        let one = |k: usize| f32::from(k % CLASSES == k / CLASSES % CLASSES);
        upload((0..count * CLASSES).map(one).collect(), [count, CLASSES], &Device::flex())
    }

    fn wave(count: usize) -> Vec<f64> {
        (0..6 * count).map(|i| 1.5 * (i as f64 * 0.83).sin()).collect()
    }

    #[test]
    fn halves_are_put_together_as_they_were() {
        let [columns, half] = HALVINGS;
        let x = || rows((0..6).map(f64::from).collect());
        assert_eq!(columns.split(x()).halves.map(numbers), [[0.0, 2.0, 4.0], [1.0, 3.0, 5.0]]);
        assert_eq!(half.split(x()).halves.map(numbers), [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]);
        for halving in HALVINGS {
            assert_eq!(numbers(halving.split(x()).join()), numbers(x()));
            let other = HALVINGS.into_iter().find(|it| *it != halving).expect("two");
            assert_eq!(numbers(halving.split(x()).by(other).by(halving).join()), numbers(x()));
        }
    }

    #[test]
    fn a_layer_is_that_of_the_mathematics() {
        let couplings = couplings();
        let layer = &couplings.0[0];
        for share in [1.0, 0.4] {
            let z = || HALVINGS[0].split(rows(wave(3)));
            let [kept, moved] = z().halves.map(numbers);
            let mut logs = vec![];
            let [same, x] = layer.apply(z(), &classes(3), share, &mut logs).halves.map(numbers);
            assert_eq!(same, kept);
            // What the perceptron says of the half that is kept, from which s = -R tanh.
            let [kept, _] = z().halves;
            let [minus_s, m] = layer.affine(kept, &classes(3), 1.0).map(numbers);
            for i in 0..x.len() {
                let affine = Affine::of([(minus_s[i] / REACH).atanh(), m[i]]).part(share);
                assert!((affine.apply(moved[i]) - x[i]).abs() < 1e-5);
                assert!((affine.undo(x[i]) - moved[i]).abs() < 1e-5);
                assert!((affine.log_scale + numbers(logs[0].clone())[i]).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn fresh_layers_change_nothing() {
        let theta = initial(&entries(|p| Couplings::new(p, &LAYOUT)), 1);
        let length = theta.len();
        let fresh = Couplings::new(&mut Builder::inference(upload(theta, [length], &Device::flex())), &LAYOUT);
        assert_eq!(numbers(fresh.apply(rows(wave(2)), &classes(2), 1.0)), numbers(rows(wave(2))));
    }

    #[test]
    fn every_part_of_the_way_is_undone_within_1e_5() {
        let couplings = couplings();
        for t in [0.0, 0.13, 0.4, 0.77, 1.0] {
            let x = couplings.apply(rows(wave(9)), &classes(9), t);
            let [z, _] = couplings.undo(x.clone(), &classes(9), t);
            let apart = numbers(z).iter().zip(wave(9)).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(apart < 1e-5, "{apart} at {t}");
            assert!(t == 0.0 || numbers(x) != numbers(rows(wave(9))));
        }
    }

    #[test]
    fn the_log_determinant_is_that_of_the_jacobian_by_differences() {
        let couplings = couplings();
        for t in [0.3, 1.0] {
            let x = numbers(couplings.apply(rows(wave(1)), &classes(1), t));
            let [_, log] = couplings.undo(rows(x), &classes(1), t).map(numbers);
            let [_, forwards] = couplings.stretch(rows(wave(1)), &classes(1), t).map(numbers);
            assert!((forwards[0] - log[0]).abs() < 1e-4, "{forwards:?} {log:?}");
            let h = 1e-2;
            let moved = |k: usize, by: f64| {
                let mut z = wave(1);
                z[k] += by;
                numbers(couplings.apply(rows(z), &classes(1), t))
            };
            let column = |k: usize| -> Vec<f64> {
                moved(k, h).iter().zip(moved(k, -h)).map(|(a, b)| (a - b) / (2.0 * h)).collect()
            };
            let found = determinant((0..6).map(column).collect()).abs().ln();
            assert!((found - log[0]).abs() < 2e-3, "{found}, {log:?} at {t}");
        }
    }

    /// By elimination.
    fn determinant(mut rows: Vec<Vec<f64>>) -> f64 {
        let mut product = 1.0;
        for k in 0..rows.len() {
            let pivot = (k..rows.len()).max_by(|a, b| rows[*a][k].abs().total_cmp(&rows[*b][k].abs())).expect("a row");
            if pivot != k {
                rows.swap(pivot, k);
                product = -product;
            }
            product *= rows[k][k];
            for below in k + 1..rows.len() {
                let share = rows[below][k] / rows[k][k];
                let above = rows[k].clone();
                rows[below].iter_mut().zip(above).for_each(|(x, a)| *x -= share * a);
            }
        }
        product
    }
}
