use super::entry::{DrawnBy, Family, FamilyKind, Game, Needs, Term};

/// A generator whose layers are told a style, from coarse to fine, and a critic: see [`adversarial`](crate::adversarial).
pub const STYLE: Family = Family {
    key: "stylegan",
    name: "StyleGAN",
    about: "Draws from coarse to fine and is told a style at every size, so that styles of several pictures can be mixed.",
    citation: "Karras et al., 2019",
    latex: r"\text{AdaIN}(h, w) = σ(w) \, \frac{h - μ(h)}{σ(h)} + μ(w), \quad w = f(z), \quad \min_G \max_D \mathcal{L}(G, D)",
    kind: FamilyKind::Style,
    needs: &[Needs::Pictures],
    learners: &["generator", "critic"],
    sampling: DrawnBy::Styles,
    learning_rates: [1e-3, 1e-3],
    latent: 32,
    beta: 1.0,
    game: Game::PLAIN,
    settings: &["latent", "adversarial", "critic-steps", "labels"],
    terms: &[
        Term { name: "critic", short: "D", about: "What the critic pays for its mistakes." },
        Term { name: "generator", short: "G", about: "What the generator pays for being found out." },
    ],
    curves: "Neither falls for long: what one has learned, the other learns to answer. Under the first two losses a \
        critic that can tell nothing pays ln 4 = 1.39.",
    falls: false,
    rows: &["drawn from noise", "pictures of the set"],
};
