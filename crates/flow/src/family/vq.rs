use super::entry::{DrawnBy, Family, FamilyKind, Game, Needs, Term};

/// An autoencoder whose codes are words of a book, and a flow of what they are before they are words.
pub const VQ: Family = Family {
    key: "vq-vae",
    name: "VQ-VAE",
    about: "Draws a picture with 49 words of a small book that it writes itself; a flow learns which words go together.",
    citation: "van den Oord et al., 2017",
    latex: r"\min_{\theta, \phi, e} -\ln p_\theta(x \mid z_q) + \lVert \text{sg}(z_e) - z_q \rVert^2 + β \lVert z_e - \text{sg}(z_q) \rVert^2, \quad z_q = \text{nearest } e",
    kind: FamilyKind::Vq,
    needs: &[Needs::Pictures],
    learners: &["encoder, book and decoder", "network"],
    sampling: DrawnBy::Codes,
    learning_rates: [2e-3, 3e-3],
    latent: 8,
    beta: 0.25,
    game: Game::PLAIN,
    settings: &[
        "codebook",
        "latent",
        "beta",
        "likelihood",
        "drop",
        "schedule",
        "loss",
        "draw",
        "draw-location",
        "draw-scale",
    ],
    terms: &[
        Term {
            name: "reconstruction",
            short: "rec.",
            about: "Nats a picture, given its words: how far it is drawn from itself.",
        },
        Term {
            name: "codebook",
            short: "book",
            about: "Squared distance of what the encoder says to the nearest words.",
        },
        Term { name: "perplexity", short: "words", about: "How many words are in use, were they used equally often." },
        Term { name: "loss", short: "loss", about: "Mean squared error of the network, in codes." },
    ],
    curves: "The first falls as pictures are drawn better. The second says how far the encoder is from the words that stand for it; the \
        third, how many words are used. The last is the loss of the flow of codes.",
    falls: true,
    rows: &["drawn from noise", "pictures of the set", "drawn from their words"],
};
