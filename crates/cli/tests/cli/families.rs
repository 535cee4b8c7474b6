//! Models of every family on the command line: trained, gone on with, sampled, measured, made small.

use super::{flowstep, prints, refused, scratch};
use flow::{
    family::{FamilyId, Needs},
    keyed::Keyed,
};
use model::weights;
use protocol::recipe::SETTINGS;

#[test]
fn every_family_is_trained_sampled_and_made_small() {
    let folder = scratch("families");
    for family in FamilyId::of(Needs::Pictures) {
        let path = |name: &str| folder.join(format!("{}-{name}", family.key)).to_string_lossy().into_owned();
        let (out, small, picture) = (path("w.safetensors"), path("small.safetensors"), path("p.png"));
        let train = ["train", "--family", family.key, "--batch", "4", "--every", "2", "--out", &out];
        let said = prints(&[&train[..], &["--steps", "2"]].concat());
        assert!(family.terms.iter().all(|term| said.contains(&format!("{} ", term.name))), "{said}");
        let on = prints(&[&train[..], &["--steps", "4"]].concat());
        assert!(on.starts_with("going on from step 2"), "{on}");
        prints(&["shrink", &out, &small]);
        let header = weights::read(&std::fs::read(&small).expect("the file")).expect("weights").0;
        assert_eq!((header.family.key(), header.steps), (family.key, 4));
        prints(&["sample", &small, "--pictures", "2", "--steps", "2", "--out", &picture]);
        let evaluated = flowstep(&["evaluate", &small, "--count", "20"]);
        if ["gan", "stylegan"].contains(&family.key) {
            assert!(refused(evaluated, &["evaluate"]).contains("who is ahead"));
        } else {
            assert!(String::from_utf8_lossy(&evaluated.stdout).contains("held-out loss of "));
        }
        let likelihood = ["likelihood", &small, "--count", "2", "--steps", "1", "--probes", "2"];
        let measured = flowstep(&likelihood);
        if ["flow", "normalising"].contains(&family.key) {
            let said = String::from_utf8_lossy(&measured.stdout).into_owned();
            let bits: f64 =
                said.trim().rsplit(": ").next().and_then(|it| it.split(' ').next()?.parse().ok()).expect("bits");
            let (how, least) = if family.key == "flow" { ("1 steps, 2 probes", 7.0) } else { ("exactly", 4.0) };
            assert!(
                said.contains(&format!("2 test pictures of mnist, {how}")) && (least..12.0).contains(&bits),
                "{said}"
            );
        } else {
            assert!(refused(measured, &likelihood).contains("tells no density of pictures"));
        }
        if family.key != "flow" {
            let said = refused(flowstep(&["shrink", &out, &path("t.safetensors"), "--tune", "1"]), &["tune"]);
            assert!(said.contains("only flows are tuned"), "{said}");
        }
    }
}

#[test]
fn settings_are_arguments_and_those_of_another_family_are_refused() {
    let help = prints(&["train", "--help"]);
    for setting in SETTINGS {
        assert!(help.contains(&format!("--{} ", setting.argument)), "{}", setting.argument);
        assert!(help.contains(setting.help), "{}", setting.help);
    }
    for (arguments, words) in [
        (["--family", "gan", "--schedule", "vp"], "--schedule is no setting of the family gan"),
        (["--family", "flow", "--latent", "3"], "--latent is no setting of the family flow"),
        (["--family", "vae", "--latent", "0"], "it is a number from 1 to 64"),
        (["--family", "vae", "--beta", "NaN"], "it is a number from 0 to 20"),
        (["--family", "ebm", "--batch", "2"], "there are flow, vae, gan"),
        (["--family", "gan", "--labels", "yes"], "it is a number from 0 to 1"),
    ] {
        let said = refused(flowstep(&[&["train"], &arguments[..]].concat()), &arguments);
        assert!(said.contains(words), "{said}");
    }
}
