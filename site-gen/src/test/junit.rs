//! All results as `JUnit` XML, which CI systems show: a suite for each workflow.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::explain::{lines, summary};
use super::{Tested, TestedCase, TestedWorkflow};
use catalog_model::Problem;

/// The XML; `took` is how long all of it took.
pub fn xml(tested: &Tested, took: Duration) -> Result<String, SerializeError> {
    let mut report = Report::new("site-gen test");
    report.set_time(took);
    if !tested.problems.is_empty() {
        let mut suite = TestSuite::new("catalog");
        suite.add_test_case(refused("catalog", &tested.problems));
        report.add_test_suite(suite);
    }
    report.add_test_suites(tested.workflows.iter().map(suite));
    report.to_string()
}

fn suite(workflow: &TestedWorkflow) -> TestSuite {
    let mut suite = TestSuite::new(&*workflow.slug);
    suite.set_time(workflow.took());
    if !workflow.problems.is_empty() {
        suite.add_test_case(refused(&workflow.slug, &workflow.problems));
        return suite;
    }
    suite.add_property(Property::new("states", workflow.coverage.states.to_string()));
    suite.add_property(Property::new("states_visited", workflow.coverage.visited().to_string()));
    suite.add_test_cases(workflow.cases.iter().map(|case| test_case(&workflow.slug, case)));
    if workflow.coverage.minimum > 0 {
        suite.add_test_case(coverage(workflow));
    }
    suite
}

fn test_case(slug: &str, case: &TestedCase) -> TestCase {
    let status = match &case.failure {
        None => TestCaseStatus::success(),
        Some(failure) => {
            let kind = failure.findings.first().map_or("", |finding| finding.about.as_str());
            let text: Vec<String> = lines(failure).into_iter().map(|line| line.text).collect();
            failed(NonSuccessKind::Failure, kind, summary(failure), text.join("\n"))
        }
    };
    let mut test_case = TestCase::new(&*case.name, status);
    test_case.set_classname(slug).set_time(case.took);
    test_case
}

/// What `portal.json` asks of the cases together is a case of its own.
fn coverage(workflow: &TestedWorkflow) -> TestCase {
    let coverage = &workflow.coverage;
    let status = if coverage.is_enough() {
        TestCaseStatus::success()
    } else {
        let message = format!(
            "{} % of the states were visited, portal.json asks for {} %",
            coverage.percentage(),
            coverage.minimum
        );
        let text = format!("not visited: {}", coverage.not_visited.join(", "));
        failed(NonSuccessKind::Failure, "coverage", message, text)
    };
    let mut test_case = TestCase::new("State coverage", status);
    test_case.set_classname(&*workflow.slug).set_time(Duration::ZERO);
    test_case
}

/// What has problems is not tested.
fn refused(class: &str, problems: &[Problem]) -> TestCase {
    let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let message = format!("site-gen check finds problems: {}", problems.len());
    let status = failed(NonSuccessKind::Error, "problems", message, text.join("\n\n"));
    let mut test_case = TestCase::new("site-gen check", status);
    test_case.set_classname(class).set_time(Duration::ZERO);
    test_case
}

fn failed(kind: NonSuccessKind, about: &str, message: String, text: String) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(about).set_message(message).set_description(text);
    status
}
