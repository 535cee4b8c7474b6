//! A vector-quantised autoencoder (van den Oord et al., 2017) on a grid of 7 × 7 places. The encoder looks at a window of 8 × 8 pixels
//! around each place and says z_e, of length sqrt(width); the nearest word e_k of a book stands for it, z_q = e_k; the decoder paints the
//! 4 × 4 pixels of a place by its word and those of its eight neighbours.
//!
//! Gradients of pixels pass the quantisation as if it were not there: z_q is z_e + sg(e_k - z_e), with sg the stop of gradients.

use super::{
    blueprint::{Blueprint, OnePass, check_cost, check_length},
    classes::untold,
    coder::{Coder, CoderConfig},
    grid::{PATCH, PLACES, WINDOW, around, windows},
    kernel::{Activation, EPSILON, affine},
    parameters::{Builder, Entry, Init, entries, upload},
    patches,
    perceptron::Perceptron,
    raw::MAX_SIZE,
    vae::{reconstruction, shown},
};
use burn::tensor::Tensor;
use flow::{elbo::Likelihood, family::FamilyId};
use protocol::recipe::{MAX_LATENT, MAX_WORDS, MIN_WORDS};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// How much an unused word is drawn, beside the words that are used.
const REVIVAL: f64 = 0.5;

/// Sizes of a [`Vq`], and what its output means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VqConfig {
    /// Words of the book.
    pub words: usize,
    /// Numbers of a word.
    pub width: usize,
    /// Width of both hidden layers of encoder and decoder.
    pub hidden: usize,
    pub likelihood: Likelihood,
}

impl Blueprint for VqConfig {
    fn family(&self) -> FamilyId {
        FamilyId::VQ
    }

    fn latent(&self) -> usize {
        PLACES
    }

    fn words(&self) -> usize {
        self.words
    }

    fn labels(&self) -> bool {
        false
    }

    fn check(&self) -> Result<(), String> {
        if !(MIN_WORDS..=MAX_WORDS).contains(&self.words) {
            return Err(format!("a book has {MIN_WORDS} to {MAX_WORDS} words, not {}", self.words));
        }
        if !(1..=MAX_LATENT).contains(&self.width) {
            return Err(format!("a word has 1 to {MAX_LATENT} numbers, not {}", self.width));
        }
        if !(1..=MAX_SIZE).contains(&self.hidden) {
            return Err(format!("every size of a network is from 1 to {MAX_SIZE}"));
        }
        check_length(self)?;
        check_cost(self)
    }

    fn cost(&self) -> u64 {
        let [hidden, width, words] = [self.hidden, self.width, self.words].map(|n| n as u64);
        let encoder = hidden * (WINDOW as u64 + hidden + width);
        let decoder = hidden * (9 * width + hidden + (PATCH * PATCH) as u64);
        PLACES as u64 * (encoder + decoder + 2 * words * width)
    }

    fn learners(&self) -> Vec<Vec<Entry>> {
        vec![entries(|p| Vq::new(p, self))]
    }
}

impl CoderConfig for VqConfig {
    const FAMILY: FamilyId = FamilyId::VQ;

    fn numbers(&self) -> usize {
        PLACES * self.width
    }

    fn fits(&self) -> Result<(), String> {
        Ok(())
    }

    fn coder(&self, p: &mut Builder) -> Rc<dyn Coder> {
        Rc::new(Vq::new(p, self))
    }
}

/// Encoder, book and decoder.
#[derive(Clone, Debug)]
pub struct Vq {
    config: VqConfig,
    encoder: Perceptron,
    /// A word in each column, [width, words].
    book: Tensor<2>,
    decoder: Perceptron,
}

/// What a step is paid for, and what is told of it: [1] each. The first three are means over pictures; the last two are of all
/// places together, so that they depend on how many these are.
pub struct VqTerms {
    /// -ln p(x | z_q).
    pub reconstruction: Tensor<1>,
    /// |sg(z_e) - z_q|², over all places, which moves words.
    pub codebook: Tensor<1>,
    /// |z_e - sg(z_q)|², the same number, which moves the encoder.
    pub commitment: Tensor<1>,
    /// Squared distance of words that nobody uses to what is worst said.
    pub revival: Tensor<1>,
    /// exp of the entropy of the words in use.
    pub perplexity: Tensor<1>,
}

impl Vq {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &VqConfig) -> Self {
        let VqConfig { words, width, hidden, .. } = *config;
        Self {
            config: *config,
            encoder: Perceptron::new(p, "encoder", &[WINDOW, hidden, hidden, width]),
            book: p.tensor("book", [width, words], Init::Normal(1.0)),
            decoder: Perceptron::new(p, "decoder", &[9 * width, hidden, hidden, PATCH * PATCH]),
        }
    }

    /// z_e of every place: [rows, 784] → [rows × 49, width].
    pub fn look(&self, x: Tensor<2>) -> Tensor<2> {
        let z = self.encoder.forward(windows(x));
        let size = ((z.clone() * z.clone()).mean_dim(1) + EPSILON).sqrt();
        z / size
    }

    /// z · e_k for every word: [places, width] → [places, words], and |e_k|²: [1, words].
    fn products(&self, z: Tensor<2>) -> [Tensor<2>; 2] {
        let book = self.book.clone().detach();
        let squares = (book.clone() * book.clone()).sum_dim(0);
        let none = Tensor::zeros([self.config.words], &book.device());
        [affine(z.detach(), book, none, Activation::None), squares]
    }

    /// 1 for the nearest word, and for each that is as near: [places, width] → [places, words].
    fn hits(&self, z: Tensor<2>) -> Tensor<2> {
        let [products, squares] = self.products(z);
        largest(products - squares * 0.5, 1)
    }

    /// Which word is nearest, one-hot, shared between those that are as near: [places, width] → [places, words].
    pub fn nearest(&self, z: Tensor<2>) -> Tensor<2> {
        let hits = self.hits(z);
        hits.clone() / hits.sum_dim(1)
    }

    /// The words of one-hot rows: [places, words] → [places, width].
    fn read(&self, chosen: Tensor<2>) -> Tensor<2> {
        let none = Tensor::zeros([self.config.width], &chosen.device());
        affine(chosen, self.book.clone().transpose(), none, Activation::None)
    }

    /// What the decoder says of every pixel: [rows × 49, width] → [rows, 784].
    pub fn paint(&self, words: Tensor<2>) -> Tensor<2> {
        let painted = self.decoder.forward(around(words, self.config.width));
        let rows = painted.dims()[0] / PLACES;
        patches::join(painted.reshape([rows, PLACES, PATCH * PATCH]), PATCH)
    }

    /// What pictures x: [rows, 784] cost.
    pub fn terms(&self, x: Tensor<2>) -> VqTerms {
        let rows = x.dims()[0] as f64;
        let z_e = self.look(x.clone());
        let chosen = self.nearest(z_e.clone());
        let z_q = self.read(chosen.clone());
        // As if nothing were rounded.
        let passed = z_e.clone() + (z_q.clone() - z_e.clone()).detach();
        let square = |difference: Tensor<2>| difference.clone() * difference;
        let shares = chosen.clone().mean_dim(0);
        let entropy = -(shares.clone() * (shares + 1e-10).log()).sum();
        VqTerms {
            reconstruction: reconstruction(self.config.likelihood, x, self.paint(passed)),
            codebook: square(z_e.clone().detach() - z_q.clone()).sum() / rows,
            commitment: square(z_e.clone() - z_q.clone().detach()).sum() / rows,
            revival: self.revival(z_e.detach(), chosen, z_q.detach()),
            perplexity: entropy.exp(),
        }
    }

    /// A word that no place uses is drawn to one of those that are said worst by the words in use, by preference one that lies in
    /// its direction.
    fn revival(&self, z_e: Tensor<2>, chosen: Tensor<2>, z_q: Tensor<2>) -> Tensor<1> {
        let [products, _] = self.products(z_e.clone());
        let error = z_e.clone() - z_q;
        let badly = (error.clone() * error).sum_dim(1);
        // [places, words]: where each word is needed most.
        let place = largest(badly + products * (1.0 / self.config.width as f64), 0);
        let ties = place.clone().sum_dim(0);
        let place = place / ties;
        let none = Tensor::zeros([self.config.words], &z_e.device());
        let wanted = affine(z_e.transpose(), place, none, Activation::None);
        let unused = -(chosen.sum_dim(0).clamp(0.0, 1.0) - 1.0);
        let away = self.book.clone() - wanted;
        ((away.clone() * away).sum_dim(0) * unused).sum() * REVIVAL
    }

    /// Words by their numbers, from 0, one-hot; what is no number of a word is the nearest: [rows, 49] → [rows × 49, words].
    fn spelled(&self, numbers: Tensor<2>) -> Tensor<2> {
        let [rows, places] = numbers.dims();
        let words = self.config.words;
        let all = self.counted(&numbers);
        let numbers = numbers.clamp(0.0, (words - 1) as f64).round().reshape([rows * places, 1]);
        let apart = (numbers.expand([rows * places, words]) - all.expand([rows * places, words])).abs();
        -(apart.clamp(0.0, 1.0) - 1.0)
    }

    /// 0, 1, … for every word: [1, words].
    fn counted(&self, like: &Tensor<2>) -> Tensor<2> {
        let numbers: Vec<f32> = (0..self.config.words).map(|k| k as f32).collect();
        upload(numbers, [1, self.config.words], &like.device())
    }
}

/// 1 where a number is the largest along a dimension, else 0.
fn largest(x: Tensor<2>, along: usize) -> Tensor<2> {
    let shape = x.dims();
    let most = x.clone().max_dim(along).expand(shape);
    x.greater_equal(most).float()
}

impl OnePass for Vq {
    fn blueprint(&self) -> &dyn Blueprint {
        &self.config
    }

    /// Of words by their numbers.
    fn pictures(&self, numbers: Tensor<2>, _classes: &Tensor<2>) -> Tensor<2> {
        shown(self.config.likelihood, self.paint(self.read(self.spelled(numbers))))
    }

    /// The numbers of the words of pictures.
    fn codes(&self, x: Tensor<2>, _classes: &Tensor<2>) -> Option<Tensor<2>> {
        let rows = x.dims()[0];
        Some(self.numbered(self.look(x), rows))
    }
}

impl Vq {
    /// The number of the word nearest to each place: [rows × 49, width] → [rows, 49].
    fn numbered(&self, z: Tensor<2>, rows: usize) -> Tensor<2> {
        let hits = self.hits(z.clone());
        let all = self.counted(&hits).expand(hits.dims());
        // Of two that are as near, the one with the higher number; what is no number has no word.
        ((hits * all).max_dim(1) + (z * 0.0).sum_dim(1)).reshape([rows, PLACES])
    }
}

impl Coder for Vq {
    /// z_e, before it is rounded to a word.
    fn data(&self, x: Tensor<2>, _epsilon: Tensor<2>) -> Tensor<2> {
        let rows = x.dims()[0];
        self.look(x).reshape([rows, PLACES * self.config.width])
    }

    fn draw(&self, state: Tensor<2>) -> Tensor<2> {
        let classes = untold(&state);
        self.pictures(self.told(state), &classes)
    }

    /// Numbers of the nearest words.
    fn told(&self, state: Tensor<2>) -> Tensor<2> {
        let rows = state.dims()[0];
        self.numbered(state.reshape([rows * PLACES, self.config.width]), rows)
    }
}
