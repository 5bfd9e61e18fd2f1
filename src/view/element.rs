//! An HTML element.

use super::value::{Datum, IntoValue, Value};
use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::html::element::ElementType;
use leptos::tachys::html::event::EventDescriptor;
use leptos::tachys::html::node_ref::NodeRefContainer;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};
use send_wrapper::SendWrapper;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// An element before it is drawn: made by [`view!`](crate::view::view).
pub struct Element(SendWrapper<Box<Parts>>);

/// Names of attributes, and what they are.
type Attributes = &'static [(&'static str, &'static str)];
type Listener = Box<dyn FnMut(web_sys::Event)>;
type Reference = Box<dyn FnOnce(&web_sys::Element)>;

struct Parts {
    tag: &'static str,
    /// What never changes.
    fixed: Attributes,
    set: Vec<(&'static str, Kind, Value)>,
    listeners: Vec<(&'static str, Listener)>,
    references: Vec<Reference>,
    children: Vec<AnyView>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Attribute,
    Class,
    Property,
}

impl Element {
    /// An element with the attributes that it always has.
    #[must_use]
    pub fn new(tag: &'static str, fixed: Attributes) -> Self {
        let (set, listeners, references, children) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self(SendWrapper::new(Box::new(Parts { tag, fixed, set, listeners, references, children })))
    }

    /// `name=value`: without a value, or with `false`, the attribute is not there.
    pub fn attribute(&mut self, name: &'static str, value: impl IntoValue) {
        self.set(name, Kind::Attribute, value.into_value());
    }

    /// `class:name=value`.
    pub fn class(&mut self, name: &'static str, value: impl IntoValue) {
        self.set(name, Kind::Class, value.into_value());
    }

    /// `prop:name=value`.
    pub fn property(&mut self, name: &'static str, value: impl IntoValue) {
        self.set(name, Kind::Property, value.into_value());
    }

    fn set(&mut self, name: &'static str, kind: Kind, value: Value) {
        self.0.set.push((name, kind, value));
    }

    /// `on:event=handler`.
    pub fn on<E: EventDescriptor>(&mut self, event: E, mut handler: impl FnMut(E::EventType) + 'static)
    where
        E::EventType: JsCast,
    {
        // Of the events that leptos names, each name is a constant.
        let std::borrow::Cow::Borrowed(name) = event.name() else { return };
        self.listen(name, Box::new(move |event| handler(event.unchecked_into())));
    }

    fn listen(&mut self, name: &'static str, listener: Listener) {
        self.0.listeners.push((name, listener));
    }

    /// `node_ref=reference`.
    pub fn reference<E: ElementType>(&mut self, reference: impl NodeRefContainer<E>) {
        self.0.references.push(Box::new(move |element| reference.load(element)));
    }

    /// The next child.
    pub fn child(&mut self, child: AnyView) {
        self.0.children.push(child);
    }
}

/// What is kept of a drawn element, to change it and to take it away.
pub struct Drawn {
    node: web_sys::Element,
    tag: &'static str,
    fixed: Attributes,
    set: Vec<Set>,
    listeners: Vec<Listening>,
    children: Vec<AnyViewState>,
}

struct Set {
    name: &'static str,
    kind: Kind,
    /// What was set once; what is followed sets itself.
    once: Option<Datum>,
    _followed: Option<RenderEffect<Datum>>,
}

impl Set {
    fn begin(node: &web_sys::Element, name: &'static str, kind: Kind, value: Value) -> Self {
        match value {
            Value::Once(datum) => {
                put(node, name, kind, &datum);
                Self { name, kind, once: Some(datum), _followed: None }
            }
            Value::Live(mut read) => {
                let node = node.clone();
                let followed = RenderEffect::new(move |before: Option<Datum>| {
                    let now = read();
                    if before.as_ref() != Some(&now) {
                        put(&node, name, kind, &now);
                    }
                    now
                });
                Self { name, kind, once: None, _followed: Some(followed) }
            }
        }
    }
}

/// The browser refuses nothing of this: names and tags are literals of ours.
fn put(node: &web_sys::Element, name: &str, kind: Kind, datum: &Datum) {
    let _ = match kind {
        Kind::Attribute => match datum.as_attribute() {
            Some(text) => node.set_attribute(name, text),
            None => node.remove_attribute(name),
        },
        Kind::Class => {
            let classes = node.class_list();
            if *datum == Datum::Truth(true) { classes.add_1(name) } else { classes.remove_1(name) }
        }
        Kind::Property => js_sys::Reflect::set(node, &JsValue::from_str(name), &datum.as_property()).map(drop),
    };
}

/// Ends with its element.
struct Listening {
    node: web_sys::Element,
    name: &'static str,
    listener: Closure<dyn FnMut(web_sys::Event)>,
}

impl Listening {
    fn begin(node: &web_sys::Element, name: &'static str, listener: Listener) -> Self {
        let listener = Closure::wrap(listener);
        let _ = node.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        Self { node: node.clone(), name, listener }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.node.remove_event_listener_with_callback(self.name, self.listener.as_ref().unchecked_ref());
    }
}

impl Parts {
    fn build(self) -> Drawn {
        // Every tag is a literal of ours, which a browser knows.
        let node = document().create_element(self.tag).unwrap_or_else(|_| JsValue::UNDEFINED.unchecked_into());
        for (name, value) in self.fixed {
            let _ = node.set_attribute(name, value);
        }
        let set = self.set.into_iter().map(|(name, kind, value)| Set::begin(&node, name, kind, value)).collect();
        let listeners =
            self.listeners.into_iter().map(|(name, listener)| Listening::begin(&node, name, listener)).collect();
        let children = self.children.into_iter().map(|child| {
            let mut child = child.build();
            child.mount(&node, None);
            child
        });
        let children = children.collect();
        for reference in self.references {
            reference(&node);
        }
        Drawn { node, tag: self.tag, fixed: self.fixed, set, listeners, children }
    }

    /// The same element with other values: what a view that is drawn anew has at the same place.
    fn is_like(&self, drawn: &Drawn) -> bool {
        self.tag == drawn.tag
            && self.fixed == drawn.fixed
            && self.children.len() == drawn.children.len()
            && self
                .set
                .iter()
                .map(|(name, kind, _)| (*name, *kind))
                .eq(drawn.set.iter().map(|set| (set.name, set.kind)))
            && self.listeners.iter().map(|(name, _)| *name).eq(drawn.listeners.iter().map(|listening| listening.name))
    }

    /// The element stays, with its focus and its scroll.
    fn rebuild(self, drawn: &mut Drawn) {
        for ((name, kind, value), set) in self.set.into_iter().zip(&mut drawn.set) {
            if let (Value::Once(datum), Some(before)) = (&value, &set.once)
                && datum == before
            {
                continue;
            }
            *set = Set::begin(&drawn.node, name, kind, value);
        }
        for ((name, listener), listening) in self.listeners.into_iter().zip(&mut drawn.listeners) {
            *listening = Listening::begin(&drawn.node, name, listener);
        }
        for (child, state) in self.children.into_iter().zip(&mut drawn.children) {
            child.rebuild(state);
        }
        for reference in self.references {
            reference(&drawn.node);
        }
    }
}

impl Render for Element {
    type State = Drawn;

    fn build(self) -> Drawn {
        self.0.take().build()
    }

    fn rebuild(self, state: &mut Drawn) {
        let parts = self.0.take();
        if parts.is_like(state) {
            parts.rebuild(state);
        } else {
            let mut new = parts.build();
            state.insert_before_this(&mut new);
            state.unmount();
            *state = new;
        }
    }
}

impl Mountable for Drawn {
    fn unmount(&mut self) {
        self.node.remove();
    }

    fn mount(&mut self, parent: &web_sys::Element, marker: Option<&web_sys::Node>) {
        let _ = parent.insert_before(&self.node, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let Some(parent) = self.node.parent_element() else { return false };
        child.mount(&parent, Some(&self.node));
        true
    }

    fn elements(&self) -> Vec<web_sys::Element> {
        vec![self.node.clone()]
    }
}

/// No attributes are handed down from outside.
impl AddAnyAttr for Element {
    type Output<NewAttr: Attribute> = Self;

    fn add_any_attr<NewAttr: Attribute>(self, _: NewAttr) -> Self {
        self
    }
}

/// leptos asks for this of every view. The panel is drawn in browsers only: nothing of it is ever written as HTML.
impl RenderHtml for Element {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Drawn {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}
