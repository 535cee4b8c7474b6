//! What a link was made with: the version of the rules by which it draws, and the hashes of the weights it draws with. Where
//! a page has others, what it shows may be another picture, and it says so.

use super::decode::decode;
use crate::catalogue::ModelId;
use flow::{bounded::brief, keyed::Keyed};

/// The version of the rules: of everything that decides a picture beside the words of its link and the weights, defaults
/// above all. Links without a version are of the first. Whoever changes one of these rules gives the change a number here
/// and keeps the old ones in [`Link::of_rules`](super::Link::of_rules).
pub const RULES: u32 = 1;

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub rules: u32,
    /// By the keys of models, which may be those of another page.
    pub weights: Vec<(String, String)>,
}

impl Made {
    /// Reads it from a query. What is no number and no list is passed over: it names nothing that could differ.
    pub fn read(query: &str) -> Self {
        let mut made = Self { rules: 1, weights: vec![] };
        for (key, value) in decode(query).pairs {
            match key.as_str() {
                "rules" => made.rules = value.parse().unwrap_or(made.rules),
                "weights" => made.weights.extend(value.split(',').filter_map(weights)),
                _ => {}
            }
        }
        made
    }

    /// The hash of the file that a link was made with.
    pub fn file(&self) -> Option<String> {
        let file = ModelId::File.key();
        self.weights.iter().find(|(key, _)| key == file).map(|(_, hash)| hash.clone())
    }

    /// Its words in a query.
    pub fn words(&self) -> String {
        let weights = self.weights.iter().map(|(key, hash)| format!("{key}:{hash}")).collect::<Vec<_>>().join(",");
        let gap = if weights.is_empty() { "" } else { "&weights=" };
        format!("&rules={}{gap}{weights}", self.rules)
    }

    /// Sentences on what this page has otherwise.
    pub fn differs(&self) -> Vec<String> {
        let mut said = vec![];
        if self.rules > RULES {
            said.push(format!(
                "This link is of a newer page, by rules {} of drawing, and this page knows those up to {RULES}: what it shows \
                 may be another picture.",
                self.rules
            ));
        }
        for (key, hash) in &self.weights {
            let ours = key.parse::<ModelId>().ok().and_then(|model| Some((model.name(), model.shipped()?.hash)));
            if let Some((name, ours)) = ours.filter(|(_, ours)| ours != hash) {
                said.push(format!(
                    "This link was made with other weights called “{name}” ({}; here they are {ours}): what it shows is \
                     another picture.",
                    brief(hash)
                ));
            }
        }
        said
    }
}

/// “mnist:0123456789ab”
fn weights(text: &str) -> Option<(String, String)> {
    let (key, hash) = text.split_once(':')?;
    let is_hash = !hash.is_empty() && hash.bytes().all(|it| it.is_ascii_hexdigit());
    is_hash.then(|| (key.to_string(), hash.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_words_are_read(rules in "[0-9]{0,12}|.{0,5}", weights in "([a-z-]{0,9}:?[0-9a-f]{0,14},?){0,5}|.{0,30}") {
            let made = Made::read(&format!("?rules={rules}&weights={weights}"));
            prop_assert!(made.differs().len() <= made.weights.len() + 1);
            prop_assert_eq!(Made::read(&made.words()), made);
        }
    }
}
