//! Kinds of generative models: what sets one apart, as data.
//!
//! A family is a file here and an entry of [`FAMILIES`]; that puts it in the page's list, the links, the command line,
//! weights files and `docs/families.md`. What its learners compute is in `lab::family`, under the same [`Kind`].

mod flow;
mod gan;
mod vae;

use super::keyed::Keyed;
use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// Which computation belongs to a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One network learns a velocity.
    Flow,
    /// An encoder and a decoder learn together.
    Vae,
    /// A generator and a critic learn against each other.
    Gan,
}

/// How pictures come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// Along a path through time, by any sampler.
    Path,
    /// In one pass, of latent noise z. The frame at t is the picture of t z: from the middle of all codes to the own one.
    Latent,
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
    pub kind: Kind,
    pub sampling: Sampling,
    /// Adam's step size that usually suits it.
    pub learning_rate: f64,
    /// What is reported of every step, the first one first.
    pub terms: &'static [Term],
    /// What its curves say, in a sentence or two; of a flow the page says it with the words of its loss.
    pub curves: &'static str,
    /// Whether a first term far above its best means that the training has gone astray.
    pub falls: bool,
    /// The rows of ten pictures of a preview.
    pub rows: &'static [&'static str],
}

/// Every family, in the order in which they are offered.
pub const FAMILIES: &[&Family] = &[&flow::FLOW, &vae::VAE, &gan::GAN];

/// A choice from [`FAMILIES`], written as its key.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FamilyId(pub &'static Family);

impl FamilyId {
    pub const FLOW: Self = Self(&flow::FLOW);
    pub const VAE: Self = Self(&vae::VAE);
    pub const GAN: Self = Self(&gan::GAN);

    /// Whether its pictures come about along a path.
    pub fn has_path(self) -> bool {
        self.sampling == Sampling::Path
    }
}

impl Keyed for FamilyId {
    const WHAT: &'static str = "family";

    fn all() -> impl Iterator<Item = Self> {
        FAMILIES.iter().map(|family| Self(family))
    }

    fn key(self) -> &'static str {
        self.0.key
    }
}

crate::serde_by_key!(FamilyId);

impl Default for FamilyId {
    fn default() -> Self {
        Self::FLOW
    }
}

impl Deref for FamilyId {
    type Target = Family;

    fn deref(&self) -> &Family {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_differ_in_key_name_and_kind() {
        for (i, one) in FAMILIES.iter().enumerate() {
            for other in &FAMILIES[..i] {
                assert!(one.key != other.key && one.name != other.name && one.kind != other.kind);
            }
            assert!(!one.terms.is_empty() && !one.rows.is_empty() && one.learning_rate > 0.0);
        }
        let sentence = "diffusion".parse::<FamilyId>().unwrap_err();
        assert_eq!(sentence, "no family is called “diffusion”; there are flow, vae, gan");
    }
}
