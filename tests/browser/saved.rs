//! Trainings that outlive their page: saved while they run, gone on with after a reload, and nothing said in silence.

use crate::{
    engine::{Engine, WEBKIT, every_engine},
    page::Page,
    recorder,
    server::Site,
    train::{pause, train_until},
};
use protocol::saved::{self, Head};
use serde_json::{Value, json};

pub const RECIPE: &str = "?view=train&size=tiny&batch=8&train-seed=5&pictures=2&steps=2&frame=0";

/// Begins a script with what the page has saved: files, or records where the page cannot write files.
pub const FOLDER: &str = "
    const writes = navigator.storage?.getDirectory && window.FileSystemFileHandle?.prototype.createWritable;
    const folder = writes && await (await navigator.storage.getDirectory()).getDirectoryHandle('flowstep', { create: true });
    const answer = (request) => new Promise((done, fail) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => fail(request.error);
    });
    const store = async (mode) => {
        const open = indexedDB.open('flowstep', 1);
        // It is the page that makes it.
        open.onupgradeneeded = () => open.transaction.abort();
        return (await answer(open).catch(() => null))?.transaction('files', mode).objectStore('files');
    };
    const whole = async () => {
        const all = [];
        if (!folder) {
            const records = await store('readonly');
            if (!records) return [];
            const [names, values] = await Promise.all([answer(records.getAllKeys()), answer(records.getAll())]);
            return names.map((name, i) => [name, new Blob([values[i]])]);
        }
        for await (const [name, handle] of folder.entries()) {
            // It may be gone again: the page writes beside the file, and puts that in its place.
            const file = await handle.getFile().catch((error) => { if (error.name !== 'NotFoundError') throw error; });
            if (file) all.push([name, file]);
        }
        return all;
    };
    const put = async (name, bytes) => {
        if (!folder) return await answer((await store('readwrite')).put(bytes, name)), null;
        const stream = await (await folder.getFileHandle(name)).createWritable();
        await stream.write(bytes);
        await stream.close();
        return null;
    };";

/// The files of saved trainings with their lengths.
pub fn files(page: &Page) -> Vec<(String, u64)> {
    let script = format!(
        "{FOLDER} const all = [];
        for (const [name, file] of await whole()) all.push([name, file.size]);
        return all.sort();"
    );
    serde_json::from_value(page.browser.run_async(&script, json!([]))).expect("names with lengths")
}

/// Cuts a file to this length, or turns its last byte.
pub fn damage(page: &Page, name: &str, cut: Option<u64>) {
    let script = format!(
        "{FOLDER} const [name, cut] = arguments, [, file] = (await whole()).find(([other]) => other === name);
        const bytes = new Uint8Array(await file.arrayBuffer());
        bytes[bytes.length - 1] ^= 1;
        return put(name, cut === null ? bytes : bytes.slice(0, cut));"
    );
    assert_eq!(page.browser.run_async(&script, json!([name, cut])), Value::Null);
}

/// Waits until so many whole files are there, and gives the names.
pub fn saved(page: &Page, count: usize) -> Vec<String> {
    page.wait_for(format_args!("{count} saved files"), |page| {
        let files: Vec<_> = files(page).into_iter().filter(|(name, length)| *length > 0 && name.len() < 20).collect();
        (files.len() == count).then(|| files.into_iter().map(|(name, _)| name).collect())
    })
}

/// The step and the file of the newest record that is whole now, and its training can be gone on with.
pub fn newest(page: &Page) -> Option<(u64, String)> {
    let script = format!(
        "{FOLDER} const all = [];
        for (const [name, file] of await whole()) {{
            const bytes = await file.arrayBuffer().catch(() => null);
            if (bytes) all.push([name, base64(new Uint8Array(bytes))]);
        }}
        return all;"
    );
    let files = page.browser.run_async(&script, json!([]));
    let step = |file: &Value| {
        let record = recorder::bytes(&file[1]);
        Some((saved::read::<Head>(&record)?.0.step, file[0].as_str()?.to_string()))
    };
    files.as_array().expect("files").iter().filter_map(step).max()
}

/// The page is told that it is hidden.
pub fn hide(page: &Page) {
    let script = "Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true })); delete document.hidden;";
    page.browser.run(script, json!([]));
}

/// The step of the training that is offered first.
pub fn offered(page: &Page) -> u64 {
    page.wait_for("the training that was left", |page| {
        let text = "return document.querySelector('.left li')?.innerText.match(/step ([\\d\\u202f]+)/)?.[1] ?? null";
        page.browser.run(text, json!([])).as_str()?.replace(GAP, "").parse().ok()
    })
}

/// Comes back as a person does who opens the page anew.
pub fn come_back(page: &Page) {
    page.go(RECIPE);
    page.wait("the page to leave data-state=loading", |page| page.state() != "loading");
}

/// Between groups of three digits.
const GAP: char = '\u{202f}';

/// A number of steps as people read it, below a million.
pub fn count(step: u64) -> String {
    if step < 1000 { step.to_string() } else { format!("{}{GAP}{:03}", step / 1000, step % 1000) }
}

pub fn resume(page: &Page, step: u64) {
    page.button(&format!("Resume training at step {}", count(step)));
}

/// The losses of steps `from` to `to`.
pub fn between(losses: &[(u64, f32)], from: u64, to: u64) -> Vec<(u64, f32)> {
    losses.iter().copied().filter(|(step, _)| (from..=to).contains(step)).collect()
}

every_engine! {
    a_training_goes_on_after_a_reload_as_if_nothing_had_been;
    a_hidden_page_saves_and_a_damaged_file_gives_way_to_the_one_before;
    where_nothing_can_be_saved_training_goes_on_and_that_is_said_once;
}

fn a_training_goes_on_after_a_reload_as_if_nothing_had_been(engine: Engine) {
    let site = Site::new();
    goes_on_after_a_reload(Page::blank(&site, engine));
}

/// In a page that is blank yet.
pub fn goes_on_after_a_reload(page: Page) {
    come_back(&page);
    page.button("Train");
    train_until(&page, 6);
    let step = pause(&page);
    saved(&page, 1);
    come_back(&page);
    resume(&page, step);
    train_until(&page, step + 12);
    let end = pause(&page);
    let resumed = page.losses();
    assert_eq!(resumed.first().map(|(first, _)| *first), Some(step + 1), "it goes on where it was");
    saved(&page, 2);

    // Reset asks nothing, since it loses nothing: what it ends is offered.
    page.button("Reset");
    page.control("button", &format!("Resume training at step {end}"));
    page.forget();
    page.button("Train");
    train_until(&page, end);
    let whole = page.losses();
    assert_eq!(
        between(&resumed, step + 1, end),
        between(&whole, step + 1, end),
        "one training, in two parts or in one"
    );
    pause(&page);
    page.button("Reset");

    let last = page.reports().last().map_or(0, |report| report.step);
    for (step, left) in [(last, 1), (end, 0)] {
        page.button(&format!("Discard training at step {step}"));
        page.wait(format_args!("{left} trainings"), |page| page.browser.find(".left li").len() == left);
    }
    saved(&page, 0);
    come_back(&page);
    page.control("button", "Train");
    assert!(page.browser.find(".left li").is_empty());
    page.close_without_errors();
}

fn a_hidden_page_saves_and_a_damaged_file_gives_way_to_the_one_before(engine: Engine) {
    let site = Site::new();
    a_damaged_file_gives_way(Page::blank(&site, engine));
}

/// In a page that is blank yet.
pub fn a_damaged_file_gives_way(page: Page) {
    come_back(&page);
    page.button("Train");
    train_until(&page, 3);
    let first = pause(&page);
    let one = saved(&page, 1);
    page.button("Resume");
    train_until(&page, first + 3);
    hide(&page);
    let two = saved(&page, 2);
    let newest = two.iter().find(|name| !one.contains(name)).expect("another file");

    // Weights with a byte turned are refused by the worker, with a sentence, and what was before them is offered.
    damage(&page, newest, None);
    come_back(&page);
    let step = offered(&page);
    assert!(step >= first + 3, "the hidden page was saved at step {step}");
    resume(&page, step);
    page.wait("a sentence", |page| page.alert().contains("the checkpoint is damaged"));
    page.control("button", &format!("Resume training at step {first}"));
    assert_eq!(saved(&page, 1), one);

    resume(&page, first);
    train_until(&page, first + 2);
    let second = pause(&page);
    let two = saved(&page, 2);
    // A file that ends amid its head is passed over without a word.
    damage(&page, two.iter().find(|name| !one.contains(name)).expect("another file"), Some(30));
    come_back(&page);
    resume(&page, first);
    train_until(&page, second);
    page.close_without_errors();
}

fn where_nothing_can_be_saved_training_goes_on_and_that_is_said_once(engine: Engine) {
    let site = Site::new();
    let page = Page::blank(&site, engine);
    let deny = "const getDirectory = async () => { throw new DOMException('storage is denied') };
        Object.defineProperty(navigator, 'storage', { value: { getDirectory } });
        Object.defineProperty(window, 'indexedDB', { value: undefined });";
    page.run_before(deny);
    page.go(RECIPE);
    page.button("Train");
    page.wait("what cannot be", |page| {
        // WebKitGTK keeps no files, and without a database it has nothing that could be denied.
        let why = if engine.name == WEBKIT.name { "this browser keeps no files" } else { "storage is denied" };
        page.alert().contains(&format!("This training is not being saved, since {why}"))
    });
    train_until(&page, 3);
    let step = pause(&page);
    page.button("Dismiss");
    page.button("Resume");
    train_until(&page, step + 3);
    pause(&page);
    assert_eq!(page.alert(), "");
    page.close_without_errors();
}
