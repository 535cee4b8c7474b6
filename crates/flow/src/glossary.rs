//! What every symbol means, in a sentence: one list for the page, its formulas and the tour.

use super::formula::{self, Notation};

/// A symbol that the page uses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Symbol {
    /// What code and links call it.
    pub key: &'static str,
    /// As it stands in a line of text.
    pub symbol: &'static str,
    /// As formulas write it, without spaces; empty where none does.
    pub latex: &'static str,
    pub name: &'static str,
    /// One sentence.
    pub says: &'static str,
}

const fn term(
    key: &'static str,
    symbol: &'static str,
    latex: &'static str,
    name: &'static str,
    says: &'static str,
) -> Symbol {
    Symbol { key, symbol, latex, name, says }
}

/// All of them, in the order in which an explanation lists them.
pub const TERMS: &[Symbol] = &[
    term("frame", "frame", "", "frame", "The step that is shown, of all steps from noise to data."),
    term("t", "t", "", "time", "Where on the way from noise (0) to data (1)."),
    term("h", "h", "h", "step", "How far this step goes in time."),
    term("x_t", "x_t", "x_t", "state", "What is being denoised: at t = 0 pure noise, at t = 1 data."),
    term("x_th", "x_{t+h}", "x_{t+h}", "next state", "The state one step later."),
    term("x_0", "x_0", "x_0", "noise", "Where a path begins: noise from N(0, I), or a source of your choice."),
    term("x_1", "x_1", "x_1", "data", "Where a path ends: a picture or a point of the data."),
    term("hat_x_1", "x̂_1", r"\hatx_1", "predicted data", "Where the network expects this path to end."),
    term("hat_x_0", "x̂_0", r"\hatx_0", "predicted noise", "The noise that the network sees in the state."),
    term("alpha_t", "α_t", r"\alpha_t", "weight of the data", "How much of the data is in the state at t."),
    term("sigma_t", "σ_t", r"\sigma_t", "weight of the noise", "How much of the noise is in the state at t."),
    term(
        "alpha_th",
        "α_{t+h}",
        r"\alpha_{t+h}",
        "next weight of the data",
        "How much of the data is in the next state.",
    ),
    term(
        "sigma_th",
        "σ_{t+h}",
        r"\sigma_{t+h}",
        "next weight of the noise",
        "How much of the noise is in the next state.",
    ),
    term("d_alpha_t", "α̇_t", r"\dot\alpha_t", "rate of α_t", "How fast the weight of the data grows."),
    term("d_sigma_t", "σ̇_t", r"\dot\sigma_t", "rate of σ_t", "How fast the weight of the noise changes."),
    term("velocity", "u", "u", "velocity", "How the state moves as time grows: what the network predicts."),
    term("score", "s", "s", "score", "The way to likelier states: the gradient of ln p_t."),
    term("p_t", "p_t", "p_t", "density", "How likely each state is at t."),
    term("xi", "ξ", "ξ", "fresh noise", "New noise from N(0, I), drawn in every step."),
    term("g", "g(t)", "g", "diffusion", "How much fresh noise a moment adds."),
    term("kappa", "κ", "κ", "stochasticity", "Scales the fresh noise; at 0 the sampler takes none."),
    term("eta", "η", "η", "share of fresh noise", "From 0, no noise, to 1, as much as DDPM."),
    term(
        "w",
        "w",
        "w",
        "guidance",
        "How strongly the class is meant: 1 takes the network at its word, more exaggerates.",
    ),
    term(
        "u_none",
        "u_∅",
        r"u_\varnothing",
        "velocity without class",
        "What the network predicts when it is told no class.",
    ),
    term("u_class", "u_y", "u_y", "velocity of the class", "What the network predicts for the class y."),
    term("nfe", "NFE", "", "network evaluations", "How often the network has been asked so far: what sampling costs."),
    term("tried", "tried", "", "steps tried", "Steps tried for this frame, those included that were too long."),
    term("ms", "ms", "", "milliseconds", "How long this frame took to compute."),
    term("steps", "N", "", "steps", "How many steps lead from noise to data."),
    term("level", "δ", r"\delta", "step of Langevin", "How far a step of Langevin goes."),
    term("k", "k_1, k_2", "k_1", "slopes", "Velocities at the two ends of a step, of which Heun takes the mean."),
    term("theta", "θ", r"\theta", "parameters", "The weights of the network, which training changes."),
    term(
        "straightness",
        "S",
        "S",
        "straightness",
        "How far the flow is from straight lines: 0 where all are straight.",
    ),
    term("z", "z", "z", "latent", "The few numbers that a decoder or generator makes a picture of."),
    term("beta", "β", "β", "weight of the KL", "How much a code has to look like plain noise."),
    term("generator", "G", "G", "generator", "The network that makes a picture of noise z."),
    term(
        "bits",
        "bits a pixel",
        "",
        "bits a pixel",
        "What a picture costs under a model: −log₂ of its density, shared out among its pixels. 8 is a guess of bytes.",
    ),
    term(
        "right",
        "right class",
        "",
        "right class",
        "Share of pictures in which a classifier sees the class that was asked for.",
    ),
    term(
        "frechet",
        "Fréchet",
        "",
        "Fréchet distance",
        "How far mean and spread of what a classifier sees are from those of test pictures; less is better.",
    ),
    term(
        "pixel-energy",
        "energy × 1000",
        "",
        "energy distance of pixels",
        "How far brightness along fixed directions is from that of test pictures; of real pictures about 0, however few they are.",
    ),
    term(
        "sliced",
        "sliced",
        "",
        "sliced distance",
        "The same as the length of the way that brightness would have to be moved; the fewer pictures, the longer.",
    ),
    term(
        "untaught",
        "sliced, untaught",
        "",
        "sliced distance of untaught features",
        "The same, of what a network sees that has learned nothing.",
    ),
    term("precision", "precision", "", "precision", "Share of the pictures that lie where test pictures are."),
    term(
        "recall",
        "recall",
        "",
        "recall",
        "Share of the test pictures that lie where the pictures are: what is covered.",
    ),
    term(
        "diversity",
        "diversity",
        "",
        "diversity",
        "How different pictures of one class are from each other; as test pictures are: 1.",
    ),
    term(
        "memorised",
        "memorised",
        "",
        "memorised",
        "Share of pictures nearer to a known training picture than 99 of 100 test pictures are; of new ones, about 1 %.",
    ),
    term(
        "energy",
        "E",
        "",
        "energy",
        "A height over every place, low where data are; its slope downwards is the score.",
    ),
    term("critic", "D", "D", "critic", "The network that tells how likely a picture is a real one."),
];

/// The term of this key.
pub fn find(key: &str) -> Option<&'static Symbol> {
    TERMS.iter().find(|term| term.key == key)
}

/// The places in the list of the terms that a formula uses, in its order.
pub fn of(latex: &str) -> Vec<usize> {
    let Ok(lines) = formula::expand(latex, Notation::Symbols) else { return Vec::new() };
    let mut plain: String = lines.concat().concat();
    plain.retain(|c| c != ' ');
    let is_used = |k: &usize| !TERMS[*k].latex.is_empty() && uses(&plain, TERMS[*k].latex);
    (0..TERMS.len()).filter(is_used).collect()
}

/// True where `symbol` stands in `plain`, and not as a part of a longer name, as an index, or under an accent.
fn uses(plain: &str, symbol: &str) -> bool {
    plain.match_indices(symbol).any(|(at, _)| {
        let (before, after) = (&plain[..at], &plain[at + symbol.len()..]);
        let accent = [r"\dot", r"\hat"].iter().any(|accent| before.ends_with(accent));
        let begins =
            symbol.starts_with('\\') || !before.ends_with(|c: char| c.is_ascii_alphabetic() || "\\_".contains(c));
        // A letter after an index belongs to the next factor.
        let ends = symbol.contains('_') || !after.starts_with(|c: char| c.is_ascii_alphabetic());
        begins && ends && !accent
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(latex: &str) -> Vec<&'static str> {
        of(latex).into_iter().map(|k| TERMS[k].key).collect()
    }

    #[test]
    fn a_key_and_a_symbol_mean_one_thing() {
        for (i, term) in TERMS.iter().enumerate() {
            for other in &TERMS[..i] {
                assert_ne!(term.key, other.key);
                assert_ne!(term.symbol, other.symbol, "{} and {}", term.key, other.key);
            }
            assert!(term.says.ends_with('.'), "{}", term.says);
            assert_eq!(find(term.key), Some(term));
        }
    }

    #[test]
    fn a_formula_lists_the_symbols_in_it_and_no_others() {
        assert_eq!(keys(r"\xt = \at x_1 + \st x_0"), ["x_t", "x_0", "x_1", "alpha_t", "sigma_t"]);
        assert_eq!(keys(r"u = (1 - \w) u_\varnothing + \w u_y"), ["velocity", "w", "u_none", "u_class"]);
        assert_eq!(keys(r"\dot x_t = \dat x_1 + \dst x_0"), ["x_0", "x_1", "d_alpha_t", "d_sigma_t"]);
    }

    #[test]
    fn every_formula_of_every_list_has_something_to_explain() {
        for (key, latex) in formula::all() {
            let terms = keys(latex);
            assert!(!terms.is_empty() || !latex.contains("x_"), "{key}: {latex}");
        }
    }
}
