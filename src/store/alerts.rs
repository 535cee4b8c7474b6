//! Sentences for the person, until dismissed.

use leptos::prelude::*;
use std::{
    rc::Rc,
    sync::atomic::{AtomicU32, Ordering},
};

/// More than this many at once help nobody.
const MOST: usize = 4;
/// Longer sentences, which quote a browser or a driver, are cut to so many characters.
const LONGEST: usize = 600;

/// What a person can do about it: the name of a button, and what it does.
#[derive(Clone)]
pub struct Remedy {
    pub name: &'static str,
    pub act: Rc<dyn Fn()>,
}

/// A sentence on show.
struct Alert {
    key: u32,
    sentence: String,
    remedy: Option<Remedy>,
}

/// The key of the next sentence: no two have the same, since what shows one goes by it.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// The sentences on show, oldest first.
#[derive(Clone, Copy)]
pub struct Alerts(RwSignal<Vec<Alert>, LocalStorage>);

impl Alerts {
    pub fn new() -> Self {
        Self(RwSignal::new_local(Vec::new()))
    }

    /// Shows a sentence, once.
    pub fn say(self, sentence: impl Into<String>) {
        self.add(cut(sentence.into()), None);
    }

    /// Shows a sentence, once, with a button for what can be done about it, which takes it away too.
    pub fn offer(self, sentence: impl Into<String>, name: &'static str, act: impl Fn() + 'static) {
        self.add(cut(sentence.into()), Some(Remedy { name, act: Rc::new(act) }));
    }

    fn add(self, sentence: String, remedy: Option<Remedy>) {
        self.0.update(|all| {
            if all.iter().all(|other| other.sentence != sentence) {
                let key = NEXT.fetch_add(1, Ordering::Relaxed);
                all.push(Alert { key, sentence, remedy });
                let surplus = all.len().saturating_sub(MOST);
                all.drain(..surplus);
            }
        });
    }

    /// True as long as a sentence is on show.
    pub fn says(self, sentence: &str) -> bool {
        let sentence = cut(sentence.into());
        self.0.with(|all| all.iter().any(|other| other.sentence == sentence))
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
        if self.0.with_untracked(|all| all.iter().any(|other| goes(&other.sentence))) {
            self.0.update(|all| all.retain(|other| !goes(&other.sentence)));
        }
    }

    /// Takes a sentence away.
    pub fn dismiss(self, key: u32) {
        self.0.update(|all| all.retain(|other| other.key != key));
    }

    /// The keys of all sentences.
    pub fn keys(self) -> Vec<u32> {
        self.0.with(|all| all.iter().map(|one| one.key).collect())
    }

    /// The sentence of a key.
    pub fn sentence(self, key: u32) -> String {
        self.0.with(|all| all.iter().find(|one| one.key == key).map(|one| one.sentence.clone()).unwrap_or_default())
    }

    /// What can be done about the sentence of a key.
    pub fn remedy(self, key: u32) -> Option<Remedy> {
        self.0.with(|all| all.iter().find(|one| one.key == key)?.remedy.clone())
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
