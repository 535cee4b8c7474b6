//! How much a browser has worked: the processor time of its driver and of all that the driver has started, as Linux tells it.

use std::{collections::BTreeMap, fs};

/// What the kernel counts processor time in, on every Linux that runs a browser.
const TICKS_A_SECOND: f64 = 100.0;

/// Parent, and ticks of its own and of those that it has waited for.
fn process(stat: &str) -> Option<(u32, u64)> {
    // The name, in brackets, may hold anything.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11..15)?.iter().filter_map(|field| field.parse::<u64>().ok()).sum();
    Some((fields.get(1)?.parse().ok()?, ticks))
}

/// Every process there is, with its parent and ticks; one that ends meanwhile is left out.
fn all() -> Option<BTreeMap<u32, (u32, u64)>> {
    let folders = fs::read_dir("/proc").ok()?.filter_map(Result::ok);
    let ids = folders.filter_map(|folder| folder.file_name().to_str()?.parse::<u32>().ok());
    Some(ids.filter_map(|id| Some((id, process(&fs::read_to_string(format!("/proc/{id}/stat")).ok()?)?))).collect())
}

/// What a process has started and has not ended.
pub fn children(of: u32) -> Vec<u32> {
    let found = all().unwrap_or_default().into_iter().filter(|(_, (parent, _))| *parent == of);
    found.map(|(id, _)| id).collect()
}

/// Seconds of processor time of a process and its descendants.
pub fn of(root: u32) -> Option<f64> {
    let all = all()?;
    all.get(&root)?;
    let descends = |mut id: u32| {
        while let Some((parent, _)) = all.get(&id).filter(|_| id != root) {
            id = *parent;
        }
        id == root
    };
    let ticks: u64 = all.iter().filter(|(id, _)| descends(**id)).map(|(_, (_, ticks))| ticks).sum();
    Some(ticks as f64 / TICKS_A_SECOND)
}

#[test]
fn a_line_of_the_kernel_is_read() {
    let line = "17 (a (b) c) S 5 17 17 0 -1 4194560 1 2 3 4 10 20 30 40 20 0 1 0 99 1 1";
    assert_eq!(process(line), Some((5, 100)));
    assert_eq!(process("nothing"), None);
}
