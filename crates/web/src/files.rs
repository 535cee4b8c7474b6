//! The files of this build: index.html lists those that are asked for by name while the page runs, a line each of path, digest,
//! size. What is served has the digest in its name, so that no file of another build passes for one of this.

use wasm_bindgen::JsCast;
use web_sys::{Document, HtmlElement};

/// The element that holds the list.
const LIST: &str = "files";

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// The list; empty while the page is being written (`trunk serve`), where files keep their names.
pub fn list() -> String {
    let list = document().and_then(|it| it.get_element_by_id(LIST)).and_then(|it| it.text_content());
    list.unwrap_or_default()
}

/// The number of this build; empty where it has none.
pub fn build() -> String {
    let root = document().and_then(|it| it.document_element()).and_then(|it| it.dyn_into::<HtmlElement>().ok());
    root.and_then(|it| it.get_attribute("data-build")).unwrap_or_default()
}

/// Where the file of this path is served, relative to the page.
pub fn address(path: &str) -> String {
    protocol::files::Listed::read(&list()).address(path)
}
