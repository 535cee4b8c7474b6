//! The operations in Burn's autodiff graph: what each keeps, and which gradients it asks for.

use super::operations::{Activation, Gradients, Kernels, To};
use burn::backend::{
    Autodiff,
    autodiff::{
        checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
        grads,
        ops::{Backward, Ops, OpsKind},
    },
    tensor::FloatTensor,
};

#[derive(Debug)]
struct Affine;

impl<B: Gradients> Backward<B, 3> for Affine {
    type State = ((FloatTensor<B>, Option<FloatTensor<B>>), FloatTensor<B>, Activation);

    fn backward(self, ops: Ops<Self::State, 3>, gradients: &mut grads::Gradients, _: &mut Checkpointer) {
        let ([to_x, to_weight, to_bias], (x, weight, act)) = (ops.parents, ops.state);
        let dy = gradients.consume::<B>(&ops.node);
        let to = To { x: to_x.is_some(), weight: to_weight.is_some() || to_bias.is_some() };
        let (dx, parameters) = B::affine_all(dy, x, weight, act, to);
        let (dw, db) = parameters.map(|[dw, db]| (dw, db)).unzip();
        for (node, gradient) in [(to_x, dx), (to_weight, dw), (to_bias, db)] {
            if let (Some(node), Some(gradient)) = (node, gradient) {
                gradients.register::<B>(node.id, gradient);
            }
        }
    }
}

#[derive(Debug)]
struct Modulated;

impl<B: Gradients> Backward<B, 2> for Modulated {
    type State = (FloatTensor<B>, FloatTensor<B>, usize);

    fn backward(self, ops: Ops<Self::State, 2>, gradients: &mut grads::Gradients, _: &mut Checkpointer) {
        let (h, modulation, site) = ops.state;
        let dy = gradients.consume::<B>(&ops.node);
        for (node, gradient) in ops.parents.into_iter().zip(B::modulated_both(dy, h, modulation, site)) {
            node.into_iter().for_each(|node| gradients.register::<B>(node.id, gradient.clone()));
        }
    }
}

#[derive(Debug)]
struct Attended;

impl<B: Gradients> Backward<B, 1> for Attended {
    type State = (FloatTensor<B>, usize);

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut grads::Gradients, _: &mut Checkpointer) {
        let ([to_qkv], (qkv, heads)) = (ops.parents, ops.state);
        let dy = gradients.consume::<B>(&ops.node);
        to_qkv.into_iter().for_each(|node| {
            gradients.register::<B>(node.id, B::attended_input(dy.clone(), qkv.clone(), heads));
        });
    }
}

impl<B: Gradients, C: CheckpointStrategy> Kernels for Autodiff<B, C> {
    fn affine(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        act: Activation,
    ) -> FloatTensor<Self> {
        let ((x, x_node), (weight, weight_node)) = (x.into_parts(), weight.into_parts());
        let (bias, bias_node) = bias.into_parts();
        let (y, kept) = B::affine_keeping(x.clone(), weight.clone(), bias, act);
        match Affine.prepare::<C>([x_node, weight_node, bias_node]).compute_bound().stateful() {
            OpsKind::Tracked(tracked) => tracked.finish(((x, kept), weight, act), y),
            OpsKind::UnTracked(untracked) => untracked.finish(y),
        }
    }

    fn modulated(h: FloatTensor<Self>, modulation: FloatTensor<Self>, site: usize) -> FloatTensor<Self> {
        let ((h, h_node), (modulation, modulation_node)) = (h.into_parts(), modulation.into_parts());
        let y = B::modulated(h.clone(), modulation.clone(), site);
        match Modulated.prepare::<C>([h_node, modulation_node]).compute_bound().stateful() {
            OpsKind::Tracked(tracked) => tracked.finish((h, modulation, site), y),
            OpsKind::UnTracked(untracked) => untracked.finish(y),
        }
    }

    fn attended(qkv: FloatTensor<Self>, heads: usize) -> FloatTensor<Self> {
        let (qkv, node) = qkv.into_parts();
        let y = B::attended(qkv.clone(), heads);
        match Attended.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(tracked) => tracked.finish((qkv, heads), y),
            OpsKind::UnTracked(untracked) => untracked.finish(y),
        }
    }
}
