//! What ails a training whose loss does not tell it.

use flow::family::{FamilyId, FamilyKind};

/// A training that goes on, and to nothing good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ailment {
    /// A generator makes nearly one and the same picture of every noise.
    Collapsed,
    /// Of a book of codes hardly more than one word is used.
    DeadBook,
}

/// Before so many steps nothing is known: fresh networks draw alike too.
const FIRST: u64 = 500;
/// Pictures of noise are nearly one where they differ by less than this share of what those of the set differ by.
const SHARE: f64 = 0.1;
/// Words in use, were they used equally often, below which a book is dead.
const WORDS: f64 = 1.5;

impl Ailment {
    /// What ails a training of `family` at `step`, by the pictures of its preview, [rows × pictures × pixels] with those of noise first and
    /// those of the set next, and by the running mean of its terms.
    pub fn of(family: FamilyId, step: u64, rows: &[&[f32]], pixels: usize, terms: &[f64]) -> Option<Self> {
        let term = |name: &str| family.terms.iter().position(|term| term.name == name).and_then(|k| terms.get(k));
        let draws_alike = || match rows {
            [made, of_set, ..] => spread(made, pixels) < SHARE * spread(of_set, pixels),
            _ => false,
        };
        match family.kind {
            _ if step < FIRST => None,
            FamilyKind::Gan | FamilyKind::Style => draws_alike().then_some(Self::Collapsed),
            FamilyKind::Vq => term("perplexity").filter(|words| **words < WORDS).map(|_| Self::DeadBook),
            _ => None,
        }
    }

    /// What it is and what helps, in two sentences.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Collapsed => {
                "The generator has collapsed: it makes nearly one and the same picture of every noise. More critic steps, another \
                 adversarial loss or a smaller learning rate help."
            }
            Self::DeadBook => {
                "The book is dead: hardly more than one of its words is used. A smaller β, a smaller learning rate or more numbers \
                 a word help."
            }
        }
    }
}

/// The mean of |a - b| over pixels, between each picture and the next.
fn spread(pictures: &[f32], pixels: usize) -> f64 {
    let all: Vec<_> = pictures.chunks_exact(pixels).collect();
    let apart = |pair: &[&[f32]]| pair[0].iter().zip(pair[1]).map(|(a, b)| f64::from((a - b).abs())).sum::<f64>();
    all.windows(2).map(apart).sum::<f64>() / (pictures.len().max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collapse_and_a_dead_book_are_told_and_nothing_else() {
        let varied: Vec<f32> = (0..40).map(|i| if i % 3 == 0 { 1.0 } else { -1.0 }).collect();
        let alike: Vec<f32> = (0..40).map(|i| if i % 4 == 0 { 1.0 } else { -1.0 }).collect();
        let gan = |made: &[f32], step| Ailment::of(FamilyId::GAN, step, &[made, &varied], 4, &[1.0, 1.0]);
        assert_eq!(gan(&alike, 500), Some(Ailment::Collapsed));
        assert_eq!((gan(&alike, 499), gan(&varied, 500)), (None, None));
        let one = Ailment::of(FamilyId::STYLE, 500, &[&alike], 4, &[1.0, 1.0]);
        assert_eq!(one, None, "nothing to compare with");
        let book = |words: f64| Ailment::of(FamilyId::VQ, 900, &[], 4, &[90.0, 3.0, words, 0.7]);
        assert_eq!((book(1.2), book(30.0)), (Some(Ailment::DeadBook), None));
        assert_eq!(Ailment::of(FamilyId::FLOW, 900, &[&alike, &varied], 4, &[0.1]), None);
        for it in [Ailment::Collapsed, Ailment::DeadBook] {
            assert!(it.sentence().ends_with("help."));
        }
    }
}
