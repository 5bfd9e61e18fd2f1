use super::*;
use balcao_contract::rich_text::{Block, Inline};
use proptest::prelude::*;

fn text(text: &str) -> Inline {
    Inline::Text { text: text.to_owned() }
}

fn paragraph(content: Vec<Inline>) -> Block {
    Block::Paragraph { content }
}

#[test]
fn every_kind_of_block_has_its_place() {
    let blocks = parse(
        "# Title\n\nOne *two* **three** `four`.\n\n- a\n- b\n\n  c\n\n1. x\n\n> said\n\n```js\nlet a = 1 < 2;\n```\n\n\
         | h | i |\n|---|---|\n| 1 | ~~2~~ |\n\n---\n\n##### Deep",
    );
    let html = to_html(&blocks);
    assert_eq!(
        html,
        "<h2>Title</h2><p>One <em>two</em> <strong>three</strong> <code>four</code>.</p><ul><li>a</li><li><p>b</p><p>c</p></li></ul>\
         <ol><li>x</li></ol><blockquote><p>said</p></blockquote><pre><code>let a = 1 &lt; 2;\n</code></pre>\
         <table><thead><tr><th>h</th><th>i</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table><hr><h4>Deep</h4>"
    );
    let plain = to_plain(&blocks);
    assert!(plain.starts_with(
        "Title\n\nOne two three four.\n\n- a\n- b\n  c\n\n1. x\n\n> said\n\nlet a = 1 < 2;\n\nh | i\n1 | 2"
    ));
}

#[test]
fn only_links_that_lead_somewhere_safe_are_links() {
    for (markdown, href) in [
        ("[a](https://example.com/x?y=1&z=2)", Some("https://example.com/x?y=1&z=2")),
        ("[a](HTTP://EXAMPLE.com)", Some("http://example.com/")),
        ("[a](mailto:ana@example.com)", Some("mailto:ana@example.com")),
        ("[a](/articles/open-a-request#files)", Some("/articles/open-a-request#files")),
        ("[a](javascript:alert)", None),
        ("[a](JaVaScRiPt:alert)", None),
        ("[a](java&#x09;script:alert)", None),
        ("[a](data:text/html;base64,xx)", None),
        ("[a](//evil.example)", None),
        ("[a](/articles/../api/panel/session)", None),
        ("[a](/articles//evil.example)", None),
        ("[a](/requests/1)", None),
        ("[a](file:///etc/passwd)", None),
        ("[a](https://)", None),
    ] {
        let expected = match href {
            Some(href) => Inline::Link { href: href.to_owned(), content: vec![text("a")] },
            None => text("a"),
        };
        assert_eq!(parse(markdown), [paragraph(vec![expected])], "{markdown}");
    }
}

#[test]
fn an_image_leaves_its_alternative_text() {
    assert_eq!(parse("![a cat](https://tracker.example/x.png)"), [paragraph(vec![text("a cat")])]);
    assert_eq!(to_html(&parse("a ![](https://tracker.example/x.png) b")), "<p>a  b</p>");
}

#[test]
fn html_in_an_article_leaves_what_a_reader_would_have_seen() {
    assert_eq!(to_html(&parse("<div class=\"alert\">Take <b>care</b></div>")), "<p>Take care</p>");
    assert_eq!(to_html(&parse("one<br>two <u>three</u>")), "<p>one<br>two three</p>");
    assert_eq!(to_html(&parse("<script>alert(1)</script>")), "");
    assert_eq!(to_html(&parse("<!-- <b>hidden</b> -->")), "");
}

#[test]
fn a_comment_keeps_what_was_typed() {
    assert_eq!(to_html(&parse_comment("one\ntwo")), "<p>one<br>two</p>");
    assert_eq!(
        to_html(&parse_comment("<script>alert('x')</script>")),
        "<p>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</p>"
    );
    assert_eq!(to_html(&parse_comment("press <Save> & go")), "<p>press &lt;Save&gt; &amp; go</p>");
}

#[test]
fn bare_addresses_in_a_comment_become_links() {
    let html = to_html(&parse_comment(
        "See (https://example.com/a_b_c?x=1&y=2). Or http://b.example/, ok? xhttps://no.example",
    ));
    assert_eq!(
        html,
        "<p>See (<a href=\"https://example.com/a_b_c?x=1&amp;y=2\" rel=\"nofollow noopener noreferrer\">https://example.com/a_b_c?x=1&amp;y=2</a>). \
         Or <a href=\"http://b.example/\" rel=\"nofollow noopener noreferrer\">http://b.example/</a>, ok? xhttps://no.example</p>"
    );
    let nested = to_html(&parse_comment("[see https://a.example](https://b.example)"));
    assert_eq!(nested.matches("<a ").count(), 1);
}

#[test]
fn deep_nesting_neither_overflows_nor_loses_the_text() {
    for markdown in [
        format!("{} deep", ">".repeat(20_000)),
        format!("{}deep", "- ".repeat(5_000)),
        format!("{}deep{}", "*a ".repeat(5_000), "*".repeat(5_000)),
        format!("{}deep{}", "[".repeat(10_000), "](https://e.example)".repeat(10_000)),
    ] {
        for blocks in [parse(&markdown), parse_comment(&markdown)] {
            assert!(to_plain(&blocks).contains("deep"));
            let json = serde_json::to_string(&blocks).unwrap();
            assert_eq!(serde_json::from_str::<Vec<Block>>(&json).unwrap(), blocks);
        }
    }
}

/// Everything that the HTML may hold, taken out piece by piece: what stays must be escaped text.
fn stripped_of_our_tags(html: &str) -> String {
    let mut rest = html.replace("<a href=\"", "\u{1}");
    for tag in [
        "h2",
        "h3",
        "h4",
        "p",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "em",
        "strong",
    ] {
        rest = rest.replace(&format!("<{tag}>"), "").replace(&format!("</{tag}>"), "");
    }
    rest.replace("<br>", "")
        .replace("<hr>", "")
        .replace("</a>", "")
        .replace("\" rel=\"nofollow noopener noreferrer\">", "")
}

fn assert_safe(blocks: &[Block]) {
    let html = to_html(blocks);
    let rest = stripped_of_our_tags(&html);
    assert!(!rest.contains(['<', '>', '"']), "{html}");
    for link in html.split("<a href=\"").skip(1) {
        assert!(["https://", "http://", "mailto:", "/articles/"].iter().any(|start| link.starts_with(start)), "{html}");
    }
}

proptest! {
    #[test]
    fn html_is_safe_whatever_was_written(markdown in "\\PC{0,200}") {
        assert_safe(&parse(&markdown));
        assert_safe(&parse_comment(&markdown));
    }

    #[test]
    fn html_is_safe_for_what_looks_like_an_attack(
        parts in proptest::collection::vec(prop_oneof![
            Just("<script>"), Just("</script>"), Just("<img src=x onerror=alert(1)>"), Just("[a]("), Just("javascript:"), Just(")"), Just("\n"),
            Just("\n\n"), Just("> "), Just("- "), Just("1. "), Just("```"), Just("`"), Just("|"), Just("|-|\n"), Just("*"), Just("**"), Just("_"),
            Just("https://a.example/"), Just("\" onclick=\""), Just("&lt;"), Just("&#x3c;"), Just("<"), Just(">"), Just("![x]("), Just("    "),
            Just("<!--"), Just("-->"), Just("<a href=\"javascript:x\">"), Just("text"), Just("\u{202e}"), Just("\0"), Just("[r]: javascript:x\n"), Just("[r]"),
        ], 0..40)
    ) {
        let markdown = parts.concat();
        assert_safe(&parse(&markdown));
        assert_safe(&parse_comment(&markdown));
    }
}
