//! index.html: one sheet, the policy, the number of the build, and the list of what is asked for by name while the page runs.

use super::{
    Files,
    names::{self, Named},
};

/// What the page may do, on any host: nothing of anybody else's, no script and no style in the markup. Its workers compile
/// wasm. Text becomes a script's address or markup only by the one rule of `shell.js`.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; object-src 'none'; \
    base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types default";

const SHEET: &str = "style.css";

/// A document under the policy.
pub fn with_policy(document: &str) -> String {
    let head = format!("<head>\n    <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">");
    document.replacen("<head>", &head, 1)
}

/// Puts all sheets that the page links to, in their order, into one at the place of the first.
pub fn one_sheet(index: &str, files: &mut Files) -> Result<String, String> {
    let (mut out, mut sheet, mut rest) = (String::new(), String::new(), index);
    while let Some(at) = rest.find("<link rel=\"stylesheet\"") {
        let (before, link) = rest.split_at(at);
        let end = link.find('>').ok_or("a link in index.html does not end")? + 1;
        let href = link[..end].split_once("href=\"").and_then(|(_, text)| text.split_once('"'));
        let (href, _) = href.ok_or("a sheet in index.html has no address")?;
        out += before;
        if sheet.is_empty() {
            out += &format!("<link rel=\"stylesheet\" href=\"./{SHEET}\">");
        }
        sheet += &names::text(files, href.trim_start_matches("./"))?;
        sheet.push('\n');
        rest = &link[end..];
    }
    if sheet.is_empty() {
        return Err("index.html links to no sheet".into());
    }
    files.insert(SHEET.into(), sheet.into_bytes());
    Ok(out + rest)
}

/// index.html with the names of `named`, the policy, `build`, and a line for each file that no other file names: path, digest, size.
pub fn finished(index: &str, build: &str, named: &Named) -> String {
    let asked =
        named.names.iter().filter(|(old, _)| !named.inner.contains(old) && !names::names_it(index.as_bytes(), old));
    let line = |(old, new): (&String, &String)| {
        let bytes = &named.files[new];
        format!("{old} {} {}\n", names::digest(bytes), bytes.len())
    };
    let list: String = asked.map(line).collect();
    let index = names::renamed(index, &named.names);
    let list = format!("<script type=\"text/plain\" id=\"files\">\n{list}</script>\n  </body>");
    with_policy(&index).replacen("<html ", &format!("<html data-build=\"{build}\" "), 1).replacen("</body>", &list, 1)
}
