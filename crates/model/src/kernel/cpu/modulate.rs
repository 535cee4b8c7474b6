//! y = (1 + scale) ĥ + shift, ĥ = (h - mean) r, r = 1 / sqrt(variance + 1e-5) over a token's channels; its gradients:
//! with γ = (1 + scale) δy, δh = r (γ - mean γ - ĥ mean(γ ĥ)), δscale = Σ_tokens δy ĥ, δshift = Σ_tokens δy.

use super::{
    super::operations::EPSILON,
    slices::{numbers, sizes, tensor},
};
use burn::backend::flex::FlexTensor;

/// Sum of f(i) below `n`, in eight lanes so that it becomes vectors.
#[inline(always)]
fn sum(n: usize, f: impl Fn(usize) -> f32) -> f32 {
    let mut lanes = [0.0; 8];
    let whole = n - n % 8;
    for i in (0..whole).step_by(8) {
        lanes.iter_mut().enumerate().for_each(|(j, lane)| *lane += f(i + j));
    }
    lanes.iter().sum::<f32>() + (whole..n).map(f).sum::<f32>()
}

/// Mean and r of a token.
fn moments(h: &[f32]) -> (f32, f32) {
    let width = h.len() as f32;
    let mean = sum(h.len(), |i| h[i]) / width;
    let variance = sum(h.len(), |i| (h[i] - mean) * (h[i] - mean)) / width;
    (mean, 1.0 / (variance + EPSILON).sqrt())
}

pub fn forward(h: &FlexTensor, modulation: &FlexTensor, site: usize) -> FlexTensor {
    let ([_, tokens, width], [_, all]) = (sizes(h), sizes(modulation));
    let (values, modulation) = (numbers(h), numbers(modulation));
    let mut y = Vec::with_capacity(values.len());
    for (i, h) in values.chunks_exact(width).enumerate() {
        let (scale, shift) = modulation[i / tokens * all + 2 * site * width..][..2 * width].split_at(width);
        let (mean, r) = moments(h);
        y.extend(h.iter().zip(scale).zip(shift).map(|((h, scale), shift)| (h - mean) * r * (1.0 + scale) + shift));
    }
    tensor(y, h.layout().shape().clone())
}

/// δh and δmodulation.
pub fn both(dy: &FlexTensor, h: &FlexTensor, modulation: &FlexTensor, site: usize) -> [FlexTensor; 2] {
    let ([_, tokens, width], [batch, all]) = (sizes(h), sizes(modulation));
    let (dy, values, modulation) = (numbers(dy), numbers(h), numbers(modulation));
    let (mut dh, mut dm) = (vec![0.0; values.len()], vec![0.0; batch * all]);
    let rows = values.chunks_exact(width).zip(dy.chunks_exact(width)).zip(dh.chunks_exact_mut(width));
    for (i, ((h, dy), dh)) in rows.enumerate() {
        let at = i / tokens * all + 2 * site * width;
        let scale = &modulation[at..][..width];
        let (d_scale, d_shift) = dm[at..][..2 * width].split_at_mut(width);
        let (mean, r) = moments(h);
        // ĥ for now.
        dh.iter_mut().zip(h).for_each(|(slot, h)| *slot = (h - mean) * r);
        for (((d_scale, d_shift), normal), dy) in d_scale.iter_mut().zip(d_shift).zip(&*dh).zip(dy) {
            *d_scale += dy * normal;
            *d_shift += dy;
        }
        let gamma = |i: usize| dy[i] * (1.0 + scale[i]);
        let first = sum(width, gamma) / width as f32;
        let second = sum(width, |i| gamma(i) * dh[i]) / width as f32;
        for ((slot, dy), scale) in dh.iter_mut().zip(dy).zip(scale) {
            *slot = r * (dy * (1.0 + scale) - first - *slot * second);
        }
    }
    [tensor(dh, h.layout().shape().clone()), tensor(dm, [batch, all])]
}
