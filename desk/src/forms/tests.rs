use super::*;
use balcao_contract::form::FieldKind;

fn forms() -> Forms {
    Forms::embedded(&FileLimits::default()).unwrap()
}

fn technical() -> String {
    EMBEDDED[0].1.to_owned()
}

fn fault(text: &str) -> String {
    let read = definition::read("changed.json", text);
    read.and_then(|form| Forms::new(vec![form], &FileLimits::default())).unwrap_err().to_string()
}

/// The published labels, to the letter (forms.md).
#[test]
fn labels_are_the_published_ones() {
    let forms = forms();
    let rows = [
        ("subject", ["Title", "Título", "Título"]),
        ("description", ["Description", "Descrição", "Descripción"]),
        (
            "experience",
            [
                "Experience level with the platform",
                "Nível de experiência com a plataforma",
                "Nivel de experiencia con la plataforma",
            ],
        ),
        ("agency", ["Agency", "Agência", "Agencia"]),
        (
            "affected_users",
            [
                "Users affected by the problem",
                "Usuários impactados pelo problema",
                "Usuarios impactados por el problema",
            ],
        ),
        ("impact", ["Problem impact", "Impacto do problema", "Impacto del problema"]),
        (
            "environment",
            [
                "Environment where the problem is occurring",
                "Ambiente onde o problema está ocorrendo",
                "Entorno en que se produce el problema",
            ],
        ),
        ("problem_type", ["Problem type", "Tipo de problema", "Tipo de problema"]),
        ("evidence", ["Evidence", "Evidência", "Pruebas"]),
    ];
    for (locale, place) in Locale::ALL.into_iter().zip(0..) {
        let form = forms.by_key("technical", locale).unwrap();
        for (key, titles) in &rows {
            assert_eq!(form.field(key).unwrap().title, titles[place], "{key} in {locale}");
        }
        assert_eq!(form.fields.len(), rows.len());
        assert_eq!(
            form.submit_label,
            ["Create support ticket", "Criar ticket de suporte", "Crear ticket de soporte"][place]
        );
    }
}

#[test]
fn options_are_the_published_ones() {
    let forms = forms();
    let form = |locale| forms.by_key("technical", locale).unwrap();
    let values = |key: &str| -> Vec<String> {
        form(Locale::En).field(key).unwrap().options.iter().map(|option| option.value.clone()).collect()
    };
    assert_eq!(values("experience"), ["learning", "proficient", "advanced"]);
    assert_eq!(values("affected_users"), ["admin", "buyers", "all"]);
    assert_eq!(values("impact"), ["auxiliary", "important", "critical"]);
    assert_eq!(values("environment"), ["production", "sandbox"]);
    assert_eq!(values("problem_type"), ["incident", "question", "task"]);
    let name = |locale, key: &str, place: usize| form(locale).field(key).unwrap().options[place].name.clone();
    assert_eq!(name(Locale::Pt, "impact", 2), "Recursos críticos da loja estão se comportando indevidamente");
    assert_eq!(name(Locale::Es, "experience", 2), "Tengo experiencia, conozco los recursos avanzados");
    assert_eq!(name(Locale::En, "problem_type", 1), "I have a concern and would like to ask a question");
}

#[test]
fn fields_follow_the_steps_and_every_field_is_asked_once() {
    let forms = forms();
    let form = forms.by_key("technical", Locale::En).unwrap();
    let asked: Vec<_> = form.steps.iter().flat_map(|step| step.field_ids.clone()).collect();
    let fields: Vec<_> = form.fields.iter().map(|field| field.id).collect();
    assert_eq!(asked, fields);
    assert_eq!(forms.default_form(Locale::Es).unwrap().key, "technical");
    assert_eq!(form.field("evidence").unwrap().kind, FieldKind::Evidence);
}

#[test]
fn a_broken_definition_is_refused_with_what_is_wrong() {
    let cases = [
        ("\"id\": 1102,", "\"id\": 1101,", "1101 is used twice"),
        ("\"key\": \"agency\"", "\"key\": \"impact\"", "impact is used twice"),
        (",\n        \"agency\"\n", "\n", "no step asks agency"),
        (",\n        \"agency\"\n", ",\n        \"agency\", \"impact\"\n", "impact is asked twice"),
        (",\n        \"agency\"\n", ",\n        \"nothing\"\n", "nothing, which does not exist"),
        (
            "\"conditions\": [",
            r#""conditions": [{"parent": "ghost", "value": null, "children": []},"#,
            "ghost, which does not exist",
        ),
        (
            "\"conditions\": [",
            r#""conditions": [{"parent": "impact", "value": "ghost", "children": []},"#,
            "no option of impact",
        ),
        ("\"pt\": \"Agência\"", "\"pt\": \" \"", "the title of agency is empty in pt"),
        (", \"es\": \"Agencia\"", "", "missing field `es`"),
        ("\"value\": \"buyers\"", "\"value\": \"admin\"", "used twice"),
        ("\"key\": \"problem\"", "\"key\": \"review\"", "cannot be called review"),
        ("\"key\": \"technical\"", "\"key\": \"../x\"", "may have only"),
        ("\"required\": true,", "\"requird\": true,", "unknown field"),
    ];
    for (from, to, expected) in cases {
        let changed = technical().replacen(from, to, 1);
        assert_ne!(changed, technical(), "{from} is not in the definition");
        let fault = fault(&changed);
        assert!(fault.contains(expected), "{from} → {to}: {fault}");
    }
}

/// What a field of a new kind, and who is asked it, can get wrong.
#[test]
fn formats_tables_and_audiences_are_checked_at_the_start() {
    let agency = r#""key": "agency",
      "type": "text","#;
    let plain = technical().replace("\"prefill\": \"last_time\",", "");
    assert!(plain.contains(agency));
    let replaced = |to: &str| plain.replacen(agency, to, 1);
    let key = r#""key": "agency", "#;
    let title = r#""title": { "en": "A", "pt": "A", "es": "A" }"#;
    let column = |rest: &str| format!(r#"{{ "key": "name", {title}{rest} }}"#);
    let cases = [
        (r#""type": "text", "format": "email_list","#.to_owned(), "a field of its type cannot have"),
        (r#""type": "textarea", "format": "cnpj","#.to_owned(), "a field of its type cannot have"),
        (r#""type": "text", "format": "telex","#.to_owned(), "unknown variant"),
        (r#""type": "text", "prefix": "main_account","#.to_owned(), "format is not account_name"),
        (r#""type": "textarea", "prefill": "email","#.to_owned(), "a prefill that a field of its type cannot have"),
        (r#""type": "text", "earliest": "today","#.to_owned(), "asks neither a day nor a month"),
        (r#""type": "table","#.to_owned(), "needs columns"),
        (format!(r#""type": "text", "columns": [{}],"#, column("")), "needs columns"),
        (format!(r#""type": "table", "columns": [{}],"#, column("")), "a column that is required"),
        (format!(r#""type": "table", "columns": [{0}, {0}],"#, column(r#", "required": true"#)), "two columns name"),
        (
            format!(r#""type": "table", "columns": [{}],"#, column(r#", "required": true, "format": "email_list""#)),
            "cannot be a list",
        ),
        (
            format!(r#""type": "table", "max_rows": 0, "columns": [{}],"#, column(r#", "required": true"#)),
            "max_rows from 1",
        ),
        (r#""type": "text", "max_rows": 3,"#.to_owned(), "if it is a table"),
        (r#""type": "date", "prefill": "last_time","#.to_owned(), "a prefill that a field of its type cannot have"),
        (r#""type": "text", "only": {},"#.to_owned(), "says nothing"),
        (r#""type": "text", "only": { "regions": [] },"#.to_owned(), "names no region"),
        (r#""type": "text", "only": { "regions": ["atlantis"] },"#.to_owned(), "unknown variant"),
    ];
    for (to, expected) in cases {
        let fault = fault(&replaced(&format!("{key}{to}")));
        assert!(fault.contains(expected), "{to}: {fault}");
    }
    let others = [
        (r#""type": "subject","#, r#""type": "subject", "folded": true,"#, "cannot be folded away"),
        (
            r#""type": "description","#,
            r#""type": "description", "only": { "regions": ["brazil"] },"#,
            "no description in",
        ),
        (r#""value": "production","#, r#""value": "production", "only": { "main_account": true },"#, ""),
        ("\"capability\": \"open_technical_requests\",", "", "missing field `capability`"),
        (
            "\"conditions\": [",
            r#""conditions": [{"parent": "evidence", "value": null, "children": []},"#,
            "nobody answers",
        ),
        ("\"priority_rule\"", "\"subject_from\": \"environment\", \"priority_rule\"", "asks for a subject"),
        ("\"priority_rule\"", "\"subject_from\": \"agency\", \"priority_rule\"", "a choice that everybody has to make"),
        ("\"priority_rule\"", "\"subject_from\": \"ghost\", \"priority_rule\"", "ghost, which does not exist"),
    ];
    for (from, to, expected) in others {
        let changed = technical().replacen(from, to, 1);
        assert_ne!(changed, technical(), "{from} is not in the definition");
        let read = definition::read("changed.json", &changed);
        match read.and_then(|form| Forms::new(vec![form], &FileLimits::default())) {
            Ok(_) => assert_eq!(expected, "", "{from} → {to} was taken"),
            Err(fault) => assert!(!expected.is_empty() && fault.to_string().contains(expected), "{to}: {fault}"),
        }
    }
}

/// Files have one list: two questions for them at the same time are refused, two that exclude each other are not.
#[test]
fn two_evidence_fields_may_not_be_shown_together() {
    let second = r#""fields": [
    { "id": 1199, "key": "receipts", "type": "evidence", "required": true,
      "title": { "en": "R", "pt": "R", "es": "R" } },"#;
    let both = technical().replacen("\"fields\": [\n    {", &format!("{second}\n    {{"), 1).replacen(
        "        \"evidence\",",
        "        \"evidence\",\n        \"receipts\",",
        1,
    );
    assert!(fault(&both).contains("can be shown together"), "{}", fault(&both));
    let waits = |one: &str, other: &str| {
        let condition = |value: &str, field: &str| {
            format!(r#"{{ "parent": "problem_type", "value": "{value}", "children": [{{ "field": "{field}" }}] }}"#)
        };
        let conditions = format!("\"conditions\": [{}, {},", condition(one, "evidence"), condition(other, "receipts"));
        definition::read("x.json", &both.replacen("\"conditions\": [", &conditions, 1))
            .and_then(|form| Forms::new(vec![form], &FileLimits::default()))
    };
    assert!(waits("task", "question").is_ok());
    assert!(waits("task", "task").is_err());
}

#[test]
fn a_folder_replaces_the_embedded_forms() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Forms::from_folder(folder.path(), &FileLimits::default()), Err(FormsError::None)));
    std::fs::write(folder.path().join("a.json"), technical().replace("\"key\": \"technical\"", "\"key\": \"other\""))
        .unwrap();
    std::fs::write(folder.path().join("notes.txt"), "no form").unwrap();
    let forms = Forms::from_folder(folder.path(), &FileLimits::default()).unwrap();
    assert!(forms.by_key("other", Locale::En).is_some() && forms.by_key("technical", Locale::En).is_none());
    assert!(matches!(
        Forms::from_folder(&folder.path().join("missing"), &FileLimits::default()),
        Err(FormsError::Unreadable { .. })
    ));
}

#[test]
fn each_kind_of_request_has_its_form() {
    use balcao_contract::kind::Kind;
    let forms = forms();
    for kind in Kind::ALL {
        let form = forms.by_key(kind.key(), Locale::En).unwrap();
        assert_eq!(Kind::of_form(form.id), Some(kind));
    }
    assert_eq!(EMBEDDED.len(), Kind::ALL.len());
}
