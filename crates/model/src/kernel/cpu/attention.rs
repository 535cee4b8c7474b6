//! y = P v in each head, P = softmax(q kᵀ / sqrt(d)), q, k and v side by side; its gradients:
//! δv = Pᵀ δy, δS = P (δP - Σ_keys P δP), δP = δy vᵀ, δq = δS k / sqrt(d), δk = δSᵀ q / sqrt(d).

use super::{
    gemm::{MatrixView, product},
    silu::exp_below,
    slices::{numbers, sizes, tensor},
};
use burn::backend::flex::FlexTensor;

/// One head of one picture: sizes and where q begins.
struct AttentionHead {
    tokens: usize,
    width: usize,
    size: usize,
    start: usize,
}

/// Every head of every picture.
fn each(qkv: &FlexTensor, heads: usize) -> impl Iterator<Item = AttentionHead> {
    let [batch, tokens, triple] = sizes(qkv);
    let (width, size) = (triple / 3, triple / 3 / heads);
    (0..batch * heads).map(move |i| AttentionHead {
        tokens,
        width,
        size,
        start: i / heads * tokens * triple + i % heads * size,
    })
}

impl AttentionHead {
    /// q, k or v: 0, 1 or 2.
    fn part<'a>(&self, qkv: &'a [f32], part: usize) -> MatrixView<'a> {
        MatrixView::new(&qkv[self.start + part * self.width..], 3 * self.width)
    }

    /// Where this head's rows of y begin.
    fn output(&self) -> usize {
        let before = self.start / (3 * self.width);
        before * self.width + self.start % (3 * self.width)
    }

    fn scale(&self) -> f32 {
        1.0 / (self.size as f32).sqrt()
    }

    /// P, row after row.
    fn weights(&self, qkv: &[f32], p: &mut Vec<f32>) {
        let t = self.tokens;
        p.resize(t * t, 0.0);
        product([t, t, self.size], self.part(qkv, 0), self.part(qkv, 1).transposed(), p, t, false);
        for row in p.chunks_exact_mut(t) {
            row.iter_mut().for_each(|s| *s *= self.scale());
            // Not f32::max, which minds NaN by a call a number.
            let max = row.iter().fold(f32::NEG_INFINITY, |max, &s| if s > max { s } else { max });
            let total = exp_below(row, max);
            row.iter_mut().for_each(|p| *p /= total);
        }
    }
}

pub fn forward(qkv: &FlexTensor, heads: usize) -> FlexTensor {
    let [batch, tokens, triple] = sizes(qkv);
    let (values, width) = (numbers(qkv), triple / 3);
    let (mut y, mut p) = (vec![0.0; batch * tokens * width], vec![]);
    for head in each(qkv, heads) {
        head.weights(&values, &mut p);
        let (sizes, y) = ([tokens, head.size, tokens], &mut y[head.output()..]);
        product(sizes, MatrixView::new(&p, tokens), head.part(&values, 2), y, width, false);
    }
    tensor(y, [batch, tokens, width])
}

/// δqkv
pub fn input(dy: &FlexTensor, qkv: &FlexTensor, heads: usize) -> FlexTensor {
    let [batch, t, triple] = sizes(qkv);
    let (dy, values) = (numbers(dy), numbers(qkv));
    let mut d = vec![0.0; values.len()];
    let (mut p, mut ds) = (vec![], vec![0.0; t * t]);
    for head in each(qkv, heads) {
        head.weights(&values, &mut p);
        let (size, width) = (head.size, head.width);
        let dy = MatrixView::new(&dy[head.output()..], width);
        let mut into = |part: usize, weights: MatrixView, of: MatrixView| {
            product([t, size, t], weights, of, &mut d[head.start + part * width..], triple, false);
        };
        into(2, MatrixView::new(&p, t).transposed(), dy);
        product([t, t, size], dy, head.part(&values, 2).transposed(), &mut ds, t, false);
        for (ds, p) in ds.chunks_exact_mut(t).zip(p.chunks_exact(t)) {
            let mean: f32 = ds.iter().zip(p).map(|(ds, p)| ds * p).sum();
            ds.iter_mut().zip(p).for_each(|(ds, p)| *ds = p * (*ds - mean) * head.scale());
        }
        into(0, MatrixView::new(&ds, t), head.part(&values, 1));
        into(1, MatrixView::new(&ds, t).transposed(), head.part(&values, 0));
    }
    tensor(d, [batch, t, triple])
}
