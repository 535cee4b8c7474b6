//! What the components of every mixture of round Gaussians are held to, and how one of them is drawn.

/// Most components of a mixture.
pub const MAX_COMPONENTS: usize = 10_000;
/// Largest coordinate of a mean; beyond it squares might overflow.
pub const LARGEST: f64 = 1e60;
/// Smallest and largest standard deviation of a component.
pub const STDS: [f64; 2] = [1e-30, 1e30];

/// A sentence if one of `stds` is out of bounds.
pub fn check_stds(mut stds: impl Iterator<Item = f64>) -> Result<(), String> {
    let [narrowest, widest] = STDS;
    let sound = stds.all(|std| (narrowest..=widest).contains(&std));
    sound
        .then_some(())
        .ok_or_else(|| format!("the stds of a mixture are greater than 0, from {narrowest:e} to {widest:e}"))
}

/// A sentence if one of the `coordinates` of means, each of which is called `what`, is out of bounds.
pub fn check_means(what: &str, mut coordinates: impl Iterator<Item = f64>) -> Result<(), String> {
    let sound = coordinates.all(|coordinate| coordinate.abs() <= LARGEST);
    sound
        .then_some(())
        .ok_or_else(|| format!("the coordinates of every {what} are numbers from -{LARGEST:e} to {LARGEST:e}"))
}

/// The sum of `weights`; a sentence if they have none that they could be divided by.
pub fn total(weights: impl Iterator<Item = f64> + Clone) -> Result<f64, String> {
    let total: f64 = weights.clone().sum();
    let sound = weights.into_iter().all(|w| w >= 0.0) && total > 0.0 && total.is_finite();
    sound.then_some(total).ok_or_else(|| "the weights are finite, none below 0, with a sum above 0".into())
}

/// The component at the quantile `u` in (0, 1) of `weights` that sum to 1.
pub fn pick(weights: impl Iterator<Item = f64> + Clone, u: f64) -> usize {
    let mut below = 0.0;
    let found = weights.clone().position(|w| {
        below += w;
        u < below
    });
    // The sum may round to just below 1.
    let last = || weights.enumerate().filter(|(_, w)| *w > 0.0).last();
    found.unwrap_or_else(|| last().map_or(0, |(k, _)| k))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_fall_to_the_components_in_order_and_never_beyond_the_last_with_weight() {
        let weights = [0.25, 0.0, 0.75, 0.0];
        let at = |u| pick(weights.into_iter(), u);
        assert_eq!((at(0.1), at(0.25), at(0.9), at(1.0)), (0, 2, 2, 2));
    }

    #[test]
    fn what_makes_no_mixture_gets_a_sentence() {
        assert_eq!(total([1.0, 3.0].into_iter()), Ok(4.0));
        for bad in [[-1.0, 2.0], [0.0, 0.0], [f64::NAN, 1.0], [f64::INFINITY, 1.0]] {
            assert!(total(bad.into_iter()).is_err());
        }
        assert!(check_stds([1.0, 0.0].into_iter()).is_err() && check_stds([1e-30].into_iter()).is_ok());
        assert!(
            check_means("mean", [f64::NAN].into_iter()).is_err() && check_means("mean", [-1e60].into_iter()).is_ok()
        );
    }
}
