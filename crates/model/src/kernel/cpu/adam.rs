//! One step of Adam in one pass, in place.

use super::{super::operations::TINY, slices::numbers};
use burn::backend::flex::FlexTensor;

pub fn update(mut state: [FlexTensor; 4], gradient: &FlexTensor, rates: &FlexTensor) -> [FlexTensor; 4] {
    let (g, rates) = (numbers(gradient), numbers(rates));
    let [rate, root, decay, beta_1, beta_2, clip, bound] = core::array::from_fn(|i| rates[i]);
    let norm = g.chunks(64).map(|part| f64::from(part.iter().map(|g| g * g).sum::<f32>())).sum::<f64>().sqrt();
    let shrink = 1.0 / (norm as f32 / clip).max(1.0);
    // A bound that is none would make the clamp panic.
    let bound = if bound > 0.0 { bound } else { f32::MAX };
    let [theta, m, v, ema] = state.each_mut().map(|part| part.storage_mut::<f32>());
    let moments = m.iter_mut().zip(v.iter_mut());
    for (((theta, ema), (m, v)), g) in theta.iter_mut().zip(ema).zip(moments).zip(&*g) {
        let g = g * shrink;
        *m = *m * beta_1 + g * (1.0 - beta_1);
        *v = *v * beta_2 + g * g * (1.0 - beta_2);
        *theta = (*theta - *m / (v.sqrt() * root + TINY) * rate).clamp(-bound, bound);
        *ema = *ema * decay + *theta * (1.0 - decay);
    }
    state
}
