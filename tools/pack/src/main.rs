//! `pack FOLDER`: see the library. trunk runs it on what it has built (`tools/pack.sh`).

use std::{env, fs, io, path::Path, process::ExitCode};

fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1) else {
        eprintln!("pack: name the folder that trunk built, as in `pack dist`");
        return ExitCode::from(2);
    };
    match run(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("pack: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path) -> Result<(), String> {
    let said = |error: io::Error| format!("{}: {error}", folder.display());
    let mut files = pack::Files::new();
    read(folder, "", &mut files).map_err(said)?;
    let packed = pack::pack(files.clone())?;
    for path in files.keys().filter(|path| !packed.contains_key(*path)) {
        fs::remove_file(folder.join(path)).map_err(said)?;
    }
    for (path, bytes) in packed.iter().filter(|(path, bytes)| files.get(*path) != Some(bytes)) {
        fs::write(folder.join(path), bytes).map_err(said)?;
    }
    Ok(())
}

/// Every file below `folder`, by its path from the outermost one, with `/`.
fn read(folder: &Path, before: &str, files: &mut pack::Files) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{before}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}
