//! Local mode's integrations: Lambda functions of this process, everything else from `cases.json`.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Answer, Answering, Call, Functions, Hearing, Integration, Simulated, lambda_payload, simulated,
    with_metadata,
};

/// Functions and simulated services.
pub struct InProcess {
    /// The account that the functions are in.
    account: String,
    functions: Arc<dyn Functions>,
    simulated: Arc<dyn Simulated>,
    /// How long a simulated call takes, so that people see the steps progress.
    latency: Duration,
}

impl InProcess {
    /// Functions of `account`; simulated calls take `latency`.
    pub fn new(
        account: &str,
        functions: Arc<dyn Functions>,
        simulated: Arc<dyn Simulated>,
        latency: Duration,
    ) -> Self {
        Self { account: account.to_owned(), functions, simulated, latency }
    }

    /// Answers from the cases, not at once.
    async fn simulate(&self, call: &Call) -> Answer {
        let answer = simulated::answer(self.simulated.as_ref(), call);
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        answer
    }

    /// Invokes a function of this process; one of another account or name answers from `cases.json`.
    async fn invoke(&self, call: &Call) -> Answer {
        let resource = &call.request.integration.resource;
        let by_arn = resource.starts_with("arn:aws:lambda:");
        let arguments = &call.request.arguments;
        let reference = if by_arn { Some(resource.as_str()) } else { arguments["FunctionName"].as_str() };
        let Some(reference) = reference else {
            return Answer::failed("States.Runtime", "FunctionName is missing or not a string.");
        };
        let (account, name) = function_name(reference);
        if account.unwrap_or_else(|| call.account()) != self.account || !self.functions.has(name) {
            return self.simulate(call).await;
        }
        if !by_arn && arguments.get("InvocationType").is_some_and(|kind| kind != "RequestResponse") {
            return Answer::failed(
                "Lambda.InvalidParameterValueException",
                "Local mode invokes functions with the InvocationType RequestResponse only.",
            );
        }
        let payload = if by_arn { arguments.clone() } else { lambda_payload(arguments) };
        match self.functions.invoke(name, payload).await {
            Ok(output) if by_arn => Answer::Accepted(output),
            Ok(output) => Answer::Accepted(result(&output)),
            Err(error) => {
                let cause = json!({"errorMessage": error.message, "errorType": error.error_type});
                Answer::failed(error.error_type, cause.to_string())
            }
        }
    }
}

impl Integration for InProcess {
    fn call<'a>(&'a self, call: &'a Call) -> Answering<'a> {
        Box::pin(async move {
            match call.request.integration.service.as_str() {
                "lambda" => self.invoke(call).await,
                _ => self.simulate(call).await,
            }
        })
    }

    fn ended<'a>(&'a self, event: &'a Value) -> Hearing<'a> {
        Box::pin(async move {
            let Some(name) = self.functions.rule(event) else { return };
            if let Err(error) = self.functions.invoke(name, event.clone()).await {
                tracing::warn!(name, error = error.message, "an event was not dealt with");
            }
        })
    }
}

fn result(payload: &Value) -> Value {
    with_metadata(json!({"ExecutedVersion": "$LATEST", "Payload": payload, "StatusCode": 200}))
}

/// Account (where given) and name, from a name, a partial ARN or an ARN, each perhaps with a version.
pub(super) fn function_name(reference: &str) -> (Option<&str>, &str) {
    let (prefix, rest) = reference.split_once("function:").unwrap_or(("", reference));
    let account = prefix.trim_end_matches(':').rsplit(':').next().filter(|account| !account.is_empty());
    (account, rest.split(':').next().unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_found_by_every_form_of_its_name() {
        let check =
            |reference, account, name| assert_eq!(function_name(reference), (account, name), "{reference}");
        check("next-gate", None, "next-gate");
        check("next-gate:3", None, "next-gate");
        check("111122223333:function:next-gate", Some("111122223333"), "next-gate");
        check(
            "arn:aws:lambda:eu-west-1:111122223333:function:next-gate:$LATEST",
            Some("111122223333"),
            "next-gate",
        );
    }
}
