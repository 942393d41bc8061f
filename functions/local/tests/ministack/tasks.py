"""State machines that call as their role.

On AWS a Task calls with the state machine's role, or with the role that its `Credentials` name, which Step Functions
assumes with `sts:ExternalId` = the machine's ARN. MiniStack ignores `Credentials` and asks no policy. Here

1. a Task remembers whose it is: the machine, its role, and the role of its `Credentials`;
2. whatever it invokes is invoked in the account of the role that it calls as, and only if

   - the machine's role may assume the other one, and that one trusts it;
   - the role that calls may do what is called (Lambda functions and state machines; of other services only
     the account is right, since their resources would have to be told from their arguments).

Whoever answers a task token needs the right to do so for the machine that waits, which MiniStack does not know of a
token. And a time limit may be a JSONata expression, which it takes for the number itself.
"""

import functools
import json
from contextvars import ContextVar
from dataclasses import dataclass

from ministack.core import iam_actions
from ministack.core import iam_evaluator as iam
from ministack.core.responses import get_region, request_scope
from ministack.services import iam as roles
from ministack.services import stepfunctions as states


@dataclass(frozen=True)
class Caller:
    """Who a Task calls as."""

    machine: str
    role: str
    credentials: str | None


_caller: ContextVar[Caller | None] = ContextVar("caller", default=None)
# The machine that waits for each task token.
_waiting: dict[str, str] = {}


def install():
    """Wraps what carries out a Task and what reaches the outside."""
    states._execute_task = _as_its_machine(states._execute_task)
    states._invoke_resource = _as_the_caller(states._invoke_resource)
    states._invoke_with_callback = _noting_who_waits(_as_the_caller(states._invoke_with_callback))
    iam_actions.extract_resource_arn = _of_who_waits(iam_actions.extract_resource_arn)


def _as_its_machine(execute):
    @functools.wraps(execute)
    def wrapped(state, raw_input, execution, context):
        machine = states._state_machines[execution["stateMachineArn"]]
        caller = Caller(machine["stateMachineArn"], machine["roleArn"], _credentials(state, raw_input, context))
        token = _caller.set(caller)
        try:
            return execute(_with_limits(state, raw_input, context), raw_input, execution, context)
        finally:
            _caller.reset(token)

    return wrapped


def _credentials(state, raw_input, context):
    """The role that the Task names; in JSONPath, `RoleArn.$` reads it from the input."""
    given = state.get("Credentials")
    if given is None:
        return None
    if states._state_query_language(state, context) == "JSONata":
        return states._apply_jsonata_template(given, raw_input, context)["RoleArn"]
    return states._resolve_params_obj(given, raw_input, context)["RoleArn"]


def _with_limits(state, raw_input, context):
    limits = [name for name in ("TimeoutSeconds", "HeartbeatSeconds") if isinstance(state.get(name), str)]
    numbers = {name: states._jsonata_state_field(state, name, "number", raw_input, context) for name in limits}
    return {**state, **numbers}


def _noting_who_waits(invoke):
    @functools.wraps(invoke)
    def wrapped(resource, arguments, token, state):
        _waiting[token] = _caller.get().machine
        return invoke(resource, arguments, token, state)

    return wrapped


def _of_who_waits(resource_of):
    @functools.wraps(resource_of)
    def wrapped(service, method, path, headers, body, *rest):
        if service == "states" and b"taskToken" in body:
            return _waiting.get(json.loads(body)["taskToken"], "*")
        return resource_of(service, method, path, headers, body, *rest)

    return wrapped


def _as_the_caller(invoke):
    @functools.wraps(invoke)
    def wrapped(resource, arguments, *rest):
        caller = _caller.get()
        if caller is None:
            return invoke(resource, arguments, *rest)
        role = _assume(caller) if caller.credentials else caller.role
        _authorize(role, resource, arguments)
        # What is invoked may run Tasks in turn, which are not this one.
        token = _caller.set(None)
        try:
            with request_scope(_account(role), get_region()):
                return invoke(resource, arguments, *rest)
        finally:
            _caller.reset(token)

    return wrapped


def _assume(caller):
    """The role of the Task's `Credentials`, in AWS's words where it cannot be assumed."""
    role = caller.credentials
    external = {"sts:externalid": caller.machine}
    request = _request(caller.role, "sts:AssumeRole", role, external)
    found = roles._roles.get_scoped(_account(role), None, _name(role))
    trusted = found and iam.evaluate_trust_policy(found["AssumeRolePolicyDocument"], caller.role, request)
    if not (trusted and _allows(request)):
        cause = f"The role {caller.role} is not authorized to assume the task state's role, {role}."
        raise states._ExecutionError("States.TaskFailed", cause)
    return role


def _authorize(role, resource, arguments):
    """Refuses a call that the role does not allow."""
    service, what = _called(resource, arguments)
    if service and not _allows(_request(role, service, what)):
        cause = f"User: {role} is not authorized to perform: {service} on resource: {what} (AccessDeniedException)"
        raise states._ExecutionError("States.TaskFailed", cause)


def _called(resource, arguments):
    """Action and resource of a call, where the arguments tell them."""
    integration = resource.removeprefix("arn:aws:states:::").split(".")[0]
    if integration == "lambda:invoke":
        return "lambda:InvokeFunction", arguments["FunctionName"]
    if integration == "states:startExecution":
        return "states:StartExecution", arguments["StateMachineArn"]
    if integration in ("aws-sdk:sfn:describeExecution", "aws-sdk:sfn:stopExecution"):
        name = integration.rsplit(":", 1)[1]
        return f"states:{name[0].upper()}{name[1:]}", arguments["ExecutionArn"]
    return None, None


def _request(role, action, resource, keys=None):
    return iam.EvalContext(
        principal_arn=role,
        principal_type="AssumedRole",
        principal_account=_account(role),
        action=action,
        resource_arn=resource,
        region=get_region(),
        service_context=keys or {},
    )


def _allows(request):
    """What the caller's own policies and its permissions boundary say."""
    account, name = _account(request.principal_arn), _name(request.principal_arn)
    policies = iam._gather_role_policies(name, account)
    limits = iam._permissions_boundary(roles._roles, name, account)
    return iam.evaluate(request, policies, *limits).decision == "Allow"


def _account(arn):
    return arn.split(":")[4]


def _name(role):
    return role.rsplit("/", 1)[1]
