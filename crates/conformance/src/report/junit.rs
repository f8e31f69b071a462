//! The report for programs that read `JUnit`'s XML.

use crate::checks::GROUPS;
use crate::run::{Result, Run};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// The report as XML: a suite for each group, a case for each check.
///
/// # Errors
/// A text cannot be written as XML.
pub fn junit(run: &Run) -> std::result::Result<String, quick_junit::SerializeError> {
    let mut report = Report::new(run.name.as_str());
    report.set_time(run.time);
    for group in GROUPS {
        let mut suite = TestSuite::new(group.name);
        for verdict in run.verdicts.iter().filter(|verdict| verdict.group.name == group.name) {
            let status = match &verdict.result {
                Result::Passed => TestCaseStatus::success(),
                Result::Failed(failure) => {
                    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                    status.set_message(format!("expected {}", failure.expected));
                    status.set_description(format!(
                        "docs/api.md says: {}\n\nsent:\n{}\n\ncame:\n{}\n\nexpected:\n{}",
                        verdict.check.holds, failure.sent, failure.came, failure.expected
                    ));
                    status
                }
                Result::Skipped(reason) => {
                    let mut status = TestCaseStatus::skipped();
                    status.set_message(reason.as_str());
                    status
                }
            };
            let mut case = TestCase::new(verdict.id(), status);
            case.set_classname(format!("cpor-conformance.{}", group.name));
            case.set_time(verdict.time);
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    report.to_string()
}
