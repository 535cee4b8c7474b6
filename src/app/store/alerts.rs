//! Sentences for the person, until dismissed.

use leptos::prelude::*;

/// More than this many at once help nobody.
const MOST: usize = 4;
/// Longer sentences, which quote a browser or a driver, are cut to so many characters.
const LONGEST: usize = 300;

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

    /// Says what was wrong with a link, if anything was.
    pub fn complain(self, complaints: &[String]) {
        if !complaints.is_empty() {
            let rest = if complaints.len() == 1 { "The default is" } else { "The defaults are" };
            self.say(format!("In this link, {}. {rest} used instead.", complaints.join("; ")));
        }
    }

    /// Takes a sentence back that no longer holds.
    pub fn retract(self, sentence: &str) {
        let sentence = cut(sentence.into());
        if self.0.with_untracked(|all| all.iter().any(|(_, other)| *other == sentence)) {
            self.0.update(|all| all.retain(|(_, other)| *other != sentence));
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

fn cut(sentence: String) -> String {
    match sentence.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &sentence[..end]),
        None => sentence,
    }
}
