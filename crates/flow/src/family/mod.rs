//! Kinds of generative models: what sets one apart, as data.
//!
//! A family is a file here and an entry of [`FAMILIES`]; that puts it in the page's list, the links, the command line,
//! weights files and `docs/families.md`. What its learners compute is in `lab::family`, under the same [`FamilyKind`].

mod cycle;
mod energy;
mod entry;
mod flow;
mod gan;
mod latent;
mod normalising;
mod pairs;
mod style;
mod vae;
mod vq;

pub use entry::{DrawnBy, Family, FamilyKind, Game, Needs, Term};

use super::keyed::Keyed;
use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// Every family, in the order in which they are offered.
pub const FAMILIES: &[&Family] = &[
    &flow::FLOW,
    &vae::VAE,
    &gan::GAN,
    &normalising::NORMALISING,
    &energy::ENERGY,
    &latent::LATENT,
    &vq::VQ,
    &pairs::PAIRS,
    &cycle::CYCLE,
    &style::STYLE,
];

/// A choice from [`FAMILIES`], written as its key.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FamilyId(pub &'static Family);

impl FamilyId {
    pub const FLOW: Self = Self(&flow::FLOW);
    pub const VAE: Self = Self(&vae::VAE);
    pub const GAN: Self = Self(&gan::GAN);
    pub const NORMALISING: Self = Self(&normalising::NORMALISING);
    pub const ENERGY: Self = Self(&energy::ENERGY);
    pub const LATENT: Self = Self(&latent::LATENT);
    pub const VQ: Self = Self(&vq::VQ);
    pub const PAIRS: Self = Self(&pairs::PAIRS);
    pub const CYCLE: Self = Self(&cycle::CYCLE);
    pub const STYLE: Self = Self(&style::STYLE);

    /// Those that learn from pictures, or from points.
    pub fn of(what: Needs) -> impl Iterator<Item = Self> {
        Self::all().filter(move |family| family.needs.contains(&what))
    }

    /// One of [`of`](Self::of) by its key; a sentence if it is none.
    pub fn find_of(what: Needs, key: &str) -> Result<Self, String> {
        let family = Self::find(key)?;
        let known = family.needs.contains(&what);
        known.then_some(family).ok_or_else(|| format!("the family {key} does not learn from {what}"))
    }

    /// Its name within a sentence: letters that are words of their own stay large.
    pub fn noun(self) -> String {
        let is_word = self.name.chars().nth(1).is_some_and(char::is_lowercase);
        if is_word { self.name.to_lowercase() } else { self.name.into() }
    }

    /// Whether its pictures, or their codes, come about along a path.
    pub fn has_path(self) -> bool {
        matches!(self.sampling, DrawnBy::Path | DrawnBy::Codes)
    }

    /// Whether its pictures are made of pictures, and so by a class that is asked for.
    pub fn translates(self) -> bool {
        self.sampling == DrawnBy::Translation
    }

    /// Whether that path is one of pictures: then noise, data, velocity and score of each can be read.
    pub fn has_readings(self) -> bool {
        self.sampling == DrawnBy::Path
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
            assert!(
                !one.terms.is_empty()
                    && !one.rows.is_empty()
                    && !one.learners.is_empty()
                    && !one.needs.is_empty()
                    && one.learning_rates.iter().all(|rate| *rate > 0.0)
            );
        }
        let nouns: Vec<_> = FamilyId::all().map(FamilyId::noun).collect();
        assert_eq!(nouns[..4], ["flow", "VAE", "GAN", "normalising flow"]);
        let sentence = "diffusion".parse::<FamilyId>().unwrap_err();
        assert_eq!(
            sentence,
            "no family is called “diffusion”; there are flow, vae, gan, normalising, energy, latent-flow, vq-vae, pix2pix, cyclegan, \
             stylegan"
        );
    }
}
