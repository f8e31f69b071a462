//! The printed rule book, `docs/rules.md`.
//!
//! Everything in it is read from the tables that the product runs on, so the
//! book cannot say anything else than the checks do.

mod editions;
mod picture;

use editions::{days, edition_name};
pub use picture::life_cycle_picture;

use crate::association::SolutionArea;
use crate::book::{RULES, Rule};
use crate::calendar::Holidays;
use crate::catalog::{Catalog, PRODUCTS, PRODUCTS_FY20, WORKLOADS, WORKLOADS_FY20};
use crate::check::Stage;
use crate::cite::{Cite, Dispute, Source};
use crate::deadline::{DeadlineKind, deadline};
use crate::digest::ruleset_digest;
use crate::edition::EditionId;
use crate::field::Field;
use crate::flow::{FLOW, Step};
use crate::holidays::Region;
use crate::life_cycle::{Action, Actor, Editable, Guard, Status, TRANSITIONS};
use crate::permission::UserRole;
use crate::violation::Severity;

const INTRODUCTION: &str = "\
This book holds every rule that CPOR Claims knows about customer association
claims under Microsoft's *Claiming Partner of Record* (CPOR) model: what a claim
must hold, who may do what with it, what follows, and by when. It is printed
from the tables in `crates/rules` that the app and the server run on, so it
cannot say anything else than they do.

Partner Center's documents are the law here, but they are short, they change,
and in places they contradict each other or say nothing. Each rule therefore
names the documents that it comes from and quotes them. Where documents
disagree, the other opinion is quoted too, with the reading that was chosen and
why. *CPOR Claims, our own decision* stands where no document says anything.

Some words that the book uses:

- **Claim**, or customer association claim: a partner's request to be recorded
  as the partner of record for a workload or a subscription of one customer.
- **Association**: the link between partner and customer that an approved claim
  makes. It is not a payment: whether it earns anything is decided elsewhere.
- **Tenant**: the customer's directory at Microsoft, named by a GUID.
- **Proof of execution** (PoE): documents that show the work, acknowledged by
  the customer.
- A rule **blocks** when the step cannot be taken while it is broken, and
  **warns** when it can, with the risk that is told.
";

/// The book as Markdown.
pub fn markdown() -> String {
    let mut book = Book(String::new());
    book.line("# Rule book of customer association claims");
    book.line("");
    book.line("<!-- Printed by `cargo xtask rulebook`. Edit `crates/rules` instead. -->");
    book.line("");
    book.text(INTRODUCTION);
    book.line("");
    book.line(&format!(
        "Rule set `{}`: this fingerprint travels with every submission, so that app and server \
         notice when their rules differ.",
        ruleset_digest()
    ));
    contents(&mut book);
    pairs(&mut book);
    editions::print(&mut book);
    rules(&mut book);
    life_cycle(&mut book);
    deadlines(&mut book);
    editing(&mut book);
    permissions(&mut book);
    catalogues(&mut book);
    sources(&mut book);
    book.0
}

/// Collects lines.
struct Book(String);

impl Book {
    fn text(&mut self, text: &str) {
        self.0.push_str(text);
    }

    fn line(&mut self, text: &str) {
        self.text(text);
        self.0.push('\n');
    }

    fn heading(&mut self, level: usize, text: &str) {
        self.line("");
        self.line(&format!("{} {text}", "#".repeat(level)));
        self.line("");
    }

    /// One row of a table. A bar in a text would end its cell.
    fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.text("|");
        for cell in cells {
            self.text(" ");
            self.text(&cell.replace('|', "\\|"));
            self.text(" |");
        }
        self.line("");
    }

    fn table(&mut self, heads: &[&str]) {
        self.row(heads.iter().map(|&head| head.to_owned()));
        self.row(heads.iter().map(|_| "---".to_owned()));
    }
}

fn contents(book: &mut Book) {
    book.heading(2, "Contents");
    for (title, target) in [
        ("Solution areas and partner roles", "solution-areas-and-partner-roles"),
        ("Editions", "editions"),
        ("Rules", "rules"),
        ("Life cycle", "life-cycle"),
        ("Deadlines", "deadlines"),
        ("What may be edited", "what-may-be-edited"),
        ("Who may do what", "who-may-do-what"),
        ("Workloads and products", "workloads-and-products"),
        ("Documents", "documents"),
    ] {
        book.line(&format!("- [{title}](#{target})"));
    }
    book.line("");
    book.line("All rules:");
    book.line("");
    book.table(&["Rule", "", "What must hold"]);
    for rule in RULES {
        let code = rule.id.code();
        book.row([
            format!("[{code}](#{code})"),
            severity(rule).to_owned(),
            rule.grounds().says.to_owned(),
        ]);
    }
}

fn severity(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Blocks => "blocks",
        Severity::Warns => "warns",
    }
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn pairs(book: &mut Book) {
    let names = &EditionId::default().get().names;
    book.heading(2, "Solution areas and partner roles");
    book.line(
        "A claim is about one solution area and one partner role. Four pairs are valid. What \
         earlier editions called them and paid for is told under [Editions](#editions).",
    );
    book.line("");
    book.table(&[
        "Solution area",
        "Partner role",
        "Engagement",
        "Claimed for",
        "Can pay an incentive",
        "Customer is asked by mail",
    ]);
    for area in SolutionArea::ALL {
        for role in area.roles() {
            let level = match area {
                SolutionArea::ModernWorkAndSecurity => "tenant and workload",
                SolutionArea::BusinessApplications => "tenant, product and subscription",
            };
            book.row([
                names.area(area).to_owned(),
                names.role(*role).to_owned(),
                names.engagement(*role).to_owned(),
                level.to_owned(),
                yes_no(role.pays_incentive()).to_owned(),
                yes_no(role.sends_consent_email()).to_owned(),
            ]);
        }
    }
}

const fn step_name(step: Step) -> &'static str {
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

/// The step on whose screen a rule is explained first.
fn step_of(rule: &Rule) -> Step {
    rule.fields.first().map_or(Step::Review, |field| Step::of(*field))
}

fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::AddCustomer => "*Add customer*",
        Stage::Submit => "*Submit claim*",
    }
}

fn rules(book: &mut Book) {
    book.heading(2, "Rules");
    book.line(
        "In the order of the screens. The rules of *Add customer* are checked when the claim is \
         created, and again with the others when it is submitted or, after *Partner action \
         required*, submitted again. A rule that needs to know what only a server knows (one's \
         own locations, other claims, subscriptions) is silent while nobody can tell.",
    );
    for row in FLOW {
        let mut of_step = RULES.iter().filter(|rule| step_of(rule) == row.step).peekable();
        if of_step.peek().is_some() {
            book.heading(2, &format!("Rules: {}", step_name(row.step)));
            book.line(&format!(
                "This screen leads up to {}. Its rules are:",
                stage_name(row.stage)
            ));
            for rule in of_step {
                write_rule(book, rule);
            }
        }
    }
}

fn write_rule(book: &mut Book, rule: &Rule) {
    book.heading(3, rule.id.code());
    book.line(rule.grounds().says);
    book.line("");
    let mut stages: Vec<_> = rule.stages.iter().map(|stage| stage_name(*stage)).collect();
    stages.sort_unstable();
    let editions: Vec<_> = rule.editions.iter().map(|id| edition_name(*id)).collect();
    let fields: Vec<_> = rule.fields.iter().map(|field| path(*field)).collect();
    let severity = match rule.severity {
        Severity::Blocks => "Blocks",
        Severity::Warns => "Warns at",
    };
    book.line(&format!("- {severity} {}", stages.join(" and ")));
    book.line(&format!("- Editions: {}", editions.join(", ")));
    book.line(&format!("- Fields: {}", fields.join(", ")));
    write_sources(book, rule.grounds().cites, rule.grounds().disputes);
}

fn write_sources(book: &mut Book, cites: &[Cite], disputes: &[Dispute]) {
    book.line("- Comes from:");
    for cite in cites {
        write_cite(book, cite);
    }
    for dispute in disputes {
        book.line("- Other documents say:");
        for cite in dispute.against {
            write_cite(book, cite);
        }
        book.line(&format!("- Reading chosen: {}", dispute.reading));
    }
}

/// The path of a kind of field; `*` stands for the number of an entry.
fn path(field: Field) -> String {
    let path = field.to_string();
    let parts: Vec<_> = path.split('.').map(|part| if part == "0" { "*" } else { part }).collect();
    format!("`{}`", parts.join("."))
}

fn write_cite(book: &mut Book, cite: &Cite) {
    if cite.source == Source::House {
        book.line(&format!("  - CPOR Claims, our own decision: {}", cite.part));
        return;
    }
    book.line(&format!("  - *{}* ({}), {}", cite.source.title(), cite.source.date(), cite.part));
    if !cite.quote.is_empty() {
        book.line("");
        book.line(&format!("    > {}", cite.quote));
    }
}

const fn status_name(status: Status) -> &'static str {
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

const fn actor_name(actor: Actor) -> &'static str {
    match actor {
        Actor::Partner => "partner",
        Actor::Microsoft => "Microsoft's reviewers",
        Actor::Customer => "customer",
        Actor::System => "time",
    }
}

const fn action_name(action: Action) -> &'static str {
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

fn guard_name(guard: Guard) -> String {
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

fn status_meaning(status: Status) -> &'static str {
    match status {
        Status::Draft => "The claim is created; its proof is missing, or it is not submitted yet.",
        Status::Submitted => "Handed in; the review has not started.",
        Status::UnderReview => {
            "Reviewers look at the proof. It takes longer when another partner holds the item."
        }
        Status::PartnerActionRequired => "Reviewers need more from the partner.",
        Status::Approved => {
            "The association exists. This is not a payment status, and the customer can still \
             decline."
        }
        Status::Rejected => "Refused, with a reason. It can be disputed once, for a limited time.",
        Status::Dispute => "The partner contests the refusal.",
        Status::RejectedFinal => "Refused for good after a dispute, or disassociated.",
        Status::CustomerConsentDenied => "The customer declined.",
    }
}

fn life_cycle(book: &mut Book) {
    book.heading(2, "Life cycle");
    book.table(&["Status", "Meaning", "Waits for", "Final"]);
    for status in Status::ALL {
        book.row([
            status_name(status).to_owned(),
            status_meaning(status).to_owned(),
            status.waits_for().map_or("–", actor_name).to_owned(),
            yes_no(status.is_terminal()).to_owned(),
        ]);
    }
    for status in Status::ALL {
        book.heading(3, status_name(status));
        write_sources(book, status.cites(), status.disputes());
    }
    book.heading(3, "Steps of a claim");
    book.line(
        "These are all the steps that a claim can take; what is not in the table is refused. \
         After a final status, or a rejection whose time for a dispute is over, the partner can \
         claim again with a new claim.",
    );
    book.line("");
    book.table(&["No.", "From", "What", "By", "If", "To"]);
    for row in TRANSITIONS {
        book.row([
            row.id.to_owned(),
            row.from.map_or("(no claim yet)", status_name).to_owned(),
            action_name(row.action).to_owned(),
            actor_name(row.by).to_owned(),
            guard_name(row.guard),
            row.to.map_or("(deleted)", status_name).to_owned(),
        ]);
    }
}

const fn deadline_name(kind: DeadlineKind) -> &'static str {
    match kind {
        DeadlineKind::ReviewStart => "The review starts",
        DeadlineKind::Review => "A decision is made",
        DeadlineKind::PartnerAction => "The partner answers",
        DeadlineKind::ConsentWindow => "The association counts as official",
        DeadlineKind::DisputeRight => "The partner disputes",
        DeadlineKind::DisputeAnswer => "The dispute is answered",
    }
}

const fn after_deadline(kind: DeadlineKind) -> &'static str {
    match kind {
        DeadlineKind::PartnerAction => "the claim is rejected",
        DeadlineKind::DisputeRight => "no dispute is possible any more; a new claim is",
        DeadlineKind::ReviewStart
        | DeadlineKind::Review
        | DeadlineKind::ConsentWindow
        | DeadlineKind::DisputeAnswer => "nothing: the date only says what to expect",
    }
}

fn deadlines(book: &mut Book) {
    book.heading(2, "Deadlines");
    book.line(
        "A business day is Monday to Friday. No document names holidays, so an organisation \
         chooses whose it keeps, or none; they are listed below. Counting starts on the day after the event, in the time zone of \
         the partner's organisation, and the last day counts to its end.",
    );
    book.line("");
    let edition = EditionId::default().get();
    book.table(&["Status", "Until then", "Time", "Kept by", "When it passes"]);
    for status in Status::ALL {
        // Any day will do: only which deadline runs is asked.
        let day = chrono::NaiveDate::default();
        let running = deadline(edition, status, day, false, &Holidays::default());
        if let Some((running, limit)) =
            running.and_then(|running| Some((running, running.kind.limit(edition)?)))
        {
            book.row([
                status_name(status).to_owned(),
                deadline_name(running.kind).to_owned(),
                days(limit),
                actor_name(running.kind.keeper()).to_owned(),
                after_deadline(running.kind).to_owned(),
            ]);
        }
    }
    for kind in DeadlineKind::ALL {
        book.heading(3, deadline_name(kind));
        write_sources(book, kind.cites(), kind.disputes());
    }
    holidays(book);
}

fn holidays(book: &mut Book) {
    book.heading(3, "Holidays");
    for region in Region::ALL {
        if region.list().is_empty() {
            continue;
        }
        book.line(&format!("**{}.** {}", region_name(region), region.source()));
        book.line("");
        let days: Vec<String> = region
            .list()
            .iter()
            .filter_map(|day| Some(format!("{} {}", day.date()?, day.name)))
            .collect();
        book.line(&format!("{}.", days.join("; ")));
        book.line("");
    }
}

const fn region_name(region: Region) -> &'static str {
    match region {
        Region::None => "None",
        Region::Taiwan => "Taiwan",
        Region::UnitedStates => "United States",
        Region::Germany => "Germany",
    }
}

fn editing(book: &mut Book) {
    book.heading(2, "What may be edited");
    book.line(
        "In *Partner action required* the pages of 2023 open the Partner ID, the products, the \
         contacts, the proof and the comments, and nothing else: a wrong partner role or tenant \
         is put right by a new claim only. In *Approved* newer proof may be added, and none \
         taken away. Claims of earlier editions have no acknowledgements and a technical \
         contact; those of 2020 to 2021 can be edited in *Submitted* as well.",
    );
    book.line("");
    book.table(&["Status", "Editions", "Fields"]);
    for status in Status::ALL {
        let mut groups: Vec<(Editable, Vec<&str>)> = Vec::new();
        for id in EditionId::ALL.into_iter().rev() {
            let editable = status.editable_in(id.get());
            match groups.iter_mut().find(|(other, _)| *other == editable) {
                Some((_, names)) => names.push(edition_name(id)),
                None => groups.push((editable, vec![edition_name(id)])),
            }
        }
        for (editable, names) in groups {
            let fields = match editable {
                Editable::Everything => "everything".to_owned(),
                Editable::Nothing => "nothing".to_owned(),
                Editable::Only(fields) => {
                    fields.iter().map(|field| path(*field)).collect::<Vec<_>>().join(", ")
                }
            };
            let editions = if names.len() == EditionId::ALL.len() {
                "all".to_owned()
            } else {
                names.join(", ")
            };
            book.row([status_name(status).to_owned(), editions, fields]);
        }
    }
}

/// Roles with their names.
const ROLES: [(UserRole, &str); 3] = [
    (UserRole::IncentivesAdmin, "Incentives admin"),
    (UserRole::IncentivesUser, "Incentives user"),
    (UserRole::Reviewer, "Reviewer"),
];

fn permissions(book: &mut Book) {
    book.heading(2, "Who may do what");
    book.line(
        "What a role allows in any status; the life cycle says when. The pages of 2023 and 2024 \
         name only the Incentives admin for submitting, the training of FY20 names the \
         Incentives user as well; the stricter reading holds. The customer declines through the \
         link in the mail and has no account; time limits pass by themselves.",
    );
    book.line("");
    let heads: Vec<&str> = [""].into_iter().chain(ROLES.iter().map(|(_, name)| *name)).collect();
    book.table(&heads);
    for action in Action::ALL {
        let name = [action_name(action).to_owned()];
        book.row(
            name.into_iter()
                .chain(ROLES.iter().map(|(role, _)| yes_no(role.may(action)).to_owned())),
        );
    }
}

fn catalogues(book: &mut Book) {
    book.heading(2, "Workloads and products");
    book.line(
        "No document gives Partner Center's own pick-list. These lists are drawn from \
         Microsoft's lists of designations and a partner's template; anything else is claimed \
         by its name, as *Other*.",
    );
    catalogue(book, "Workloads of Modern Work and Security", &WORKLOADS);
    catalogue(book, "Products of Business Applications", &PRODUCTS);
    catalogue(book, "Workloads of Microsoft 365, FY20 and FY21", &WORKLOADS_FY20);
    catalogue(book, "Products of Business Applications, FY20 and FY21", &PRODUCTS_FY20);
}

fn catalogue(book: &mut Book, title: &str, list: &Catalog) {
    book.heading(3, title);
    book.table(&["Name", "Code", "Group", "Also found as"]);
    for entry in list.entries {
        book.row([
            entry.name.to_owned(),
            format!("`{}`", entry.code),
            entry.group.to_owned(),
            entry.aliases.join(", "),
        ]);
    }
}

/// Where a heading is linked to.
fn anchor(heading: &str) -> String {
    let lower = heading.to_lowercase();
    let kept = lower.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn sources(book: &mut Book) {
    book.heading(2, "Documents");
    book.line(
        "Quotations are literal. Where only a summary of a document was at hand, the place is \
         named and nothing is quoted.",
    );
    book.line("");
    book.table(&["Document", "Date", "Rules, statuses, deadlines and editions"]);
    for source in Source::ALL {
        let cites = |cites: &[Cite], disputes: &[Dispute]| {
            let disputed = disputes.iter().flat_map(|dispute| dispute.against);
            cites.iter().chain(disputed).any(|cite| cite.source == source)
        };
        let rules = RULES
            .iter()
            .filter(|rule| cites(rule.grounds().cites, rule.grounds().disputes))
            .map(|rule| format!("[{0}](#{0})", rule.id.code()));
        let deadlines = DeadlineKind::ALL
            .into_iter()
            .filter(|kind| cites(kind.cites(), kind.disputes()))
            .map(|kind| {
                let name = deadline_name(kind);
                format!("[{name}](#{})", anchor(name))
            });
        let statuses = Status::ALL
            .into_iter()
            .filter(|status| cites(status.cites(), status.disputes()))
            .map(|status| {
                let name = status_name(status);
                format!("[{name}](#{})", anchor(name))
            });
        let editions = EditionId::ALL
            .into_iter()
            .filter(|id| cites(id.cites(), id.disputes()))
            .map(|id| format!("[{}](#{})", edition_name(id), anchor(edition_name(id))));
        let citing: Vec<_> = rules.chain(statuses).chain(deadlines).chain(editions).collect();
        if citing.is_empty() {
            continue;
        }
        let title = match source {
            Source::House => "CPOR Claims, our own decision".to_owned(),
            other => format!("*{}*", other.title()),
        };
        book.row([title, source.date().to_owned(), citing.join(", ")]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_stands_under_a_step() {
        let printed = markdown();
        for rule in RULES {
            assert!(FLOW.iter().any(|row| row.step == step_of(rule)), "{:?}", rule.id);
            assert!(printed.contains(&format!("### {}", rule.id.code())));
        }
    }

    #[test]
    fn a_bar_does_not_end_a_cell() {
        let mut book = Book(String::new());
        book.row(["a|b".to_owned()]);
        assert_eq!(book.0, "| a\\|b |\n");
    }
}
