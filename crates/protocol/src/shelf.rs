//! Models that a person has trained and kept, side by side: what a link says of each.
//!
//! Weights do not fit into a link, but recipes do, and the same recipe makes the same weights again.

pub use crate::catalogue::MAX_KEPT;
use crate::{
    recipe::{SETTINGS, TrainSpec},
    setting::{find, words},
};
use flow::bounded::{brief, within};

/// Longest name of one.
const MAX_NAME: usize = 24;

/// A model on the shelf.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Its place, 1–[`MAX_KEPT`], which it keeps.
    pub slot: u8,
    pub name: String,
    pub recipe: TrainSpec,
    /// Steps of training behind its weights.
    pub steps: u64,
}

/// A name as links can carry it: letters, digits, dashes, and an underscore for a blank.
pub fn name(text: &str) -> String {
    let kept = text.trim().chars().map(|c| if c.is_whitespace() { '_' } else { c });
    let kept = kept.filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let name: String = kept.take(MAX_NAME).collect();
    if name.is_empty() { "model".into() } else { name }
}

impl Kept {
    /// “slot~name~steps~key:value~…”, with the settings that are not usual for the family.
    pub fn to_text(&self) -> String {
        let usual = TrainSpec::of(self.recipe.family);
        let mut text = format!("{}~{}~{}~family:{}", self.slot, self.name, self.steps, self.recipe.family);
        for (key, value) in words(self.recipe.settings().filter(|it| it.key != "family"), &usual, &self.recipe) {
            text += &format!("~{key}:{value}");
        }
        text
    }

    /// Reads [`to_text`](Self::to_text); a sentence if it is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split('~');
        let head = [parts.next(), parts.next(), parts.next()];
        let [Some(slot), Some(called), Some(steps)] = head else {
            return Err(format!("kept cannot be “{}”; it is like 1~name~200~family:gan", brief(text)));
        };
        let slot = within("kept", slot, 1, MAX_KEPT)?;
        let steps = within("kept", steps, 1, 10_000_000)?;
        let mut recipe = TrainSpec::default();
        for part in parts {
            let (key, value) = part.split_once(':').unwrap_or((part, ""));
            let setting = find(SETTINGS, key).ok_or_else(|| format!("a kept model has no setting “{}”", brief(key)))?;
            setting.take(&mut recipe, value)?;
        }
        Ok(Self { slot, name: name(called), recipe, steps })
    }

    /// The name as people read it.
    pub fn title(&self) -> String {
        self.name.replace('_', " ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::family::FamilyId;
    use proptest::prelude::*;

    #[test]
    fn what_is_kept_is_read_back() {
        let recipe = TrainSpec { batch: 8, labels: true, critic_steps: 3, ..TrainSpec::of(FamilyId::GAN) };
        let kept = Kept { slot: 2, name: name("my own GAN!"), recipe, steps: 1200 };
        assert_eq!(kept.to_text(), "2~my_own_GAN~1200~family:gan~batch:8~critic-steps:3~labels:1");
        assert_eq!(kept.title(), "my own GAN");
        assert_eq!(Kept::parse(&kept.to_text()), Ok(kept));
        let plain = Kept { slot: 1, name: "a".into(), recipe: TrainSpec::default(), steps: 9 };
        assert_eq!(Kept::parse(&plain.to_text()), Ok(plain));
    }

    #[test]
    fn what_is_none_gets_a_sentence() {
        for (text, word) in [
            ("", "like 1~name~200"),
            ("7~a~5", "from 1 to 6"),
            ("1~a~0", "from 1"),
            ("1~a~5~colour:red", "no setting “colour”"),
            ("1~a~5~batch:0", "from 1 to 256"),
            ("1~a~5~family:vae~schedule:ve", "no setting of the family vae"),
            ("1~a~5~family:ebm", "there are flow"),
        ] {
            let said = Kept::parse(text).expect_err(text);
            assert!(said.contains(word), "{text}: {said}");
        }
        assert_eq!((name("  "), name("<b>ä é</b>")), ("model".into(), "b_b".into()));
    }

    proptest! {
        #[test]
        fn any_text_is_answered_and_any_name_survives(text in ".{0,80}") {
            let _ = Kept::parse(&text);
            let kept = Kept { slot: 3, name: name(&text), recipe: TrainSpec::default(), steps: 5 };
            prop_assert_eq!(Kept::parse(&kept.to_text()), Ok(kept));
        }
    }
}
