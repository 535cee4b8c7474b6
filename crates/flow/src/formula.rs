//! Every formula that the page shows, as LaTeX, from which build.rs makes MathML.
//!
//! A formula of its own list ([`FORMULAS`], the schedules, the samplers) appears in the page by itself. One string gives
//! two notations: symbols, and the numbers of the frame shown. For that it names what has a value by these commands:
//!
//! | command | symbols | numbers |
//! |---|---|---|
//! | `\t`, `\s`, `\h` | t, t + h, h | time, the next time, the step |
//! | `\at`, `\st`, `\as`, `\ss` | α_t, σ_t, α_(t+h), σ_(t+h) | the schedule at t and at t + h |
//! | `\dat`, `\dst` | α̇_t, σ̇_t | the derivatives of the schedule at t |
//! | `\g`, `\kappa`, `\eta`, `\w` | g(t), κ, η, w | diffusion, its factor, share of fresh noise, guidance scale |
//! | `\u`, `\sc` | u_θ(x_t, t), s_θ(x_t, t) | velocity and score, with t as a number |
//! | `\hatone`, `\hatzero` | x̂_1, x̂_0 | predicted data and noise, as symbols |
//! | `\xt`, `\xs`, `\xi` | x_t, x_(t+h), ξ | state, next state, fresh noise, as symbols |
//!
//! The letter s is the score's alone; no formula calls anything else so.
//!
//! What a formula defines stays plain (`\alpha_t = \t`). Arguments stand in braces (`\frac{\at}{\st}`). A line ends with
//! `\\`; it may wrap before a + or - and after a `\quad` outside of all brackets.

use super::{
    family::FAMILIES,
    sampler::{Diffusion, SAMPLERS, Sampler, SamplerKind},
    schedule::{DATA, SCHEDULES, Schedule},
};

/// What one command of the table above stands for.
#[derive(Debug)]
pub struct Quantity {
    /// The command without its backslash.
    pub name: &'static str,
    /// LaTeX of the symbol; it may name other quantities.
    pub symbol: &'static str,
    /// Has it a number, or is it a picture?
    pub number: bool,
}

const fn number(name: &'static str, symbol: &'static str) -> Quantity {
    Quantity { name, symbol, number: true }
}

const fn picture(name: &'static str, symbol: &'static str) -> Quantity {
    Quantity { name, symbol, number: false }
}

/// The table above.
pub const QUANTITIES: &[Quantity] = &[
    number("t", "t"),
    number("s", "t + h"),
    number("h", "h"),
    number("at", r"\alpha_t"),
    number("st", r"\sigma_t"),
    number("as", r"\alpha_{t + h}"),
    number("ss", r"\sigma_{t + h}"),
    number("dat", r"\dot\alpha_t"),
    number("dst", r"\dot\sigma_t"),
    number("g", "g(t)"),
    number("kappa", "κ"),
    number("eta", "η"),
    number("w", "w"),
    picture("u", r"u_\theta(x_t, \t)"),
    picture("sc", r"s_\theta(x_t, \t)"),
    picture("hatone", r"\hat x_1"),
    picture("hatzero", r"\hat x_0"),
    picture("xt", "x_t"),
    picture("xs", "x_{t + h}"),
    picture("xi", "ξ"),
];

/// The commands of LaTeX itself that formulas use, in one line of words; each must be one that the converter of build.rs knows.
pub const COMMANDS: &str = "alpha approx bar beta cdot cos Delta delta dot dots exp frac gamma ge hat in infty int lambda ldots \
    le left leftarrow ln log lVert mathbb mathcal mathrm max mid min mu nabla odot omega partial phi pi prod qquad quad \
    rho right rVert sigma sim sin sqrt sum tau text tfrac theta tilde times to top varnothing";

/// Formulas that belong to no list of their own: key and LaTeX.
pub const FORMULAS: &[(&str, &str)] = &[
    ("path", r"\xt = \at x_1 + \st x_0"),
    ("target", r"\dot x_t = \dat x_1 + \dst x_0"),
    ("guidance", r"u = (1 - \w) u_\varnothing + \w u_y"),
    ("predicted", r"\hatone = \frac{\dst \xt - \st u}{\at \dst - \st \dat}"),
    ("noise", r"\hatzero = \frac{\at u - \dat \xt}{\at \dst - \st \dat}"),
    ("score", r"s = -\frac{1}{\st} \hatzero"),
];

/// The formulas of the tour of the plane.
pub const TOUR: &[(&str, &str)] = &[
    ("tour/path", r"x_t = \alpha_t x_1 + \sigma_t x_0 \sim p_t"),
    ("tour/velocity", r"\partial_t p_t + \nabla \cdot (p_t u_t) = 0"),
    ("tour/marginal", r"u_t(x) = \mathbb{E}[\dot\alpha_t x_1 + \dot\sigma_t x_0 \mid x_t = x]"),
    (
        "tour/training",
        r"\min_\theta \mathbb{E} \, \lVert u_\theta(x_t, t) - (\dot\alpha_t x_1 + \dot\sigma_t x_0) \rVert^2",
    ),
    ("tour/euler", r"x_{t + h} = x_t + h \, u_t(x_t)"),
    ("tour/heun", r"x_{t + h} = x_t + \tfrac{1}{2} h (k_1 + k_2), \quad k_2 = u_{t + h}(x_t + h k_1)"),
    ("tour/sde", r"dx = (u_t + \tfrac{1}{2} g^2 \nabla \ln p_t) \, dt + g \, dW"),
    ("tour/langevin", r"x \leftarrow x + \delta \, \nabla \ln p_t(x) + \sqrt{2 \delta} \, ξ"),
    ("tour/schedule", r"x_t = \alpha_t x_1 + \sigma_t x_0, \quad \dot x_t = \dot\alpha_t x_1 + \dot\sigma_t x_0"),
    ("tour/guidance", r"u_w = (1 - w) u_\varnothing + w u_y"),
    ("tour/reflow", r"S = \int \mathbb{E} \, \lVert (x_1 - x_0) - u_t(x_t) \rVert^2 \, dt"),
    (
        "tour/kinds",
        r"D = 2 \mathbb{E} \lVert x - y \rVert - \mathbb{E} \lVert x - \tilde x \rVert - \mathbb{E} \lVert y - \tilde y \rVert",
    ),
    ("tour/likelihood", r"\ln p_1(x_1) = \ln p_0(x_0) - \int \nabla \cdot u_t(x_t) \, dt"),
];

/// Every formula of every list: a key that no other has (`path`, `schedule/linear`, `sampler/euler`), and its LaTeX.
pub fn all() -> Vec<(String, &'static str)> {
    let own = FORMULAS.iter().map(|(key, latex)| (key.to_string(), *latex));
    let schedules = SCHEDULES.iter().map(|one| (format!("schedule/{}", one.key()), one.latex()));
    let samplers = SAMPLERS.iter().map(|one| (format!("sampler/{}", one.key), one.latex));
    let tour = TOUR.iter().map(|(key, latex)| (key.to_string(), *latex));
    let families = FAMILIES.iter().map(|one| (format!("family/{}", one.key), one.latex));
    own.chain(schedules).chain(samplers).chain(families).chain(tour).collect()
}

/// True of a sampler whose last step ends at the data themselves, where the others end at the clip of the schedule.
pub fn reaches_data(sampler: &Sampler) -> bool {
    matches!(sampler.kind, SamplerKind::Ddim | SamplerKind::DdimEta | SamplerKind::Ancestral)
}

/// The number of every quantity at `t`, on the way to the `next` time, t + h; names as in [`QUANTITIES`], all but w.
/// `stochasticity` is κ or η. Without a sampler that has a g(t), g is 0; so are κ and g on the way to 1, but for
/// annealed Langevin, whose last level is as noisy as the others.
pub fn values(
    schedule: &dyn Schedule,
    sampler: &Sampler,
    stochasticity: f64,
    [t, next]: [f64; 2],
) -> Vec<(&'static str, f64)> {
    // Derivatives are finite within the clip only, and no step reaches beyond it.
    let (at, c) = (schedule.at(t), schedule.at(schedule.clamp(t)));
    let end = if next == 1.0 && reaches_data(sampler) { next } else { schedule.clamp(next) };
    let quiet = next == 1.0 && !matches!(sampler.kind, SamplerKind::AnnealedLangevin);
    let kappa = if quiet { 0.0 } else { stochasticity };
    let there = if next == 1.0 { DATA } else { schedule.at(schedule.clamp(next)) };
    let shape: Option<Diffusion> = match sampler.kind {
        SamplerKind::EulerMaruyama(shape) | SamplerKind::StochasticHeun(shape) => Some(shape),
        _ => None,
    };
    vec![
        ("t", t),
        ("s", next),
        ("h", end - schedule.clamp(t)),
        ("at", at.alpha_t),
        ("st", at.sigma_t),
        ("as", there.alpha_t),
        ("ss", there.sigma_t),
        ("dat", c.d_alpha_t),
        ("dst", c.d_sigma_t),
        ("g", shape.filter(|_| !quiet).map_or(0.0, |shape| shape.at(&c, kappa))),
        ("kappa", kappa),
        ("eta", stochasticity.min(1.0)),
    ]
}

/// How the quantities of a formula are written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Notation {
    /// As symbols.
    Symbols,
    /// As places for numbers: `\text{@at@}`, or `\text{@(at)@}` where a negative one needs brackets.
    Numbers,
}

/// Plain LaTeX of a formula in one notation: lines of pieces between which a line may wrap.
///
/// # Errors
/// A sentence, where the formula uses a command that neither table knows or an argument without braces.
pub fn expand(latex: &str, notation: Notation) -> Result<Vec<Vec<String>>, String> {
    let tokens: Vec<&str> = tokens(latex).into_iter().filter(|token| !token.trim().is_empty()).collect();
    let (mut lines, mut depth) = (vec![vec![String::new()]], 0_usize);
    for (i, token) in tokens.iter().enumerate() {
        let before = i.checked_sub(1).map_or("", |i| tokens[i]);
        let after = tokens.get(i + 1).copied().unwrap_or("");
        check(token, after)?;
        let wraps = ["+", "-"].contains(token) && !opens(before) || before == r"\quad";
        if depth == 0 && wraps {
            // The empty group keeps a sign at the start of a piece a sign between two terms.
            let sign = if before == r"\quad" { "" } else { "{}" };
            lines.last_mut().into_iter().for_each(|line| line.push(sign.into()));
        }
        if depth == 0 && *token == r"\\" {
            lines.push(vec![String::new()]);
            continue;
        }
        match *token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => (),
        }
        let text = written(token, before, after, notation);
        lines.last_mut().and_then(|line| line.last_mut()).into_iter().for_each(|piece| piece.push_str(&text));
    }
    Ok(lines)
}

/// `\name`, `\,`, a whole `\text{two words}` or one character each.
fn tokens(latex: &str) -> Vec<&str> {
    let (mut rest, mut found) = (latex, Vec::new());
    while let Some(first) = rest.chars().next() {
        let letters = || 1 + rest[1..].chars().take_while(char::is_ascii_alphabetic).count();
        let second = || rest.chars().nth(1).map_or(0, char::len_utf8);
        let text = rest.find('}').filter(|_| rest.starts_with(r"\text{")).map(|end| end + 1);
        let length = match first {
            '\\' => text.unwrap_or(letters().max(1 + second())),
            _ => first.len_utf8(),
        };
        let (token, left) = rest.split_at(length);
        found.push(token);
        rest = left;
    }
    found
}

fn check(token: &str, after: &str) -> Result<(), String> {
    let Some(name) = command(token) else { return Ok(()) };
    if quantity(token).is_none() && !is_latex(name) {
        return Err(format!(
            "{token} is neither a quantity of crates/flow/src/formula.rs nor among its commands of LaTeX"
        ));
    }
    if name.ends_with("frac") && after != "{" {
        return Err(format!("{token} needs its arguments in braces"));
    }
    Ok(())
}

/// The name of a command of letters.
fn command(token: &str) -> Option<&str> {
    let name = token.strip_prefix('\\')?.split('{').next()?;
    name.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(name)
}

fn is_latex(name: &str) -> bool {
    COMMANDS.split_whitespace().any(|known| known == name)
}

fn quantity(token: &str) -> Option<&'static Quantity> {
    let name = token.strip_prefix('\\')?;
    QUANTITIES.iter().find(|quantity| quantity.name == name)
}

fn is_number(token: &str) -> bool {
    quantity(token).is_some_and(|quantity| quantity.number)
}

/// May a sign or a negative number stand right after this?
fn opens(before: &str) -> bool {
    ["", "=", "(", "[", "{", ",", "&", "^", "_", "<", ">", r"\\", r"\le", r"\ge", r"\approx", r"\quad", r"\sim"]
        .contains(&before)
}

fn written(token: &str, before: &str, after: &str, notation: Notation) -> String {
    let Some(quantity) = quantity(token) else {
        let gap = if token.len() > 1 { " " } else { "" };
        return format!("{token}{gap}");
    };
    if notation == Notation::Numbers && quantity.number {
        let name = quantity.name;
        let place = if opens(before) && after != "^" { name.into() } else { format!("({name})") };
        return format!("{}{{\\text{{@{place}@}}}}{}", gap_before(before), gap_after(after));
    }
    let inner: String = tokens(quantity.symbol)
        .into_iter()
        .map(|inner| if is_number(inner) { written(inner, "(", "", notation) } else { inner.into() })
        .collect();
    let factor = self::quantity(after).is_some() || after.len() == 1 && after.starts_with(char::is_alphabetic);
    match after {
        // Bare before a power, so that the power stands over the index.
        "^" => format!("{inner} "),
        _ if quantity.number && factor => format!("{{{inner}}}\\,"),
        _ => format!("{{{inner}}}"),
    }
}

/// What keeps a number apart from the factor before it.
fn gap_before(before: &str) -> &'static str {
    let last = before.chars().last().unwrap_or(' ');
    match before.len() {
        1 if last.is_ascii_digit() || ")}".contains(last) => r"\cdot ",
        1 if last.is_alphabetic() => r"\,",
        _ if before == r"\pi" || quantity(before).is_some_and(|quantity| !quantity.number) => r"\,",
        _ => "",
    }
}

/// What keeps a number apart from the factor after it.
fn gap_after(after: &str) -> &'static str {
    let closes = [r"\right", r"\cdot", r"\times", r"\quad", r"\qquad", r"\mid", r"\le", r"\ge", r"\,", r"\;", r"\\"];
    match after.chars().next() {
        _ if is_number(after) => r"\cdot ",
        Some('\\') if !closes.contains(&after) => r"\,",
        Some(first) if first.is_alphabetic() || "([".contains(first) => r"\,",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::Ve;
    use std::collections::BTreeSet;

    fn flat(latex: &str, notation: Notation) -> String {
        expand(latex, notation).unwrap().iter().map(|line| line.join(" | ")).collect::<Vec<_>>().join(" \\\\ ")
    }

    #[test]
    fn every_formula_of_every_list_expands_and_no_quantity_is_left_over() {
        let mut keys = BTreeSet::new();
        for (key, latex) in all() {
            for notation in [Notation::Symbols, Notation::Numbers] {
                let lines = expand(latex, notation).unwrap_or_else(|sentence| panic!("{key}: {sentence}"));
                println!("{key}: {lines:?}");
                for token in lines.iter().flatten().flat_map(|piece| tokens(piece)) {
                    let known = command(token).is_none_or(is_latex);
                    assert!(known, "{key}: {token} is left");
                }
                let places = lines.iter().flatten().filter(|piece| piece.contains('@')).count();
                assert!(places == 0 || notation == Notation::Numbers, "{key}: {lines:?}");
            }
            assert!(keys.insert(key.clone()), "two formulas are called {key}");
        }
    }

    #[test]
    fn the_letter_s_is_the_score_alone() {
        for (key, latex) in all() {
            // A word in upright letters is no symbol.
            let text = flat(latex, Notation::Symbols).replace(r"\mathrm {rms}", "");
            let tokens = tokens(&text);
            for (i, _) in tokens.iter().enumerate().filter(|(_, token)| **token == "s") {
                let of = tokens.get(i + 1).copied().unwrap_or("");
                assert!(
                    key == "score" && of == "=" || of == "_" && tokens.get(i + 2) == Some(&r"\theta"),
                    "{key}: {text}"
                );
            }
        }
    }

    #[test]
    fn every_quantity_with_a_number_has_its_value() {
        let values = values(SCHEDULES[0], SAMPLERS[0], 0.5, [0.25, 0.5]);
        let value = |name| values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        for quantity in QUANTITIES {
            let known = value(quantity.name).is_some() || quantity.name == "w";
            assert_eq!(known, quantity.number, "{}", quantity.name);
        }
        assert_eq!(["h", "at", "st", "as", "dst"].map(value), [0.25, 0.25, 0.75, 0.5, -1.0].map(Some));
    }

    #[test]
    fn the_last_step_takes_no_noise_and_ends_at_the_clip_or_at_the_data() {
        let end = Ve.clip()[1];
        for sampler in SAMPLERS {
            let value = |name, t, s| {
                let values = values(&Ve, sampler, 0.5, [t, s]);
                values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value).unwrap()
            };
            let h = if ["ddim", "ddim-eta", "ancestral"].contains(&sampler.key) { 0.5 } else { end - 0.5 };
            assert!((value("h", 0.5, 1.0) - h).abs() < 1e-15, "{}: {}", sampler.key, value("h", 0.5, 1.0));
            assert_eq!(value("g", 0.5, 1.0), 0.0, "{}", sampler.key);
            let noisy = ["em-sigma", "em-constant", "em-reverse", "stochastic-heun"].contains(&sampler.key);
            assert_eq!(value("g", 0.5, 0.75) > 0.0, noisy, "{}", sampler.key);
            // Where the path is, not where its derivatives are taken.
            assert_eq!(value("st", 1.0, 1.0), Ve.at(1.0).sigma_t, "{}", sampler.key);
        }
    }

    #[test]
    fn one_string_gives_symbols_and_places_for_numbers() {
        let step = r"\xs = \xt + \h\u";
        assert_eq!(flat(step, Notation::Symbols), r"{x_{t + h}}={x_t} | {}+{h}\,{u_\theta(x_t, {t})}");
        assert_eq!(
            flat(step, Notation::Numbers),
            r"{x_{t + h}}={x_t} | {}+{\text{@(h)@}}\,{u_\theta(x_t, {\text{@t@}})}"
        );
    }

    #[test]
    fn numbers_side_by_side_are_kept_apart_and_signs_get_brackets_where_needed() {
        assert_eq!(flat(r"2\at\st", Notation::Numbers), r"2\cdot {\text{@(at)@}}\cdot {\text{@(st)@}}");
        assert_eq!(flat(r"\sqrt{\at} - \st^2", Notation::Numbers), r"\sqrt {{\text{@at@}}} | {}-{\text{@(st)@}}^2");
        assert_eq!(flat(r"\sqrt{1 - \at^2}", Notation::Symbols), r"\sqrt {1-\alpha_t ^2}");
    }

    #[test]
    fn lines_end_and_wrap_only_outside_of_brackets() {
        assert_eq!(flat(r"a = -(b + c) + d \\ e = f", Notation::Symbols), r"a=-(b+c) | {}+d \\ e=f");
    }

    #[test]
    fn what_is_unknown_or_without_braces_gets_a_sentence() {
        assert!(expand(r"\alhpa_t", Notation::Symbols).unwrap_err().contains(r"\alhpa"));
        assert!(expand(r"\frac\at\st", Notation::Numbers).unwrap_err().contains("braces"));
        assert!(expand("x\\", Notation::Numbers).is_ok());
    }
}
