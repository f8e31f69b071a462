//! What the tables call by a code, in words.

use crate::book::Rule;
use crate::check::Stage;
use crate::deadline::DeadlineKind;
use crate::field::Field;
use crate::flow::Step;
use crate::holidays::Region;
use crate::life_cycle::{Action, Actor, Guard, Status};
use crate::violation::Severity;

pub(super) fn severity(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Blocks => "blocks",
        Severity::Warns => "warns",
    }
}

pub(super) fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

pub(super) const fn step_name(step: Step) -> &'static str {
    match step {
        Step::Role => "Solution area and partner role",
        Step::Details => "Claim details",
        Step::Workloads => "Workloads",
        Step::Products => "Products and subscriptions",
        Step::Revenue => "Revenue association",
        Step::Contacts => "Contacts",
        Step::Review => "Review",
        Step::Proof => "Proof of execution",
        Step::Submit => "Comment and acknowledgements",
    }
}

pub(super) fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::AddCustomer => "*Add customer*",
        Stage::Submit => "*Submit claim*",
    }
}

pub(super) const fn status_name(status: Status) -> &'static str {
    match status {
        Status::Draft => "Draft",
        Status::Submitted => "Submitted",
        Status::UnderReview => "Under review",
        Status::PartnerActionRequired => "Partner action required",
        Status::Approved => "Approved",
        Status::Rejected => "Rejected",
        Status::Dispute => "Dispute",
        Status::RejectedFinal => "Rejected final",
        Status::CustomerConsentDenied => "Customer consent denied",
    }
}

pub(super) const fn actor_name(actor: Actor) -> &'static str {
    match actor {
        Actor::Partner => "partner",
        Actor::Microsoft => "Microsoft's reviewers",
        Actor::Customer => "customer",
        Actor::System => "time",
    }
}

pub(super) const fn action_name(action: Action) -> &'static str {
    match action {
        Action::AddCustomer => "Add customer",
        Action::Submit => "Submit claim",
        Action::Delete => "Delete",
        Action::StartReview => "Start the review",
        Action::Approve => "Approve",
        Action::RequestAction => "Ask for more",
        Action::Reject => "Reject",
        Action::Expire => "Let the time limit pass",
        Action::Decline => "Decline the association",
        Action::Disassociate => "Disassociate customer",
        Action::Dispute => "Dispute",
        Action::RejectFinally => "Reject for good",
        Action::Reopen => "Take up the review again",
    }
}

pub(super) fn guard_name(guard: Guard) -> String {
    match guard {
        Guard::None => "–".to_owned(),
        Guard::RulesPass(stage) => format!("no rule of {} blocks", stage_name(stage)),
        Guard::AnswerInTime(stage) => {
            format!("no rule of {} blocks, and the answer is not overdue", stage_name(stage))
        }
        Guard::Reason => "a reason is given".to_owned(),
        Guard::DisputeOpen => "a justification or newer proof is given, in time, and the claim \
                               was never disputed before"
            .to_owned(),
        Guard::Overdue => "the answer is overdue".to_owned(),
    }
}

pub(super) const fn deadline_name(kind: DeadlineKind) -> &'static str {
    match kind {
        DeadlineKind::ReviewStart => "The review starts",
        DeadlineKind::Review => "A decision is made",
        DeadlineKind::PartnerAction => "The partner answers",
        DeadlineKind::ConsentWindow => "The association counts as official",
        DeadlineKind::DisputeRight => "The partner disputes",
        DeadlineKind::DisputeAnswer => "The dispute is answered",
    }
}

pub(super) const fn region_name(region: Region) -> &'static str {
    match region {
        Region::None => "None",
        Region::Taiwan => "Taiwan",
        Region::UnitedStates => "United States",
        Region::Germany => "Germany",
    }
}

/// The path of a kind of field; `*` stands for the number of an entry.
pub(super) fn path(field: Field) -> String {
    let path = field.to_string();
    let parts: Vec<_> = path.split('.').map(|part| if part == "0" { "*" } else { part }).collect();
    format!("`{}`", parts.join("."))
}
