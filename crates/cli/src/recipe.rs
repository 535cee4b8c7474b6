//! The settings of a recipe as arguments, from the one table that the page reads too.

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches, builder::ValueParser, error::ErrorKind};
use flow::{family::FamilyId, keyed::Keyed};
use protocol::{
    message::TrainSpec,
    recipe::SETTINGS,
    setting::{Control, Setting},
};

/// A recipe from arguments; what is not said is usual for its family.
pub struct Recipe(pub TrainSpec);

/// Takes what the setting takes.
fn parser(setting: &'static Setting<TrainSpec>) -> ValueParser {
    ValueParser::from(move |text: &str| {
        let taken = (setting.write)(&mut TrainSpec::default(), text).map(|()| text.to_string());
        taken.map_err(|sentence| match (&setting.control, sentence.split_once("; ")) {
            // Of numbers the sentence names the key of the link, which is not what stands on this line.
            (Control::Number(_) | Control::Switch(_), Some((_, accepted))) => accepted.to_string(),
            _ => sentence,
        })
    })
}

fn argument(setting: &'static Setting<TrainSpec>) -> Arg {
    let of = |family: FamilyId| (family, (setting.read)(&TrainSpec::of(family)));
    let usual: Vec<_> = FamilyId::all().filter(|it| (setting.concerns)(it.kind)).map(of).collect();
    let usual = match &usual[..] {
        [(_, first), rest @ ..] if rest.iter().all(|(_, other)| other == first) || setting.key == "family" => {
            first.clone()
        }
        all => all.iter().map(|(family, value)| format!("{value} for {family}")).collect::<Vec<_>>().join(", "),
    };
    let elsewhere = TrainSpec::default().settings().all(|other| other.key != setting.key);
    let other = if elsewhere { " (not of flows)" } else { "" };
    Arg::new(setting.argument)
        .long(setting.argument)
        .value_name(setting.argument)
        .help(format!("{}{other} [default: {usual}]", setting.help))
        .value_parser(parser(setting))
}

impl Args for Recipe {
    fn augment_args(command: Command) -> Command {
        SETTINGS.iter().fold(command, |command, setting| command.arg(argument(setting)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Recipe {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut spec = TrainSpec::default();
        // The family is the first of them, and decides what is usual for the rest.
        for setting in SETTINGS {
            let Some(text) = matches.get_one::<String>(setting.argument) else { continue };
            if spec.settings().all(|own| own.key != setting.key) {
                let sentence = format!("--{} is no setting of the family {}\n", setting.argument, spec.family);
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
