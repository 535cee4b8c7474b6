//! The kernels against Burn's own operations, which spell the same formulas out: values, and gradients by every input.

use burn::tensor::{Device, Gradients, Tensor, activation};
use flow::rng::{Purpose, Stream};
use model::{
    adam::{Adam, Decays},
    kernel::{Activation, affine, attended, modulated},
    parameters::upload,
};

/// Normal numbers, the same at every run.
fn normals<const D: usize>(index: u64, shape: [usize; D]) -> Tensor<D> {
    let numbers = Stream::new(3, Purpose::Probe, index).normals(shape.iter().product());
    upload(numbers, shape, &Device::flex())
}

/// Leaves of two graphs over the same numbers.
fn leaves<const D: usize>(x: &Tensor<D>) -> [Tensor<D>; 2] {
    [(); 2].map(|()| x.clone().autodiff().require_grad())
}

/// Largest difference, relative to the largest number of `b`.
fn difference<const D: usize>(a: Tensor<D>, b: Tensor<D>) -> f32 {
    let number = |x: Tensor<1>| x.into_data().try_to_vec::<f32>().expect("f32")[0];
    number((a - b.clone()).abs().max()) / number(b.abs().max())
}

fn close<const D: usize>(what: &str, a: Tensor<D>, b: Tensor<D>) {
    let far = difference(a, b);
    assert!(far < 1e-5, "{what}: {far:e}");
}

/// The gradients of <y, weights> for both graphs.
fn descend<const D: usize>([a, b]: [Tensor<D>; 2]) -> [Gradients; 2] {
    close("value", a.clone().inner(), b.clone().inner());
    let weights = normals(99, a.dims());
    [a, b].map(|y| (y * weights.clone().autodiff()).sum().backward())
}

fn same<const D: usize>(what: &str, gradients: &[Gradients; 2], leaves: &[Tensor<D>; 2]) {
    let of = |i: usize| leaves[i].grad(&gradients[i]).expect("a leaf has a gradient");
    close(what, of(0), of(1));
}

#[test]
fn an_affine_map_is_a_product_and_a_sum() {
    for (act, rows, inputs, outputs) in [(Activation::None, 7, 43, 49), (Activation::Silu, 33, 24, 17)] {
        let x = leaves(&normals(0, [2, rows, inputs]));
        let weight = leaves(&normals(1, [inputs, outputs]));
        let bias = leaves(&normals(2, [outputs]));
        let acted = if act == Activation::Silu { activation::silu(x[1].clone()) } else { x[1].clone() };
        let plain = acted.matmul(weight[1].clone().unsqueeze()) + bias[1].clone().unsqueeze();
        let gradients = descend([affine(x[0].clone(), weight[0].clone(), bias[0].clone(), act), plain]);
        same("x", &gradients, &x);
        same("weight", &gradients, &weight);
        same("bias", &gradients, &bias);
    }
}

#[test]
fn a_modulated_norm_is_a_norm_with_scale_and_shift() {
    let (batch, tokens, width, sites, site) = (3, 5, 19, 3, 1);
    let h = leaves(&normals(0, [batch, tokens, width]));
    let modulation = leaves(&normals(1, [batch, 2 * width * sites]));
    let part = |i: usize| {
        let start = (2 * site + i) * width;
        modulation[1].clone().slice([0..batch, start..start + width]).reshape([batch, 1, width])
    };
    let centred = h[1].clone() - h[1].clone().mean_dim(2);
    let normal = centred.clone() / ((centred.clone() * centred).mean_dim(2) + 1e-5).sqrt();
    let plain = normal * (part(0) + 1.0) + part(1);
    let gradients = descend([modulated(h[0].clone(), modulation[0].clone(), site), plain]);
    same("h", &gradients, &h);
    same("modulation", &gradients, &modulation);
}

#[test]
fn attention_is_a_softmax_of_products_times_values() {
    for (batch, tokens, heads, size) in [(2, 16, 4, 8), (1, 5, 1, 3)] {
        let width = heads * size;
        let qkv = leaves(&normals(0, [batch, tokens, 3 * width]));
        let split = qkv[1].clone().reshape([batch, tokens, 3 * heads, size]).permute([0, 2, 1, 3]);
        let part = |i: usize| split.clone().slice([0..batch, i * heads..(i + 1) * heads]);
        let scores = part(0).matmul(part(1).swap_dims(2, 3)) * (1.0 / (size as f64).sqrt());
        let mixed = activation::softmax(scores, 3).matmul(part(2));
        let plain = mixed.permute([0, 2, 1, 3]).reshape([batch, tokens, width]);
        same("qkv", &descend([attended(qkv[0].clone(), heads), plain]), &qkv);
    }
}

#[test]
fn a_turned_input_is_read_in_its_order() {
    let (h, weight, bias) = (normals(0, [2, 6, 5]), normals(1, [6, 4]), normals(2, [4]));
    let turned = h.clone().swap_dims(1, 2);
    let plain = turned.clone().matmul(weight.clone().unsqueeze()) + bias.clone().unsqueeze();
    close("turned", affine(turned, weight, bias, Activation::None), plain);
}

#[test]
fn adam_is_its_four_lines() {
    let mut adam = Adam::new(normals(0, [100]));
    let mut plain = adam.clone();
    for step in 1..=5 {
        // Long enough to be clipped, and once not.
        let g = normals(step, [100]) * if step == 3 { 1e-3 } else { 1.0 };
        let rates = adam.rates(1e-2, Decays::default());
        adam.update(g.clone(), upload(rates.to_vec(), [rates.len()], &Device::flex()));
        let norm = (g.clone() * g.clone()).sum().sqrt();
        let g = g / norm.clamp_min(1.0);
        plain.m = plain.m * 0.9 + g.clone() * 0.1;
        plain.v = plain.v * 0.99 + g.clone() * g * 0.01;
        let (c_1, c_2) = (1.0 - 0.9_f64.powi(step as i32), 1.0 - 0.99_f64.powi(step as i32));
        let root = (plain.v.clone() / c_2).sqrt() + 1e-8;
        plain.theta = plain.theta - plain.m.clone() / c_1 / root * 1e-2;
        let decay = (1.0 + step as f64) / (10.0 + step as f64);
        plain.ema = plain.ema * decay + plain.theta.clone() * (1.0 - decay);
    }
    close("theta", adam.theta, plain.theta);
    close("m", adam.m, plain.m);
    close("v", adam.v, plain.v);
    close("average", adam.ema, plain.ema);
}
