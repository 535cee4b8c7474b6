//! y = φ(x) W + b, and its gradients: δx = φ'(x) δy Wᵀ, δW = φ(x)ᵀ δy, δb = Σ δy.

use super::{
    super::Activation,
    View, numbers, product,
    silu::{silu, silu_and_slope},
    sizes, tensor,
};
use burn::backend::flex::FlexTensor;
use std::borrow::Cow;

/// φ(x)
fn activated(x: &FlexTensor, act: Activation) -> Cow<'_, [f32]> {
    match act {
        Activation::None => numbers(x),
        Activation::Silu => Cow::Owned(silu(&numbers(x))),
    }
}

pub fn forward(x: &FlexTensor, weight: &FlexTensor, bias: &FlexTensor, act: Activation) -> FlexTensor {
    let [inputs, outputs] = sizes(weight);
    let (x_values, bias) = (activated(x, act), numbers(bias));
    let rows = x_values.len() / inputs;
    let mut y = Vec::with_capacity(rows * outputs);
    (0..rows).for_each(|_| y.extend_from_slice(&bias));
    let (x_view, weight) = (View::new(&x_values, inputs), numbers(weight));
    product([rows, outputs, inputs], x_view, View::new(&weight, outputs), &mut y, outputs, true);
    let mut shape = x.layout().shape().clone();
    let last = shape.num_dims() - 1;
    shape[last] = outputs;
    tensor(y, shape)
}

/// δx if asked for, δW and δb.
pub fn gradients(
    dy: &FlexTensor,
    x: &FlexTensor,
    weight: &FlexTensor,
    act: Activation,
    to_x: bool,
) -> (Option<FlexTensor>, [FlexTensor; 2]) {
    let [inputs, outputs] = sizes(weight);
    let (dy, weight) = (numbers(dy), numbers(weight));
    let rows = dy.len() / outputs;
    let dy_view = View::new(&dy, outputs);
    let (acted, slope) = match act {
        Activation::Silu if to_x => {
            let (acted, slope) = silu_and_slope(&numbers(x));
            (Cow::Owned(acted), Some(slope))
        }
        _ => (activated(x, act), None),
    };
    let dx = to_x.then(|| {
        let mut dx = vec![0.0; rows * inputs];
        product([rows, inputs, outputs], dy_view, View::new(&weight, outputs).transposed(), &mut dx, inputs, false);
        slope.iter().flatten().zip(&mut dx).for_each(|(slope, dx)| *dx *= slope);
        tensor(dx, x.layout().shape().clone())
    });
    let mut dw = vec![0.0; inputs * outputs];
    product([inputs, outputs, rows], View::new(&acted, inputs).transposed(), dy_view, &mut dw, outputs, false);
    let mut db = vec![0.0; outputs];
    for row in dy.chunks_exact(outputs) {
        db.iter_mut().zip(row).for_each(|(sum, g)| *sum += g);
    }
    (dx, [tensor(dw, [inputs, outputs]), tensor(db, [outputs])])
}
