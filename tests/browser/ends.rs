//! Whatever ends a page, a worker, a tab or the browser: nothing is lost beyond what was saved last.

use crate::{
    failures::strike,
    page::{Adapter, Page, scratch},
    recorder,
    saved::{FOLDER, RECIPE, come_back, damage, files, hide, newest, offered, resume},
    server::Site,
    train::{pause, train_until},
};
use protocol::saved::{self, Head};
use serde_json::json;
use std::{env, fs, process};

/// Ends of a page. `FLOWSTEP_ENDS=200` is the long test.
const ENDS: u64 = 12;

/// How a page ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Reload,
    Leave,
    CrashedWorker,
    CloseTab,
    TornFile,
    FullStorage,
    DeniedStorage,
    KilledBrowser,
}

const ALL: [End; 8] = [
    End::Reload,
    End::CrashedWorker,
    End::CloseTab,
    End::TornFile,
    End::KilledBrowser,
    End::FullStorage,
    End::Leave,
    End::DeniedStorage,
];

/// Waits until the page says that it cannot save.
fn is_told(page: &Page) {
    page.wait("that it is not saved", |page| page.alert().contains("This training is not being saved"));
}

/// The files of which nothing can be read.
fn unreadable(page: &Page) -> Vec<String> {
    let script = format!(
        "{FOLDER} const all = [];
        // What was being written when a browser was killed is no file yet.
        for (const [name, file] of await whole()) if (name.length < 20) all.push([name, base64(new Uint8Array(await file.arrayBuffer()))]);
        return all;"
    );
    let all = page.browser.run_async(&script, json!([]));
    let bad = |file: &serde_json::Value| saved::read::<Head>(&recorder::bytes(&file[1])).is_none();
    let names = all.as_array().expect("files").iter().filter(|file| bad(file));
    names.map(|file| file[0].as_str().expect("a name").to_string()).collect()
}

#[test]
fn whatever_ends_a_page_nothing_is_lost_beyond_what_was_saved_last() {
    let ends = env::var("FLOWSTEP_ENDS").ok().and_then(|ends| ends.parse().ok()).unwrap_or(ENDS);
    let site = Site::breakable();
    let profile = scratch(&format!("profiles/{}-ends", process::id()));
    let begin = |query: &str| {
        let mut page = Page::in_profile(&site, Adapter::None, &profile);
        page.expect_errors("made to crash");
        page.go(query);
        page.wait("the page to leave data-state=loading", |page| page.state() != "loading");
        page
    };
    let mut page = begin(RECIPE);
    page.button("Train");
    let (mut step, mut floor) = (0, 0);
    for (number, end) in (0..ends).zip(ALL.iter().cycle()) {
        train_until(&page, step + 2 + number % 3);
        if number % 2 == 0 {
            pause(&page);
            page.button("Resume");
        } else {
            hide(&page);
        }
        // A file that another is about to follow is as good as that one.
        let now = page.wait_for("a newer file", |page| newest(page).filter(|(at, _)| *at > step));
        floor = now.0;
        let mut torn = None;
        match end {
            End::Reload => {}
            End::Leave => page.browser.open("about:blank"),
            End::CrashedWorker => {
                strike(&page, "crash");
                page.wait("a new worker", |page| page.alert().contains("goes on from its last checkpoint"));
            }
            End::CloseTab => page.close_tab(),
            End::TornFile => {
                // What was being written is torn; whatever is whole beside it is what was saved last.
                pause(&page);
                if files(&page).len() > 1 {
                    let name = newest(&page).expect("a file").1;
                    damage(&page, &name, Some(number % 40));
                    floor = newest(&page).map_or(0, |(at, _)| at);
                    torn = Some(name);
                }
            }
            End::FullStorage => {
                let origin = page.browser.run("return location.origin", json!([]));
                let quota = |bytes| json!({ "origin": origin, "quotaSize": bytes });
                page.browser.chromium("Storage.overrideQuotaForOrigin", quota(1000));
                hide(&page);
                is_told(&page);
                page.browser.chromium("Storage.overrideQuotaForOrigin", json!({ "origin": origin }));
            }
            End::DeniedStorage => {
                let deny =
                    "FileSystemFileHandle.prototype.createWritable = async () => { throw new DOMException('denied') }";
                page.browser.run(deny, json!([]));
                hide(&page);
                is_told(&page);
            }
            End::KilledBrowser => {
                page.browser.kill();
                page = begin(RECIPE);
            }
        }
        come_back(&page);
        step = offered(&page);
        assert!(step >= floor, "end {number}, {end:?}: step {step} is offered, step {floor} was saved");
        let bad: Vec<_> = unreadable(&page).into_iter().filter(|name| torn.as_ref() != Some(name)).collect();
        assert_eq!(bad, [""; 0], "end {number}, {end:?}");
        resume(&page, step);
    }
    assert!(floor > 0 && step >= floor);
    train_until(&page, step + 1);
    page.close_without_errors();
    fs::remove_dir_all(profile).expect("the folder was ours");
}
