//! The stable names of everything that can be wrong with a catalog.
//!
//! A fault of the steps that the engine finds is called `asl-` and its own name, one of a parameter
//! schema has the name that package `form` gives it; every other name is here.
//!
//! To add a check: add its name here, report it from a file in `check/` or `load/`, add a folder of
//! that name to `site-gen/catalog-model/tests/it/fixtures` (a test asks for it).

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub const $name: &str = $text;)*
        /// Every name, in the order of this file.
        pub const ALL: &[&str] = &[$($text),*];
    };
}

codes! {
    // Files
    /// The folder is no catalog.
    NO_CATALOG = "no-catalog";
    /// The operating system does not let us read it.
    UNREADABLE = "unreadable";
    /// A file that must be there is not.
    MISSING_FILE = "missing-file";
    /// A file or folder that no catalog has.
    UNEXPECTED_FILE = "unexpected-file";
    /// A symbolic link that leads out of the catalog.
    OUTSIDE_LINK = "outside-link";
    /// More bytes than such a file may have.
    TOO_LARGE = "too-large";
    /// Bytes that are not UTF-8.
    NOT_UTF8 = "not-utf8";
    /// A slug, team, group or gate name that is not lower case words joined by dashes.
    BAD_NAME = "bad-name";
    /// A slug or team whose roles would have longer names than IAM takes.
    LONG_NAME = "long-name";
    /// A slug whose machine would have the name of one of the portal's own.
    RESERVED_NAME = "reserved-name";
    // JSON
    /// Text that is not JSON.
    BROKEN_JSON = "broken-json";
    /// An object that has one key twice.
    DUPLICATE_KEY = "duplicate-key";
    /// A whole number that JSON readers round.
    INEXACT_NUMBER = "inexact-number";
    /// A field that the file does not have.
    UNKNOWN_FIELD = "unknown-field";
    /// A required field that is absent.
    MISSING_FIELD = "missing-field";
    /// A value of another type than the field has.
    WRONG_TYPE = "wrong-type";
    /// A value of the right type that the field does not allow.
    WRONG_VALUE = "wrong-value";
    /// A text that says nothing.
    EMPTY_TEXT = "empty-text";
    /// A list without an entry that needs one.
    EMPTY_LIST = "empty-list";
    /// A text longer than pages have room for.
    LONG_TEXT = "long-text";
    // Portal
    /// No Region has a portal.
    NO_DEPLOYMENT = "no-deployment";
    /// Two portals in one Region.
    DUPLICATE_DEPLOYMENT = "duplicate-deployment";
    /// Not the name of an AWS Region.
    BAD_REGION = "bad-region";
    /// An address that is neither https nor loopback.
    BAD_URL = "bad-url";
    /// Not twelve digits.
    BAD_ACCOUNT = "bad-account";
    // Teams
    /// Something that cannot be a mail address.
    BAD_EMAIL = "bad-email";
    /// Not a Slack channel.
    BAD_CHANNEL = "bad-channel";
    /// A person's id that the identity provider cannot have issued.
    BAD_PERSON_ID = "bad-person-id";
    /// One id for two people.
    DUPLICATE_PERSON = "duplicate-person";
    /// One address for two people.
    DUPLICATE_EMAIL = "duplicate-email";
    /// One id for two groups.
    DUPLICATE_GROUP = "duplicate-group";
    /// A group that lists somebody twice.
    DUPLICATE_MEMBER = "duplicate-member";
    /// A group of nobody.
    EMPTY_GROUP = "empty-group";
    /// Somebody whom no team has.
    UNKNOWN_PERSON = "unknown-person";
    // Workflow
    /// An owner that is no team.
    UNKNOWN_TEAM = "unknown-team";
    /// A group that no team has.
    UNKNOWN_GROUP = "unknown-group";
    /// A caller that is no team.
    UNKNOWN_CALLER = "unknown-caller";
    /// A caller whose account another team has, too.
    SHARED_ACCOUNT = "shared-account";
    /// A Region without a portal.
    UNKNOWN_REGION = "unknown-region";
    /// One name twice in a list.
    DUPLICATE_ENTRY = "duplicate-entry";
    /// Longer than an execution of Step Functions lasts.
    TOO_LONG = "too-long";
    /// Parameters that are not an object.
    PARAMETERS_NOT_OBJECT = "parameters-not-object";
    /// Not a JSON pointer.
    BAD_POINTER = "bad-pointer";
    /// What is acted on is an object or a list.
    COMPOSITE_TARGET = "composite-target";
    /// What is acted on is a secret.
    SECRET_TARGET = "secret-target";
    /// What is acted on may be absent.
    OPTIONAL_TARGET = "optional-target";
    /// Limits that limit nothing.
    EMPTY_LIMITS = "empty-limits";
    /// A limit that lets nothing through.
    ZERO_LIMIT = "zero-limit";
    /// More runs at the same time than can be counted.
    LARGE_LIMIT = "large-limit";
    /// Runs counted for longer than a day.
    LONG_WINDOW = "long-window";
    /// A limit of each target without a target.
    LIMITS_WITHOUT_TARGET = "limits-without-target";
    /// A limit of each target that the limit of all comes before.
    NEEDLESS_LIMIT = "needless-limit";
    // Approvals
    /// Two gates of one name.
    DUPLICATE_GATE = "duplicate-gate";
    /// A first gate beside the one before it.
    FIRST_ALONGSIDE = "first-alongside";
    /// A gate, an escalation or a broken glass that asks nobody.
    NO_APPROVERS = "no-approvers";
    /// People by name where each approval is for another group.
    DISTINCT_PEOPLE = "distinct-people";
    /// More approvals of different groups than groups.
    FEW_GROUPS = "few-groups";
    /// One approval of different groups.
    NEEDLESS_DISTINCT = "needless-distinct";
    /// Approvers that the gate names, and others that a parameter names.
    MIXED_APPROVERS = "mixed-approvers";
    /// A parameter that could name any group as approvers.
    UNBOUNDED_APPROVERS = "unbounded-approvers";
    /// A parameter that could ask for any number of approvals.
    UNBOUNDED_QUORUM = "unbounded-quorum";
    /// Approvers or their number from a parameter that may be absent.
    OPTIONAL_APPROVERS = "optional-approvers";
    /// Fewer people than the quorum once the requester is left out.
    UNMEETABLE_APPROVAL = "unmeetable-approval";
    /// A reminder that comes when the gate is closed.
    LATE_REMINDER = "late-reminder";
    /// Reminders that do not come one after the other.
    REMINDER_ORDER = "reminder-order";
    /// An escalation that comes when the gate is closed.
    LATE_ESCALATION = "late-escalation";
    /// An escalation to people who may decide anyway.
    NEEDLESS_ESCALATION = "needless-escalation";
    /// A channel that the gate's risk does not allow.
    FORBIDDEN_CHANNEL = "forbidden-channel";
    /// Nobody but the requester may break the glass.
    LONE_BREAK_GLASS = "lone-break-glass";
    /// A glass to break without a gate behind it.
    NEEDLESS_BREAK_GLASS = "needless-break-glass";
    /// A condition over something that is not known of a requester.
    UNKNOWN_REQUESTER_FIELD = "unknown-requester-field";
    /// A condition that nobody can satisfy.
    UNMEETABLE_CONDITION = "unmeetable-condition";
    /// A condition over a parameter that does not exist.
    UNKNOWN_PARAMETER = "unknown-parameter";
    /// A condition over a secret.
    SECRET_CONDITION = "secret-condition";
    // Steps
    /// A wait for somebody else that may never end.
    ENDLESS_WAIT = "endless-wait";
    /// A wait longer than the run may take.
    WAIT_TOO_LONG = "wait-too-long";
    /// A call that the worker role may not make.
    MISSING_PERMISSION = "missing-permission";
    // Calls of other workflows
    /// A call by another door than the owner's.
    FOREIGN_DOOR = "foreign-door";
    /// An input that no door takes.
    BAD_CALL = "bad-call";
    /// A call of a workflow that does not exist, or that lives in another Region.
    UNKNOWN_CALLEE = "unknown-callee";
    /// A call of a workflow that does not let this team call it.
    NOT_A_CALLER = "not-a-caller";
    /// A call with parameters that the called workflow would refuse.
    CALL_PARAMETERS = "call-parameters";
    // Permissions
    /// A policy language other than 2012-10-17.
    BAD_POLICY_VERSION = "bad-policy-version";
    /// A Sid with more than letters and digits.
    BAD_SID = "bad-sid";
    /// One Sid twice.
    DUPLICATE_SID = "duplicate-sid";
    /// A list of actions or resources without an entry.
    EMPTY_STATEMENT = "empty-statement";
    /// Not `service:Action`.
    BAD_ACTION = "bad-action";
    /// Every action of a service, or of all.
    WILDCARD_ACTION = "wildcard-action";
    /// Neither an ARN nor `*`.
    BAD_RESOURCE = "bad-resource";
    /// An action that no step calls.
    UNUSED_PERMISSION = "unused-permission";
    /// A policy longer than a role may carry.
    LONG_POLICY = "long-policy";
    // Cases
    /// No case at all.
    NO_CASES = "no-cases";
    /// The first case, which local mode replays, does not succeed.
    FIRST_CASE_FAILS = "first-case-fails";
    /// No case in which a service fails.
    NO_FAILURE_CASE = "no-failure-case";
    /// Two cases of one name.
    DUPLICATE_CASE = "duplicate-case";
    /// Parameters that a requester could not have submitted.
    CASE_PARAMETERS = "case-parameters";
    /// A mock of a state that does not exist.
    UNKNOWN_STATE = "unknown-state";
    /// A mock of a state that calls nothing.
    NEEDLESS_MOCK = "needless-mock";
    /// An invocation that is neither a number nor a range.
    BAD_INVOCATION = "bad-invocation";
    /// A result that the workflow's own result schema refuses.
    CASE_RESULT = "case-result";
    // Guide
    /// A guide without a paragraph.
    EMPTY_GUIDE = "empty-guide";
    /// An image from another host.
    REMOTE_IMAGE = "remote-image";
    /// An image that nothing serves.
    MISSING_IMAGE = "missing-image";
    /// A link whose host depends on how the page was opened.
    PROTOCOL_RELATIVE_LINK = "protocol-relative-link";
    /// A link to a workflow or team that the catalog does not have.
    DEAD_LINK = "dead-link";
}
