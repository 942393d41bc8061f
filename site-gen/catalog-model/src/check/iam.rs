//! Which IAM actions the call of a Task state needs.
//!
//! From the AWS Service Authorization Reference and "IAM policies for integrated services" in the Step
//! Functions developer guide. Most SDK calls need the action of their own name; the tables hold the rest.

mod tables;

use std::borrow::Cow;

use tables::{ACTIONS, FOLLOW_UPS, PREFIXES};

/// One action that must be allowed, or one of several that will do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Need {
    pub(crate) any: Vec<Cow<'static, str>>,
}

impl Need {
    /// Exactly this action.
    pub(crate) fn of(action: impl Into<Cow<'static, str>>) -> Self {
        Self { any: vec![action.into()] }
    }
}

/// What the `Resource` of a Task state needs; nothing for an activity, or for text that is no resource.
pub(crate) fn needs(resource: &str) -> Vec<Need> {
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "lambda", _, _, _] => vec![Need::of("lambda:InvokeFunction")],
        ["arn", _, "states", "", "", call] => {
            let call = call.strip_prefix("aws-sdk:").unwrap_or(call);
            let (service, action) = call.split_once(':').unwrap_or((call, ""));
            let (action, pattern) = action.split_once('.').unwrap_or((action, ""));
            of_call(service, action, pattern.starts_with("sync"))
        }
        _ => Vec::new(),
    }
}

fn of_call(service: &str, action: &str, waits: bool) -> Vec<Need> {
    if action.is_empty() {
        return Vec::new();
    }
    let service = service.to_ascii_lowercase();
    let prefix =
        PREFIXES.iter().find(|(name, _)| *name == service).map_or(service.as_str(), |(_, prefix)| prefix);
    let written = [&service, ":", action].concat();
    let named = ACTIONS.iter().find(|(name, _)| name.eq_ignore_ascii_case(&written));
    let mut needs: Vec<Need> = match named {
        Some((_, all)) => all.split(' ').map(alternatives).collect(),
        None => vec![Need::of([prefix, ":", &capitalised(action)].concat())],
    };
    if waits {
        let call = [prefix, ":", action].concat();
        let follow = FOLLOW_UPS.iter().filter(|(name, _)| name.eq_ignore_ascii_case(&call));
        needs.extend(follow.flat_map(|(_, all)| all.split(' ')).map(alternatives));
    }
    needs
}

/// `a:B|a:C`: either will do.
fn alternatives(text: &'static str) -> Need {
    Need { any: text.split('|').map(Cow::Borrowed).collect() }
}

fn capitalised(action: &str) -> String {
    let mut chars = action.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::needs;

    #[test]
    fn a_resource_needs_its_actions() {
        let check = |resource: &str, expect: &str| {
            let found: Vec<String> = needs(resource).into_iter().map(|need| need.any.join("|")).collect();
            assert_eq!(found.join(" "), expect, "{resource}");
        };
        check("arn:aws:states:::aws-sdk:rds:modifyDBCluster", "rds:ModifyDBCluster");
        check("arn:aws-cn:states:::aws-sdk:rds:modifyDBCluster.waitForTaskToken", "rds:ModifyDBCluster");
        check("arn:aws:states:::aws-sdk:sfn:describeExecution", "states:DescribeExecution");
        check("arn:aws:states:::aws-sdk:cloudwatchlogs:filterLogEvents", "logs:FilterLogEvents");
        check(
            "arn:aws:states:::aws-sdk:elasticloadbalancingv2:describeRules",
            "elasticloadbalancing:DescribeRules",
        );
        check("arn:aws:states:::aws-sdk:s3:listObjectsV2", "s3:ListBucket");
        check("arn:aws:states:::aws-sdk:s3:copyObject", "s3:GetObject s3:PutObject");
        check("arn:aws:states:::aws-sdk:sesv2:sendEmail", "ses:SendEmail");
        check("arn:aws:states:::lambda:invoke.waitForTaskToken", "lambda:InvokeFunction");
        check("arn:aws:lambda:eu-west-1:111122223333:function:hello", "lambda:InvokeFunction");
        check("arn:aws:states:::dynamodb:putItem", "dynamodb:PutItem");
        check(
            "arn:aws:states:::states:startExecution.sync:2",
            "states:StartExecution states:DescribeExecution states:StopExecution \
             events:PutTargets events:PutRule events:DescribeRule",
        );
        check("arn:aws:states:::states:startExecution", "states:StartExecution");
        check(
            "arn:aws:states:::http:invoke",
            "states:InvokeHTTPEndpoint events:RetrieveConnectionCredentials",
        );
        check("arn:aws:states:::apigateway:invoke", "execute-api:Invoke");
        check(
            "arn:aws:states:::aws-sdk:dynamodb:transactWriteItems",
            "dynamodb:PutItem|dynamodb:UpdateItem|dynamodb:DeleteItem|dynamodb:ConditionCheckItem",
        );
        check("arn:aws:states:eu-west-1:111122223333:activity:review", "");
        check("nonsense", "");
    }
}
