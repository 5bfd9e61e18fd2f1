//! A whole directory from a file: every line is looked at and reported; all of them are taken, or none, or,
//! where that is asked for, those that can be.

mod read;
/// The parsers of this room, for the tests that try all parsers; see `hostile`.
#[cfg(test)]
pub(crate) fn parse_csv(text: &str) {
    let _ = read::from_csv(text);
}

#[cfg(test)]
pub(crate) fn parse_json(text: &str) {
    let _ = read::from_json(text);
}

#[cfg(test)]
mod tests;

use self::read::{Line, Row};
use super::changes::{AccountChanges, Changes};
use super::error::DirectoryError;
use super::{Office, changes};
use serde_json::json;
use std::collections::HashMap;
use std::path::Path;

/// How a file is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Manner {
    /// Nothing is changed.
    pub dry_run: bool,
    /// Broken lines stop no others.
    pub skip_broken: bool,
}

pub(super) async fn run(office: &mut Office<'_>, file: &Path, manner: Manner) -> Result<(), DirectoryError> {
    let mut lines = read::file(file)?;
    contradictions(&mut lines);
    let mut transaction = office.store.begin().await?;
    let mut taken = take_all(&mut changes(&mut transaction, office), &lines).await?;
    // What a broken line had begun is taken back with everything else, and the others are tried without it: one of them
    // may have needed it, and is broken, too, then.
    while manner.skip_broken && set_aside(&mut lines, &taken) {
        drop(transaction);
        transaction = office.store.begin().await?;
        taken = take_all(&mut changes(&mut transaction, office), &lines).await?;
    }
    let (mut broken, mut changed) = (0, 0);
    for (number, outcome) in taken {
        let said = match outcome {
            Ok(done) if done.is_empty() => "nothing to change".to_owned(),
            Ok(done) => {
                changed += 1;
                done.join("; ")
            }
            Err(faults) => {
                broken += 1;
                format!("NOT TAKEN: {}", faults.join("; "))
            }
        };
        writeln!(office.out, "line {number}: {said}")?;
    }
    if broken > 0 && !manner.skip_broken {
        return Err(DirectoryError::BrokenLines(broken));
    }
    let mut sum = format!("{} lines, {changed} with changes", lines.len());
    if broken > 0 {
        sum.push_str(&format!(", {broken} not taken"));
    }
    if manner.dry_run {
        writeln!(office.out, "{sum}; nothing was changed (dry run)")?;
        return Ok(());
    }
    let data = json!({ "lines": lines.len(), "changed": changed, "broken": broken });
    changes(&mut transaction, office).note("import", "directory", data).await?;
    transaction.commit().await?;
    writeln!(office.out, "{sum}; done")?;
    Ok(())
}

/// Marks the lines that turned out broken as they were taken. False where there were none.
fn set_aside(lines: &mut [Line], taken: &[Taken]) -> bool {
    let mut any = false;
    for ((_, row), (_, outcome)) in lines.iter_mut().zip(taken) {
        if let (Ok(_), Err(faults)) = (&row, outcome) {
            *row = Err(faults.clone());
            any = true;
        }
    }
    any
}

type Taken = (u64, Result<Vec<String>, Vec<String>>);

/// Takes all lines in the caller's transaction: first the accounts, so that a line may name a main account that comes
/// later in the file; then people and memberships; then sponsors, who have to be members.
async fn take_all(changes: &mut Changes<'_>, lines: &[Line]) -> Result<Vec<Taken>, DirectoryError> {
    let mut taken: Vec<Taken> = Vec::with_capacity(lines.len());
    for (number, row) in lines {
        let outcome = match row {
            Ok(row) => spoken(account(changes, row, false).await)?,
            Err(faults) => Err(faults.clone()),
        };
        taken.push((*number, outcome));
    }
    for step in [Step::MainAccount, Step::Person, Step::Sponsor] {
        for ((_, row), (_, outcome)) in lines.iter().zip(&mut taken) {
            let (Ok(row), Ok(done)) = (row, &mut *outcome) else { continue };
            let more = match step {
                Step::MainAccount => account(changes, row, true).await,
                Step::Person => person(changes, row).await,
                Step::Sponsor => sponsor(changes, row).await,
            };
            match spoken(more)? {
                Ok(more) => done.extend(more),
                Err(faults) => *outcome = Err(faults),
            }
        }
    }
    Ok(taken)
}

#[derive(Clone, Copy)]
enum Step {
    MainAccount,
    Person,
    Sponsor,
}

/// A refusal is a fault of its line; everything else ends the import.
fn spoken(outcome: Result<Vec<String>, DirectoryError>) -> Result<Result<Vec<String>, Vec<String>>, DirectoryError> {
    match outcome {
        Ok(done) => Ok(Ok(done)),
        Err(DirectoryError::Refused(sentence)) => Ok(Err(vec![sentence])),
        Err(error) => Err(error),
    }
}

async fn account(changes: &mut Changes<'_>, row: &Row, main: bool) -> Result<Vec<String>, DirectoryError> {
    let Some(name) = &row.account else { return Ok(Vec::new()) };
    let account_changes = match main {
        false => AccountChanges { region: row.region, main_account: None, shares_requests: row.shares_requests },
        true if row.main_account.is_none() => return Ok(Vec::new()),
        true => AccountChanges { main_account: row.main_account.clone(), ..AccountChanges::default() },
    };
    let known = changes.account(name).await.is_ok();
    if main && !known {
        return Ok(Vec::new());
    }
    Ok(changes.put_account(name, &account_changes).await?.into_iter().collect())
}

async fn person(changes: &mut Changes<'_>, row: &Row) -> Result<Vec<String>, DirectoryError> {
    let Some(email) = &row.email else { return Ok(Vec::new()) };
    let mut done: Vec<String> = changes.put_user(email, row.name.as_deref(), row.locale).await?.into_iter().collect();
    if let Some(name) = &row.account {
        let (account, user) = (changes.account(name).await?, changes.user(email).await?);
        done.extend(changes.put_member(&account, &user, row.support_resource).await?);
    }
    Ok(done)
}

async fn sponsor(changes: &mut Changes<'_>, row: &Row) -> Result<Vec<String>, DirectoryError> {
    let (Some(name), Some(email), true) = (&row.account, &row.email, row.sponsor) else { return Ok(Vec::new()) };
    let (account, user) = (changes.account(name).await?, changes.user(email).await?);
    Ok(changes.name_sponsor(&account, &user).await?.into_iter().collect())
}

/// What lines say against each other is a fault of each of them: which one is meant is not ours to guess.
fn contradictions(lines: &mut [Line]) {
    let mut faults: HashMap<usize, Vec<String>> = HashMap::new();
    let number = |place: usize| lines[place].0;
    let rows: Vec<(usize, &Row)> =
        lines.iter().enumerate().filter_map(|(place, (_, row))| Some((place, row.as_ref().ok()?))).collect();
    let mut against = |found: Vec<(usize, usize)>, sentence: &dyn Fn(u64) -> String| {
        for (one, other) in found {
            faults.entry(one).or_default().push(sentence(number(other)));
            faults.entry(other).or_default().push(sentence(number(one)));
        }
    };
    against(clashes(&rows, |row| Some((row.account.clone(), row.email.clone())), |_| Some(()), true), &|line| {
        format!("is there twice, see line {line}; keep one of them")
    });
    against(
        clashes(&rows, |row| row.account.clone().filter(|_| row.sponsor), |row| row.email.clone(), false),
        &|line| format!("an account has one sponsor, see line {line}; keep one `yes`"),
    );
    against(clashes(&rows, |row| row.account.clone(), |row| row.region, false), &|line| {
        format!("names another region than line {line}")
    });
    against(clashes(&rows, |row| row.account.clone(), |row| row.main_account.clone(), false), &|line| {
        format!("names another main account than line {line}")
    });
    against(clashes(&rows, |row| row.account.clone(), |row| row.shares_requests, false), &|line| {
        format!("says otherwise about shares_requests than line {line}")
    });
    against(clashes(&rows, |row| row.email.clone(), |row| row.name.clone(), false), &|line| {
        format!("names this person otherwise than line {line}")
    });
    against(clashes(&rows, |row| row.email.clone(), |row| row.locale, false), &|line| {
        format!("names another language than line {line}")
    });
    for (place, found) in faults {
        lines[place].1 = Err(found);
    }
}

/// Pairs of rows with the same key whose values differ, or, where `same` is asked for, are the same.
fn clashes<K: std::hash::Hash + Eq, V: PartialEq>(
    rows: &[(usize, &Row)],
    key: impl Fn(&Row) -> Option<K>,
    value: impl Fn(&Row) -> Option<V>,
    same: bool,
) -> Vec<(usize, usize)> {
    let mut first: HashMap<K, (usize, V)> = HashMap::new();
    let mut found = Vec::new();
    for (place, row) in rows {
        let (Some(key), Some(value)) = (key(row), value(row)) else { continue };
        match first.get(&key) {
            Some((other, known)) if (*known == value) == same => found.push((*other, *place)),
            Some(_) => {}
            None => drop(first.insert(key, (*place, value))),
        }
    }
    found
}
