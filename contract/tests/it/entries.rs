use crate::form_fixture::{answers, field, form, text};
use balcao_contract::answers::AnswerValue;
use balcao_contract::entries::{EntryError, read_addresses, read_table, rows, write_table};
use balcao_contract::form::{Column, Field, FieldKind};
use balcao_contract::format::{Format, FormatError};
use balcao_contract::normal::normal;
use balcao_contract::validation::{AnswerErrorKind, validate};
use proptest::prelude::*;

fn column(key: &str, format: Option<Format>, required: bool, unique: bool) -> Column {
    Column { key: key.to_owned(), title: key.to_uppercase(), format, prefix: None, required, unique }
}

/// Account names that begin with `acme`, each once, and what each is for.
fn sellers() -> Field {
    let account =
        Column { prefix: Some("acme".to_owned()), ..column("account", Some(Format::AccountName), true, true) };
    Field { columns: vec![account, column("shop", None, false, false)], ..field(1, "sellers", FieldKind::Table, true) }
}

fn names() -> Field {
    Field {
        columns: vec![column("account", Some(Format::AccountName), true, true)],
        ..field(1, "names", FieldKind::Table, true)
    }
}

fn cells(field: &Field, written: &str) -> Vec<Vec<String>> {
    read_table(field, written).unwrap_or_else(|faults| panic!("{written:?}: {faults:?}"))
}

#[test]
fn a_table_is_read_however_it_comes() {
    let expected = vec![vec!["acmesul".to_owned(), "Loja Sul".to_owned()], vec!["acmenorte".to_owned(), String::new()]];
    for written in [
        "acmesul\tLoja Sul\nacmenorte\t",
        "acmesul\tLoja Sul\r\nacmenorte\r\n",
        "acmesul;Loja Sul\nacmenorte;",
        "acmesul,Loja Sul\nacmenorte",
        "\"acmesul\",\"Loja Sul\"\n\n \nacmenorte,\"\"\n",
        "ACCOUNT;SHOP\nacmesul;Loja Sul\nacmenorte;",
        "Account\tShop\nacmesul\tLoja Sul\nacmenorte\t\t\t",
        "\u{feff}account,shop\nAcmeSul , Loja  Sul\nacmenorte",
        "acmesul\tLoja Sul\racmenorte",
    ] {
        assert_eq!(cells(&sellers(), written), expected, "{written:?}");
    }
    let quoted = "acmesul,\"Loja \"\"Sul\"\", 2\nandar\"";
    assert_eq!(cells(&sellers(), quoted)[0][1], "Loja \"Sul\", 2 andar");
}

#[test]
fn a_heading_is_known_in_capitals_of_our_languages() {
    let columns = [Column { title: "Código da Região".to_owned(), ..column("code", None, false, false) }];
    for heading in ["Código da Região", "CÓDIGO DA REGIÃO", "CODE"] {
        assert_eq!(rows(&columns, &format!("{heading}\na7\n")).unwrap().len(), 1, "{heading}");
    }
    assert_eq!(rows(&columns, "Codigo da Regiao\na7\n").unwrap().len(), 2, "another word");
}

#[test]
fn one_column_takes_any_separator_between_entries() {
    for written in ["one\ntwo\nthree", "one, two; three", "one\ttwo\n\nthree,", "account\none\ntwo\nthree"] {
        let read: Vec<String> = cells(&names(), written).into_iter().flatten().collect();
        assert_eq!(read, ["one", "two", "three"], "{written:?}");
    }
}

#[test]
fn a_table_names_line_and_column_of_what_is_wrong() {
    let written = "acmesul;Sul\nnorte;Norte\n\n;Leste\nacmesul;Outra\nacme oeste;a;b\nacme-x;\n";
    let faults = read_table(&sellers(), written).unwrap_err();
    let said: Vec<_> = faults.iter().map(|f| (f.line, f.column.as_deref(), f.text.as_str(), f.what.clone())).collect();
    assert_eq!(
        said,
        [
            (2, Some("ACCOUNT"), "norte", FormatError::AccountPrefix { prefix: "acme".to_owned() }),
            (4, Some("ACCOUNT"), "", FormatError::Blank),
            (5, Some("ACCOUNT"), "acmesul", FormatError::Repeated { line: 1 }),
            (6, None, "acme oeste a b", FormatError::TooManyCells { columns: 2 }),
            (7, Some("ACCOUNT"), "acme-x", FormatError::AccountName),
        ]
    );
    let open = read_table(&sellers(), "acmesul\n\"acmenorte\n").unwrap_err();
    assert_eq!((open[0].line, &open[0].what), (2, &FormatError::OpenQuote));
    let long = format!("acmesul;{}", "x".repeat(256));
    assert_eq!(read_table(&sellers(), &long).unwrap_err()[0].what, FormatError::TooLong { max: 255 });
}

#[test]
fn a_list_of_addresses_names_each_wrong_one() {
    let right = "Ana <ana@acme.example>; bia@acme.example,\r\n caio@ACME.example\n\nANA@acme.example";
    assert_eq!(read_addresses(right).unwrap(), ["ana@acme.example", "bia@acme.example", "caio@acme.example"]);
    let wrong = read_addresses("ana@acme.example\nbia\ncaio@acme").unwrap_err();
    let fault = |line, text: &str| EntryError { line, column: None, text: text.to_owned(), what: FormatError::Email };
    assert_eq!(wrong, [fault(2, "bia"), fault(3, "caio@acme")]);
}

#[test]
fn lists_and_tables_have_limits() {
    let list = Field { format: Some(Format::EmailList), ..field(1, "to", FieldKind::Textarea, true) };
    let fault = |field: &Field, written: &str| {
        let given = answers(&[(field.key.as_str(), text(written))]);
        validate(&form(vec![field.clone()], Vec::new()), &given).pop().map(|fault| fault.kind)
    };
    let many = |count: usize| (0..count).map(|n| format!("a{n}@acme.example")).collect::<Vec<_>>().join("\n");
    assert_eq!(fault(&list, &many(100)), None);
    assert_eq!(fault(&list, &many(101)), Some(AnswerErrorKind::TooManyEntries { max: 100, actual: 101 }));
    assert_eq!(fault(&list, ",;\n,"), Some(AnswerErrorKind::Blank));
    assert!(matches!(fault(&list, "x"), Some(AnswerErrorKind::Entries(faults)) if faults.len() == 1));

    let two = Field { max_rows: Some(2), ..names() };
    assert_eq!(fault(&two, "one\ntwo"), None);
    assert_eq!(fault(&two, "one\ntwo\nthree"), Some(AnswerErrorKind::TooManyEntries { max: 2, actual: 3 }));
    // A heading and nothing below it.
    assert_eq!(fault(&two, "ACCOUNT"), Some(AnswerErrorKind::Blank));
    assert_eq!(fault(&two, &"x".repeat(65_536)), Some(AnswerErrorKind::TooLong { max: 65_535, actual: 65_536 }));
}

#[test]
fn what_is_stored_is_the_same_however_it_was_typed() {
    let stored = |field: &Field, written: &str| normal(field, text(written));
    assert_eq!(stored(&sellers(), "acmesul;\"a;b\"\n\nacmenorte"), text("acmesul\t\"a;b\"\nacmenorte\t"));
    let list = Field { format: Some(Format::EmailList), ..field(1, "to", FieldKind::Textarea, true) };
    assert_eq!(stored(&list, "a@x.example; b@x.example"), text("a@x.example\nb@x.example"));
    let money = Field { format: Some(Format::Money), ..field(1, "revenue", FieldKind::Text, true) };
    assert_eq!(stored(&money, " 1.234,5 "), text("1234.50"));
    // What cannot be read is kept, to be shown and mended.
    assert_eq!(stored(&money, " a lot \n"), text("a lot"));
    assert_eq!(stored(&sellers(), "norte;"), text("norte;"));
    assert_eq!(stored(&field(1, "n", FieldKind::Integer, true), " 7 "), AnswerValue::Number(7));
    assert_eq!(stored(&field(1, "t", FieldKind::Text, true), "a\r\nb"), text("a b"));
    assert_eq!(stored(&field(1, "t", FieldKind::Textarea, true), " a\r\nb "), text("a\nb"));
}

proptest! {
    /// Whatever is written: the reading ends, what is stored is settled, and it has the same fault as what was typed.
    #[test]
    fn tables_are_settled(written in "[a-c\"',;\t\r\n ACOUNTSHP]{0,40}|\\PC{0,40}") {
        for field in [sellers(), names()] {
            let once = normal(&field, text(&written));
            prop_assert_eq!(normal(&field, once.clone()), once.clone());
            let whole = form(vec![field.clone()], Vec::new());
            let faults = |value: AnswerValue| validate(&whole, &answers(&[(field.key.as_str(), value)]));
            prop_assert_eq!(faults(text(&written)).is_empty(), faults(once).is_empty());
        }
    }

    /// A table that was written reads back as the same rows.
    #[test]
    fn tables_read_back(table in prop::collection::vec(prop::collection::vec("[a-z\",;' ]{0,12}", 3..=3), 0..6)) {
        let columns: Vec<Column> = ["x1", "x2", "x3"].iter().map(|key| column(key, None, false, false)).collect();
        let clean = |cell: &String| balcao_contract::text::single_line(cell);
        let table: Vec<Vec<String>> = table.iter().map(|row| row.iter().map(clean).collect()).collect();
        let kept: Vec<Vec<String>> =
            table.iter().filter(|row| row.iter().any(|cell| !cell.is_empty())).cloned().collect();
        let read = rows(&columns, &write_table(&table)).unwrap();
        prop_assert_eq!(read.into_iter().map(|row| row.cells).collect::<Vec<_>>(), kept);
    }

    #[test]
    fn lists_are_settled(written in "[a-c@.,;<>\n ]{0,40}") {
        let list = Field { format: Some(Format::EmailList), ..field(1, "to", FieldKind::Textarea, false) };
        let once = normal(&list, text(&written));
        prop_assert_eq!(normal(&list, once.clone()), once);
    }
}
