//! Pictures as tokens: [batch, 784] ↔ [batch, tokens, patch²], patches in reading order.

use burn::tensor::Tensor;
use data::sets::{PIXELS, SIDE};

/// Cuts pictures into square patches of side `patch`, a divisor of 28.
pub fn cut(x: Tensor<2>, patch: usize) -> Tensor<3> {
    let (batch, side) = (x.dims()[0], SIDE / patch);
    x.reshape([batch, side, patch, side, patch]).permute([0, 1, 3, 2, 4]).reshape([batch, side * side, patch * patch])
}

/// Puts patches together again.
pub fn join(tokens: Tensor<3>, patch: usize) -> Tensor<2> {
    let (batch, side) = (tokens.dims()[0], SIDE / patch);
    tokens.reshape([batch, side, side, patch, patch]).permute([0, 1, 3, 2, 4]).reshape([batch, PIXELS])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::upload;
    use burn::tensor::Device;

    #[test]
    fn patches_hold_their_squares_and_join_again() {
        let pixels: Vec<f32> = (0..2 * PIXELS).map(|i| i as f32).collect();
        let x = upload(pixels.clone(), [2, PIXELS], &Device::flex());
        for patch in [2, 4, 7] {
            let tokens = cut(x.clone(), patch);
            let second: Vec<f32> =
                tokens.clone().slice([0..1, 1..2, 0..patch * patch]).into_data().try_to_vec().unwrap();
            assert_eq!(second[0], patch as f32);
            assert_eq!(second[patch], (SIDE + patch) as f32);
            assert_eq!(join(tokens, patch).into_data().try_to_vec::<f32>().unwrap(), pixels);
        }
    }
}
