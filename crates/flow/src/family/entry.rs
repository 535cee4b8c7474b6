//! What a family says of itself.

use crate::{adversarial::Objective, coupling::Coupling};
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
    /// Layers that can be undone learn the density.
    Normalising,
    /// One number learns to have a velocity as its slope.
    Energy,
    /// An encoder and a decoder learn codes, and a network the velocity of these.
    Latent,
    /// The same, with codes that are words of a book.
    Vq,
    /// A generator learns from pairs what to make of a picture, against a critic.
    Pairs,
    /// Two generators learn to translate between two sets without pairs, each against a critic.
    Cycle,
    /// A generator takes a style at every resolution, against a critic.
    Style,
}

impl FamilyKind {
    /// Whether its first learner plays against a critic.
    pub fn is_game(self) -> bool {
        matches!(self, Self::Gan | Self::Pairs | Self::Cycle | Self::Style)
    }
}

/// How pictures come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawnBy {
    /// Along a path through time, by any sampler.
    Path,
    /// In one pass, of latent noise z. The frame at t is the picture of t z: from the middle of all codes to the own one.
    Latent,
    /// In one pass, of noise z as large as a picture. The frame at t has passed the first t of its layers.
    Layers,
    /// Along a path of codes, by any sampler. The frame at t is what a decoder draws of z_t.
    Codes,
    /// In one pass, of a picture made worse. The frame at t is x + t (G(x) - x), on the straight line from it to what is made of it.
    Translation,
    /// In one pass, of styles w = f(z). The frame at t is the picture of w̄ + t (w - w̄), w̄ the mean of all styles.
    Styles,
}

impl DrawnBy {
    /// What frames show at t = 0 and at t = 1.
    pub fn ends(self) -> [&'static str; 2] {
        match self {
            Self::Path => ["noise", "data"],
            Self::Latent => ["the middle of all codes", "its own code"],
            Self::Layers => ["noise", "behind the last layer"],
            Self::Codes => ["noise", "a code"],
            Self::Translation => ["what it is made of", "what is made of it"],
            Self::Styles => ["the middle of all styles", "its own style"],
        }
    }

    /// The same in a line, beside a lane of a comparison.
    pub fn in_a_lane(self) -> &'static str {
        match self {
            Self::Path => "Drawn along a path.",
            Self::Latent => "Drawn in one pass: no sampler, no guidance; the frames are the pictures of t z.",
            Self::Layers => "Drawn in one pass: no sampler, no guidance; the frames go through its layers.",
            Self::Codes => "Drawn along a path of codes; each frame is decoded.",
            Self::Translation => {
                "Drawn in one pass, of a picture made worse: no sampler, no guidance; the frames mix both, nothing else."
            }
            Self::Styles => {
                "Drawn in one pass: no sampler, no guidance; the frames go from the mean style to the own one."
            }
        }
    }

    /// How one pass comes to a picture and what its frames show, in two sentences.
    pub fn way(self) -> &'static str {
        match self {
            Self::Path => "Pictures come about along a path. The frames are its states.",
            Self::Latent => {
                "This model draws in one pass: no sampler, no guidance. The frames show the pictures of t z, from the middle of \
                 all codes at t = 0 to each picture's own code z at t = 1."
            }
            Self::Layers => {
                "This model draws in one pass: no sampler, no guidance. The frames go through its layers, each of which moves one \
                 half of the pixels by what the other half is, from noise z at t = 0 to the picture at t = 1."
            }
            Self::Codes => {
                "Codes come about along a path. The frames show what the decoder draws of each of its states."
            }
            Self::Translation => {
                "This model makes each picture in one pass, of a picture made worse: no sampler, no guidance. The frames lie on the \
                 straight line from what it is made of, at t = 0, to what is made of it, at t = 1: mixes of both, and nothing else."
            }
            Self::Styles => {
                "This model draws in one pass: no sampler, no guidance. The frames show the truncation of styles: w̄ + t (w − w̄), from \
                 the mean of all styles at t = 0 to each picture's own at t = 1."
            }
        }
    }
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

/// The usual settings of a family with a critic; of no account to others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Game {
    /// What generator and critic minimise.
    pub adversarial: Objective,
    /// λ, the weight of what a generator pays beside that.
    pub lambda: f64,
    /// What pictures are made of; independent where they are made of noise.
    pub coupling: Coupling,
}

impl Game {
    /// Of families without a critic, and of those that draw of noise alone.
    pub const PLAIN: Self =
        Self { adversarial: Objective::NonSaturating, lambda: 10.0, coupling: Coupling::Independent };
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
    /// Weight of the KL term that usually suits it; of no account to a family without one.
    pub beta: f64,
    /// What else usually suits it, where it is a game.
    pub game: Game,
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
