//! What a Task's `Resource` names, and whether it is something Step Functions can call.

use crate::command::{Integration, Pattern};

/// Optimised integrations with the actions they offer; `aws-sdk:*` takes any action.
const OPTIMISED: [(&str, &[&str]); 23] = [
    ("lambda", &["invoke"]),
    ("batch", &["submitJob"]),
    ("dynamodb", &["getItem", "putItem", "deleteItem", "updateItem"]),
    ("ecs", &["runTask"]),
    ("sns", &["publish"]),
    ("sqs", &["sendMessage"]),
    ("glue", &["startJobRun"]),
    ("databrew", &["startJobRun"]),
    ("sagemaker", &[]),
    ("elasticmapreduce", &[]),
    ("emr-containers", &[]),
    ("emr-serverless", &[]),
    ("codebuild", &["startBuild", "stopBuild", "batchDeleteBuilds", "batchGetReports", "startBuildBatch"]),
    ("athena", &["startQueryExecution", "stopQueryExecution", "getQueryExecution", "getQueryResults"]),
    ("eks", &[]),
    ("apigateway", &["invoke"]),
    ("events", &["putEvents"]),
    ("states", &["startExecution"]),
    ("bedrock", &["invokeModel", "createModelCustomizationJob"]),
    ("mediaconvert", &["createJob"]),
    ("http", &["invoke"]),
    ("pipes", &[]),
    ("evidently", &[]),
];

/// Reads a `Resource`; None for what AWS would not recognise.
pub(crate) fn parse(resource: &str) -> Option<Integration> {
    let mut parts = resource.splitn(6, ':');
    let (arn, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (_region, account, rest) = (parts.next()?, parts.next()?, parts.next()?);
    if arn != "arn" || !partition.starts_with("aws") {
        return None;
    }
    let integration = |service: &str, action: &str, pattern| {
        Some(Integration {
            resource: resource.to_owned(),
            service: service.to_owned(),
            action: action.to_owned(),
            pattern,
        })
    };
    match service {
        "lambda" => rest
            .strip_prefix("function:")
            .and_then(|_| integration("lambda", "function", Pattern::RequestResponse)),
        "states" if !account.is_empty() => rest
            .strip_prefix("activity:")
            .and_then(|_| integration("activity", "", Pattern::WaitForTaskToken)),
        "states" => {
            let (service, action) = rest.rsplit_once(':').filter(|(_, last)| *last != "2").or_else(|| {
                let (whole, _) = rest.rsplit_once(':')?;
                let (service, _) = whole.rsplit_once(':')?;
                Some((service, &rest[service.len() + 1..]))
            })?;
            let (name, pattern) = pattern_of(action)?;
            known(service, name).then(|| integration(service, action, pattern)).flatten()
        }
        _ => None,
    }
}

fn pattern_of(action: &str) -> Option<(&str, Pattern)> {
    let Some((name, suffix)) = action.split_once('.') else {
        return Some((action, Pattern::RequestResponse));
    };
    let pattern = match suffix {
        "sync" => Pattern::Sync,
        "sync:2" => Pattern::SyncV2,
        "waitForTaskToken" => Pattern::WaitForTaskToken,
        _ => return None,
    };
    Some((name, pattern))
}

fn known(service: &str, action: &str) -> bool {
    if let Some(sdk) = service.strip_prefix("aws-sdk:") {
        return !sdk.is_empty() && action.starts_with(|c: char| c.is_ascii_lowercase());
    }
    OPTIMISED
        .iter()
        .any(|(name, actions)| *name == service && (actions.is_empty() || actions.contains(&action)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(resource: &str, want: Option<(&str, &str, Pattern)>) {
        let got = parse(resource);
        let got = got.as_ref().map(|i| (i.service.as_str(), i.action.as_str(), i.pattern));
        assert_eq!(got, want, "{resource}");
    }

    #[test]
    fn resources_name_service_action_and_pattern() {
        check("arn:aws:states:::lambda:invoke", Some(("lambda", "invoke", Pattern::RequestResponse)));
        check(
            "arn:aws:states:::lambda:invoke.waitForTaskToken",
            Some(("lambda", "invoke.waitForTaskToken", Pattern::WaitForTaskToken)),
        );
        check(
            "arn:aws:states:::states:startExecution.sync:2",
            Some(("states", "startExecution.sync:2", Pattern::SyncV2)),
        );
        check(
            "arn:aws:states:::aws-sdk:rds:describeDBClusters",
            Some(("aws-sdk:rds", "describeDBClusters", Pattern::RequestResponse)),
        );
        check(
            "arn:aws:lambda:us-east-1:1:function:f",
            Some(("lambda", "function", Pattern::RequestResponse)),
        );
        check("arn:aws:states:us-east-1:1:activity:a", Some(("activity", "", Pattern::WaitForTaskToken)));
    }

    #[test]
    fn what_aws_does_not_know_is_no_integration() {
        check("arn:aws:states:::dynamodb:query", None);
        check("arn:aws:states:::lambda:invoke.sync:3", None);
        check("lambda", None);
    }
}
