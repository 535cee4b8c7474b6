use super::entry::{DrawnBy, Family, FamilyKind, Game, Needs, Term};

/// A velocity learned along paths from noise to data.
pub const FLOW: Family = Family {
    key: "flow",
    name: "Flow",
    about: "Learns the velocity that carries noise to data, and follows it in small steps.",
    citation: "Lipman et al., 2023",
    latex: r"\min_\theta \mathbb{E} \, \lVert u_\theta(x_t, t) - (\dot\alpha_t x_1 + \dot\sigma_t x_0) \rVert^2",
    kind: FamilyKind::Flow,
    needs: &[Needs::Pictures, Needs::Points],
    learners: &["network"],
    sampling: DrawnBy::Path,
    learning_rates: [3e-3, 1e-2],
    latent: 2,
    beta: 1.0,
    game: Game::PLAIN,
    settings: &["drop", "schedule", "loss", "coupling", "draw"],
    terms: &[Term { name: "loss", short: "loss", about: "Mean squared error of the network." }],
    curves: "",
    falls: true,
    rows: &["drawn"],
};
