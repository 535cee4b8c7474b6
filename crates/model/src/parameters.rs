//! θ: all parameters of a network as one vector, with names for its parts.
//!
//! One vector makes the optimiser, the moving average, the checkpoint and the gradient check each
//! a few lines, and each a handful of kernels on a GPU instead of a handful a parameter.

use burn::tensor::{Device, Gradients, Tensor, TensorData};
use flow::rng::{Purpose, Stream};

/// How a parameter begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// All zero.
    Zero,
    /// N(0, std²).
    Normal(f64),
}

/// One named part of θ.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub name: String,
    pub shape: Vec<usize>,
    /// Where it begins in θ.
    pub start: usize,
    pub init: Init,
}

impl Entry {
    /// Numbers in it.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it holds no number.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Hands a network its parameters, one after the other, and notes what it asked for.
pub struct Builder {
    source: Origin,
    path: Vec<String>,
    entries: Vec<Entry>,
    leaves: Vec<Tensor<1>>,
    end: usize,
}

/// What parameters are for.
#[derive(Clone, Copy, PartialEq)]
enum Use {
    /// A network that nothing is learned through.
    Inference,
    /// Gradients pass through the network, to what is before it.
    Frozen,
    /// Gradients reach the parameters.
    Training,
}

enum Origin {
    /// Only the layout is wanted: parameters are zero, on this device.
    Layout(Device),
    /// Slices of θ.
    Theta(Box<Tensor<1>>, Use),
}

impl Builder {
    fn new(source: Origin) -> Self {
        Self { source, path: vec![], entries: vec![], leaves: vec![], end: 0 }
    }

    /// Learns what parameters a network has.
    pub fn layout() -> Self {
        Self::new(Origin::Layout(Device::flex()))
    }

    /// Parameters for inference, slices of `theta`.
    pub fn inference(theta: Tensor<1>) -> Self {
        Self::new(Origin::Theta(theta.into(), Use::Inference))
    }

    /// Parameters for training: leaves of a graph that [`into_gradient`](Self::into_gradient) reads.
    pub fn training(theta: Tensor<1>) -> Self {
        Self::new(Origin::Theta(theta.into(), Use::Training))
    }

    /// Parameters that stay as they are in a graph where others learn: gradients pass through to what is before the network.
    pub fn frozen(theta: Tensor<1>) -> Self {
        Self::new(Origin::Theta(theta.into(), Use::Frozen))
    }

    /// Runs `build` with `name` in front of the names of the parameters it asks for.
    pub fn scope<T>(&mut self, name: impl ToString, build: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(name.to_string());
        let built = build(self);
        self.path.pop();
        built
    }

    /// The next parameter.
    pub fn tensor<const D: usize>(&mut self, name: &str, shape: [usize; D], init: Init) -> Tensor<D> {
        let (start, len) = (self.end, shape.iter().product::<usize>());
        self.path.push(name.into());
        self.entries.push(Entry { name: self.path.join("."), shape: shape.to_vec(), start, init });
        self.path.pop();
        self.end += len;
        match &self.source {
            // One zero seen from everywhere: a layout must cost nothing, since files ask for it.
            Origin::Layout(device) => Tensor::<D>::zeros([1; D], device).expand(shape),
            Origin::Theta(theta, purpose) => {
                let part = theta.as_ref().clone().narrow(0, start, len);
                match purpose {
                    Use::Inference => part.reshape(shape),
                    Use::Frozen => part.autodiff().reshape(shape),
                    Use::Training => {
                        let leaf = part.autodiff().require_grad();
                        self.leaves.push(leaf.clone());
                        leaf.reshape(shape)
                    }
                }
            }
        }
    }

    /// What was asked for, in order.
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }

    /// ∂loss/∂θ from the gradients of the leaves, one vector like θ; lets go of the leaves.
    pub fn into_gradient(self, gradients: &Gradients) -> Tensor<1> {
        let of = |leaf: Tensor<1>| leaf.grad(gradients).unwrap_or_else(|| leaf.inner().zeros_like());
        Tensor::cat(self.leaves.into_iter().map(of).collect(), 0)
    }
}

/// The parameters of what `build` builds, in the order of θ.
pub fn entries<T>(build: impl FnOnce(&mut Builder) -> T) -> Vec<Entry> {
    let mut layout = Builder::layout();
    build(&mut layout);
    layout.into_entries()
}

/// The initial θ of `entries`: parameter i draws from stream (seed, weights, i).
pub fn initial(entries: &[Entry], seed: u64) -> Vec<f32> {
    let draw = |(i, entry): (usize, &Entry)| match entry.init {
        Init::Zero => vec![0.0; entry.len()],
        Init::Normal(std) => {
            let mut stream = Stream::new(seed, Purpose::Weights, i as u64);
            stream.normals(entry.len()).into_iter().map(|z| z * std as f32).collect()
        }
    };
    entries.iter().enumerate().flat_map(draw).collect()
}

/// Numbers as a tensor on `device`.
pub fn upload<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), device)
}
