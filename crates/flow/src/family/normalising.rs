use super::entry::{DrawnBy, Family, FamilyKind, Game, Needs, Term};

/// Coupling layers: see [`normalising`](crate::normalising).
pub const NORMALISING: Family = Family {
    key: "normalising",
    name: "Normalising flow",
    about: "Bends noise into data by layers that can be undone, so that the density of everything is known exactly.",
    citation: "Dinh et al., 2017",
    latex: r"\min_\theta \mathbb{E} \, [-\ln \mathcal{N}(z; 0, I) + \sum s_\theta], \quad z = f_\theta^{-1}(x)",
    kind: FamilyKind::Normalising,
    needs: &[Needs::Pictures, Needs::Points],
    learners: &["coupling layers"],
    sampling: DrawnBy::Layers,
    learning_rates: [1e-3, 3e-3],
    latent: 2,
    beta: 1.0,
    game: Game::PLAIN,
    settings: &["labels"],
    terms: &[
        Term {
            name: "−log p",
            short: "−log p",
            about: "What a picture costs, exactly: bits a pixel, or nats a point.",
        },
        Term {
            name: "noise",
            short: "noise",
            about: "The part of it that z costs under N(0, I); the rest is what stretching costs.",
        },
    ],
    curves: "The first is the exact cost of what it sees and falls as it learns. The second comes to that of pure noise, \
        2.05 bits a pixel or 2.84 nats a point, as the layers make noise of data.",
    falls: true,
    rows: &["drawn from noise", "pictures of the set", "drawn from their codes"],
};
