//! The first words between page and worker, before any message: plain text, which any version of either can read.

/// Number of the meaning of messages; it changes with any source of whatever can be in one.
pub const PROTOCOL: &str = env!("FLOWSTEP_PROTOCOL");

const NAME: &str = "flowstep";
/// What stands for the number of a build that has none.
const NONE: &str = "-";

/// Who speaks: “flowstep PROTOCOL BUILD”.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    pub protocol: String,
    /// Empty while the page is being written (`trunk serve`), where builds have no number.
    pub build: String,
}

impl Hello {
    /// The words of this code, in a build of this number.
    pub fn ours(build: &str) -> Self {
        Self { protocol: PROTOCOL.into(), build: build.into() }
    }

    pub fn to_text(&self) -> String {
        format!("{NAME} {} {}", self.protocol, if self.build.is_empty() { NONE } else { &self.build })
    }

    /// Nothing where it is not said so.
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split(' ').collect();
        let [NAME, protocol, build] = words[..] else { return None };
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_hexdigit());
        let is_said = is_number(protocol) && (build == NONE || is_number(build));
        let build = if build == NONE { "" } else { build };
        is_said.then(|| Self { protocol: protocol.into(), build: build.into() })
    }

    /// Whether both were built from the same: then what one says the other understands.
    pub fn fits(&self, other: &Self) -> bool {
        self.protocol == other.protocol
            && (self.build == other.build || self.build.is_empty() || other.build.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn another_build_or_another_protocol_does_not_fit() {
        let ours = Hello::ours("0123456789ab");
        assert!(ours.fits(&ours) && ours.fits(&Hello::ours("")) && Hello::ours("").fits(&ours));
        assert!(!ours.fits(&Hello::ours("0123456789ac")));
        assert!(!ours.fits(&Hello { protocol: "0".repeat(16), ..ours.clone() }));
    }

    proptest! {
        #[test]
        fn what_is_said_is_heard(build in "[0-9a-f]{12}|") {
            let ours = Hello::ours(&build);
            prop_assert_eq!(Hello::parse(&ours.to_text()), Some(ours));
        }

        #[test]
        fn anything_else_is_nobody(text in "(flowstep|[0-9a-f]{0,16}| |-|.){0,6}") {
            if let Some(hello) = Hello::parse(&text) {
                prop_assert_eq!(hello.to_text(), text);
            }
        }
    }
}
