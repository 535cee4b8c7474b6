use super::entry::{DrawnBy, Family, FamilyKind, Game, Needs, Term};
use crate::{adversarial::Objective, coupling::Coupling};

/// A generator that is told of what to make a picture, and a critic that sees both: see [`adversarial`](crate::adversarial).
pub const PAIRS: Family = Family {
    key: "pix2pix",
    name: "pix2pix",
    about: "Learns from pairs what to make of a picture: one network makes it, another judges every part of it.",
    citation: "Isola et al., 2017",
    latex: r"\min_G \max_D \mathbb{E}_{x, y} [\ln D(x, y)] + \mathbb{E}_{x, z} [\ln(1 - D(x, G(x, z)))] + λ \, \mathbb{E} \lVert y - G(x, z) \rVert_1",
    kind: FamilyKind::Pairs,
    needs: &[Needs::Pictures],
    learners: &["generator", "critic"],
    sampling: DrawnBy::Translation,
    learning_rates: [1e-3, 1e-3],
    latent: 8,
    beta: 1.0,
    game: Game { adversarial: Objective::NonSaturating, lambda: 30.0, coupling: Coupling::Outlined },
    settings: &["from", "latent", "lambda", "adversarial", "critic-steps", "labels"],
    terms: &[
        Term { name: "critic", short: "D", about: "What the critic pays for its mistakes, the mean over all parts." },
        Term { name: "generator", short: "G", about: "What the generator pays for being found out." },
        Term {
            name: "distance", short: "L1", about: "Mean distance of a pixel from that of the pair, |y − G(x, z)|."
        },
    ],
    curves: "Neither of the first two falls for long: what one has learned, the other learns to answer. The third falls as pictures \
        come nearer to their pairs; alone, it would make them blurred.",
    falls: false,
    rows: &["what they are made of", "made of it", "their pairs"],
};
