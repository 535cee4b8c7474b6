//! Numbers and names as people read them.

use data::sets::DataSet;

/// An estimate in plain words.
pub use protocol::outlook::estimate;

/// A number with so many decimals and a real minus sign.
pub fn decimal(value: f64, decimals: usize) -> String {
    format!("{value:.decimals$}").replace('-', "−")
}

/// A number with about `digits` significant digits and no useless zeros.
pub fn brief(value: f64, digits: i32) -> String {
    if value == 0.0 || !value.is_finite() {
        return decimal(value, 0);
    }
    let decimals = (digits - 1 - value.abs().log10().floor() as i32).clamp(0, 9) as usize;
    let text = decimal(value, decimals);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
}

/// A whole number in groups of three.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let group = |(i, digit): (usize, char)| {
        let gap = i > 0 && (digits.len() - i).is_multiple_of(3);
        gap.then_some('\u{202f}').into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(group).collect()
}

/// Seconds, or minutes and seconds, or hours and minutes.
pub fn duration(seconds: f64) -> String {
    let whole = seconds.clamp(0.0, 1e9) as u64;
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

/// What something takes, in bytes.
pub fn bytes(size: usize) -> String {
    match size {
        0..1_000 => format!("{size} bytes"),
        1_000..1_000_000 => format!("{} kB", brief(size as f64 / 1e3, 2)),
        _ => format!("{} MB", brief(size as f64 / 1e6, 2)),
    }
}

/// What a class is called in the name of a picture: “digit 7”, or “sneaker”.
pub fn class(data: DataSet, label: u8) -> String {
    // Of a model that is told no class nobody knows what it drew.
    let classes = data.classes();
    let Some(name) = classes.get(usize::from(label)) else { return "no class".into() };
    match data {
        DataSet::Mnist => format!("digit {name}"),
        DataSet::Fashion => (*name).to_string(),
    }
}

/// What a lane of the comparison is called.
pub fn letter(lane: usize) -> char {
    char::from(b'A' + lane.min(25) as u8)
}
