//! What is older than it may become: shown, or deleted now instead of in the next hours.

use super::Office;
use super::error::DirectoryError;
use crate::jobs::Retention;
use crate::personal_data::PersonalDataError;
use balcao_evidence::Evidence;
use balcao_runtime::work::Work;
use tokio_util::sync::CancellationToken;

pub(super) async fn run(office: &mut Office<'_>, dry_run: bool) -> Result<(), DirectoryError> {
    let evidence =
        Evidence::open_for_command(&office.config.evidence, Work::default()).map_err(PersonalDataError::from)?;
    let job = Retention::new(office.store.clone(), office.config.retention, evidence.clone());
    let found = if dry_run {
        job.look(office.now).await?
    } else {
        let done = job.run_due(office.actor, office.now, &CancellationToken::new()).await?;
        evidence.sweep_once(office.store, office.now).await.map_err(PersonalDataError::from)?;
        done
    };
    if found.is_empty() {
        writeln!(office.out, "Everything is kept for ever; `retention.closed_tickets_days` and its like set a limit.")?;
    }
    let verb = if dry_run { "would go" } else { "deleted" };
    for (kind, count) in found {
        writeln!(office.out, "{}: {count} {verb}", kind.name())?;
    }
    Ok(())
}
