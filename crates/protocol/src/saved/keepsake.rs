//! What a person has loaded, trained or painted and that is kept for other visits: models and points.

use super::Headed;
use crate::shelf::Kept;
use serde::{Deserialize, Serialize};

/// Longest name.
const MAX_NAME: usize = 200;
/// Longest text about it.
const MAX_TEXT: usize = 4_000;

/// What it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Keeping {
    /// A model of the shelf, as [`Kept::to_text`] has it; its bytes are weights.
    Model(String),
    /// A weights file of this name; its bytes are the file.
    Weights(String),
    /// So many points of the plane; its bytes are them as CSV.
    Points(usize),
}

/// The head of what is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Keepsake {
    /// When it was kept, in milliseconds since 1970.
    pub at: f64,
    pub keeping: Keeping,
}

impl Keeping {
    /// The model of the shelf that it is.
    pub fn kept(&self) -> Option<Kept> {
        if let Self::Model(text) = self { Kept::parse(text).ok() } else { None }
    }
}

impl Headed for Keepsake {
    const LETTERS: &'static [u8; 8] = b"flowkp-1";

    fn check(&self) -> Result<(), String> {
        match &self.keeping {
            Keeping::Model(text) if text.len() > MAX_TEXT => Err("the text about a model is too long".into()),
            Keeping::Model(text) => Kept::parse(text).map(drop),
            Keeping::Weights(name) if name.len() > MAX_NAME => Err("the name of a file is too long".into()),
            Keeping::Weights(_) | Keeping::Points(_) => Ok(()),
        }
    }
}

/// The beginning of a name that can be kept with a file.
pub fn brief(name: &str) -> String {
    let end = name.floor_char_boundary(MAX_NAME);
    name[..end].into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        recipe::TrainSpec,
        saved::{Head, read, write},
    };

    #[test]
    fn what_is_kept_is_read_back_and_nothing_else_is() {
        let kept = Kept { slot: 2, name: "a".into(), recipe: TrainSpec::default(), steps: 9 };
        for keeping in [Keeping::Model(kept.to_text()), Keeping::Weights(brief(&"ä".repeat(300))), Keeping::Points(3)]
        {
            let keepsake = Keepsake { at: 1.0, keeping };
            let record = write(&keepsake, b"bytes");
            assert_eq!(read(&record), Some((keepsake.clone(), &b"bytes"[..])));
            assert_eq!(read::<Head>(&record), None);
            let expected = matches!(keepsake.keeping, Keeping::Model(_)).then(|| kept.clone());
            assert_eq!(keepsake.keeping.kept(), expected);
        }
        for keeping in [Keeping::Model("no model".into()), Keeping::Weights("x".repeat(201))] {
            assert_eq!(read::<Keepsake>(&write(&Keepsake { at: 1.0, keeping }, &[])), None);
        }
    }
}
