//! Sentences for the person, until dismissed.

use leptos::prelude::*;

/// More than this many at once help nobody.
const MOST: usize = 4;
/// Longer sentences, which quote a browser or a driver, are cut to so many characters.
const LONGEST: usize = 600;

/// The sentences on show, oldest first.
#[derive(Clone, Copy)]
pub struct Alerts(RwSignal<Vec<(u32, String)>>);

impl Alerts {
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// Shows a sentence, once.
    pub fn say(self, sentence: impl Into<String>) {
        let sentence = cut(sentence.into());
        self.0.update(|all| {
            if all.iter().all(|(_, other)| *other != sentence) {
                let key = all.last().map_or(0, |(key, _)| key.wrapping_add(1));
                all.push((key, sentence));
                let surplus = all.len().saturating_sub(MOST);
                all.drain(..surplus);
            }
        });
    }

    /// True as long as a sentence is on show.
    pub fn says(self, sentence: &str) -> bool {
        let sentence = cut(sentence.into());
        self.0.with(|all| all.iter().any(|(_, other)| *other == sentence))
    }

    /// Takes a sentence back that no longer holds.
    pub fn retract(self, sentence: &str) {
        let sentence = cut(sentence.into());
        self.retract_where(|other| *other == sentence);
    }

    /// Takes back every sentence with these words.
    pub fn retract_those(self, words: &str) {
        self.retract_where(|sentence| sentence.contains(words));
    }

    fn retract_where(self, goes: impl Fn(&str) -> bool) {
        if self.0.with_untracked(|all| all.iter().any(|(_, sentence)| goes(sentence))) {
            self.0.update(|all| all.retain(|(_, sentence)| !goes(sentence)));
        }
    }

    /// Takes a sentence away.
    pub fn dismiss(self, key: u32) {
        self.0.update(|all| all.retain(|(other, _)| *other != key));
    }

    /// The keys of all sentences.
    pub fn keys(self) -> Vec<u32> {
        self.0.with(|all| all.iter().map(|(key, _)| *key).collect())
    }

    /// The sentence of a key.
    pub fn sentence(self, key: u32) -> String {
        self.0.with(|all| all.iter().find(|(other, _)| *other == key).map(|(_, it)| it.clone()).unwrap_or_default())
    }
}

/// What was wrong with a link, if anything was, and what was made of the rest: in one piece.
pub fn complaint(complaints: &[String], made: &[String]) -> Option<String> {
    let rest = if complaints.len() == 1 { "The default is" } else { "The defaults are" };
    let wrong = format!("In this link, {}. {rest} used instead.", complaints.join("; "));
    let wrong = (!complaints.is_empty()).then_some(wrong);
    let said: Vec<_> = wrong.iter().chain(made).map(String::as_str).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

fn cut(sentence: String) -> String {
    match sentence.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &sentence[..end]),
        None => sentence,
    }
}
