//! y = φ(x) W + b, and its gradients: δx = φ'(x) δy Wᵀ, δW = φ(x)ᵀ δy, δb = Σ δy.

use super::{
    super::Activation,
    View, numbers, product,
    silu::{silu, silu_gradient},
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

pub fn input(dy: &FlexTensor, x: &FlexTensor, weight: &FlexTensor, act: Activation) -> FlexTensor {
    let [inputs, outputs] = sizes(weight);
    let (dy, weight) = (numbers(dy), numbers(weight));
    let rows = dy.len() / outputs;
    let mut dx = vec![0.0; rows * inputs];
    let weight = View::new(&weight, outputs).transposed();
    product([rows, inputs, outputs], View::new(&dy, outputs), weight, &mut dx, inputs, false);
    if act == Activation::Silu {
        silu_gradient(&mut dx, &numbers(x));
    }
    tensor(dx, x.layout().shape().clone())
}

pub fn parameters(dy: &FlexTensor, x: &FlexTensor, act: Activation) -> [FlexTensor; 2] {
    let last = |tensor: &FlexTensor| tensor.layout().shape().iter().copied().next_back().unwrap_or(1);
    let [inputs, outputs] = [last(x), last(dy)];
    let (x, dy) = (activated(x, act), numbers(dy));
    let rows = dy.len() / outputs;
    let mut dw = vec![0.0; inputs * outputs];
    let x = View::new(&x, inputs).transposed();
    product([inputs, outputs, rows], x, View::new(&dy, outputs), &mut dw, outputs, false);
    let mut db = vec![0.0; outputs];
    for row in dy.chunks_exact(outputs) {
        db.iter_mut().zip(row).for_each(|(sum, g)| *sum += g);
    }
    [tensor(dw, [inputs, outputs]), tensor(db, [outputs])]
}
