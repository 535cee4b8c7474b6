//! A setting: one entry of a table, from which a key of links, a control of the page, an argument of the command line and
//! a check of the worker are made.

use flow::{
    family::{FAMILIES, FamilyId, Needs},
    keyed::Keyed,
};

/// How an arrow key changes a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Nudge {
    /// By this much.
    By(f64),
    /// Whole numbers of any size, by one.
    Whole,
    /// Along 1, 2, 5, 10, 20, …
    Decades,
}

/// Keys and their names, as a list offers them.
pub type Entries = Vec<(&'static str, &'static str)>;

/// The entries of a list of all that there is, by their names.
pub fn entries<T: Keyed>(name: fn(T) -> &'static str) -> Entries {
    T::all().map(|one| (one.key(), name(one))).collect()
}

/// The families that learn from this, by their names.
pub fn families(what: Needs) -> Entries {
    FamilyId::of(what).map(|family| (family.key(), family.0.name)).collect()
}

/// What the control of a setting of `S` looks like.
#[derive(Debug)]
pub enum Control<S> {
    /// A list, and perhaps a line or two that say what is chosen.
    Choice { entries: fn() -> Entries, about: Option<fn(&S) -> &'static str> },
    /// A number to type.
    Number(Nudge),
    /// A number on a line: what it is called, such as “w”; the least, the largest, and what lies between two.
    Slider { symbol: &'static str, range: [f64; 3] },
    /// Off or on, in words.
    Switch([&'static str; 2]),
    /// One of its own, which its view draws.
    Own,
}

impl<S> Control<S> {
    /// What can be chosen, where that is a list.
    pub fn entries(&self) -> Entries {
        match self {
            Self::Choice { entries, .. } => entries(),
            Self::Switch([off, on]) => vec![("0", off), ("1", on)],
            Self::Number(_) | Self::Slider { .. } | Self::Own => vec![],
        }
    }

    /// How an arrow key changes it where it is typed.
    pub fn nudge(&self) -> Nudge {
        match self {
            Self::Number(nudge) => *nudge,
            Self::Slider { range: [_, _, step], .. } => Nudge::By(*step),
            Self::Choice { .. } | Self::Switch(_) | Self::Own => Nudge::Whole,
        }
    }
}

/// A setting of `S`.
#[derive(Debug)]
pub struct Setting<S> {
    /// Its key in links.
    pub key: &'static str,
    /// Its argument on the command line.
    pub argument: &'static str,
    /// Its name in the page.
    pub label: &'static str,
    /// What it is, for the help of the command line.
    pub help: &'static str,
    pub control: Control<S>,
    /// Every link says it, whatever it is; others are said where they are not as usual.
    pub always: bool,
    pub read: fn(&S) -> String,
    /// Takes a text; a sentence if it is no value, and then nothing changes.
    pub write: fn(&mut S, &str) -> Result<(), String>,
}

impl<S> Setting<S> {
    /// How it stands in `spec`, in a word or two.
    pub fn words(&self, spec: &S) -> String {
        let value = (self.read)(spec);
        let chosen = self.control.entries().into_iter().find(|(key, _)| *key == value);
        chosen.map_or_else(|| format!("{} = {value}", self.label), |(_, name)| name.into())
    }

    /// Whether it decides models of every family: none has it for its own.
    pub fn is_general(&self) -> bool {
        FAMILIES.iter().all(|family| !family.settings.contains(&self.key))
    }

    /// Whether it decides models of this family.
    pub fn concerns(&self, family: FamilyId) -> bool {
        self.is_general() || family.settings.contains(&self.key)
    }
}

/// What has a `T` among what it is made of, so that the settings of a `T` are its settings too.
pub trait Holds<T> {
    fn part(&self) -> &T;
    fn part_mut(&mut self) -> &mut T;
}

/// The setting of this key.
pub const fn find<S>(table: &'static [Setting<S>], key: &str) -> Option<&'static Setting<S>> {
    let mut at = 0;
    while at < table.len() {
        if same(table[at].key, key) {
            return Some(&table[at]);
        }
        at += 1;
    }
    None
}

/// The setting of a key that is written in the code: in a `const`, one that is none does not compile.
pub const fn entry<S>(table: &'static [Setting<S>], key: &str) -> &'static Setting<S> {
    find(table, key).expect("a key of the table")
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

/// A sentence if something in `spec` is no value of its setting.
pub fn check<S: Clone>(table: &[Setting<S>], spec: &S) -> Result<(), String> {
    let mut same = spec.clone();
    table.iter().try_for_each(|setting| (setting.write)(&mut same, &(setting.read)(spec)))
}

/// Keys and values that tell `spec` to whoever takes the rest as `usual`, in the order of `table`.
pub fn words<S: Clone + 'static>(
    table: impl IntoIterator<Item = &'static Setting<S>>,
    usual: &S,
    spec: &S,
) -> Vec<(&'static str, String)> {
    let mut known = usual.clone();
    let word = |setting: &'static Setting<S>| {
        let value = (setting.read)(spec);
        (setting.always || value != (setting.read)(&known)).then(|| {
            // Whoever has read so far knows it, and what it brings with it: a family its learning rate.
            let _ = (setting.write)(&mut known, &value);
            (setting.key, value)
        })
    };
    table.into_iter().filter_map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Doubling brings the half with it.
    #[derive(Clone, Debug, PartialEq)]
    struct Pair {
        whole: f64,
        half: f64,
    }

    const fn number(
        key: &'static str,
        read: fn(&Pair) -> String,
        write: fn(&mut Pair, &str) -> Result<(), String>,
    ) -> Setting<Pair> {
        let control = Control::Slider { symbol: "x", range: [0.0, 9.0, 0.5] };
        Setting { key, argument: key, label: key, help: key, control, always: false, read, write }
    }

    const TABLE: &[Setting<Pair>] = &[
        number(
            "whole",
            |it| it.whole.to_string(),
            |it, text| {
                it.whole = flow::bounded::within("whole", text, 0.0, 9.0)?;
                it.half = it.whole / 2.0;
                Ok(())
            },
        ),
        number(
            "half",
            |it| it.half.to_string(),
            |it, text| flow::bounded::within("half", text, 0.0, 9.0).map(|value| it.half = value),
        ),
    ];

    #[test]
    fn keys_are_found_whole() {
        assert_eq!(find(TABLE, "half").map(|it| it.key), Some("half"));
        assert!(["", "hal", "halve", "Half"].into_iter().all(|key| find(TABLE, key).is_none()));
        assert_eq!(const { entry(TABLE, "whole") }.control.nudge(), Nudge::By(0.5));
    }

    #[test]
    fn words_say_what_whoever_reads_does_not_know_yet() {
        let words = |whole, half| words(TABLE, &Pair { whole: 2.0, half: 1.0 }, &Pair { whole, half });
        let said = |key, value: &str| (key, value.to_string());
        assert_eq!(words(2.0, 1.0), vec![]);
        assert_eq!(words(4.0, 2.0), [said("whole", "4")]);
        assert_eq!(words(4.0, 1.0), [said("whole", "4"), said("half", "1")]);
        assert_eq!(words(2.0, 3.0), [said("half", "3")]);
    }

    #[test]
    fn a_check_names_what_is_out_of_range() {
        assert_eq!(check(TABLE, &Pair { whole: 3.0, half: 0.0 }), Ok(()));
        let sentence = check(TABLE, &Pair { whole: 3.0, half: f64::NAN }).expect_err("it is no number");
        assert!(sentence.starts_with("half cannot be “NaN”"), "{sentence}");
    }
}
