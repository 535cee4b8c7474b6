use super::entry::{DrawnBy, Family, FamilyKind, Game, Needs, Term};

/// A flow from noise to the codes of an autoencoder.
pub const LATENT: Family = Family {
    key: "latent-flow",
    name: "Latent flow",
    about: "Squeezes a picture into a few numbers, and learns the velocity that carries noise to these; a decoder draws what they say.",
    citation: "Rombach et al., 2022",
    latex: r"\min_\theta \mathbb{E} \, \lVert u_\theta(z_t, t) - u(z_t \mid z_1) \rVert^2, \quad z_1 \sim q_\phi(z \mid x)",
    kind: FamilyKind::Latent,
    needs: &[Needs::Pictures],
    learners: &["encoder and decoder", "network"],
    sampling: DrawnBy::Codes,
    learning_rates: [1e-3, 3e-3],
    latent: 16,
    beta: 0.3,
    game: Game::PLAIN,
    settings: &["latent", "beta", "likelihood", "drop", "schedule", "loss", "draw", "draw-location", "draw-scale"],
    terms: &[
        Term {
            name: "reconstruction",
            short: "rec.",
            about: "Nats a picture, given its code: how far it is drawn from itself.",
        },
        Term { name: "KL", short: "KL", about: "Nats a code: how much it says of its picture." },
        Term { name: "loss", short: "loss", about: "Mean squared error of the network, in codes." },
    ],
    curves: "The first two are those of the autoencoder. The third is that of the flow of its codes: it does not go to 0, since many \
        pairs of noise and code pass through the same place.",
    falls: true,
    rows: &["drawn from noise", "pictures of the set", "drawn from their codes"],
};
