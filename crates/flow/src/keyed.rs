//! A choice from a list, known by its key in links, in files and on the command line.

/// One of a fixed list of things, each with a key.
///
/// ```
/// use flow::{keyed::Keyed, time::Grid};
///
/// assert_eq!(Grid::find("karras")?.key(), "karras");
/// assert!(Grid::find("even").unwrap_err().contains("there are uniform, "));
/// # Ok::<(), String>(())
/// ```
pub trait Keyed: Copy + Sized + 'static {
    /// What one of them is called in a sentence.
    const WHAT: &'static str;

    /// All of them, in the order in which they are offered.
    fn all() -> impl Iterator<Item = Self>;

    /// The name by which links, files and the command line know it.
    fn key(self) -> &'static str;

    /// The one whose key is `text`; otherwise a sentence that lists what there is.
    fn find(text: &str) -> Result<Self, String> {
        Self::all().find(|one| one.key() == text).ok_or_else(|| {
            let keys: Vec<_> = Self::all().map(Self::key).collect();
            let text: String = text.chars().take(40).collect();
            format!("no {} is called “{text}”; there are {}", Self::WHAT, keys.join(", "))
        })
    }
}

/// `Display` and `FromStr` by key.
#[macro_export]
macro_rules! by_key {
    ($type:ty) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.pad($crate::keyed::Keyed::key(*self))
            }
        }

        impl std::str::FromStr for $type {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                $crate::keyed::Keyed::find(text)
            }
        }
    };
}

/// Also serde by key; for a type that is `#[serde(try_from = "String", into = "String")]`.
#[macro_export]
macro_rules! serde_by_key {
    ($type:ty) => {
        $crate::by_key!($type);

        impl From<$type> for String {
            fn from(one: $type) -> Self {
                $crate::keyed::Keyed::key(one).into()
            }
        }

        impl TryFrom<String> for $type {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                text.parse()
            }
        }
    };
}
