//! The settings of a table as arguments, from the entries that links and page read too.

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches, builder::ValueParser, error::ErrorKind};
use flow::family::{FamilyId, Needs};
use protocol::{
    recipe::{self, TrainSpec},
    sampling::{self, SampleSpec},
    setting::Setting,
};

/// What settings decide, as it is asked for by arguments.
pub trait Asked: Sized + 'static {
    /// The settings that are arguments, in their order.
    fn settings() -> impl Iterator<Item = &'static Setting<Self>>;

    /// What is usual for a family.
    fn usual(family: FamilyId) -> Self;

    /// The argument that says all of them at once, if there is one.
    const RIVAL: Option<&'static str>;

    /// The family for which it is.
    fn family(&self) -> FamilyId;
}

/// The argument of a link, in which all settings of a sampling stand.
pub const LINK: &str = "link";

/// The argument of a checkpoint, in which all settings of a training stand.
pub const RESUME: &str = "resume";

impl Asked for TrainSpec {
    const RIVAL: Option<&'static str> = Some(RESUME);

    fn settings() -> impl Iterator<Item = &'static Setting<Self>> {
        recipe::SETTINGS.iter()
    }

    fn usual(family: FamilyId) -> Self {
        Self::of(family)
    }

    fn family(&self) -> FamilyId {
        self.family
    }
}

impl Asked for SampleSpec {
    const RIVAL: Option<&'static str> = Some(LINK);

    /// The model is a file, and named elsewhere.
    fn settings() -> impl Iterator<Item = &'static Setting<Self>> {
        sampling::SETTINGS.iter().filter(|setting| setting.key != "model")
    }

    /// A sheet holds more pictures than a page.
    fn usual(_: FamilyId) -> Self {
        Self { pictures: 60, ..Self::default() }
    }

    /// Every setting is taken for every family, and what means nothing to it is left alone.
    fn family(&self) -> FamilyId {
        FamilyId::default()
    }
}

/// What arguments ask for; what is not said is usual for its family.
pub struct Settings<S>(pub S);

/// Takes what the setting takes.
fn parser<S: Asked>(setting: &'static Setting<S>) -> ValueParser {
    ValueParser::from(move |text: &str| {
        let taken = (setting.write)(&mut S::usual(FamilyId::default()), text).map(|()| text.to_string());
        taken.map_err(|sentence| match sentence.split_once("; ") {
            // The key of the link is not what stands on this line.
            Some((head, accepted)) if head.starts_with(setting.key) => accepted.to_string(),
            _ => sentence,
        })
    })
}

fn argument<S: Asked>(setting: &'static Setting<S>) -> Arg {
    let of = |family: FamilyId| (family, (setting.read)(&S::usual(family)));
    let usual: Vec<_> = FamilyId::of(Needs::Pictures).filter(|it| setting.concerns(*it)).map(of).collect();
    let usual = match &usual[..] {
        [(_, first), rest @ ..] if rest.iter().all(|(_, other)| other == first) || setting.key == "family" => {
            first.clone()
        }
        all => all.iter().map(|(family, value)| format!("{value} for {family}")).collect::<Vec<_>>().join(", "),
    };
    let other = if setting.concerns(FamilyId::default()) { "" } else { " (not of flows)" };
    let argument = Arg::new(setting.argument)
        .long(setting.argument)
        .value_name(setting.argument)
        .help(format!("{}{other} [default: {usual}]", setting.help))
        .value_parser(parser(setting));
    let argument = argument.conflicts_with_all(S::RIVAL);
    // As links called it before there were samplers with noise.
    if setting.key == "sampler" { argument.alias("solver") } else { argument }
}

impl<S: Asked> Args for Settings<S> {
    fn augment_args(command: Command) -> Command {
        S::settings().fold(command, |command, setting| command.arg(argument(setting)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<S: Asked> FromArgMatches for Settings<S> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut spec = S::usual(FamilyId::default());
        // A family is the first of them, and decides what is usual for the rest.
        for setting in S::settings() {
            let Some(text) = matches.get_one::<String>(setting.argument) else { continue };
            let family = spec.family();
            if !setting.concerns(family) {
                let sentence = format!("--{} is no setting of the family {family}\n", setting.argument);
                return Err(Error::raw(ErrorKind::ArgumentConflict, sentence));
            }
            (setting.write)(&mut spec, text).map_err(|sentence| Error::raw(ErrorKind::ValueValidation, sentence))?;
        }
        Ok(Self(spec))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
