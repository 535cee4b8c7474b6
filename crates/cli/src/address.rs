//! A link as it stands in an address bar, in a mail or by itself.

use protocol::link::{Link, View};

/// What a link of the page says; a sentence where it says something that is not understood, since another picture than it means
/// would be no answer.
pub fn read(text: &str) -> Result<Link, String> {
    let text = text.trim();
    let query = text.split_once('?').map_or(text, |(_, query)| query);
    let query = query.split_once('#').map_or(query, |(query, _)| query);
    if !query.contains('=') {
        return Err("a link has a question mark and settings behind it, like ?view=sample&model=mnist&seed=7".into());
    }
    let (link, complaints) = Link::parse(query);
    match complaints.first() {
        Some(sentence) => Err(format!("the link cannot be opened as it is: {sentence}")),
        None if link.view == View::Train => {
            Err("the link opens the view Train, which shows a recipe; flowstep train takes it as arguments".into())
        }
        None => Ok(link),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::keyed::Keyed;

    #[test]
    fn a_link_is_read_from_whatever_stands_around_it() {
        for text in [
            "?view=sample&seed=7",
            "view=sample&seed=7",
            "https://example.org/flowstep/?view=sample&seed=7#top",
            " http://127.0.0.1:8080/index.html?view=sample&amp;seed=7\n",
        ] {
            assert_eq!(read(text).map(|link| (link.view, link.sample.seed)), Ok((View::Sample, 7)), "{text}");
        }
    }

    #[test]
    fn what_is_none_or_not_understood_gets_a_sentence() {
        for (text, words) in [
            ("", "question mark"),
            ("https://example.org/", "question mark"),
            ("?seed=many", "seed cannot be “many”"),
            ("?view=compare&lane=heun,2,1,mnist", "1 lanes cannot be compared"),
            ("?view=train&seed=7", "flowstep train"),
        ] {
            let said = read(text).expect_err(text);
            assert!(said.contains(words), "{text}: {said}");
        }
        assert!(View::all().count() == 4, "a new view wants an answer here");
    }
}
