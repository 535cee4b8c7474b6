use super::entry::{DrawnBy, Family, FamilyKind, Game, Needs, Term};
use crate::{adversarial::Objective, coupling::Coupling};

/// Two generators between two sets, and a critic for each set: see [`adversarial`](crate::adversarial).
pub const CYCLE: Family = Family {
    key: "cyclegan",
    name: "CycleGAN",
    about: "Translates between two sets of pictures without a single pair: there and back again must lead to where it began.",
    citation: "Zhu et al., 2017",
    latex: r"\min_{G, F} \max_{D_X, D_Y} \mathcal{L}(G, D_Y) + \mathcal{L}(F, D_X) + λ \, \mathbb{E} \lVert F(G(x)) - x \rVert_1 + λ \, \mathbb{E} \lVert G(F(y)) - y \rVert_1",
    kind: FamilyKind::Cycle,
    needs: &[Needs::Pictures],
    learners: &["translators", "critics"],
    sampling: DrawnBy::Translation,
    learning_rates: [1e-3, 1e-3],
    latent: 1,
    beta: 1.0,
    game: Game { adversarial: Objective::LeastSquares, lambda: 5.0, coupling: Coupling::Outlined },
    settings: &["from", "lambda", "adversarial", "critic-steps"],
    terms: &[
        Term { name: "critics", short: "D", about: "What both critics pay for their mistakes." },
        Term { name: "translators", short: "G, F", about: "What both translators pay for being found out." },
        Term {
            name: "cycle",
            short: "cycle",
            about: "Mean distance of a pixel after there and back, in both directions.",
        },
        Term {
            name: "identity",
            short: "same",
            about: "Mean distance of a pixel where a picture is of the other set already.",
        },
    ],
    curves: "Critics and translators answer each other. The third falls as pictures come back to what they were; the fourth, as \
        translators learn to leave alone what is right already.",
    falls: false,
    rows: &["x", "G(x)", "back: F(G(x))", "y", "F(y)", "back: G(F(y))"],
};
