//! Elements of the page, and what in them follows the state.
//!
//! The signals are Leptos's; its views are not used. There every element is a type of its own with code of its own, and
//! the page's wasm was half as large again (docs/performance.md). Here the same few functions make all of them: what
//! differs from place to place is only text and boxed closures.
//!
//! What follows the state lives as long as the owner under which it was made: the page, or the [`El::live`] around it.

use leptos::prelude::*;
use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
};
use wasm_bindgen::{JsCast, JsValue, UnwrapThrowExt, closure::Closure};
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, Node};

/// Text that may have been written or put together; no attribute, or no text, where there is none.
pub trait Words {
    fn words(self) -> Option<Cow<'static, str>>;
}

impl Words for &'static str {
    fn words(self) -> Option<Cow<'static, str>> {
        Some(self.into())
    }
}

impl Words for String {
    fn words(self) -> Option<Cow<'static, str>> {
        Some(self.into())
    }
}

impl Words for Cow<'static, str> {
    fn words(self) -> Option<Self> {
        Some(self)
    }
}

impl<T: Words> Words for Option<T> {
    fn words(self) -> Option<Cow<'static, str>> {
        self.and_then(T::words)
    }
}

/// An attribute that is there, or not.
impl Words for bool {
    fn words(self) -> Option<Cow<'static, str>> {
        self.then_some("".into())
    }
}

/// Any number of elements.
pub trait Els {
    fn els(self) -> Vec<El>;
}

impl Els for El {
    fn els(self) -> Vec<El> {
        vec![self]
    }
}

impl Els for Vec<El> {
    fn els(self) -> Vec<El> {
        self
    }
}

impl Els for Option<El> {
    fn els(self) -> Vec<El> {
        self.into_iter().collect()
    }
}

/// Text that follows the state, boxed to be handed on.
pub type LiveText = Box<dyn Fn() -> Option<Cow<'static, str>>>;

/// Where text goes that follows the state.
enum Place {
    /// A text, and the empty comment before it.
    Text(Node, Node),
    Attribute(Element, &'static str),
    /// A property of the style, such as “--share”.
    Style(HtmlElement, &'static str),
}

impl Place {
    fn take(&self, words: Option<&str>) {
        let _ = match (self, words) {
            (Self::Text(node, mark), words) => {
                node.set_node_value(Some(words.unwrap_or_default()));
                restore(node, mark);
                Ok(())
            }
            (Self::Attribute(element, name), Some(words)) => element.set_attribute(name, words),
            (Self::Attribute(element, name), None) => element.remove_attribute(name),
            (Self::Style(element, name), words) => element.style().set_property(name, words.unwrap_or_default()),
        };
    }
}

/// Puts a text back behind its mark: whoever translates a page puts an element of theirs in the place of each text, and
/// what was said there would stand for ever.
fn restore(text: &Node, mark: &Node) {
    let next = mark.next_sibling();
    if next.as_ref() == Some(text) {
        return;
    }
    if let Some(foreign) = next.and_then(|it| it.dyn_into::<Element>().ok()).filter(|it| it.tag_name() == "FONT") {
        foreign.remove();
    }
    let _ = mark.parent_node().map(|parent| parent.insert_before(text, mark.next_sibling().as_ref()));
}

/// An element, to be filled and put somewhere.
#[derive(Clone)]
pub struct El(Element);

/// A new element with its classes, which may be none.
pub fn el(tag: &str, class: &str) -> El {
    let made = document().create_element(tag).map(El).unwrap_throw();
    if class.is_empty() { made } else { made.attr("class", class) }
}

/// A new element of SVG.
pub fn svg(tag: &str) -> El {
    El(document().create_element_ns(Some("http://www.w3.org/2000/svg"), tag).unwrap_throw())
}

/// A button that does something.
pub fn button(class: &str, act: impl FnMut() + 'static) -> El {
    let mut act = act;
    el("button", class).attr("type", "button").on("click", move |_| act())
}

impl El {
    /// The element itself.
    pub fn dom(&self) -> &Element {
        &self.0
    }

    pub fn attr(self, name: &str, value: &str) -> Self {
        let _ = self.0.set_attribute(name, value);
        self
    }

    /// A property of its style. An attribute with the whole of it is against the page's policy.
    pub fn style(self, name: &str, value: &str) -> Self {
        let _ = self.0.unchecked_ref::<HtmlElement>().style().set_property(name, value);
        self
    }

    /// Adds text.
    pub fn text(self, text: &str) -> Self {
        self.add(&document().create_text_node(text));
        self
    }

    /// Adds markup, which is never made of anything that came from elsewhere.
    pub fn html(self, markup: &str) -> Self {
        let _ = self.0.insert_adjacent_html("beforeend", markup);
        self
    }

    pub fn child(self, child: El) -> Self {
        self.add(&child.0);
        self
    }

    pub fn children(self, children: impl IntoIterator<Item = El>) -> Self {
        children.into_iter().for_each(|child| self.add(&child.0));
        self
    }

    fn add(&self, node: &Node) {
        let _ = self.0.append_child(node);
    }

    /// Adds text that follows the state.
    pub fn live_text<W: Words>(self, words: impl Fn() -> W + 'static) -> Self {
        let (mark, node) = (Node::from(document().create_comment("")), document().create_text_node(""));
        self.add(&mark);
        self.add(&node);
        keep_words(Place::Text(node.into(), mark), Box::new(move || words().words()));
        self
    }

    /// An attribute that follows the state.
    pub fn live_attr<W: Words>(self, name: &'static str, words: impl Fn() -> W + 'static) -> Self {
        keep_words(Place::Attribute(self.0.clone(), name), Box::new(move || words().words()));
        self
    }

    /// A property of its style that follows the state.
    pub fn live_style(self, name: &'static str, words: impl Fn() -> String + 'static) -> Self {
        keep_words(Place::Style(self.0.clone().unchecked_into(), name), Box::new(move || Some(words().into())));
        self
    }

    /// A class that it has or has not.
    pub fn live_class(self, name: &'static str, has: impl Fn() -> bool + 'static) -> Self {
        let classes = self.0.class_list();
        follow(move || drop(classes.toggle_with_force(name, has())));
        self
    }

    /// A property that is written whenever the state changes, since a person may have changed it.
    pub fn live_property<V: Into<JsValue>>(self, name: &'static str, value: impl Fn() -> V + 'static) -> Self {
        let (element, name) = (self.0.clone(), JsValue::from_str(name));
        follow(move || drop(js_sys::Reflect::set(&element, &name, &value().into())));
        self
    }

    /// Elements that are made anew whenever the state read by `make` changes.
    pub fn live<E: Els>(self, make: impl Fn() -> E + 'static) -> Self {
        keep_elements(&self, Box::new(move || make().els()));
        self
    }

    /// As many elements as `count` says, numbered from 0; those that stay are not made anew.
    pub fn times(self, count: impl Fn() -> usize + 'static, make: impl Fn(usize) -> El + 'static) -> Self {
        self.each(move || (0..count() as u32).collect(), move |k| make(k as usize))
    }

    /// One element for each key, in their order. Keys that stay keep their elements, and never change places.
    pub fn each(self, keys: impl Fn() -> Vec<u32> + 'static, make: impl Fn(u32) -> El + 'static) -> Self {
        keep_keyed(&self, Box::new(keys), Box::new(make));
        self
    }

    /// Listens for an event.
    pub fn on(self, event: &str, hear: impl FnMut(Event) + 'static) -> Self {
        let hear = Closure::<dyn FnMut(Event)>::new(hear);
        let _ = self.0.add_event_listener_with_callback(event, hear.as_ref().unchecked_ref());
        StoredValue::new_local(hear);
        self
    }

    /// Moves the focus here.
    pub fn focus(&self) {
        let _ = self.0.unchecked_ref::<HtmlElement>().focus();
    }
}

/// Runs `f` now and whenever the state that it read has changed, before the next paint.
pub fn follow(f: impl FnMut() + 'static) {
    keep(Box::new(f));
}

fn keep(mut f: Box<dyn FnMut()>) {
    StoredValue::new_local(RenderEffect::new(move |_: Option<()>| f()));
}

fn keep_words(place: Place, words: LiveText) {
    let before = RefCell::new(None);
    follow(move || {
        let now = words();
        if *before.borrow() != Some(now.clone()) {
            place.take(now.as_deref());
            before.replace(Some(now));
        }
    });
}

/// An empty text behind which nothing of its own stands: what comes and goes is put before it.
fn anchor(parent: &El) -> Node {
    let anchor = document().create_text_node("");
    parent.add(&anchor);
    anchor.into()
}

fn put(el: &El, before: &Node) {
    let _ = before.parent_node().map(|parent| parent.insert_before(&el.0, Some(before)));
}

fn keep_elements(parent: &El, make: Box<dyn Fn() -> Vec<El>>) {
    let anchor = anchor(parent);
    let shown = RefCell::new(Vec::<El>::new());
    follow(move || {
        let new = make();
        shown.borrow().iter().for_each(|el| el.0.remove());
        new.iter().for_each(|el| put(el, &anchor));
        shown.replace(new);
    });
}

/// An element with the owner of what follows the state in it.
type KeyedChild = (u32, El, Owner);

fn keep_keyed(parent: &El, keys: Box<dyn Fn() -> Vec<u32>>, make: Box<dyn Fn(u32) -> El>) {
    let anchor = anchor(parent);
    // Not the owner of what follows `keys`, which begins anew whenever they change.
    let outer = Owner::current().unwrap_or_default();
    let shown = Cell::new(Vec::<KeyedChild>::new());
    follow(move || {
        let keys = keys();
        let (kept, gone): (Vec<_>, Vec<_>) = shown.take().into_iter().partition(|(key, ..)| keys.contains(key));
        for (_, el, owner) in gone {
            el.0.remove();
            owner.cleanup();
        }
        let mut kept = kept.into_iter().peekable();
        let now = keys.iter().map(|key| {
            kept.next_if(|(old, ..)| old == key).unwrap_or_else(|| {
                let owner = outer.with(Owner::new);
                let el = untrack(|| owner.with(|| make(*key)));
                put(&el, kept.peek().map_or(&anchor, |(_, next, _)| &next.0));
                (*key, el, owner)
            })
        });
        shown.set(now.collect());
    });
}

/// What stands in the control that an event comes from.
pub fn value_of(event: &Event) -> String {
    // A list of choices has the same property.
    event.target().map(|it| it.unchecked_into::<HtmlInputElement>().value()).unwrap_or_default()
}
