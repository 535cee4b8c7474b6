//! What every entry says of itself is so.

use super::*;
use flow::{family::Needs, keyed::Keyed};

#[test]
fn a_key_an_argument_and_a_label_mean_one_setting() {
    for (i, one) in SETTINGS.iter().enumerate() {
        for other in &SETTINGS[..i] {
            assert!(one.key != other.key && one.argument != other.argument && one.label != other.label);
        }
    }
}

#[test]
fn every_setting_takes_what_it_says_and_refuses_what_is_none() {
    for family in FamilyId::of(Needs::Pictures) {
        let usual = TrainSpec::of(family);
        assert_eq!(usual.check(), Ok(()));
        for setting in SETTINGS {
            let mut same = usual.clone();
            assert_eq!((setting.write)(&mut same, &(setting.read)(&usual)), Ok(()), "{}", setting.key);
            let sentence = (setting.write)(&mut same, "−7 apples").expect_err(setting.key);
            assert!(sentence.contains("−7 apples"), "{sentence}");
            assert_eq!(same, usual);
            for (key, name) in setting.control.entries() {
                let mut other = usual.clone();
                assert_eq!((setting.write)(&mut other, key), Ok(()));
                assert_eq!((setting.read)(&other), key);
                assert!(!name.is_empty());
            }
        }
    }
}

#[test]
fn another_family_brings_its_usual_numbers() {
    let mut spec = TrainSpec { seed: 9, learning_rate: 0.05, ..TrainSpec::default() };
    (SETTINGS[0].write)(&mut spec, "gan").expect("it is one");
    assert_eq!(spec, TrainSpec { seed: 9, ..TrainSpec::of(FamilyId::GAN) });
    let keys = |family| TrainSpec::of(family).settings().map(|it| it.key).collect::<Vec<_>>();
    assert!(keys(FamilyId::FLOW).contains(&"schedule") && !keys(FamilyId::FLOW).contains(&"beta"));
    assert!(keys(FamilyId::VAE).contains(&"beta") && !keys(FamilyId::VAE).contains(&"adversarial"));
    assert!(keys(FamilyId::GAN).contains(&"critic-steps") && !keys(FamilyId::GAN).contains(&"drop"));
}

#[test]
fn what_a_family_says_of_its_settings_is_in_the_table() {
    for family in FamilyId::all() {
        for key in family.settings {
            assert!(SETTINGS.iter().any(|setting| setting.key == *key), "{family}: {key}");
        }
    }
}
