//! Changes of claims: who may, on which revision, in which status.

use super::message::{Account, Answer, Body, Condition, What};
use super::{REVIEW_FEED, Server, StoredClaim, day_of, time_of};
use crate::mutant::Mutant;
use cpor_protocol::{ClaimRecord, ProblemCode};
use cpor_rules::life_cycle::{Editable, Situation, transition};
use cpor_rules::{Action, Draft, Ground, PoeFile, ReviewReason, Status};
use std::collections::BTreeSet;

type Outcome<T> = Result<T, Answer>;

/// What comes with an action.
#[derive(Clone, Copy, Default)]
struct Said<'a> {
    reason: &'a str,
    grounds: &'a [ReviewReason],
    has_newer_proof: bool,
}

impl Server {
    pub(super) fn change(&mut self, who: &Account, what: &What, now_ms: u64) -> Outcome<Answer> {
        match what {
            What::Put(id, condition, draft, set_aside) => {
                let answer = self.put(who, id, condition, draft, now_ms)?;
                let kept = self.data.set_aside.entry(id.clone()).or_default();
                kept.extend(set_aside.iter().cloned());
                Ok(answer)
            }
            What::Submit(id, condition, ruleset, manifest) => {
                let claim = self.acting(who, id, condition, Action::Submit)?;
                if *ruleset != self.ruleset {
                    return Err(Answer::problem(409, ProblemCode::RulesetUnknown));
                }
                self.allowed(who, &claim, Action::Submit, Said::default(), now_ms)?;
                self.check_manifest(&claim, manifest)?;
                self.act(who, claim, Action::Submit, Said::default(), now_ms)
            }
            What::Delete(id, condition) => {
                let claim = self.visible(who, id)?;
                if !who.role.may(Action::Delete) {
                    return Err(Answer::problem(403, ProblemCode::NotAllowed));
                }
                self.expect_revision(&claim.record, condition)?;
                self.allowed(who, &claim, Action::Delete, Said::default(), now_ms)?;
                self.data.claims.remove(id);
                self.data.comments.remove(id);
                self.note(&claim.organisation, id, true);
                Ok(Answer::ok(204, Body::Empty))
            }
            What::Comment(id, text) => {
                let claim = self.visible(who, id)?;
                if text.trim().is_empty() {
                    return Err(Answer::problem(400, ProblemCode::BadRequest));
                }
                self.data.comments.entry(id.clone()).or_default().push(text.trim().to_owned());
                self.announce(&claim);
                Ok(Answer::ok(201, Body::Empty))
            }
            What::Dispute(id, condition, justification, files) => {
                let claim = self.acting(who, id, condition, Action::Dispute)?;
                self.dispute(who, claim, justification, files, now_ms)
            }
            What::Disassociate(id, condition, reason) => {
                let claim = self.acting(who, id, condition, Action::Disassociate)?;
                let said = Said { reason, ..Said::default() };
                self.act(who, claim, Action::Disassociate, said, now_ms)
            }
            What::Review(id, condition, action, reason, grounds) => {
                let claim = self.acting(who, id, condition, *action)?;
                let said = Said { reason, grounds, has_newer_proof: false };
                self.act(who, claim, *action, said, now_ms)
            }
            What::Session
            | What::BeginUpload(..)
            | What::UploadOffset(_)
            | What::Append(..)
            | What::Changes { .. } => Err(Answer::problem(404, ProblemCode::NotFound)),
        }
    }

    fn put(
        &mut self,
        who: &Account,
        id: &str,
        condition: &Condition,
        draft: &Draft,
        now_ms: u64,
    ) -> Outcome<Answer> {
        if !who.role.may(Action::AddCustomer) {
            return Err(Answer::problem(403, ProblemCode::NotAllowed));
        }
        if *condition == Condition::IsNew {
            return self.create(who, id, draft, now_ms);
        }
        if *condition == Condition::Missing {
            return Err(Answer::problem(428, ProblemCode::PreconditionNeeded));
        }
        let mut claim = self.visible(who, id)?;
        self.expect_revision(&claim.record, condition)?;
        let record = &mut claim.record;
        if draft.edition != record.draft.edition {
            return Err(Answer::problem(400, ProblemCode::BadRequest));
        }
        if record.status.editable_in(record.draft.edition.get()) == Editable::Nothing {
            return Err(Answer::problem(409, ProblemCode::WrongState));
        }
        if *draft == record.draft {
            return Ok(Answer::ok(200, Body::Claim(Box::new(claim.record))));
        }
        if !record.status.forbidden_changes(&record.draft, draft).is_empty() {
            return Err(Answer::problem(409, ProblemCode::WrongState));
        }
        let adds_proof = !matches!(record.status, Status::Draft | Status::PartnerActionRequired)
            && draft.poe_files != record.draft.poe_files;
        if adds_proof {
            self.check_files(&claim.organisation, &draft.poe_files)?;
        }
        draft.clone_into(&mut claim.record.draft);
        claim.record.revision += 1;
        claim.record.updated_at = time_of(now_ms);
        Ok(self.save(claim, 200))
    }

    fn create(&mut self, who: &Account, id: &str, draft: &Draft, now_ms: u64) -> Outcome<Answer> {
        if let Ok(known) = self.visible(who, id) {
            return Err(Answer::stale(ProblemCode::Exists, known.record));
        }
        let is_taken = self.data.claims.contains_key(id)
            || self.data.feeds.values().any(|feed| feed.is_tombstone(id));
        if is_taken {
            return Err(Answer::problem(404, ProblemCode::NotFound));
        }
        self.data.references += 1;
        let record = ClaimRecord {
            id: id.to_owned(),
            reference: format!("CPOR-{:06}", self.data.references),
            revision: self.floor + 1,
            status: Status::Draft,
            draft: draft.clone(),
            created_at: time_of(now_ms),
            created_by: who.id.clone(),
            updated_at: time_of(now_ms),
            submitted_at: None,
            status_since: day_of(now_ms),
            deadline: None,
            was_disputed: false,
            status_reason: String::new(),
            status_grounds: Vec::new(),
            organisation: who.organisation.clone(),
        };
        Ok(self.save(StoredClaim { record, organisation: who.organisation.clone() }, 201))
    }

    fn dispute(
        &mut self,
        who: &Account,
        mut claim: StoredClaim,
        justification: &str,
        files: &[PoeFile],
        now_ms: u64,
    ) -> Outcome<Answer> {
        let known = &mut claim.record.draft.poe_files;
        let newer: Vec<PoeFile> = files
            .iter()
            .filter(|file| known.iter().all(|other| other.sha256 != file.sha256))
            .cloned()
            .collect();
        known.extend(newer.iter().cloned());
        let said =
            Said { reason: justification, has_newer_proof: !newer.is_empty(), ..Said::default() };
        self.allowed(who, &claim, Action::Dispute, said, now_ms)?;
        if !newer.is_empty() {
            self.check_files(&claim.organisation, &claim.record.draft.poe_files)?;
        }
        self.act(who, claim, Action::Dispute, said, now_ms)
    }

    /// The claim, if this account may know that it exists.
    fn visible(&self, who: &Account, id: &str) -> Outcome<StoredClaim> {
        let is_reviewer = who.role == cpor_rules::UserRole::Reviewer;
        self.data
            .claims
            .get(id)
            .filter(|claim| {
                if is_reviewer {
                    claim.record.status != Status::Draft
                } else {
                    claim.organisation == who.organisation
                }
            })
            .cloned()
            .ok_or_else(|| Answer::problem(404, ProblemCode::NotFound))
    }

    fn acting(
        &self,
        who: &Account,
        id: &str,
        condition: &Condition,
        action: Action,
    ) -> Outcome<StoredClaim> {
        let claim = self.visible(who, id)?;
        if !who.role.may(action) {
            return Err(Answer::problem(403, ProblemCode::NotAllowed));
        }
        self.expect_revision(&claim.record, condition)?;
        Ok(claim)
    }

    fn expect_revision(&self, record: &ClaimRecord, condition: &Condition) -> Outcome<()> {
        match condition {
            Condition::HasRevision(revision)
                if *revision == record.revision
                    || self.mutant == Some(Mutant::ServerIgnoresRevision) =>
            {
                Ok(())
            }
            Condition::HasRevision(_) => Err(Answer::stale(ProblemCode::Stale, record.clone())),
            Condition::IsNew | Condition::Missing => {
                Err(Answer::problem(428, ProblemCode::PreconditionNeeded))
            }
        }
    }

    fn allowed(
        &self,
        who: &Account,
        claim: &StoredClaim,
        action: Action,
        said: Said<'_>,
        now_ms: u64,
    ) -> Outcome<Option<Status>> {
        let record = &claim.record;
        let situation = Situation {
            edition: record.draft.edition.get(),
            status: Some(record.status),
            since: record.status_since,
            today: day_of(now_ms),
            holidays: &self.holidays,
            was_disputed: record.was_disputed,
            reason: said.reason,
            has_newer_proof: said.has_newer_proof,
        };
        transition(&situation, action, who.role.acts_for()).map(|row| row.to).map_err(|refusal| {
            let mut answer = Answer::problem(409, ProblemCode::WrongState);
            if let Body::Problem(problem) = &mut answer.body {
                problem.refusal = Some(refusal);
            }
            answer
        })
    }

    /// Takes the claim to the status that follows.
    fn act(
        &mut self,
        who: &Account,
        mut claim: StoredClaim,
        action: Action,
        said: Said<'_>,
        now_ms: u64,
    ) -> Outcome<Answer> {
        let to = self.allowed(who, &claim, action, said, now_ms)?;
        let record = &mut claim.record;
        record.status = to.unwrap_or(record.status);
        record.status_since = day_of(now_ms);
        said.reason.trim().clone_into(&mut record.status_reason);
        record.status_grounds = match Ground::given_by(action) {
            Some(only) => vec![ReviewReason::whole(only)],
            None => said.grounds.to_vec(),
        };
        record.submitted_at =
            if action == Action::Submit { Some(time_of(now_ms)) } else { record.submitted_at };
        record.was_disputed |= action == Action::Dispute;
        record.revision += 1;
        record.updated_at = time_of(now_ms);
        Ok(self.save(claim, 200))
    }

    fn check_manifest(&self, claim: &StoredClaim, manifest: &[String]) -> Outcome<()> {
        let named: BTreeSet<&str> = manifest.iter().map(String::as_str).collect();
        let files = &claim.record.draft.poe_files;
        let held: BTreeSet<&str> = files.iter().map(|file| file.sha256.as_str()).collect();
        if named != held {
            return Err(Answer::problem(400, ProblemCode::BadRequest));
        }
        self.check_files(&claim.organisation, files)
    }

    fn check_files(&self, organisation: &str, files: &[PoeFile]) -> Outcome<()> {
        let missing: Vec<String> = files
            .iter()
            .map(|file| file.sha256.clone())
            .filter(|sha256| !self.has_file(organisation, sha256))
            .collect();
        if missing.is_empty() || self.mutant == Some(Mutant::ServerIgnoresManifest) {
            return Ok(());
        }
        let mut answer = Answer::problem(409, ProblemCode::FilesMissing);
        if let Body::Problem(problem) = &mut answer.body {
            problem.missing_files = missing;
        }
        Err(answer)
    }

    fn save(&mut self, claim: StoredClaim, status: u16) -> Answer {
        self.highest = self.highest.max(claim.record.revision);
        let answer = Answer::ok(status, Body::Claim(Box::new(claim.record.clone())));
        self.announce(&claim);
        self.data.claims.insert(claim.record.id.clone(), claim);
        answer
    }

    /// Tells everyone who can see the claim that it has changed.
    fn announce(&mut self, claim: &StoredClaim) {
        self.note(&claim.organisation, &claim.record.id, false);
        if claim.record.status != Status::Draft {
            self.note(REVIEW_FEED, &claim.record.id, false);
        }
    }
}
