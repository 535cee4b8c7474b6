//! The settings of a sampling as arguments, from the one table that links read too.

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches, builder::ValueParser, error::ErrorKind};
use protocol::{
    sampling::{SETTINGS, SampleSpec},
    setting::Setting,
};

/// What is asked for by arguments; the model is a file, and named elsewhere.
pub struct Sampling(pub SampleSpec);

/// A sheet holds more pictures than a page.
fn usual() -> SampleSpec {
    SampleSpec { pictures: 60, ..SampleSpec::default() }
}

fn settings() -> impl Iterator<Item = &'static Setting<SampleSpec>> {
    SETTINGS.iter().filter(|setting| setting.key != "model")
}

fn argument(setting: &'static Setting<SampleSpec>) -> Arg {
    let parser = ValueParser::from(move |text: &str| {
        let taken = (setting.write)(&mut SampleSpec::default(), text).map(|()| text.to_string());
        // Of numbers the sentence names the key of a link, which stands on this line already.
        taken.map_err(|sentence| match sentence.split_once("; ") {
            Some((head, accepted)) if head.starts_with(setting.key) => accepted.to_string(),
            _ => sentence,
        })
    });
    let argument = Arg::new(setting.key).long(setting.key).value_name(setting.key).value_parser(parser);
    let argument = if setting.key == "sampler" { argument.alias("solver") } else { argument };
    argument.help(format!("{} [default: {}]", setting.help, (setting.read)(&usual())))
}

impl Args for Sampling {
    fn augment_args(command: Command) -> Command {
        settings().fold(command, |command, setting| command.arg(argument(setting)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Sampling {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut spec = usual();
        for setting in settings() {
            if let Some(text) = matches.get_one::<String>(setting.key) {
                (setting.write)(&mut spec, text).map_err(|it| Error::raw(ErrorKind::ValueValidation, it))?;
            }
        }
        Ok(Self(spec))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
