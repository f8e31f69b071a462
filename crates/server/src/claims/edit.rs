//! What an edit changes, and whether its result is a claim.

use crate::database::Connection;
use crate::error::{ApiError, ApiResult};
use crate::files::is_sha256;
use crate::mutants::mutant;
use crate::repositories::scans::Scan;
use crate::repositories::{directory, files};
use chrono::NaiveDate;
use cpor_protocol::{FileInfo, HistoryEvent};
use cpor_rules::bounds;
use cpor_rules::poe::kind_by_name;
use cpor_rules::{
    Claim, Draft, Field, PoeFile, Problem, RuleContext, RuleId, Severity, Stage, Violation, verdict,
};

/// Whose draft is judged, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case<'a> {
    pub(crate) organisation_id: &'a str,
    pub(crate) claim_id: &'a str,
    pub(crate) today: NaiveDate,
    /// Whether a file counts only when a virus scanner has seen it.
    pub(crate) is_scanned: bool,
}

/// What somebody wrote to others, without what cannot be seen and blanks at its ends.
pub(crate) fn words(typed: &str) -> String {
    let mut words = typed.to_owned();
    bounds::clear(&mut words, true);
    words.trim().to_owned()
}

/// Refuses a draft that holds what nobody could have meant. An app does not send it.
pub(crate) fn refuse_absurd(draft: &Draft) -> ApiResult<()> {
    if let Some((field, found)) = bounds::absurd(draft) {
        return Err(ApiError::bad_request(format!("{field} {found}")));
    }
    match draft.poe_files.iter().position(|file| !is_sha256(&file.sha256)) {
        Some(index) => {
            Err(ApiError::bad_request(format!("poe_files.{index} is not named by a SHA-256")))
        }
        None => Ok(()),
    }
}

/// Reads the draft as a claim and gives it back in normal form.
pub(crate) async fn judge(
    connection: &mut Connection,
    case: Case<'_>,
    draft: &Draft,
) -> ApiResult<Draft> {
    let facts = directory::facts(connection, case.organisation_id, draft).await?;
    let context = RuleContext::of(draft, case.today, &facts).with_claim_id(case.claim_id);
    let claim = Claim::try_from((draft, &context)).map_err(ApiError::rules_broken)?;
    Ok(if mutant!(KeepsAsTyped) { draft.clone() } else { draft.settled(&claim) })
}

/// Asks the rules whether the claim may be handed in, and whether its files are here.
pub(crate) async fn judge_submission(
    connection: &mut Connection,
    case: Case<'_>,
    draft: &Draft,
) -> ApiResult<()> {
    refuse_broken(connection, case, draft, |_| true).await?;
    check_files(connection, case, draft).await
}

/// Judges files that come to a claim which was handed in already.
///
/// Nobody submits it again, which is when the rules would look at them. The
/// files of before stay as they were judged; `draft` has the newer ones behind.
pub(crate) async fn judge_newer_proof(
    connection: &mut Connection,
    case: Case<'_>,
    before: &Draft,
    draft: &Draft,
) -> ApiResult<()> {
    let known = before.poe_files.len();
    let is_newer = |field: Field| match field {
        Field::PoeFiles => true,
        Field::PoeFile(index) | Field::PoeFileComment(index) | Field::PoeAcknowledgedOn(index) => {
            usize::from(index) >= known
        }
        _ => false,
    };
    refuse_broken(connection, case, draft, |found| is_newer(found.field)).await?;
    check_files(connection, case, draft).await
}

/// Refuses a dispute about what another claim of the organisation holds by now:
/// a rejected claim holds nothing, so the item could be claimed anew.
pub(crate) async fn judge_disputed_items(
    connection: &mut Connection,
    case: Case<'_>,
    draft: &Draft,
) -> ApiResult<()> {
    refuse_broken(connection, case, draft, |found| found.rule == RuleId::ItemNotOurs).await
}

/// Refuses the draft where some of the rules of submission block it.
async fn refuse_broken(
    connection: &mut Connection,
    case: Case<'_>,
    draft: &Draft,
    counts: impl Fn(&Violation) -> bool,
) -> ApiResult<()> {
    let facts = directory::facts(connection, case.organisation_id, draft).await?;
    let context = RuleContext::of(draft, case.today, &facts).with_claim_id(case.claim_id);
    let verdict = verdict(&context, draft, Stage::Submit);
    let broken: Vec<_> = verdict.blocking().filter(|found| counts(found)).cloned().collect();
    if broken.is_empty() || mutant!(RulesNotAsked) {
        Ok(())
    } else {
        Err(ApiError::rules_broken(broken))
    }
}

/// Whether the files that the draft names are here, are what it says of them, and hold
/// nothing that a virus scanner knows.
async fn check_files(connection: &mut Connection, case: Case<'_>, draft: &Draft) -> ApiResult<()> {
    let (mut waiting, mut refused) = (Vec::new(), Vec::new());
    let mut missing = Vec::new();
    let mut mistaken = Vec::new();
    for (index, file) in (0..).zip(&draft.poe_files) {
        let stored = files::of_organisation(connection, case.organisation_id, &file.sha256).await?;
        match stored {
            None => missing.push(file.sha256.clone()),
            // The draft says of a file what the client believed; the content decides.
            Some(stored) if !describes(file, &stored.info) => mistaken.push(Violation {
                rule: RuleId::PoeFilesAccepted,
                severity: Severity::Blocks,
                field: Field::PoeFile(index),
                problem: Problem::FileType,
            }),
            Some(stored) => match stored.scan {
                Scan::Infected => refused.push(file.sha256.clone()),
                Scan::Waiting if case.is_scanned => waiting.push(file.sha256.clone()),
                Scan::Waiting | Scan::Clean => {}
            },
        }
    }
    if !missing.is_empty() && !mutant!(FilesMayBeMissing) {
        return Err(ApiError::files_missing(missing));
    }
    if !mistaken.is_empty() && !mutant!(FilesNotCompared) {
        return Err(ApiError::rules_broken(mistaken));
    }
    if !refused.is_empty() {
        return Err(ApiError::files_refused(refused));
    }
    if !waiting.is_empty() {
        return Err(ApiError::files_waiting(waiting));
    }
    Ok(())
}

fn describes(file: &PoeFile, stored: &FileInfo) -> bool {
    file.size_bytes == stored.size_bytes
        && kind_by_name(&file.name).is_some_and(|kind| kind.media_type == stored.media_type)
}

/// The fields in which two drafts differ, in the order of the screens.
pub(crate) fn changed_fields(old: &Draft, new: &Draft) -> Vec<Field> {
    let plain = [
        (Field::SolutionArea, old.solution_area != new.solution_area),
        (Field::PartnerRole, old.partner_role != new.partner_role),
        (Field::AlsoPreSales, old.also_pre_sales != new.also_pre_sales),
        (Field::ClaimName, old.claim_name != new.claim_name),
        (Field::PartnerId, old.partner_id != new.partner_id),
        (Field::TenantId, old.tenant_id != new.tenant_id),
        (Field::Domain, old.domain != new.domain),
        (Field::OptOut, old.opt_out != new.opt_out),
        (Field::PurchaseChannel, old.purchase_channel != new.purchase_channel),
        (Field::SellerName, old.seller_name != new.seller_name),
        (Field::CustomerName, old.customer_name != new.customer_name),
        (Field::IsvSolution, old.isv_solution != new.isv_solution),
        (Field::CustomerContactName, old.customer_contact.name != new.customer_contact.name),
        (Field::CustomerContactTitle, old.customer_contact.title != new.customer_contact.title),
        (Field::CustomerContactEmail, old.customer_contact.email != new.customer_contact.email),
        (Field::MailLanguage, old.mail_language != new.mail_language),
        (Field::TechnicalContactName, old.technical_contact.name != new.technical_contact.name),
        (Field::TechnicalContactTitle, old.technical_contact.title != new.technical_contact.title),
        (Field::TechnicalContactEmail, old.technical_contact.email != new.technical_contact.email),
        (Field::PartnerContactName, old.partner_contact.name != new.partner_contact.name),
        (Field::PartnerContactEmail, old.partner_contact.email != new.partner_contact.email),
        (Field::PublicSector, old.public_sector != new.public_sector),
        (Field::PoeNamesItems, old.poe_names_items != new.poe_names_items),
        (Field::Comment, old.comment != new.comment),
        (
            Field::ProofIsGenuine,
            old.acknowledgements.proof_is_genuine != new.acknowledgements.proof_is_genuine,
        ),
        (
            Field::CustomerIsInformed,
            old.acknowledgements.customer_is_informed != new.acknowledgements.customer_is_informed,
        ),
        (
            Field::EditingEnds,
            old.acknowledgements.editing_ends != new.acknowledgements.editing_ends,
        ),
    ];
    let mut fields: Vec<_> =
        plain.into_iter().filter_map(|(field, differs)| differs.then_some(field)).collect();
    changed_workloads(old, new, &mut fields);
    changed_products(old, new, &mut fields);
    changed_files(old, new, &mut fields);
    fields.sort_by_key(|field| field.position());
    fields
}

/// A list whose length changed is named as a whole, else the entries that differ.
fn changed_workloads(old: &Draft, new: &Draft, fields: &mut Vec<Field>) {
    if old.workloads.len() != new.workloads.len() {
        fields.push(Field::Workloads);
        return;
    }
    for (index, (old, new)) in (0..).zip(old.workloads.iter().zip(&new.workloads)) {
        if old != new {
            fields.push(Field::Workload(index));
        }
    }
}

fn changed_products(old: &Draft, new: &Draft, fields: &mut Vec<Field>) {
    if old.products.len() != new.products.len() {
        fields.push(Field::Products);
        return;
    }
    for (index, (old, new)) in (0..).zip(old.products.iter().zip(&new.products)) {
        if old.product != new.product {
            fields.push(Field::Product(index));
        }
        if old.subscription_id != new.subscription_id {
            fields.push(Field::SubscriptionId(index));
        }
    }
}

fn changed_files(old: &Draft, new: &Draft, fields: &mut Vec<Field>) {
    if old.poe_files.len() != new.poe_files.len() {
        fields.push(Field::PoeFiles);
        return;
    }
    for (index, (old, new)) in (0..).zip(old.poe_files.iter().zip(&new.poe_files)) {
        let content = |file: &PoeFile| {
            (file.sha256.clone(), file.name.clone(), file.size_bytes, file.media_type.clone())
        };
        if content(old) != content(new) {
            fields.push(Field::PoeFile(index));
        }
        if old.comment != new.comment {
            fields.push(Field::PoeFileComment(index));
        }
        if old.acknowledged_on != new.acknowledged_on {
            fields.push(Field::PoeAcknowledgedOn(index));
        }
    }
}

/// Lines of the history about files that came and went.
pub(crate) fn file_events(old: &Draft, new: &Draft) -> Vec<HistoryEvent> {
    let missing_in =
        |files: &[PoeFile], file: &PoeFile| !files.iter().any(|other| other.sha256 == file.sha256);
    let added = new
        .poe_files
        .iter()
        .filter(|file| missing_in(&old.poe_files, file))
        .map(|file| HistoryEvent::FileAdded { name: file.name.clone() });
    let removed = old
        .poe_files
        .iter()
        .filter(|file| missing_in(&new.poe_files, file))
        .map(|file| HistoryEvent::FileRemoved { name: file.name.clone() });
    added.chain(removed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cpor_rules::ProductEntry;

    #[test]
    fn equal_drafts_differ_in_nothing() {
        assert_eq!(changed_fields(&Draft::default(), &Draft::default()), []);
    }

    #[test]
    fn a_changed_entry_is_named_by_its_position() {
        let entry = |product: &str| ProductEntry { product: product.into(), ..Default::default() };
        let old = Draft { products: vec![entry("sales"), entry("finance")], ..Draft::default() };
        let new = Draft { products: vec![entry("sales"), entry("guides")], ..Draft::default() };
        assert_eq!(changed_fields(&old, &new), [Field::Product(1)]);
        let shorter = Draft { products: vec![entry("sales")], ..Draft::default() };
        assert_eq!(changed_fields(&old, &shorter), [Field::Products]);
    }

    #[test]
    fn files_come_and_go_by_content() {
        let file = |sha: &str, name: &str| PoeFile {
            sha256: sha.into(),
            name: name.into(),
            ..PoeFile::default()
        };
        let old = Draft { poe_files: vec![file("a", "a.pdf")], ..Draft::default() };
        let new = Draft { poe_files: vec![file("b", "b.pdf")], ..Draft::default() };
        assert_eq!(
            file_events(&old, &new),
            [
                HistoryEvent::FileAdded { name: "b.pdf".into() },
                HistoryEvent::FileRemoved { name: "a.pdf".into() },
            ]
        );
    }
}
