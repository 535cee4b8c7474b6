//! A critic that judges every place of a picture by what lies around it, and not the picture as a whole (Isola et al., 2017): by 8 × 8 of 28 × 28
//! pixels, the share of a picture that it sees there, or by 16 × 16, where what is wrong is no matter of strokes alone.

use super::{
    grid::{PLACES, WINDOW, around, windows},
    parameters::Builder,
    perceptron::Perceptron,
};
use burn::tensor::Tensor;
use data::sets::CLASSES;

/// What a [`Judge`] sees.
#[derive(Clone, Copy, Debug)]
pub struct Sight {
    /// Pictures side by side.
    pub pictures: usize,
    /// Width of its hidden layers.
    pub hidden: usize,
    /// Whether it is told the class.
    pub told: bool,
    /// Whether it sees the windows of the eight neighbours of a place too.
    pub wide: bool,
}

impl Sight {
    fn inputs(&self) -> usize {
        self.pictures * WINDOW + if self.told { CLASSES } else { 0 }
    }

    fn half(&self) -> usize {
        self.hidden.div_ceil(2)
    }

    /// Layers of what looks at a window, and of what judges by those around a place.
    fn sizes(&self) -> [Vec<usize>; 2] {
        let (inputs, hidden, half) = (self.inputs(), self.hidden, self.half());
        if self.wide {
            [vec![inputs, hidden, half], vec![9 * half, hidden, 1]]
        } else {
            [vec![inputs, hidden, half, 1], vec![]]
        }
    }

    /// Multiplications of a picture.
    pub fn cost(&self) -> u64 {
        let layers = |sizes: &Vec<usize>| sizes.windows(2).map(|pair| pair[0] as u64 * pair[1] as u64).sum::<u64>();
        PLACES as u64 * self.sizes().iter().map(layers).sum::<u64>()
    }
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Judge {
    sight: Sight,
    look: Perceptron,
    around: Option<Perceptron>,
}

impl Judge {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, name: &str, sight: Sight) -> Self {
        let [look, around] = sight.sizes();
        p.scope(name, |p| Self {
            sight,
            look: Perceptron::new(p, "look", &look),
            around: sight.wide.then(|| Perceptron::new(p, "around", &around)),
        })
    }

    /// A logit for every place: pictures of [rows, 784] each, one-hot classes [rows, 10] → [rows, 49].
    pub fn logits<const N: usize>(&self, seen: [Tensor<2>; N], classes: &Tensor<2>) -> Tensor<2> {
        let rows = classes.dims()[0];
        let mut all: Vec<_> = seen.into_iter().map(windows).collect();
        if self.sight.told {
            let classes = classes.clone().reshape([rows, 1, CLASSES]).expand([rows, PLACES, CLASSES]);
            all.push(classes.reshape([rows * PLACES, CLASSES]));
        }
        let looked = self.look.forward(Tensor::cat(all, 1));
        let judged = match &self.around {
            Some(judge) => judge.forward(around(looked, self.sight.half())),
            None => looked,
        };
        judged.reshape([rows, PLACES])
    }
}
