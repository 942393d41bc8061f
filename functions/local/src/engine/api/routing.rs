//! AWS's rules for an alias: its name, and where it sends executions.

use crate::engine::arn::{MachineArn, Qualifier};
use crate::engine::host::Host;
use crate::engine::store::Route;
use crate::services::aws_json::ApiError;

/// A name that cannot be taken for a version's number.
pub(super) fn check_name(name: &str) -> Result<(), ApiError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    if name.chars().all(allowed) && !name.chars().all(|c| c.is_ascii_digit()) {
        return Ok(());
    }
    Err(ApiError::validation(format!(
        "1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: Member must satisfy \
         regular expression pattern: ^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$"
    )))
}

/// One version, or two of one machine that share a hundred per cent; gives the machine.
pub(super) fn check(host: &Host, routes: &[Route]) -> Result<MachineArn, ApiError> {
    check_weights(routes)?;
    let mut machine: Option<MachineArn> = None;
    for route in routes {
        let arn = version(host, route)?.ok_or_else(|| not_versions(routes))?;
        if machine.as_ref().is_some_and(|machine| *machine != arn) {
            return Err(not_versions(routes));
        }
        machine = Some(arn);
    }
    let machine = machine.ok_or_else(|| not_versions(routes))?;
    host.machine(&machine, &machine.unqualified())?;
    Ok(machine)
}

/// What AWS answers to anything but existing versions of one machine.
pub(super) fn not_versions(routes: &[Route]) -> ApiError {
    ApiError::validation(format!(
        "Routing configuration must contain state machine version ARNs. Received: {}",
        arns(routes)
    ))
}

fn check_weights(routes: &[Route]) -> Result<(), ApiError> {
    for (place, Route { weight, .. }) in routes.iter().enumerate() {
        let rule = match weight {
            ..0 => "Member must have value greater than or equal to 0",
            101.. => "Member must have value less than or equal to 100",
            _ => continue,
        };
        return Err(ApiError::validation(format!(
            "1 validation error detected: Value '{weight}' at 'routingConfiguration.{}.member.weight' failed to \
             satisfy constraint: {rule}",
            place + 1
        )));
    }
    if let [one, two] = routes
        && one.state_machine_version_arn == two.state_machine_version_arn
    {
        return Err(ApiError::validation(format!(
            "Routing configuration must contain distinct state machine version ARNs. Received: {}",
            arns(routes)
        )));
    }
    let weights: Vec<i64> = routes.iter().map(|route| route.weight).collect();
    if weights.iter().sum::<i64>() != 100 {
        return Err(ApiError::validation(format!(
            "Sum of routing configuration weights must equal 100. Received: {weights:?}"
        )));
    }
    Ok(())
}

/// The machine of a route, if there is that version of it.
fn version(host: &Host, route: &Route) -> Result<Option<MachineArn>, ApiError> {
    let arn = MachineArn::parse(&route.state_machine_version_arn)?;
    let Some(Qualifier::Version(number)) = arn.qualifier else { return Ok(None) };
    let exists = host.store.version(&arn.unqualified(), number)?.is_some();
    Ok(exists.then_some(MachineArn { qualifier: None, ..arn }))
}

fn arns(routes: &[Route]) -> String {
    let arns: Vec<&str> = routes.iter().map(|route| route.state_machine_version_arn.as_str()).collect();
    format!("[{}]", arns.join(", "))
}
