use super::entry::{DrawnBy, Family, FamilyKind, Game, Needs, Term};

/// A flow whose field is the slope of one number.
pub const ENERGY: Family = Family {
    key: "energy",
    name: "Energy",
    about: "Learns one number for every place, whose slope carries noise to data: an energy with valleys where data are.",
    citation: "Song & Ermon, 2019",
    latex: r"s_\theta = -\nabla_x E_\theta, \quad \min_\theta \mathbb{E} \, \lVert \sigma_t \nabla_x E_\theta(x_t, t) - x_0 \rVert^2",
    kind: FamilyKind::Energy,
    needs: &[Needs::Points],
    learners: &["network"],
    sampling: DrawnBy::Path,
    learning_rates: [3e-3, 1e-2],
    latent: 2,
    beta: 1.0,
    game: Game::PLAIN,
    settings: &["loss", "coupling"],
    terms: &[Term { name: "loss", short: "loss", about: "Mean squared error of the slope." }],
    curves: "",
    falls: true,
    rows: &["drawn"],
};
