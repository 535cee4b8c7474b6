use super::entry::{DrawnBy, Family, FamilyKind, Game, Needs, Term};

/// A variational autoencoder: see [`elbo`](crate::elbo).
pub const VAE: Family = Family {
    key: "vae",
    name: "VAE",
    about: "Squeezes a picture into a few numbers with noise on them, and learns to draw it again from these.",
    citation: "Kingma & Welling, 2014",
    latex: r"\min_{\theta, \phi} \mathbb{E}_{q_\phi(z \mid x)} [-\ln p_\theta(x \mid z)] + β \, \text{KL}(q_\phi(z \mid x) \,\lVert\, \mathcal{N}(0, I))",
    kind: FamilyKind::Vae,
    needs: &[Needs::Pictures, Needs::Points],
    learners: &["encoder and decoder"],
    sampling: DrawnBy::Latent,
    learning_rates: [1e-3, 3e-3],
    latent: 2,
    beta: 1.0,
    game: Game::PLAIN,
    settings: &["latent", "beta", "likelihood", "labels"],
    terms: &[
        Term {
            name: "reconstruction",
            short: "rec.",
            about: "Nats a picture, given its code: how far it is drawn from itself.",
        },
        Term { name: "KL", short: "KL", about: "Nats a code: how much it says of its picture." },
    ],
    curves: "The sum of both is never below −ln p(x): it falls as pictures are drawn better, and a code that says more of its \
        picture costs more.",
    falls: true,
    rows: &["drawn from noise", "pictures of the set", "drawn from their codes"],
};
