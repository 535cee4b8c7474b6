use super::entry::{DrawnBy, Family, FamilyKind, Game, Needs, Term};

/// Generator and critic: see [`adversarial`](crate::adversarial).
pub const GAN: Family = Family {
    key: "gan",
    name: "GAN",
    about: "One network draws pictures of noise, another learns to tell them from real ones, and each learns from the other.",
    citation: "Goodfellow et al., 2014",
    latex: r"\min_G \max_D \mathbb{E}_{x \sim p} [\ln D(x)] + \mathbb{E}_z [\ln(1 - D(G(z)))]",
    kind: FamilyKind::Gan,
    needs: &[Needs::Pictures, Needs::Points],
    learners: &["generator", "critic"],
    sampling: DrawnBy::Latent,
    learning_rates: [3e-4, 1e-3],
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
