//! What goes wrong, told to the outside: the only place that knows status codes.
//!
//! Handlers return an [`ApiError`]: a kind, one safe sentence, and the fields it concerns. JSON routes
//! answer it as a problem document (RFC 9457); the layer around pages turns the same document into a
//! page. Whatever else is known goes to the log and never to the client.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::log_text::{LogText, chain};
use super::scope::Scope;
use crate::app::AppError;
use crate::app::error::sentence;
use crate::app::limits::{Exceeded, RunInTheWay};
use crate::domain::link::BadLink;
use crate::domain::verdict::Refusal;
use crate::store::StoreError;

/// The sorts of refusal; each has one status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Malformed,
    InvalidParameters,
    SignInRequired,
    InvalidToken,
    InsufficientScope,
    NotAllowed,
    NotFound,
    MethodNotAllowed,
    Conflict,
    DamagedLink,
    Gone,
    TooLarge,
    UnsupportedMediaType,
    KeyReused,
    TooManyRequests,
    LimitExceeded,
    CircuitOpen,
    Internal,
    Unavailable,
}

impl Kind {
    /// The status, for a page that shows more than the problem.
    pub(crate) fn status(self) -> StatusCode {
        self.facts().0
    }

    /// Status, stable name and title.
    fn facts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Kind::Malformed => (StatusCode::BAD_REQUEST, "malformed", "The request cannot be read"),
            Kind::InvalidParameters => {
                (StatusCode::BAD_REQUEST, "invalid-parameters", "Some parameters are not valid")
            }
            Kind::SignInRequired => (StatusCode::UNAUTHORIZED, "sign-in-required", "Sign in first"),
            Kind::InvalidToken => {
                (StatusCode::UNAUTHORIZED, "invalid-token", "This access token opens nothing here")
            }
            Kind::InsufficientScope => {
                (StatusCode::FORBIDDEN, "insufficient-scope", "This access token does not allow it")
            }
            Kind::NotAllowed => (StatusCode::FORBIDDEN, "not-allowed", "You may not do this"),
            Kind::NotFound => (StatusCode::NOT_FOUND, "not-found", "Nothing is here"),
            Kind::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "This cannot be done here")
            }
            Kind::Conflict => (StatusCode::CONFLICT, "conflict", "Too late, or something has changed"),
            Kind::DamagedLink => (StatusCode::BAD_REQUEST, "damaged-link", "This link is damaged"),
            Kind::Gone => (StatusCode::GONE, "gone", "This link is not valid any more"),
            Kind::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The request is too large"),
            Kind::UnsupportedMediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "This kind of body is not accepted",
            ),
            Kind::KeyReused => {
                (StatusCode::UNPROCESSABLE_ENTITY, "key-reused", "The idempotency key was used before")
            }
            Kind::TooManyRequests => {
                (StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "Too many requests")
            }
            Kind::LimitExceeded => {
                (StatusCode::TOO_MANY_REQUESTS, "limit-exceeded", "A limit of this workflow is reached")
            }
            Kind::CircuitOpen => {
                (StatusCode::SERVICE_UNAVAILABLE, "circuit-open", "This workflow keeps failing")
            }
            Kind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong here"),
            Kind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Try again in a moment"),
        }
    }
}

/// A refusal or failure on its way to the client.
#[derive(Debug)]
pub(crate) struct ApiError {
    kind: Kind,
    detail: String,
    errors: Vec<FieldProblem>,
    retry_after: Option<u64>,
    again: Option<String>,
    limit: Option<Box<Exceeded>>,
    /// The scope that a token lacks.
    scope: Option<Scope>,
}

/// A fault of one field of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FieldProblem {
    /// JSON pointer (RFC 6901) of the field in the body.
    #[schema(example = "/parameters/cluster")]
    pub(crate) pointer: String,
    /// What is wrong with it, without its value.
    pub(crate) message: String,
}

/// A problem document (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Stable name of the sort of problem.
    #[schema(example = "urn:drawbridge:problem:not-found")]
    pub(crate) r#type: String,
    /// The sort of problem in words.
    pub(crate) title: &'static str,
    /// The HTTP status.
    #[schema(example = 404)]
    pub(crate) status: u16,
    /// What happened this time, as a sentence.
    pub(crate) detail: String,
    /// The fields concerned, if it is about fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) errors: Vec<FieldProblem>,
    /// The runs that a limit has to wait for, as far as the caller may see them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) runs: Vec<RunInTheWay>,
    /// The page that shows what is used of a limit, for those who may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limits: Option<String>,
    /// For a page: where to go on.
    #[serde(skip)]
    pub(crate) again: Option<String>,
}

impl ApiError {
    /// A refusal with one sentence for the client.
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
            again: None,
            limit: None,
            scope: None,
        }
    }

    /// The same answer for what does not exist and what is not this person's to see.
    pub(crate) fn not_found() -> Self {
        Self::new(Kind::NotFound, "There is nothing here, or it is not yours to see.")
    }

    /// A refusal of fields.
    pub(crate) fn fields(kind: Kind, detail: &str, errors: Vec<FieldProblem>) -> Self {
        Self { errors, ..Self::new(kind, detail) }
    }

    /// A refusal of one field, whose message says all there is to say.
    pub(crate) fn field(kind: Kind, pointer: &str, says: &str) -> Self {
        let error = FieldProblem { pointer: pointer.to_owned(), message: says.to_owned() };
        Self::fields(kind, says, vec![error])
    }

    /// The sentence for the client.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// What is wrong, field by field where it is about fields.
    pub(crate) fn sentences(&self) -> String {
        if self.errors.is_empty() {
            return self.detail.clone();
        }
        self.errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// What sort of refusal it is.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether the page that was posted from shows it, with what was typed: the person can do something about it.
    pub(crate) fn is_for_the_page(&self) -> bool {
        matches!(self.kind, Kind::Malformed | Kind::Conflict | Kind::NotAllowed)
    }

    /// A refusal until some seconds have passed.
    pub(crate) fn too_many(retry_after: u64) -> Self {
        let detail = "You have sent many requests in a short time. Wait a little and try again.";
        Self { retry_after: Some(retry_after), ..Self::new(Kind::TooManyRequests, detail) }
    }

    /// A refusal by a workflow's own limit.
    fn limited(limit: Box<Exceeded>) -> Self {
        let refused = Self::new(Kind::LimitExceeded, limit.says.clone());
        Self { retry_after: limit.retry_after, limit: Some(limit), ..refused }
    }

    /// A token that is not believed, and why.
    pub(crate) fn invalid_token(why: &str) -> Self {
        Self::new(Kind::InvalidToken, format!("The access token is not accepted: {why}."))
    }

    /// A token that is believed and does not allow this.
    pub(crate) fn insufficient_scope(scope: Scope) -> Self {
        let says = format!("The access token lacks the scope `{}`.", scope.name());
        Self { scope: Some(scope), ..Self::new(Kind::InsufficientScope, says) }
    }

    /// How a client may prove who asks (RFC 6750 §3), where it did not.
    fn challenge(&self) -> Option<HeaderValue> {
        let says = match (self.kind, self.scope) {
            (Kind::SignInRequired, _) => "Bearer realm=\"drawbridge\"".to_owned(),
            (Kind::InvalidToken, _) => "Bearer realm=\"drawbridge\", error=\"invalid_token\"".to_owned(),
            (Kind::InsufficientScope, Some(scope)) => format!(
                "Bearer realm=\"drawbridge\", error=\"insufficient_scope\", scope=\"{}\"",
                scope.name()
            ),
            _ => return None,
        };
        HeaderValue::try_from(says).ok()
    }

    /// Says where a page leads on to: a path of this portal.
    pub(crate) fn leading_to(self, path: String) -> Self {
        Self { again: Some(path), ..self }
    }

    /// A failure of ours: the cause goes to the log.
    pub(crate) fn internal(cause: &dyn std::error::Error) -> Self {
        tracing::error!(cause = %chain(cause), "a request failed");
        Self::new(
            Kind::Internal,
            "This is a fault of the portal, not of your request. Nothing is lost; try again.",
        )
    }

    /// A service that we need does not answer: the cause goes to the log.
    pub(crate) fn unavailable(cause: &dyn std::error::Error) -> Self {
        tracing::error!(cause = %chain(cause), "a service did not answer");
        Self::new(
            Kind::Unavailable,
            "A service that the portal needs did not answer. Nothing is lost; try again.",
        )
    }

    fn problem(self) -> Problem {
        let (status, name, title) = self.kind.facts();
        let (runs, limits) = self.limit.map(|limit| (limit.runs, limit.page)).unwrap_or_default();
        Problem {
            r#type: format!("urn:drawbridge:problem:{name}"),
            title,
            status: status.as_u16(),
            detail: self.detail,
            errors: self.errors,
            runs,
            limits,
            again: self.again,
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        AppError::from(error).into()
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        let says = sentence(&error.to_string());
        match error {
            AppError::NotFound(_) => Self::not_found(),
            AppError::NotAllowed(_) => Self::new(Kind::NotAllowed, says),
            AppError::Invalid(errors) => {
                let fields = errors.into_iter().map(|error| FieldProblem {
                    pointer: format!("/parameters{}", error.pointer),
                    message: error.message,
                });
                Self::fields(Kind::InvalidParameters, &says, fields.collect())
            }
            AppError::BadKey | AppError::NotCanonical(_) => Self::new(Kind::Malformed, says),
            AppError::Wrong { field, says } => Self::field(Kind::Malformed, &format!("/{field}"), says),
            AppError::Link(link) => Self::new(
                of_link(&link),
                format!("{says} Sign in, and you find the request and all that waits for you."),
            ),
            AppError::BadCursor => Self::field(Kind::Malformed, "/cursor", &says),
            AppError::KeyReused => Self::new(Kind::KeyReused, says),
            AppError::Conflict(_)
            | AppError::PastDeadline(_)
            | AppError::WrongRegion { .. }
            | AppError::NotDeployed(_) => Self::new(Kind::Conflict, says),
            AppError::Refused(refusal) => refused(&refusal, says),
            AppError::LimitExceeded(limit) => Self::limited(limit),
            AppError::CircuitOpen(open) => {
                Self { retry_after: open.retry_after, ..Self::new(Kind::CircuitOpen, open.says) }
            }
            AppError::TooLarge => Self::new(Kind::TooLarge, says),
            AppError::Store(StoreError::Busy | StoreError::Aws(_))
            | AppError::Engine(_)
            | AppError::Vault(_)
            | AppError::Archive(_)
            | AppError::Notify(_) => Self::unavailable(&error),
            AppError::Catalog(_) | AppError::Store(_) | AppError::Random(_) => Self::internal(&error),
        }
    }
}

fn of_link(link: &BadLink) -> Kind {
    match link {
        BadLink::Damaged => Kind::DamagedLink,
        BadLink::OldKey | BadLink::Expired => Kind::Gone,
    }
}

fn refused(refusal: &Refusal, says: String) -> ApiError {
    match refusal {
        Refusal::NoSuchGate => ApiError::not_found(),
        Refusal::IsRequester
        | Refusal::IsEditor
        | Refusal::StandsBehind
        | Refusal::NotInGroup
        | Refusal::IsMachine
        | Refusal::WrongChannel
        | Refusal::SignInAgain => ApiError::new(Kind::NotAllowed, says),
        Refusal::OtherDigest | Refusal::NotOpen | Refusal::AlreadyVoted | Refusal::RightUsed => {
            ApiError::new(Kind::Conflict, says)
        }
        Refusal::ReasonNeeded | Refusal::ReasonTooLong => ApiError::field(Kind::Malformed, "/reason", &says),
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, retry_after, challenge) = (self.kind.facts().0, self.retry_after, self.challenge());
        let problem = self.problem();
        tracing::info!(status = problem.status, detail = %LogText(&problem.detail), "refused");
        let mut response = (status, Json(&problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some(challenge) = challenge {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response.extensions_mut().insert(problem);
        response
    }
}
