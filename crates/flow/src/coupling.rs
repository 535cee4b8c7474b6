//! Which noise meets which data: the joint law of (x_0, x_1) that the lines of training connect.
//!
//! Any coupling with the right marginals gives a flow between them; one whose lines cross less gives a straighter flow.
//! Minibatch optimal transport (Pooladian et al., 2023; Tong et al., 2024) takes within each batch the permutation p of
//! least Σ_i |x_0[p(i)] - x_1[i]|².

use super::{keyed::Keyed, norm::Norm, rng::Stream};
use serde::{Deserialize, Serialize};

/// Standard deviation of the noise that [`Coupling::Noised`] adds to a picture in [-1, 1].
pub const NOISED_STD: f32 = 0.8;

/// Side of the squares of pixels that [`Coupling::Downsampled`] averages.
pub const BLOCK: usize = 4;

/// Standard deviation of the noise on top of the averages: block means alone are few, and a deterministic flow cannot make
/// the many pictures that share them out of one point.
pub const DOWNSAMPLED_STD: f32 = 0.2;

/// Standard deviation of the noise on an outline, for the same reason.
pub const OUTLINED_STD: f32 = 0.2;

/// Pixels by which [`Coupling::Slanted`] moves a row further to the right than the one below it.
pub const SLANT: f32 = 0.4;

/// How x_0 and x_1 are paired in training, written as its key.
///
/// ```
/// use flow::coupling::{Coupling, assign};
///
/// // Noise is assigned so that the lines within a batch are shortest.
/// let (x_0, x_1) = ([vec![1.0], vec![-1.0]], [vec![-2.0], vec![2.0]]);
/// assert_eq!(assign(&x_0, &x_1), [1, 0]);
/// assert!(Coupling::Optimal.is_gaussian() && !Coupling::Masked.is_gaussian());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Coupling {
    /// x_0 ~ N(0, I), whatever x_1 is.
    #[default]
    Independent,
    /// x_0 ~ N(0, I), assigned within the batch by [`assign`].
    Optimal,
    /// x_0 is x_1 with its lower half replaced by N(0, 1) noise.
    Masked,
    /// x_0 = x_1 + [`NOISED_STD`] · N(0, I)
    Noised,
    /// x_0 is x_1 averaged in squares of [`BLOCK`] pixels, + [`DOWNSAMPLED_STD`] · N(0, I).
    Downsampled,
    /// x_0 is the line around what is white in x_1, + [`OUTLINED_STD`] · N(0, I).
    Outlined,
    /// x_0 is x_1 with its rows moved, by [`SLANT`] pixels a row; no noise, since what is moved can be moved back.
    Slanted,
}

impl Keyed for Coupling {
    const WHAT: &'static str = "coupling";

    fn all() -> impl Iterator<Item = Self> {
        [Self::Independent, Self::Optimal].into_iter().chain(Self::PAIRED)
    }

    fn key(self) -> &'static str {
        match self {
            Self::Independent => "independent",
            Self::Optimal => "optimal",
            Self::Masked => "masked",
            Self::Noised => "noised",
            Self::Downsampled => "downsampled",
            Self::Outlined => "outlined",
            Self::Slanted => "slanted",
        }
    }
}

crate::serde_by_key!(Coupling);

impl Coupling {
    /// Those whose x_0 is made from x_1.
    pub const PAIRED: [Self; 5] = [Self::Masked, Self::Noised, Self::Downsampled, Self::Outlined, Self::Slanted];

    /// The name by which people know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Independent => "Independent",
            Self::Optimal => "Minibatch optimal transport",
            Self::Masked => "Masked",
            Self::Noised => "Noised",
            Self::Downsampled => "Downsampled",
            Self::Outlined => "Outlined",
            Self::Slanted => "Slanted",
        }
    }

    /// What it does, in a sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::Independent => "Every picture meets noise drawn without looking at it.",
            Self::Optimal => "Within each batch, noise and pictures are matched so that their lines are shortest.",
            Self::Masked => "Starts from the picture with its lower half lost in noise, and learns to complete it.",
            Self::Noised => "Starts from the picture under heavy noise, and learns to clean it.",
            Self::Downsampled => "Starts from coarse squares of the picture, and learns to sharpen them.",
            Self::Outlined => "Starts from the outline of the picture, and learns to fill it.",
            Self::Slanted => "Starts from the picture leaning over to the right, and learns to set it upright.",
        }
    }

    /// Whether x_0 is N(0, I) for all data together.
    ///
    /// Where it is not, u and the score no longer tell each other, so that only ODE solvers apply.
    pub fn is_gaussian(self) -> bool {
        matches!(self, Self::Independent | Self::Optimal)
    }
}

/// The permutation p of least Σ_i |x_0[p(i)] - x_1[i]|²: it is noise that moves, so that pictures keep their labels.
///
/// Exact, by shortest augmenting paths on f64 costs (Jonker and Volgenant, 1987), O(n³) for a batch of n. Both hold n rows
/// of equal length; where they do not, or where a cost is not finite, the answer is the identity. Under labels p makes
/// what a class starts from other than N(0, I), though all classes together start from it.
pub fn assign(x_0: &[Vec<f32>], x_1: &[Vec<f32>]) -> Vec<usize> {
    let n = x_1.len();
    let rows_match = x_0.len() == n && x_0.iter().chain(x_1).all(|x| x.len() == x_1[0].len());
    let costs = || x_1.iter().flat_map(|x_1| x_0.iter().map(|x_0| x_0.square_distance(x_1))).collect();
    let solved = rows_match.then(|| lsap::solve(n, n, &costs(), false).ok()).flatten();
    solved.map_or_else(|| (0..n).collect(), |(_, columns)| columns)
}

/// x_0 made from the picture `x_1`, a square of pixels in [-1, 1] row by row, with what noise it needs from `noise`.
///
/// Independent and optimal couplings give N(0, I). The noise of the paired ones is what the ODE has to be random from:
/// without it, equal starts could only end in equal pictures.
pub fn degrade(coupling: Coupling, x_1: &[f32], noise: &mut Stream) -> Vec<f32> {
    let draws = noise.normals(x_1.len());
    let add = |means: &[f32], std: f32| means.iter().zip(&draws).map(|(m, z)| m + std * z).collect();
    match coupling {
        Coupling::Independent | Coupling::Optimal => draws,
        Coupling::Masked => {
            let half = x_1.len() / 2;
            x_1[..half].iter().chain(&draws[half..]).copied().collect()
        }
        Coupling::Noised => add(x_1, NOISED_STD),
        Coupling::Downsampled => add(&block_means(x_1), DOWNSAMPLED_STD),
        Coupling::Outlined => add(&outline(x_1), OUTLINED_STD),
        Coupling::Slanted => slanted(x_1),
    }
}

/// Each pixel replaced by the mean of its square of [`BLOCK`] × [`BLOCK`].
fn block_means(x: &[f32]) -> Vec<f32> {
    let side = x.len().isqrt().max(1);
    let across = side.div_ceil(BLOCK);
    let block = |i: usize| i / side / BLOCK * across + i % side / BLOCK;
    let mut sums = vec![(0.0, 0.0); x.len().checked_sub(1).map_or(0, |last| (last / side / BLOCK + 1) * across)];
    for (i, x) in x.iter().enumerate() {
        let (sum, count) = &mut sums[block(i)];
        *sum += x;
        *count += 1.0;
    }
    (0..x.len()).map(|i| sums[block(i)].0 / sums[block(i)].1).collect()
}

/// The line around what is white, white on black: the black pixels with a white one above, below or beside them.
pub fn outline(x: &[f32]) -> Vec<f32> {
    let side = x.len().isqrt().max(1);
    let white = |i: Option<usize>| i.and_then(|i| x.get(i)).is_some_and(|x| *x > 0.0);
    let beside = |i: usize| {
        let column = i % side;
        let [left, right] = [(column > 0).then(|| i - 1), (column + 1 < side).then_some(i + 1)];
        white(left) || white(right) || white(i.checked_sub(side)) || white(Some(i + side))
    };
    (0..x.len()).map(|i| if !white(Some(i)) && beside(i) { 1.0 } else { -1.0 }).collect()
}

/// Row by row to the right, by [`SLANT`] pixels more the higher a row is, none in the middle; black from outside, and between two
/// pixels what lies between them.
fn slanted(x: &[f32]) -> Vec<f32> {
    let side = x.len().isqrt().max(1);
    let at = |row: usize, column: f32| match column >= 0.0 && column < side as f32 {
        true => x.get(row * side + column as usize).copied().unwrap_or(-1.0),
        false => -1.0,
    };
    let moved = |i: usize| {
        let (row, column) = (i / side, (i % side) as f32);
        let from = column - ((side as f32 - 1.0) / 2.0 - row as f32) * SLANT;
        let share = from - from.floor();
        (1.0 - share) * at(row, from.floor()) + share * at(row, from.floor() + 1.0)
    };
    (0..x.len()).map(moved).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixture::{Fitted, mean_and_error, plane},
        reflow::{midpoints, straightness},
        rng::Purpose,
    };

    fn stream(index: u64) -> Stream {
        Stream::new(9, Purpose::Evaluate, index)
    }

    fn batch(stream: &mut Stream, n: usize, dimension: usize) -> Vec<Vec<f32>> {
        (0..n).map(|_| stream.normals(dimension)).collect()
    }

    fn cost(x_0: &[Vec<f32>], x_1: &[Vec<f32>], p: &[usize]) -> f64 {
        p.iter().zip(x_1).map(|(&i, x_1)| x_0[i].square_distance(x_1)).sum()
    }

    /// The least cost of all that complete `p`, by trying them.
    fn brute(x_0: &[Vec<f32>], x_1: &[Vec<f32>], p: &mut Vec<usize>) -> f64 {
        if p.len() == x_1.len() {
            return cost(x_0, x_1, p);
        }
        let mut least = f64::INFINITY;
        for i in (0..x_1.len()).filter(|i| !p.contains(i)).collect::<Vec<_>>() {
            p.push(i);
            least = least.min(brute(x_0, x_1, p));
            p.pop();
        }
        least
    }

    #[test]
    fn no_permutation_costs_less() {
        for (n, seed) in (0..=6).flat_map(|n| (0..20).map(move |seed| (n, seed))) {
            let mut stream = stream(seed);
            let (x_0, x_1) = (batch(&mut stream, n, 3), batch(&mut stream, n, 3));
            let p = assign(&x_0, &x_1);
            assert!((cost(&x_0, &x_1, &p) - brute(&x_0, &x_1, &mut vec![])).abs() < 1e-9);
        }
    }

    #[test]
    fn a_batch_of_pictures_is_permuted_and_costs_less() {
        let mut stream = stream(30);
        let (x_0, x_1) = (batch(&mut stream, 256, 784), batch(&mut stream, 256, 784));
        let mut p = assign(&x_0, &x_1);
        let identity: Vec<usize> = (0..256).collect();
        println!("256 × 784: {:.0} → {:.0}", cost(&x_0, &x_1, &identity), cost(&x_0, &x_1, &p));
        assert!(cost(&x_0, &x_1, &p) < cost(&x_0, &x_1, &identity));
        p.sort_unstable();
        assert_eq!(p, identity);
    }

    #[test]
    fn what_cannot_be_assigned_stays_in_place() {
        let rows = |xs: &[f32]| xs.iter().map(|&x| vec![x]).collect::<Vec<_>>();
        assert_eq!(assign(&rows(&[2.0, 1.0]), &rows(&[1.0, 2.0])), [1, 0]);
        assert_eq!(assign(&rows(&[2.0, f32::NAN]), &rows(&[1.0, 2.0])), [0, 1]);
        assert_eq!(assign(&rows(&[2.0]), &rows(&[1.0, 2.0])), [0, 1]);
        assert_eq!(assign(&[vec![], vec![1.0]], &rows(&[1.0, 2.0])), [0, 1]);
    }

    #[test]
    fn minibatch_optimal_transport_straightens_the_flow() {
        let (mixture, batches, size) = (plane(), 80, 64);
        let pairs = |coupling: Coupling, index: u64| {
            let (mut stream, mut pairs) = (stream(index), Vec::new());
            for _ in 0..batches {
                let x_0 = batch(&mut stream, size, 2);
                let x_1: Vec<Vec<f64>> = (0..size).map(|_| mixture.sample(&mut stream)).collect();
                let rows: Vec<Vec<f32>> = x_1.iter().map(|x| x.iter().map(|&x| x as f32).collect()).collect();
                let p = if coupling == Coupling::Optimal { assign(&x_0, &rows) } else { (0..size).collect() };
                let noise = |i: usize| x_0[i].iter().map(|&x| f64::from(x)).collect::<Vec<_>>();
                pairs.extend(p.into_iter().zip(x_1).map(|(i, x_1)| (noise(i), x_1)));
            }
            pairs
        };
        // The marginal velocity of each coupling by least squares, S on pairs that the fit has not seen.
        let s = |coupling| {
            let fitted = Fitted::new(&pairs(coupling, 40), 250, 1.0, 4);
            straightness(&pairs(coupling, 41), &|x: &Vec<f64>, t: f64| fitted.velocity(x, t), &midpoints(10)).total
        };
        let exact = |x: &Vec<f64>, t: f64| {
            use crate::schedule::{Linear, Schedule};
            mixture.velocity(&Linear.at(t), x)
        };
        let truth = straightness(&pairs(Coupling::Independent, 41), &exact, &midpoints(10)).total;
        let [independent, optimal] = [Coupling::Independent, Coupling::Optimal].map(s);
        println!("S: independent {independent:.4} (closed form {truth:.4}), optimal {optimal:.4}");
        assert!((independent / truth - 1.0).abs() < 0.1, "the fit is too poor to compare with");
        assert!(optimal < 0.2 * independent);
    }

    /// Mean and variance of `x_0 - mean` over the pixels chosen.
    fn moments(x_0: &[f32], mean: &[f32], pixels: std::ops::Range<usize>) -> (f64, f64) {
        let rest: Vec<f64> = pixels.map(|i| f64::from(x_0[i] - mean[i])).collect();
        let (mean, error) = mean_and_error(&rest);
        (mean, error * error * rest.len() as f64)
    }

    #[test]
    fn paired_starts_have_the_means_and_variances_that_they_state() {
        // 400 × 400 pixels, so that one picture is a large sample.
        let side = 400;
        let n = side * side;
        let x_1: Vec<f32> = stream(50).normals64(n).iter().map(|z| z.tanh() as f32).collect();
        let block = |i: usize| (i / side / BLOCK * BLOCK, i % side / BLOCK * BLOCK);
        let mean = |i: usize| {
            let (row, column) = block(i);
            let cells = (0..16).map(|k| x_1[(row + k / 4) * side + column + k % 4]);
            cells.sum::<f32>() / 16.0
        };
        let (means, none) = ((0..n).map(mean).collect::<Vec<_>>(), vec![0.0; n]);
        let cases = [
            (Coupling::Independent, &none, 0..n, 1.0),
            (Coupling::Optimal, &none, 0..n, 1.0),
            (Coupling::Masked, &x_1, 0..n / 2, 0.0),
            (Coupling::Masked, &none, n / 2..n, 1.0),
            (Coupling::Noised, &x_1, 0..n, 0.64),
            (Coupling::Downsampled, &means, 0..n, 0.04),
        ];
        let lines = outline(&x_1);
        let cases = cases.into_iter().chain([(Coupling::Outlined, &lines, 0..n, 0.04)]);
        for (coupling, centre, pixels, expected) in cases {
            let count = pixels.len() as f64;
            let (mean, variance) = moments(&degrade(coupling, &x_1, &mut stream(51)), centre, pixels);
            println!("{coupling}: mean {mean:.5}, variance {variance:.5} of {expected}");
            assert!(mean.abs() <= 5.0 * (expected / count).sqrt());
            assert!((variance - expected).abs() <= 5.0 * expected * (2.0 / count).sqrt() + 1e-6 * expected);
        }
    }

    #[test]
    fn every_length_is_survived_and_28_is_cut_in_49_squares() {
        for n in [0, 1, 2, 3, 5, 17, 784] {
            assert!(Coupling::all().all(|c| degrade(c, &vec![0.5; n], &mut stream(0)).len() == n));
        }
        let ramp: Vec<f32> = (0..784).map(|i| i as f32).collect();
        let mut levels = block_means(&ramp);
        levels.sort_by(f32::total_cmp);
        levels.dedup();
        assert_eq!(levels.len(), 49);
    }

    /// A picture of 28 × 28 with these pixels white.
    fn picture(white: &[(usize, usize)]) -> Vec<f32> {
        let mut x = vec![-1.0; 784];
        white.iter().for_each(|(row, column)| x[row * 28 + column] = 1.0);
        x
    }

    #[test]
    fn an_outline_goes_around_and_is_empty_within() {
        let block: Vec<_> = (10..14).flat_map(|row| (5..8).map(move |column| (row, column))).collect();
        let mut around: Vec<_> = (10..14).flat_map(|row| [(row, 4), (row, 8)]).collect();
        around.extend((5..8).flat_map(|column| [(9, column), (14, column)]));
        assert_eq!(outline(&picture(&block)), picture(&around));
        // At the edges there is nothing beyond, and a row does not go on in the next one.
        assert_eq!(outline(&picture(&[(0, 27), (27, 0)])), picture(&[(0, 26), (1, 27), (26, 0), (27, 1)]));
        assert_eq!(outline(&picture(&[])), picture(&[]));
    }

    #[test]
    fn rows_are_moved_by_the_slant_and_none_is_lost() {
        let x = picture(&(4..24).map(|row| (row, 14)).collect::<Vec<_>>());
        let moved = degrade(Coupling::Slanted, &x, &mut stream(0));
        for row in 4..24 {
            let ink = |column: usize| f64::from(moved[row * 28 + column] + 1.0) / 2.0;
            let (all, first): (f64, f64) = (0..28)
                .map(|column| (ink(column), ink(column) * column as f64))
                .fold((0.0, 0.0), |(all, first), (ink, moment)| (all + ink, first + moment));
            let expected = 14.0 + (13.5 - row as f64) * f64::from(SLANT);
            assert!((all - 1.0).abs() < 1e-5 && (first / all - expected).abs() < 1e-4, "row {row}: {first} {expected}");
        }
    }

    #[test]
    fn keys_round_trip_and_unknown_ones_get_a_sentence() {
        for coupling in Coupling::all() {
            assert_eq!(coupling.key().parse::<Coupling>().unwrap(), coupling);
            assert_eq!(serde_json::to_string(&coupling).unwrap(), format!("\"{}\"", coupling.key()));
            assert!(!coupling.name().is_empty() && coupling.about().ends_with('.'));
        }
        assert!("paired".parse::<Coupling>().unwrap_err().contains("independent, optimal, masked"));
        assert!(Coupling::Optimal.is_gaussian() && !Coupling::Masked.is_gaussian());
    }
}
