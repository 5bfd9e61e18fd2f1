//! What may stand within an element.

use super::Element;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::sync::Arc;

/// What may stand within an element: texts, elements, views, none or many of them, and what follows signals.
pub trait Child {
    /// As a view.
    fn into_child(self) -> AnyView;
}

macro_rules! drawn {
    ($($type:ty),*) => {
        $(
            impl Child for $type {
                fn into_child(self) -> AnyView {
                    self.into_any()
                }
            }
        )*
    };
}

drawn!(Element, String, &'static str, ());

impl Child for AnyView {
    fn into_child(self) -> AnyView {
        self
    }
}

/// A component's.
impl<T: IntoView> Child for View<T>
where
    Self: IntoAny,
{
    fn into_child(self) -> AnyView {
        self.into_any()
    }
}

impl<T: Child> Child for Option<T> {
    fn into_child(self) -> AnyView {
        self.map(Child::into_child).into_any()
    }
}

impl<T: Child> Child for Vec<T> {
    fn into_child(self) -> AnyView {
        self.into_iter().map(Child::into_child).collect::<Vec<_>>().into_any()
    }
}

impl<F: FnMut() -> T + 'static, T: Child> Child for F {
    fn into_child(mut self) -> AnyView {
        live(Box::new(move || self().into_child()))
    }
}

macro_rules! followed {
    ($($type:ident)*) => {
        $(
            impl<T: Child + Clone + Send + Sync + 'static> Child for $type<T> {
                fn into_child(self) -> AnyView {
                    live(Box::new(move || self.get().into_child()))
                }
            }
        )*
    };
}

followed!(Signal Memo RwSignal);

/// Drawn anew whenever a signal changes that it reads.
fn live(draw: Box<dyn FnMut() -> AnyView>) -> AnyView {
    // A browser's page has one thread; leptos also draws on servers, which have many.
    let mut draw = SendWrapper::new(draw);
    (move || draw()).into_any()
}

/// One view for each key, in the order of the keys: what stays is moved, never drawn anew.
pub fn each(
    keys: impl Fn() -> Vec<String> + Send + Sync + 'static,
    item: impl Fn(String) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    type Keys = Arc<dyn Fn() -> Vec<String> + Send + Sync>;
    type Item = Arc<dyn Fn(String) -> AnyView + Send + Sync>;
    fn drawn(keys: Keys, item: Item) -> AnyView {
        let (each, children) = (move || keys(), move |key| item(key));
        leptos::view! { <For each key=String::clone children /> }.into_any()
    }
    drawn(Arc::new(keys), Arc::new(item))
}
