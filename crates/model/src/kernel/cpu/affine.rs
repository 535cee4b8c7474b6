//! y = φ(x) W + b, and its gradients: δx = φ'(x) δy Wᵀ, δW = φ(x)ᵀ δy, δb = Σ δy.

use super::{
    super::operations::{Activation, To},
    gemm::{MatrixView, product},
    silu::{share, silu, silu_gradient},
    slices::{numbers, sizes, tensor},
};
use burn::backend::flex::FlexTensor;
use std::borrow::Cow;

/// φ(x), and of silu's s what a gradient will want.
fn activated(x: &[f32], act: Activation) -> (Cow<'_, [f32]>, Option<Vec<f32>>) {
    match act {
        Activation::None => (Cow::Borrowed(x), None),
        Activation::Silu => {
            let s = share(x);
            (Cow::Owned(silu(x, &s)), Some(s))
        }
    }
}

/// y, and what [`gradients`] wants besides the inputs.
pub fn forward(
    x: &FlexTensor,
    weight: &FlexTensor,
    bias: &FlexTensor,
    act: Activation,
) -> (FlexTensor, Option<FlexTensor>) {
    let [inputs, outputs] = sizes(weight);
    let (values, weight, bias) = (numbers(x), numbers(weight), numbers(bias));
    let (acted, kept) = activated(&values, act);
    let rows = acted.len() / inputs;
    let mut y = Vec::with_capacity(rows * outputs);
    (0..rows).for_each(|_| y.extend_from_slice(&bias));
    product(
        [rows, outputs, inputs],
        MatrixView::new(&acted, inputs),
        MatrixView::new(&weight, outputs),
        &mut y,
        outputs,
        true,
    );
    let mut shape = x.layout().shape().clone();
    let last = shape.num_dims() - 1;
    shape[last] = outputs;
    (tensor(y, shape), kept.map(|s| tensor(s, x.layout().shape().clone())))
}

/// δx, and δW with δb, as far as they are wanted.
pub fn gradients(
    dy: &FlexTensor,
    (x, kept): (&FlexTensor, Option<&FlexTensor>),
    weight: &FlexTensor,
    to: To,
) -> (Option<FlexTensor>, Option<[FlexTensor; 2]>) {
    let [inputs, outputs] = sizes(weight);
    let (dy, x_values, weight) = (numbers(dy), numbers(x), numbers(weight));
    let (rows, dy_view, kept) = (dy.len() / outputs, MatrixView::new(&dy, outputs), kept.map(numbers));
    let dx = to.x.then(|| {
        let mut dx = vec![0.0; rows * inputs];
        product(
            [rows, inputs, outputs],
            dy_view,
            MatrixView::new(&weight, outputs).transposed(),
            &mut dx,
            inputs,
            false,
        );
        kept.iter().for_each(|s| silu_gradient(&mut dx, &x_values, s));
        tensor(dx, x.layout().shape().clone())
    });
    if !to.weight {
        return (dx, None);
    }
    let acted = match &kept {
        Some(s) => Cow::Owned(silu(&x_values, s)),
        None => x_values,
    };
    let mut dw = vec![0.0; inputs * outputs];
    product([inputs, outputs, rows], MatrixView::new(&acted, inputs).transposed(), dy_view, &mut dw, outputs, false);
    let mut db = vec![0.0; outputs];
    for row in dy.chunks_exact(outputs) {
        db.iter_mut().zip(row).for_each(|(sum, g)| *sum += g);
    }
    (dx, Some([tensor(dw, [inputs, outputs]), tensor(db, [outputs])]))
}
