"""What CloudFormation of MiniStack lacks.

1. `AWS::StepFunctions::StateMachineVersion`, which it does not know;
2. alarms over expressions of several metrics, which it refuses: they are left out, nothing here reads them;
3. secrets, whose `Ref` is the name there and the ARN on AWS;
4. HTTP APIs that are described by an OpenAPI document, as SAM describes them: it makes the API without its routes;
5. updates of nested stacks, in which it forgets the attributes of whatever did not change.
"""

import json

from ministack.core.responses import get_account_id, get_region
from ministack.services import apigateway
from ministack.services import stepfunctions as states
from ministack.services.cloudformation import provisioners

VERSION = "AWS::StepFunctions::StateMachineVersion"
ALARM = "AWS::CloudWatch::Alarm"
SECRET = "AWS::SecretsManager::Secret"
API = "AWS::ApiGatewayV2::Api"


def install():
    """Adds the one, wraps the others."""
    handlers = provisioners._RESOURCE_HANDLERS
    handlers[VERSION] = {"create": _publish, "delete": _unpublish}
    handlers[ALARM] = _without_expressions(handlers[ALARM])
    handlers[SECRET] = _known_by_its_arn(handlers[SECRET])
    handlers[API] = _with_its_routes(handlers[API])
    _remember_attributes()


def _publish(logical_id, properties, stack):
    request = {
        "stateMachineArn": properties["StateMachineArn"],
        "revisionId": properties.get("StateMachineRevisionId"),
        "description": properties.get("Description", ""),
    }
    status, _, body = states._publish_state_machine_version(request)
    answer = json.loads(body)
    if status >= 400:
        raise ValueError(f"{VERSION} {logical_id}: {answer}")
    arn = answer["stateMachineVersionArn"]
    return arn, {"Arn": arn}


def _unpublish(arn, _properties):
    states._delete_state_machine_version({"stateMachineVersionArn": arn})


def _without_expressions(handler):
    def create(logical_id, properties, stack):
        if "Metrics" not in properties:
            return handler["create"](logical_id, properties, stack)
        name = properties.get("AlarmName", f"{stack}-{logical_id}")
        return name, {"Arn": f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:{name}"}

    def update(name, old, new, stack, logical_id):
        if "Metrics" not in new:
            return handler["update"](name, old, new, stack, logical_id)
        return create(logical_id, new, stack)

    return {**handler, "create": create, "update": update}


def _known_by_its_arn(handler):
    def name_of(arn):
        # Six random characters and their hyphen follow the name.
        return arn.split(":secret:")[1][:-7]

    def by_arn(answer):
        _, attributes = answer
        return attributes["Arn"], attributes

    return {
        **handler,
        "create": lambda *given: by_arn(handler["create"](*given)),
        "update": lambda arn, *given: by_arn(handler["update"](name_of(arn), *given)),
        "delete": lambda arn, properties: handler["delete"](name_of(arn), properties),
    }


def _with_its_routes(handler):
    def made(answer, properties):
        api = answer[0]
        apigateway._routes[api], apigateway._integrations[api] = {}, {}
        for path, methods in properties.get("Body", {}).get("paths", {}).items():
            for method, operation in methods.items():
                _route(api, path, method, operation)
        return answer

    def create(logical_id, properties, stack):
        return made(handler["create"](logical_id, properties, stack), properties)

    def update(api, old, new, *rest):
        return made(handler["update"](api, old, new, *rest), new)

    return {**handler, "create": create, "update": update}


def _route(api, path, method, operation):
    described = operation["x-amazon-apigateway-integration"]
    integration = {
        "integrationType": described["type"].upper(),
        "integrationUri": described["uri"],
        "payloadFormatVersion": described["payloadFormatVersion"],
    }
    integration = json.loads(apigateway._create_integration(api, integration)[2])["integrationId"]
    verb = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
    key = "$default" if operation.get("isDefaultRoute") else f"{verb} {path}"
    apigateway._create_route(api, {"routeKey": key, "target": f"integrations/{integration}"})


def _remember_attributes():
    """An unchanged resource of a nested stack keeps what `Fn::GetAtt` reads of it."""
    known = {}
    provision, update = provisioners._provision_resource, provisioners._update_resource

    def provisioned(resource_type, logical_id, properties, stack):
        known[stack, logical_id] = answer = provision(resource_type, logical_id, properties, stack)
        return answer

    def updated(resource_type, physical_id, old, new, stack, logical_id=None, old_attrs=None):
        kept = known.get((stack, logical_id), (None, {}))[1]
        answer = update(resource_type, physical_id, old, new, stack, logical_id, old_attrs or kept)
        known[stack, logical_id] = answer
        return answer

    provisioners._provision_resource, provisioners._update_resource = provisioned, updated
