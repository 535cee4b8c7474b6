//! Links as messengers, mails and documents hand them on: what was done to them is undone here, and only here.
//!
//! Escaped once or thrice, `&amp;` for `&`, a full stop or bracket behind, blanks and marks within that nobody sees,
//! keys of others before and after. What cannot be undone, such as a lost end, is said.

use crate::{
    cloud::{self, CloudSpec},
    method::{self, Method},
    recipe, sampling,
};
use flow::bounded::brief;

/// Most bytes of a query that are looked at.
const MAX_RAW: usize = 64 << 10;
/// A link is escaped at most so many times over.
const LAYERS: usize = 3;

/// Keys that stand in no table of this room: the page's, and those that the plane alone has (`plane::settings`).
const KEYS: [&str; 28] = [
    "view", "device", "solver", "show", "lock", "lane", "frame", "picture", "trained", "letter", "parts", "points",
    "source", "layers", "against", "level", "start", "camera", "probe", "rounds", "tour", "present", "embed", "kept",
    "rules", "weights", "seconds", "kinds",
];

/// Every key; others are somebody else's.
fn all_keys() -> impl Iterator<Item = &'static str> {
    let (sampling, recipe) = (sampling::SETTINGS.iter(), recipe::SETTINGS.iter());
    let (method, cloud) = (method::settings::<Method>().iter(), cloud::settings::<CloudSpec>().iter());
    let pages = sampling.map(|it| it.key).chain(recipe.map(|it| it.key));
    KEYS.into_iter().chain(pages).chain(method.map(|it| it.key)).chain(cloud.map(|it| it.key))
}

/// What every link of the page begins with, in this order.
fn always() -> Vec<&'static str> {
    let said = sampling::SETTINGS.iter().filter(|it| it.always).map(|it| it.key);
    ["view"].into_iter().chain(said).collect()
}

/// What a query says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoded {
    /// Keys of ours and their values, in their order.
    pub pairs: Vec<(String, String)>,
    /// Sentences on what is missing.
    pub lost: Vec<String>,
}

/// Reads a query, with or without its `?`. Any text is answered.
pub fn decode(query: &str) -> Decoded {
    let mut decoded = Decoded::default();
    let end = query.floor_char_boundary(MAX_RAW);
    if end < query.len() {
        decoded.lost.push(format!("only the first {MAX_RAW} characters are read"));
    }
    let query = query[..end].trim_start_matches('?');
    query.split('&').for_each(|pair| decoded.take(pair, LAYERS));
    decoded.look_at_the_end(query);
    decoded
}

impl Decoded {
    /// Takes one pair, which may turn out to be several whose signs were escaped too.
    fn take(&mut self, pair: &str, layers: usize) {
        let mut pair = pair;
        while let Some(rest) = pair.strip_prefix("amp;") {
            pair = rest;
        }
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let several = |text: &str| layers > 0 && unescaped(text).contains(['=', '&']);
        if several(key) || layers > 0 && key == pair && key.contains('%') {
            return unescaped(pair).split('&').for_each(|pair| self.take(pair, layers - 1));
        }
        let key = plain(key);
        if !all_keys().any(|known| known == key) {
            return;
        }
        if several(value) {
            let whole = format!("{key}={}", unescaped(value));
            return whole.split('&').for_each(|pair| self.take(pair, layers - 1));
        }
        // What was escaped deeper than its neighbours ends with them all the same: no value of ours has this sign.
        let value = plain(value);
        self.pairs.push((key, bare(value.split('&').next().unwrap_or_default()).into()));
    }

    /// Says where the link was cut off, as far as that can be seen. A value that is cut is not taken.
    fn look_at_the_end(&mut self, query: &str) {
        let Some((key, value)) = self.pairs.last() else { return };
        let last = query.rsplit('&').next().unwrap_or_default();
        let tail = plain(last);
        let keys: Vec<_> = self.pairs.iter().map(|(key, _)| key.as_str()).collect();
        let is_key = tail.starts_with(key.as_str());
        let is_part = !tail.is_empty() && all_keys().any(|key| key.starts_with(&tail) && key != tail);
        // Who writes a link by hand writes a few keys; a cut that leaves so few is told from that by nobody.
        let always = always();
        let begun = is_key && (5..always.len()).contains(&keys.len()) && always.starts_with(&keys);
        let cut = tail.ends_with('…') || tail.ends_with("...") || is_cut_code(last);
        let why = if is_key && cut {
            format!("{key} is cut short")
        } else if cut || is_part {
            format!("it stops at “{}”", brief(&tail))
        } else if begun {
            format!("it stops after {key}={}", brief(value))
        } else {
            return;
        };
        if is_key && cut {
            self.pairs.pop();
        }
        self.lost.push(format!("the end is missing: {why}"));
    }
}

/// True of what ends in a part of a percent code.
fn is_cut_code(text: &str) -> bool {
    let tail = text.rsplit_once('%').map(|(_, tail)| tail);
    tail.is_some_and(|tail| tail.len() < 2 && tail.chars().all(|c| c.is_ascii_hexdigit()))
}

/// Without percent codes or what is left of them, blanks or the + that stands for one, and marks that nobody sees; nothing of ours has any of these.
fn plain(text: &str) -> String {
    let mut text = text.replace('+', " ");
    for _ in 0..LAYERS {
        if !text.contains('%') {
            break;
        }
        text = unescaped(&text);
    }
    text.chars().filter(|c| !c.is_whitespace() && !is_unseen(*c) && !['%', '+'].contains(c)).collect()
}

fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        || c.is_control()
}

/// Without what sentences put around a link.
fn bare(value: &str) -> &str {
    const AROUND: &[char] = &[
        '.', ',', ';', ':', '!', '?', '(', ')', '[', ']', '{', '}', '<', '>', '"', '\'', '`', '*', '…', '“', '”', '„',
        '‘', '’', '«', '»',
    ];
    value.trim_end_matches(AROUND).trim_start_matches(['"', '\'', '“', '„', '‘', '«', '<', '(', '['])
}

/// One layer of percent codes read; what is none stays.
fn unescaped(text: &str) -> String {
    let (bytes, mut plain, mut at) = (text.as_bytes(), Vec::with_capacity(text.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let code = text.get(at + 1..at + 3).filter(|code| code.bytes().all(|it| it.is_ascii_hexdigit()));
        let read = code.filter(|_| *byte == b'%').and_then(|code| u8::from_str_radix(code, 16).ok());
        plain.push(read.unwrap_or(*byte));
        at += if read.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(query: &str) -> String {
        let pairs = decode(query).pairs;
        pairs.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&")
    }

    #[test]
    fn what_messengers_do_is_undone() {
        let whole = "seed=5&guided=0.2-0.8&lane=heun,2,1,mnist&show=data";
        for query in [
            whole.to_string(),
            format!("?{whole}"),
            whole.replace('&', "&amp;"),
            whole.replace('&', "&amp;amp;"),
            whole.replace(',', "%2C"),
            whole.replace(',', "%2c"),
            whole.replace(',', "%252C"),
            whole.replace('=', "%3D"),
            whole.replace('=', "%3d").replace('&', "%26"),
            whole.replace('=', "%3d").replace('&', "%26amp%3B"),
            whole.replace('&', "%26"),
            whole.replace(',', ",+"),
            whole.replace(',', "%20,"),
            whole.replace("seed", "se\u{200b}ed"),
            whole.replace("seed", "%E2%80%8Bseed"),
            format!("{whole}."),
            format!("{whole})."),
            format!("{whole}%29"),
            format!("{whole}&gt;"),
            format!("{whole}%22"),
            format!("{whole}%E2%80%9D,"),
            format!("{whole}**"),
            format!("utm_source=x&fbclid={}&{whole}", "A".repeat(2_000)),
            format!("{whole}&utm_medium=seed%3D7"),
            format!("colour=red&{whole}&amp;x"),
        ] {
            assert_eq!(pairs(&query), whole, "{query}");
            assert_eq!(decode(&query).lost, [""; 0], "{query}");
        }
    }

    #[test]
    fn what_is_left_of_a_code_within_a_link_is_not_taken_for_a_lost_end_later() {
        // The page writes the values of the plane as it read them, perhaps in another place.
        assert_eq!(pairs("?view=plane&data=%&frame=1%&so"), "view=plane&data=&frame=1");
        assert_eq!(pairs("?view=plane&data=rings%2B1"), "view=plane&data=rings1");
        assert_eq!(pairs("?view=plane&frame=n%2526C2%2C1,mnist&solver=rk4"), "view=plane&frame=n&solver=rk4");
        assert_eq!(pairs("?view=plane&frame=%2&device=gpu"), "view=plane&frame=2&device=gpu");
    }

    #[test]
    fn a_lost_end_is_said() {
        let whole = "?view=sample&model=mnist&seed=42&digit=any&pictures=9&steps=50&sampler=heun&guidance=2&device=cpu";
        assert_eq!(decode(whole).lost, [""; 0]);
        for (query, words) in [
            ("?view=sample&model=mnist&seed=42", ""),
            ("?view=sample&model=mnist&seed=42&digit=any&pictures=2", "it stops after pictures=2"),
            ("?view=sample&model=mnist&seed=42&", ""),
            ("?view=sample&model=mnist&seed=42&pic", "it stops at “pic”"),
            ("?view=sample&model=mnist&seed=42&digit=any&pictures=9&steps=5", "it stops after steps=5"),
            ("?view=plane&parts=AAAA…", "parts is cut short"),
            ("?view=plane&parts=AAAA%E2%80%A6", "parts is cut short"),
            ("?view=plane&parts=AAAA...", "parts is cut short"),
            ("?view=compare&lane=heun%2", "lane is cut short"),
            ("?view=compare&la…", "it stops at “la…”"),
            ("?seed=3&present", ""),
            ("?seed=3", ""),
            ("?s", ""),
            ("?view=sample&model=mnist", ""),
        ] {
            let lost = decode(query).lost;
            assert!(
                if words.is_empty() { lost.is_empty() } else { lost.len() == 1 && lost[0].contains(words) },
                "{query}: {lost:?}"
            );
        }
        assert!(decode(&"x".repeat(MAX_RAW + 1)).lost[0].contains("only the first 65536"));
    }

    proptest! {
        #[test]
        fn any_text_is_answered_within_bounds(query in ".{0,200}") {
            let decoded = decode(&query);
            prop_assert!(decoded.lost.len() <= 2);
            prop_assert!(decoded.pairs.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>() <= 3 * query.len());
        }

        #[test]
        fn any_escapes_are_answered(query in "(view|seed|amp;|%|%2|%26|%3D|%253D|=|&|5|…|\\+){0,40}") {
            let decoded = decode(&query);
            prop_assert!(decoded.pairs.len() <= query.len());
        }

        #[test]
        fn escaping_changes_nothing(value in "[-_.,0-9A-Za-z]{1,30}[-_0-9A-Za-z]", layers in 0..=LAYERS) {
            let escape = |text: String| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
            let escaped = (0..layers).fold(value.clone(), |text, _| escape(text));
            let found = decode(&format!("parts={escaped}")).pairs.remove(0).1;
            prop_assert_eq!(found, bare(&value));
        }
    }
}
