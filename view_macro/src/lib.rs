//! `view!`, as the panel writes its pages. It is written as leptos' own macro is, and makes of each HTML element a value of
//! one type, `crate::view::Element`, with its attributes as data: leptos makes a type of its own for each, with code for each,
//! which is most of what a browser would have to fetch (docs/decisions/views.md). Components stay leptos'.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use rstml::node::{KeyedAttribute, KeyedAttributeValue, Node, NodeAttribute, NodeBlock, NodeElement, NodeName};
use rstml::{Parser, ParserConfig};
use syn::spanned::Spanned as _;
use syn::{Error, Ident, LitStr, Result, Stmt};

/// Elements without an end tag.
const VOID: [&str; 8] = ["br", "col", "hr", "img", "input", "link", "meta", "wbr"];

/// An element, a component, or several of them; see `crate::view`.
#[proc_macro]
pub fn view(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expanded(tokens.into()).unwrap_or_else(|error| error.to_compile_error()).into()
}

fn expanded(tokens: TokenStream) -> Result<TokenStream> {
    let config = ParserConfig::new().always_self_closed_elements(VOID.into_iter().collect());
    let nodes = Parser::new(config).parse_simple(tokens)?;
    match nodes.as_slice() {
        [node] => root(node),
        nodes => {
            let nodes = nodes.iter().map(child).collect::<Result<Vec<_>>>()?;
            Ok(quote! { ::std::vec::Vec::from([#(#nodes),*]) })
        }
    }
}

fn root(node: &Node) -> Result<TokenStream> {
    match node {
        Node::Element(node) if is_component(node.name()) => component(node),
        Node::Element(node) => element(node),
        node => child(node),
    }
}

/// An expression of the type `AnyView`.
fn child(node: &Node) -> Result<TokenStream> {
    match node {
        Node::Element(node) if is_component(node.name()) => {
            let component = component(node)?;
            Ok(quote! { ::leptos::prelude::IntoAny::into_any(#component) })
        }
        Node::Element(node) => {
            let element = element(node)?;
            Ok(quote! { crate::view::Child::into_child(#element) })
        }
        Node::Text(text) => {
            let text = &text.value;
            Ok(quote! { crate::view::Child::into_child(#text) })
        }
        Node::Block(block) => {
            let inner = match block {
                NodeBlock::ValidBlock(block) => match block.stmts.as_slice() {
                    [Stmt::Expr(only, None)] => quote! { #only },
                    _ => quote! { #block },
                },
                invalid @ NodeBlock::Invalid(_) => quote! { #invalid },
            };
            Ok(quote_spanned! { block.span() => crate::view::Child::into_child(#inner) })
        }
        other => Err(Error::new(other.span(), "only elements, components, texts in quotes and {blocks}")),
    }
}

fn is_component(name: &NodeName) -> bool {
    let name = name.to_string();
    name.rsplit("::").next().is_some_and(|last| last.starts_with(|sign: char| sign.is_ascii_uppercase()))
}

/// A component, as leptos draws it, around elements that are ours.
fn component(node: &NodeElement<rstml::Infallible>) -> Result<TokenStream> {
    let component = tags(node)?;
    Ok(quote! { ::leptos::view! { #component } })
}

/// A component as it is written. Components within it stay so too: some look at the types of their children (routes).
fn tags(node: &NodeElement<rstml::Infallible>) -> Result<TokenStream> {
    let (open, close) = (&node.open_tag, &node.close_tag);
    let children = node.children.iter().map(|node| match node {
        Node::Element(node) if is_component(node.name()) => tags(node),
        Node::Element(_) => child(node).map(|child| quote! { {#child} }),
        node => Ok(quote! { #node }),
    });
    let children = children.collect::<Result<Vec<_>>>()?;
    Ok(quote! { #open #(#children)* #close })
}

fn element(node: &NodeElement<rstml::Infallible>) -> Result<TokenStream> {
    let tag = LitStr::new(&node.name().to_string(), node.name().span());
    let element = Ident::new("element", Span::mixed_site());
    let (mut fixed, mut parts) = (Vec::new(), Vec::new());
    for attribute in node.attributes() {
        match attribute {
            NodeAttribute::Attribute(attribute) => match fixed_value(attribute) {
                Some(value) => {
                    let name = LitStr::new(&attribute.key.to_string(), attribute.key.span());
                    fixed.push(quote! { (#name, #value) });
                }
                None => parts.push(part(&element, attribute)?),
            },
            NodeAttribute::Block(block) => return Err(Error::new(block.span(), "an attribute has a name")),
        }
    }
    let children = node.children.iter().map(child).collect::<Result<Vec<_>>>()?;
    if fixed.is_empty() && parts.is_empty() && children.is_empty() {
        return Ok(quote! { crate::view::Element::new(#tag, &[]) });
    }
    Ok(quote! {{
        let mut #element = crate::view::Element::new(#tag, &[#(#fixed),*]);
        #(#parts)*
        #(#element.child(#children);)*
        #element
    }})
}

/// The value of a plain attribute that never changes: a literal, or nothing for one that is only there.
fn fixed_value(attribute: &KeyedAttribute) -> Option<LitStr> {
    if attribute.key.to_string().contains(':') {
        return None;
    }
    match &attribute.possible_value {
        KeyedAttributeValue::None => Some(LitStr::new("", attribute.key.span())),
        _ => attribute.value_literal_string().map(|text| LitStr::new(&text, attribute.key.span())),
    }
}

/// A statement that adds what is set, followed or listened to.
fn part(element: &Ident, attribute: &KeyedAttribute) -> Result<TokenStream> {
    let key = attribute.key.to_string();
    let span = attribute.key.span();
    let Some(value) = attribute.value() else {
        return Err(Error::new(span, format!("`{key}` has no value")));
    };
    let (prefix, name) = key.split_once(':').unwrap_or(("", &key));
    let text = LitStr::new(name, span);
    Ok(match prefix {
        "" if name == "node_ref" => quote_spanned! { span => #element.reference(#value); },
        "" => quote_spanned! { span => #element.attribute(#text, #value); },
        "class" => quote_spanned! { span => #element.class(#text, #value); },
        "prop" => quote_spanned! { span => #element.property(#text, #value); },
        "on" => {
            let event = Ident::new(name, span);
            quote_spanned! { span => #element.on(::leptos::ev::#event, #value); }
        }
        _ => {
            return Err(Error::new(span, format!("`{prefix}:` is not used here: class:, prop:, on: and node_ref are")));
        }
    })
}
