use super::contradictions;
use super::read::{Line, from_csv, from_json};

fn faults(mut lines: Vec<Line>) -> Vec<(u64, String)> {
    contradictions(&mut lines);
    let broken = lines.into_iter().filter_map(|(number, row)| Some((number, row.err()?.join("; "))));
    broken.collect()
}

#[test]
fn csv_is_read_as_spreadsheets_write_it() {
    let comma = "account,region,email,sponsor\nacme,brazil,ana@acme.example,yes\n\n,,bruno@acme.example,\n";
    let semicolon = comma.replace(',', ";").replace('\n', "\r\n");
    let tab = comma.replace(',', "\t");
    let expected = from_csv(comma).unwrap();
    assert_eq!(expected.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 4]);
    assert!(expected[0].1.as_ref().unwrap().sponsor);
    assert_eq!(from_csv(&semicolon).unwrap(), expected);
    assert_eq!(from_csv(&tab).unwrap(), expected);
    let quoted = from_csv("email,name\nana@acme.example,\"Souza, Ana\"\n").unwrap();
    assert_eq!(quoted[0].1.as_ref().unwrap().name.as_deref(), Some("Souza, Ana"));
}

#[test]
fn what_is_wrong_with_a_file_as_a_whole_is_said_at_once() {
    for (text, expected) in [
        ("account,regiao\n", "there is no column `regiao`"),
        ("region\n", "neither account nor email"),
        ("email,email\n", "is there twice"),
        ("", "neither account nor email"),
    ] {
        let said = from_csv(text).unwrap_err().to_string();
        assert!(said.contains(expected), "{text:?}: {said}");
    }
    assert!(from_json("{}").is_err());
}

#[test]
fn a_broken_line_says_what_is_wrong_with_it() {
    let text = "account,region,email,name,sponsor\n\
        acme,mars,ana@acme.example,Ana,\n\
        acme,brazil,ana,Ana,\n\
        acme,brazil\n\
        ,,ana@acme.example,,yes\n\
        acme,,,Ana,\n\
        a.b,,,,\n\
        acme,,c@acme.example,,perhaps\n";
    let broken = faults(from_csv(text).unwrap());
    for (line, expected) in [
        (2, "`mars` is no region; there are brazil"),
        (3, "`ana` is no e-mail address"),
        (4, "has 2 cells, the first line has 5"),
        (5, "names none"),
        (6, "has no email"),
        (7, "`a.b` is no account name"),
        (8, "`perhaps` is neither yes nor no"),
    ] {
        assert!(broken.iter().any(|(number, said)| *number == line && said.contains(expected)), "{line}: {broken:?}");
    }
}

#[test]
fn lines_against_each_other_are_broken_both() {
    let text = "account,region,email,name,sponsor\n\
        acme,brazil,ana@acme.example,Ana,yes\n\
        acme,,bruno@acme.example,,yes\n\
        acme,emea,carla@acme.example,,\n\
        acme,,carla@acme.example,Carla,\n\
        other,emea,carla@acme.example,Karla,\n";
    let broken = faults(from_csv(text).unwrap());
    for (line, expected) in [
        (2, "one sponsor, see line 3"),
        (3, "one sponsor, see line 2"),
        (2, "another region than line 4"),
        (4, "another region than line 2"),
        (4, "is there twice, see line 5"),
        (5, "is there twice, see line 4"),
        (6, "names this person otherwise than line 5"),
    ] {
        assert!(broken.iter().any(|(number, said)| *number == line && said.contains(expected)), "{line}: {broken:?}");
    }
}

#[test]
fn json_says_the_same_as_csv() {
    let json = r#"[{"account": "acme", "region": "brazil", "email": "Ana@acme.example", "sponsor": true, "name": null},
        {"email": 7}, {"e-mail": "x"}]"#;
    let lines = from_json(json).unwrap();
    let csv = from_csv("account,region,email,sponsor\nacme,brazil,ana@acme.example,yes\n").unwrap();
    assert_eq!(lines[0].1, csv[0].1);
    assert!(lines[1].1.is_err() && lines[2].1.is_err());
}
