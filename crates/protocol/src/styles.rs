//! How the code of a StyleGAN is laid out: a z for each resolution, then the noise of every place, resolution after resolution.

/// Places along each side, from coarse to fine.
pub const SIDES: [usize; 3] = [7, 14, 28];
/// Resolutions.
pub const LEVELS: usize = SIDES.len();
/// Numbers of noise: one for each place of each resolution.
pub const NOISE: usize = SIDES[0] * SIDES[0] + SIDES[1] * SIDES[1] + SIDES[2] * SIDES[2];

/// Numbers of a z, by those of the whole code; 0 where it is none.
pub fn numbers(code: usize) -> usize {
    code.saturating_sub(NOISE) / LEVELS
}
