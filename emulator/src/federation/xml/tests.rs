use std::cell::Cell;

use super::element::NotUnderstood;
use super::read::MOST_PREFIXES;
use super::*;

thread_local! {
    static WORK: Cell<usize> = const { Cell::new(0) };
}

/// Counts what a reader looks at.
pub(super) fn work(things: usize) {
    WORK.with(|work| work.set(work.get() + things));
}

/// What it takes to read a text and to write its canonical form; whether it is understood does not matter.
fn work_on(text: &str) -> usize {
    WORK.with(|work| work.set(0));
    if let Ok(root) = Element::parse(text) {
        root.canonical(&[], None);
    }
    WORK.with(Cell::get)
}

/// Twice the text is twice the work, whatever it is made of.
#[test]
fn the_work_grows_with_the_text() {
    let many = |count: usize, part: &dyn Fn(usize) -> String| (0..count).map(part).collect::<String>();
    let attributes = |count| format!("<r{}/>", many(count, &|at| format!(" a{at}=\"\"")));
    let namespaces = |count| format!("<r{}/>", many(count, &|at| format!(" xmlns:a{at}=\"u\"")));
    let elements = |count| format!("<r>{}</r>", many(count, &|at| format!("<e xmlns:b{at}=\"u\" b{at}:c=\"\"/>")));
    let both = |count| {
        let around = many(50, &|at| format!(" xmlns:a{at}=\"u\""));
        format!("<r{around}>{}</r>", many(count, &|at| format!("<e xmlns:b{at}=\"u\" b{at}:c=\"\"/>")))
    };
    let nested = |count| {
        let inner = many(60, &|at| format!("<e xmlns:b{at}=\"u\">")) + &many(60, &|_| "</e>".to_owned());
        format!("<r>{}</r>", many(count / 60, &|_| inner.clone()))
    };
    let shapes: [(&str, &dyn Fn(usize) -> String); 5] = [
        ("attributes", &attributes),
        ("namespaces", &namespaces),
        ("elements", &elements),
        ("both", &both),
        ("nested", &nested),
    ];
    for (shape, text) in shapes {
        let (small, large) = (text(1_200), text(12_000));
        let (once, ten_times) = (work_on(&small), work_on(&large));
        assert!(ten_times <= 11 * once + 100, "{shape}: {once}, then {ten_times}");
        assert!(once <= 20 * small.len(), "{shape}: {once} for {} bytes", small.len());
    }
}

#[test]
fn a_name_stands_once_and_prefixes_are_few() {
    for bad in
        [r#"<r a="1" a="2"/>"#, r#"<r xmlns:a="u" xmlns:a="u"/>"#, r#"<r xmlns:a="u" xmlns:b="u" a:c="1" b:c="2"/>"#]
    {
        assert_eq!(Element::parse(bad).map(|_| ()), Err(NotUnderstood), "{bad}");
    }
    let with = |count: usize| {
        let prefixes: Vec<_> = (0..count).map(|at| format!(" xmlns:a{at}=\"u\"")).collect();
        let prefixes = prefixes.concat();
        Element::parse(&format!("<r{prefixes}><e xmlns:a0=\"v\"/></r>")).is_ok()
    };
    assert!(with(MOST_PREFIXES) && !with(MOST_PREFIXES + 1));
}

fn canonical(text: &str, inclusive: &[&str]) -> String {
    let inclusive: Vec<_> = inclusive.iter().map(|prefix| (*prefix).to_owned()).collect();
    Element::parse(text).unwrap().canonical(&inclusive, None)
}

/// Of the first element below the root.
fn of_first(text: &str, inclusive: &[&str]) -> String {
    let inclusive: Vec<_> = inclusive.iter().map(|prefix| (*prefix).to_owned()).collect();
    let root = Element::parse(text).unwrap();
    root.elements().next().unwrap().canonical(&inclusive, None)
}

/// What libxml2 gives.
#[test]
fn the_canonical_form() {
    let namespaces = r#"<a:r xmlns:a="urn:a" xmlns:b="urn:b" xmlns="urn:d" z="1" b:y="2" a:x="3"><c/><b:e xmlns:b="urn:b2"/><a:f xmlns=""><g/></a:f></a:r>"#;
    assert_eq!(
        canonical(namespaces, &[]),
        r#"<a:r xmlns:a="urn:a" xmlns:b="urn:b" z="1" a:x="3" b:y="2"><c xmlns="urn:d"></c><b:e xmlns:b="urn:b2"></b:e><a:f><g></g></a:f></a:r>"#
    );
    assert_eq!(of_first(namespaces, &[]), r#"<c xmlns="urn:d"></c>"#);
    let text = "<r a='1\n2\t3&#10;&#9;&#13;\"&lt;>&amp;'>a&#13;b\r\nc &gt; d <![CDATA[<&>]]>&quot;'<!-- c -->z</r>";
    assert_eq!(
        canonical(text, &[]),
        "<r a=\"1 2 3&#xA;&#x9;&#xD;&quot;&lt;>&amp;\">a&#xD;b\nc &gt; d &lt;&amp;&gt;\"'z</r>"
    );
    let blanks = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- before --><r  b = \"2\"   a=\"1\" ><e   /> </r >\n";
    assert_eq!(canonical(blanks, &[]), r#"<r a="1" b="2"><e></e> </r>"#);
    let undeclared = r#"<r xmlns="urn:1"><a xmlns=""><b xmlns="urn:1"/></a><c xmlns="urn:1"/></r>"#;
    assert_eq!(canonical(undeclared, &[]), r#"<r xmlns="urn:1"><a xmlns=""><b xmlns="urn:1"></b></a><c></c></r>"#);
    assert_eq!(of_first(undeclared, &[]), r#"<a><b xmlns="urn:1"></b></a>"#);
    let order = r#"<r xmlns:b="urn:z" xmlns:a="urn:a" xmlns:c="urn:a2"><e b:k="1" a:k="2" c:k="3" k="4"/></r>"#;
    assert_eq!(
        canonical(order, &[]),
        r#"<r><e xmlns:a="urn:a" xmlns:b="urn:z" xmlns:c="urn:a2" k="4" a:k="2" c:k="3" b:k="1"></e></r>"#
    );
    assert_eq!(canonical("<r>\u{e4}\u{1f600}<e n=\"\u{e4}\"/></r>", &[]), "<r>\u{e4}\u{1f600}<e n=\"\u{e4}\"></e></r>");
}

#[test]
fn prefixes_that_are_written_in_any_case() {
    let text = r#"<a:r xmlns:a="urn:a" xmlns:b="urn:b" xmlns="urn:d"><a:s><t b:q="v">x</t></a:s></a:r>"#;
    assert_eq!(
        canonical(text, &["b"]),
        r#"<a:r xmlns:a="urn:a" xmlns:b="urn:b"><a:s><t xmlns="urn:d" b:q="v">x</t></a:s></a:r>"#
    );
    assert_eq!(of_first(text, &["b"]), r#"<a:s xmlns:a="urn:a" xmlns:b="urn:b"><t xmlns="urn:d" b:q="v">x</t></a:s>"#);
    assert_eq!(
        of_first(text, &["#default"]),
        r#"<a:s xmlns="urn:d" xmlns:a="urn:a"><t xmlns:b="urn:b" b:q="v">x</t></a:s>"#
    );
    let lang = r#"<r xmlns:xs="urn:xs" xmlns:u="urn:unused"><v xml:lang="en" xs:type="t"/><xs:w/></r>"#;
    assert_eq!(of_first(lang, &["xs"]), r#"<v xmlns:xs="urn:xs" xml:lang="en" xs:type="t"></v>"#);
}

#[test]
fn an_element_can_be_left_out() {
    let root = Element::parse("<r>a<s/>b<s>c</s></r>").unwrap();
    let first = root.elements().next();
    assert_eq!(root.canonical(&[], first), "<r>ab<s>c</s></r>");
}

#[test]
fn text_is_read_across_comments() {
    let root = Element::parse("<r> ad<!-- x -->min&#64;<![CDATA[a.]]>b </r>").unwrap();
    assert_eq!(root.text().as_deref(), Some("admin@a.b"));
    assert_eq!(Element::parse("<r>a<e/>b</r>").unwrap().text(), None);
}

#[test]
fn what_is_not_understood() {
    let deep = format!("{}{}", "<a>".repeat(65), "</a>".repeat(65));
    for text in [
        "",
        "text",
        "<a>",
        "<a></b>",
        "</a>",
        "<a/><b/>",
        "<a/>text",
        "text<a/>",
        "<a/>&amp;",
        "<a/><![CDATA[]]>",
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
        "<a>&e;</a>",
        "<a>&#0;</a>",
        "<a>&#xD800;</a>",
        "<a>&#+65;</a>",
        "<a>&#x+41;</a>",
        "<a>\u{0}</a>",
        "<a>\u{ffff}</a>",
        "<?pi x?><a/>",
        "<a><?pi x?></a>",
        "<a><?xml version='1.0'?></a>",
        " <?xml version='1.0'?><a/>",
        "<?xml version='1.0' encoding='utf-16'?><a/>",
        "<a b='1' b='2'/>",
        "<a b=1/>",
        "<a b='<'/>",
        "<a b='&e;'/>",
        "<a b='&amp'/>",
        "<p:a/>",
        "<a p:b='1'/>",
        "<a:b:c xmlns:a='urn:a'/>",
        "<:a/>",
        "<a xmlns:p=''/>",
        "<a xmlns:xml='urn:x'/>",
        "<a xmlns:xmlns='urn:x'/>",
        "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>",
        "<a xmlns='http://www.w3.org/XML/1998/namespace'/>",
        "<a xmlns:p='urn:a' xmlns:q='urn:a' p:b='1' q:b='2'/>",
        &deep,
    ] {
        assert!(Element::parse(text).is_err(), "{text}");
    }
    assert!(Element::parse("\u{feff}<?xml version='1.0' encoding='utf-8'?><a p='&#65;&#x41;'/>").is_ok());
}
