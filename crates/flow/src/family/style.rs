use super::{
    entry::{DrawnBy, Family, FamilyKind, Game, Needs},
    gan::GAN,
};

/// A generator whose layers are told a style, from coarse to fine, and a critic: see [`adversarial`](crate::adversarial).
pub const STYLE: Family = Family {
    key: "stylegan",
    name: "StyleGAN",
    about: "Draws from coarse to fine and is told a style at every size, so that styles of several pictures can be mixed.",
    citation: "Karras et al., 2019",
    latex: r"\text{AdaIN}(h, w) = σ(w) \, \frac{h - μ(h)}{σ(h)} + μ(w), \quad w = f(z), \quad \min_G \max_D \mathcal{L}(G, D)",
    kind: FamilyKind::Style,
    needs: &[Needs::Pictures],
    learners: GAN.learners,
    sampling: DrawnBy::Styles,
    learning_rates: [1e-3, 1e-3],
    latent: 32,
    beta: 1.0,
    game: Game::PLAIN,
    settings: GAN.settings,
    terms: GAN.terms,
    curves: GAN.curves,
    falls: false,
    rows: GAN.rows,
};
