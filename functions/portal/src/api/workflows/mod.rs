//! `/api/workflows/{slug}`: checking parameters, requesting runs, what their limits are used by, exporting their audit.

pub(super) mod audit;
pub(super) mod check;
pub(super) mod limits;
pub(super) mod runs;

use serde_json::Value;
use utoipa::ToSchema;

use super::body::Fields;
use super::error::ApiError;

/// What a workflow is asked to do.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body in the document; reading it reports every fault at once")]
pub(crate) struct ParametersBody {
    /// The parameters, as the workflow's schema describes them.
    #[schema(value_type = Object)]
    parameters: Value,
}

/// The parameters of a body that has nothing else.
fn parameters(body: Value) -> Result<Value, ApiError> {
    let mut fields = Fields::of(body);
    let parameters = fields.object("parameters");
    fields.finish()?;
    Ok(parameters)
}
