//! What a family says of itself.

use std::fmt;

/// Which computation belongs to a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FamilyKind {
    /// One network learns a velocity.
    Flow,
    /// An encoder and a decoder learn together.
    Vae,
    /// A generator and a critic learn against each other.
    Gan,
}

/// How pictures come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawnBy {
    /// Along a path through time, by any sampler.
    Path,
    /// In one pass, of latent noise z. The frame at t is the picture of t z: from the middle of all codes to the own one.
    Latent,
}

/// What a family learns from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Pictures, with their classes where labels are told.
    Pictures,
    /// Points of the plane.
    Points,
}

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Pictures => "pictures",
            Self::Points => "points",
        })
    }
}

/// A number that is reported of every step.
#[derive(Debug, PartialEq)]
pub struct Term {
    /// As the page names its curve.
    pub name: &'static str,
    /// The same where there is little room.
    pub short: &'static str,
    /// What it is, in a sentence.
    pub about: &'static str,
}

/// A kind of generative model.
#[derive(Debug, PartialEq)]
pub struct Family {
    /// The name by which links know it.
    pub key: &'static str,
    /// The name by which people know it.
    pub name: &'static str,
    /// One sentence on what it does.
    pub about: &'static str,
    /// Where it comes from.
    pub citation: &'static str,
    /// What it minimises, as LaTeX.
    pub latex: &'static str,
    pub kind: FamilyKind,
    /// What it can be trained on, each alone.
    pub needs: &'static [Needs],
    /// What learns, each with a vector θ and an Adam of its own.
    pub learners: &'static [&'static str],
    pub sampling: DrawnBy,
    /// Adam's step size that usually suits it, on pictures and on points.
    pub learning_rates: [f64; 2],
    /// Numbers of z that usually suit it; of no account to a family without codes.
    pub latent: usize,
    /// The keys of the settings of a training that decide it, besides those of every family.
    pub settings: &'static [&'static str],
    /// What is reported of every step, the first one first.
    pub terms: &'static [Term],
    /// What its curves say, in a sentence or two; of a flow the page says it with the words of its loss.
    pub curves: &'static str,
    /// Whether a first term far above its best means that the training has gone astray.
    pub falls: bool,
    /// The rows of ten pictures of a preview.
    pub rows: &'static [&'static str],
}
