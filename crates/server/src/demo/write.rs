//! Writes the stories by living them: each claim is judged by the rules and
//! goes through the life cycle, at times in the past.

use super::customers::{CUSTOMERS, Customer, made_up_id};
use super::pdf::pdf;
use super::stories::{NO_CONNECTION, NO_SIGNATURE, OLD_PROOF, Owner, STORIES, Story, When};
use super::{FABRIKAM, NORTHWIND, PEOPLE, Person};
use crate::claims::{
    Act, Case, Said, announce, change_status, judge, judge_submission, tell_of_comment,
};
use crate::clock::day_in;
use crate::database::WriteTransaction;
use crate::error::{ApiError, ApiResult};
use crate::repositories::claims::{StoredClaim, next_reference, save};
use crate::repositories::directory;
use crate::repositories::files::{self, StoredFile};
use crate::repositories::history::{self, Deed};
use crate::repositories::notifications;
use crate::repositories::scans::Scan;
use crate::repositories::usage;
use crate::state::AppState;
use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, TimeDelta, TimeZone as _, Utc};
use cpor_protocol::{ClaimRecord, FileInfo, HistoryEvent, UsageMonth};
use cpor_rules::deadline::deadline;
use cpor_rules::facts::PartnerLocation;
use cpor_rules::violation::SubscriptionProblem;
use cpor_rules::{
    Acknowledgements, Action, Actor, Contact, Draft, Ground, PartnerContact, PartnerRole, PoeFile,
    ProductEntry, PurchaseChannel, ReviewReason, SolutionArea, Status,
};

/// Days between two things that happen to a claim.
const GAP_DAYS: u64 = 6;
/// Days between the customer's signature and the claim.
const SIGNED_BEFORE_DAYS: u64 = 20;
/// What people were told longer ago, they have read.
const READ_AFTER: TimeDelta = TimeDelta::days(4);

/// Partner IDs: owner, ID, name, whether it is the global account, whether it is enrolled.
const LOCATIONS: [(Owner, &str, &str, bool, bool); 6] = [
    (Owner::Fabrikam, "9000001", "Fabrikam Partners", true, false),
    (Owner::Fabrikam, "4391507", "Fabrikam Taipei", false, true),
    (Owner::Fabrikam, "4391508", "Fabrikam Singapore", false, true),
    (Owner::Fabrikam, "4391533", "Fabrikam Kaohsiung", false, false),
    (Owner::Northwind, "9000002", "Northwind Consulting", true, false),
    (Owner::Northwind, "5120044", "Northwind Berlin", false, true),
];

/// Subscriptions that cannot be claimed; one for each reason.
const REFUSED: [(&str, &str, SubscriptionProblem); 6] = [
    ("guides", "d3300000-0000-4000-8000-000000000001", SubscriptionProblem::ProductNotOnTenant),
    ("power-bi", "d3300000-0000-4000-8000-000000000002", SubscriptionProblem::NotDynamics),
    ("sales", "d3300000-0000-4000-8000-000000000003", SubscriptionProblem::Csp),
    ("finance", "d3300000-0000-4000-8000-000000000004", SubscriptionProblem::NotProvisioned),
    ("sales", "d3300000-0000-4000-8000-000000000005", SubscriptionProblem::NotASubscription),
    ("sales", "d3300000-0000-4000-8000-000000000006", SubscriptionProblem::AlreadyClaimed),
];

impl Owner {
    const fn organisation(self) -> &'static super::Organisation {
        match self {
            Self::Fabrikam => &FABRIKAM,
            Self::Northwind => &NORTHWIND,
        }
    }

    /// Who hands claims in.
    const fn admin(self) -> &'static Person {
        match self {
            Self::Fabrikam => &PEOPLE[0],
            Self::Northwind => &PEOPLE[2],
        }
    }
}

/// Who decides.
const REVIEWER: &Person = &PEOPLE[3];

/// Adds locations, subscriptions and domains.
pub(super) async fn add_directory(transaction: &mut WriteTransaction) -> ApiResult<()> {
    for (owner, partner_id, name, is_global_account, is_enrolled) in LOCATIONS {
        let location = PartnerLocation {
            partner_id: partner_id.to_owned(),
            name: name.to_owned(),
            is_global_account,
            is_enrolled,
        };
        directory::add_location(transaction, owner.organisation().id, &location).await?;
    }
    for customer in CUSTOMERS {
        let tenant_id = customer.tenant_id();
        directory::add_domain(transaction, &tenant_id, customer.domain).await?;
        directory::add_domain(transaction, &tenant_id, &customer.initial_domain()).await?;
        let administrator = format!("portal.admin@{}", customer.domain);
        directory::add_portal_administrator(transaction, &tenant_id, &administrator).await?;
    }
    let contoso = CUSTOMERS[0].tenant_id();
    for (product, subscription_id, problem) in REFUSED {
        directory::add_subscription(transaction, subscription_id, &contoso, product, Some(problem))
            .await?;
    }
    Ok(())
}

/// Adds all claims.
pub(super) async fn add_claims(
    state: &AppState,
    transaction: &mut WriteTransaction,
) -> ApiResult<()> {
    let now = state.clock.now();
    let mut dated: Vec<_> = STORIES
        .iter()
        .enumerate()
        .map(|(number, story)| (Timeline::of(story, number, now), number, story))
        .collect();
    // References are given in the order of creation, as in life.
    dated.sort_by_key(|(timeline, number, _)| (timeline.at(0), *number));
    for (timeline, number, story) in dated {
        add_claim(state, transaction, &timeline, number, story).await?;
    }
    notifications::read_older(transaction, now - READ_AFTER).await?;
    Ok(())
}

/// When each thing of a story happened.
struct Timeline {
    last_day: NaiveDate,
    steps: usize,
    number: usize,
    owner: Owner,
    now: DateTime<Utc>,
}

impl Timeline {
    fn of(story: &Story, number: usize, now: DateTime<Utc>) -> Self {
        let today = day_in(story.owner.organisation().zone, now);
        let last_day = match story.when {
            When::DaysAgo(days) => back(today, u64::from(days)),
            When::DueIn(business_days) => day_with_deadline(story, today, business_days),
        };
        Self { last_day, steps: story.path.len(), number, owner: story.owner, now }
    }

    /// The time of a step; 0 is the creation.
    fn at(&self, step: usize) -> DateTime<Utc> {
        let gaps = u64::try_from(self.steps - step).unwrap_or(0);
        let day = back(self.last_day, gaps * GAP_DAYS);
        let zone = self.owner.organisation().zone;
        let hour = 9 + u32::try_from(self.number % 8).unwrap_or(0);
        let minute = u32::try_from(self.number * 7 % 60).unwrap_or(0);
        day.and_hms_opt(hour, minute, 0)
            .and_then(|local| zone.from_local_datetime(&local).earliest())
            .map_or(self.now, |at| at.with_timezone(&Utc))
            // What would happen later today has just happened.
            .min(self.now - TimeDelta::minutes(5))
    }
}

fn back(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

/// The latest day on which the last status began so that its deadline is not
/// later than so many business days from today.
fn day_with_deadline(story: &Story, today: NaiveDate, business_days: i32) -> NaiveDate {
    let holidays = story.owner.organisation().region.holidays();
    let status = last_status(story.path);
    let fits = |day: &NaiveDate| {
        let edition = cpor_rules::EditionId::Current.get();
        deadline(edition, status, *day, false, &holidays).is_some_and(|deadline| {
            holidays.business_days_until(today, deadline.due_on) <= business_days
        })
    };
    (0..120).map(|days| back(today, days)).find(fits).unwrap_or(today)
}

/// The status at the end of a path, by the table of transitions.
fn last_status(path: &[Action]) -> Status {
    path.iter().fold(Status::Draft, |status, action| {
        cpor_rules::life_cycle::TRANSITIONS
            .iter()
            .find(|row| row.from == Some(status) && row.action == *action)
            .and_then(|row| row.to)
            .unwrap_or(status)
    })
}

async fn add_claim(
    state: &AppState,
    transaction: &mut WriteTransaction,
    timeline: &Timeline,
    number: usize,
    story: &Story,
) -> ApiResult<()> {
    let customer = Customer::named(story.customer)
        .ok_or_else(|| ApiError::fault(&"a story about an unknown customer"))?;
    let id = made_up_id(&["claim", story.title]);
    let created_at = timeline.at(0);
    let organisation = story.owner.organisation();
    let mut draft = draft_of(story, customer);
    let is_submitted = !story.path.is_empty();
    if is_submitted {
        draft.poe_files = vec![proof(state, transaction, story, customer, created_at).await?];
        draft.poe_names_items = story.items.iter().map(|item| (*item).to_owned()).collect();
        draft.acknowledgements = Acknowledgements {
            proof_is_genuine: true,
            customer_is_informed: true,
            editing_ends: true,
        };
    }
    for entry in &draft.products {
        let (tenant_id, subscription_id) = (&draft.tenant_id, &entry.subscription_id);
        directory::add_subscription(transaction, subscription_id, tenant_id, &entry.product, None)
            .await?;
    }
    let today = day_in(organisation.zone, created_at);
    let case = Case { organisation_id: organisation.id, claim_id: &id, today, is_scanned: false };
    let draft = judge(transaction, case, &draft).await?;
    // Every third claim of a larger partner is prepared by its incentives user.
    let author = if story.owner == Owner::Fabrikam && number.is_multiple_of(3) {
        &PEOPLE[1]
    } else {
        story.owner.admin()
    };
    let mut claim = StoredClaim {
        record: ClaimRecord {
            id,
            reference: next_reference(transaction).await?,
            revision: 1,
            status: Status::Draft,
            draft,
            created_at,
            created_by: author.name.to_owned(),
            updated_at: created_at,
            submitted_at: None,
            status_since: today,
            deadline: None,
            was_disputed: false,
            status_reason: String::new(),
            status_grounds: Vec::new(),
            organisation: organisation.name.to_owned(),
        },
        organisation_id: organisation.id.to_owned(),
        zone: organisation.zone,
        region: organisation.region,
        created_by_id: author.id.to_owned(),
        ruleset: is_submitted.then(cpor_rules::digest::ruleset_digest),
    };
    save(transaction, &claim).await?;
    let created = Deed {
        at: created_at,
        actor: Actor::Partner,
        account_id: Some(author.id),
        operation: None,
    };
    history::add(transaction, &claim.record.id, created, &HistoryEvent::Created).await?;
    announce(transaction, &claim).await?;
    live(transaction, timeline, story, &mut claim).await?;
    add_usage(transaction, number, &claim).await?;
    add_comments(transaction, timeline, story, &claim).await
}

/// Takes the claim along the story's path.
async fn live(
    transaction: &mut WriteTransaction,
    timeline: &Timeline,
    story: &Story,
    claim: &mut StoredClaim,
) -> ApiResult<()> {
    for (step, action) in (1..).zip(story.path) {
        let at = timeline.at(step);
        let deed = match action {
            Action::Decline => {
                Deed { at, actor: Actor::Customer, account_id: None, operation: None }
            }
            Action::Submit | Action::Dispute | Action::Disassociate => Deed {
                at,
                actor: Actor::Partner,
                account_id: Some(story.owner.admin().id),
                operation: None,
            },
            Action::AddCustomer
            | Action::Delete
            | Action::StartReview
            | Action::Approve
            | Action::RequestAction
            | Action::Reject
            | Action::Expire
            | Action::RejectFinally
            | Action::Reopen => {
                Deed { at, actor: Actor::Microsoft, account_id: Some(REVIEWER.id), operation: None }
            }
        };
        let reason = match action {
            _ if step == story.path.len() => story.reason,
            Action::RequestAction | Action::Reject => "The proof is not sufficient.",
            Action::Dispute => "The proof was updated.",
            Action::AddCustomer
            | Action::Submit
            | Action::Delete
            | Action::StartReview
            | Action::Approve
            | Action::Expire
            | Action::Decline
            | Action::Disassociate
            | Action::RejectFinally
            | Action::Reopen => "",
        };
        if *action == Action::Submit {
            let case = Case {
                is_scanned: false,
                organisation_id: &claim.organisation_id,
                claim_id: &claim.record.id,
                today: day_in(claim.zone, at),
            };
            judge_submission(transaction, case, &claim.record.draft).await?;
        }
        let grounds = grounds_of(*action, reason, &claim.record.draft);
        let has_newer_proof = *action == Action::Dispute;
        let said = Said { reason, grounds: &grounds, has_newer_proof };
        let act = Act { action: *action, deed, said };
        // The past sends no mails today: its history alone tells of them.
        change_status(transaction, claim, act).await?;
        if *action == Action::Submit && story.role.sends_consent_email() {
            let told = Deed { at, actor: Actor::System, account_id: None, operation: None };
            let event = HistoryEvent::ConsentEmailSent;
            history::add(transaction, &claim.record.id, told, &event).await?;
        }
    }
    Ok(())
}

/// The published grounds that go with the words of a decision.
fn grounds_of(action: Action, reason: &str, draft: &Draft) -> Vec<ReviewReason> {
    let whole = |ground| vec![ReviewReason::whole(ground)];
    let of_action = |ground: Ground| Ground::of(action).contains(&ground);
    let about = |ground| {
        let item = draft.claimed_items().last().map(|item| (*item).to_owned());
        vec![ReviewReason { ground, item }]
    };
    if of_action(Ground::MissingItems) && reason == NO_CONNECTION {
        about(Ground::MissingItems)
    } else if of_action(Ground::MissingAcknowledgement) && reason == NO_SIGNATURE {
        whole(Ground::MissingAcknowledgement)
    } else if of_action(Ground::MissingDates) && reason == OLD_PROOF {
        whole(Ground::MissingDates)
    } else if of_action(Ground::InsufficientProof) {
        whole(Ground::InsufficientProof)
    } else if of_action(Ground::Other) {
        whole(Ground::Other)
    } else {
        Vec::new()
    }
}

/// How the items of an approved claim are used: from the month of the approval
/// until a year from now, of which the server tells what is over.
async fn add_usage(
    transaction: &mut WriteTransaction,
    number: usize,
    claim: &StoredClaim,
) -> ApiResult<()> {
    if claim.record.status != Status::Approved {
        return Ok(());
    }
    let number = u64::try_from(number).unwrap_or(0);
    let first = claim.record.status_since.with_day(1).unwrap_or(claim.record.status_since);
    for (place, item) in (0_u64..).zip(claim.record.draft.claimed_items()) {
        let seats = 120 + 35 * ((number + place) % 9);
        for month in 0..18_u32 {
            let Some(day) = first.checked_add_months(Months::new(month)) else { break };
            // Use grows quickly, then slowly, and never above the seats.
            let passed = u64::from(month) + 1;
            let active_users = seats * (passed * 10) / (passed * 10 + 25 + 5 * place);
            let usage = UsageMonth {
                month: day.format("%Y-%m").to_string(),
                item: item.to_owned(),
                seats,
                active_users,
            };
            usage::add(transaction, &claim.record.draft.tenant_id, &usage).await?;
        }
    }
    Ok(())
}

async fn add_comments(
    transaction: &mut WriteTransaction,
    timeline: &Timeline,
    story: &Story,
    claim: &StoredClaim,
) -> ApiResult<()> {
    let [partner, reviewer] = story.comments;
    let said = [
        (reviewer, Actor::Microsoft, REVIEWER.id),
        (partner, Actor::Partner, story.owner.admin().id),
    ];
    for (text, actor, account_id) in said {
        if !text.is_empty() {
            let at = timeline.at(story.path.len());
            let deed = Deed { at, actor, account_id: Some(account_id), operation: None };
            let event = HistoryEvent::Comment { text: text.to_owned() };
            history::add(transaction, &claim.record.id, deed, &event).await?;
            tell_of_comment(transaction, claim, deed).await?;
        }
    }
    Ok(())
}

fn draft_of(story: &Story, customer: &Customer) -> Draft {
    let admin = story.owner.admin();
    let mut draft = Draft {
        solution_area: Some(story.role.area()),
        partner_role: Some(story.role),
        claim_name: story.title.to_owned(),
        partner_id: match story.owner {
            Owner::Fabrikam => "4391507".to_owned(),
            Owner::Northwind => "5120044".to_owned(),
        },
        tenant_id: customer.tenant_id(),
        domain: customer.domain.to_owned(),
        customer_contact: Contact {
            name: customer.contact.to_owned(),
            title: customer.title.to_owned(),
            email: customer.email(),
        },
        partner_contact: PartnerContact {
            name: admin.name.to_owned(),
            email: admin.email.to_owned(),
        },
        public_sector: Some(customer.public_sector),
        ..Draft::default()
    };
    match story.role.area() {
        SolutionArea::ModernWorkAndSecurity => {
            draft.workloads = story.items.iter().map(|item| (*item).to_owned()).collect();
        }
        SolutionArea::BusinessApplications => {
            draft.purchase_channel = Some(PurchaseChannel::VolumeLicensing);
            draft.products = story
                .items
                .iter()
                .map(|item| ProductEntry {
                    product: (*item).to_owned(),
                    subscription_id: customer.subscription_id(item),
                })
                .collect();
        }
    }
    if story.role == PartnerRole::RevenueAssociation {
        "Sam Centrell".clone_into(&mut draft.seller_name);
        customer.name.clone_into(&mut draft.customer_name);
        "Fabrikam Field Planner".clone_into(&mut draft.isv_solution);
    }
    draft
}

async fn proof(
    state: &AppState,
    transaction: &mut WriteTransaction,
    story: &Story,
    customer: &Customer,
    created_at: DateTime<Utc>,
) -> ApiResult<PoeFile> {
    let organisation = story.owner.organisation();
    let signed_on = back(day_in(organisation.zone, created_at), SIGNED_BEFORE_DAYS);
    let mut lines = vec![
        "Statement of work".to_owned(),
        String::new(),
        format!("Customer: {}", customer.name),
        format!("Tenant ID: {}", customer.tenant_id()),
        format!("Partner: {}", organisation.name),
        String::new(),
        "Scope:".to_owned(),
    ];
    lines.extend(
        story.items.iter().map(|item| format!("  - {}", cpor_rules::catalog::display_name(item))),
    );
    lines.push(String::new());
    lines.push(format!("Acknowledged by {} on {signed_on}", customer.contact));
    lines.push("A made-up document of the demonstration.".to_owned());
    let content = pdf(&lines);
    let (sha256, object_id) = state.files.put(transaction, &content).await?;
    let file = StoredFile {
        info: FileInfo {
            sha256,
            size_bytes: u64::try_from(content.len()).unwrap_or(u64::MAX),
            media_type: "application/pdf".to_owned(),
            is_complete: true,
        },
        name: format!("statement-of-work-{}.pdf", story.items[0]),
        object_id,
        // Made here, and by nobody else.
        scan: Scan::Clean,
    };
    files::add(transaction, organisation.id, &file, created_at).await?;
    Ok(PoeFile {
        sha256: file.info.sha256,
        name: file.name,
        size_bytes: file.info.size_bytes,
        media_type: file.info.media_type,
        comment: String::new(),
        acknowledged_on: signed_on.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_stories_cover_every_status_and_every_role() {
        assert!(STORIES.len() >= 40);
        let statuses: BTreeSet<_> = STORIES.iter().map(|story| last_status(story.path)).collect();
        assert_eq!(statuses.len(), Status::ALL.len());
        let roles: BTreeSet<_> = STORIES.iter().map(|story| story.role).collect();
        assert_eq!(roles.len(), PartnerRole::ALL.len());
        assert!(STORIES.iter().all(|story| Customer::named(story.customer).is_some()));
        let titles: BTreeSet<_> = STORIES.iter().map(|story| story.title).collect();
        assert_eq!(titles.len(), STORIES.len());
    }
}
