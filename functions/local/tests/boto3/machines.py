"""State machines, versions, aliases, tags."""

from client import ROLE, end, machine, refused, sfn, single, start

PASS = single(Type="Pass", Result="before")


def test_life_of_a_machine():
    arn = machine("life", PASS, tags=[{"key": "team", "value": "a"}])
    assert machine("life", PASS) == arn
    other = single(Type="Pass", Result="other")
    message = refused("StateMachineAlreadyExists", sfn.create_state_machine, name="life", definition=other, roleArn=ROLE)
    assert message == f"State Machine Already Exists: '{arn}'"
    found = sfn.describe_state_machine(stateMachineArn=arn)
    assert (found["name"], found["type"], found["status"]) == ("life", "STANDARD", "ACTIVE")
    assert (found["definition"], found["roleArn"]) == (PASS, ROLE)
    assert found["loggingConfiguration"] == {"level": "OFF", "includeExecutionData": False}
    assert "revisionId" not in found
    updated = sfn.update_state_machine(stateMachineArn=arn, definition=other)
    found = sfn.describe_state_machine(stateMachineArn=arn)
    assert (found["definition"], found["revisionId"]) == (other, updated["revisionId"])
    assert "revisionId" not in sfn.update_state_machine(stateMachineArn=arn, definition=other)
    refused("MissingRequiredParameter", sfn.update_state_machine, stateMachineArn=arn)
    names = [item["name"] for page in sfn.get_paginator("list_state_machines").paginate(PaginationConfig={"PageSize": 1})
             for item in page["stateMachines"]]
    assert "life" in names and names == sorted(names)
    sfn.delete_state_machine(stateMachineArn=arn)
    message = refused("StateMachineDoesNotExist", sfn.describe_state_machine, stateMachineArn=arn)
    assert message == f"State Machine Does Not Exist: '{arn}'"


def test_what_is_wrong_is_refused():
    create = sfn.create_state_machine
    refused("InvalidName", create, name="a b", definition=PASS, roleArn=ROLE)
    refused("InvalidArn", create, name="a", definition=PASS, roleArn="no")
    message = refused("InvalidDefinition", create, name="a", definition="{}", roleArn=ROLE)
    assert message.startswith("Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: "), message
    logging = {"level": "ALL"}
    message = refused(
        "InvalidLoggingConfiguration", create, name="a", definition=PASS, roleArn=ROLE, loggingConfiguration=logging)
    assert message == "Invalid Logging Configuration: Must specify exactly one Log Destination."
    message = refused("ValidationException", create, name="a", definition=PASS, roleArn=ROLE, versionDescription="x")
    assert message == "Version description can only be set when publish is true"


def test_versions():
    created = sfn.create_state_machine(name="versions", definition=PASS, roleArn=ROLE, publish=True, versionDescription="1")
    arn = created["stateMachineArn"]
    assert created["stateMachineVersionArn"] == f"{arn}:1"
    assert sfn.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"] == f"{arn}:1"
    after = single(Type="Pass", Result="after")
    revision = sfn.update_state_machine(stateMachineArn=arn, definition=after)["revisionId"]
    published = sfn.publish_state_machine_version(stateMachineArn=arn, revisionId=revision, description="2")
    assert published["stateMachineVersionArn"] == f"{arn}:2"
    refused("ConflictException", sfn.publish_state_machine_version, stateMachineArn=arn, revisionId="another")
    assert sfn.describe_state_machine(stateMachineArn=f"{arn}:1")["description"] == "1"
    assert end(start(f"{arn}:1", "old"))["output"] == '"before"'
    assert end(start(f"{arn}:2", "new"))["output"] == '"after"'
    listed = sfn.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"]
    assert [item["stateMachineVersionArn"] for item in listed] == [f"{arn}:2", f"{arn}:1"]
    sfn.delete_state_machine_version(stateMachineVersionArn=f"{arn}:1")
    assert len(sfn.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"]) == 1


def test_aliases():
    arn = sfn.create_state_machine(name="aliases", definition=PASS, roleArn=ROLE, publish=True)["stateMachineArn"]
    route = [{"stateMachineVersionArn": f"{arn}:1", "weight": 100}]
    alias = sfn.create_state_machine_alias(name="live", routingConfiguration=route)["stateMachineAliasArn"]
    assert alias == f"{arn}:live"
    sfn.update_state_machine_alias(stateMachineAliasArn=alias, description="for users")
    found = sfn.describe_state_machine_alias(stateMachineAliasArn=alias)
    assert (found["name"], found["description"], found["routingConfiguration"]) == ("live", "for users", route)
    ended = end(start(alias, "by-alias"))
    assert (ended["stateMachineAliasArn"], ended["stateMachineVersionArn"]) == (alias, f"{arn}:1")
    listed = sfn.list_state_machine_aliases(stateMachineArn=arn)["stateMachineAliases"]
    assert [item["stateMachineAliasArn"] for item in listed] == [alias]
    message = refused("ConflictException", sfn.delete_state_machine_version, stateMachineVersionArn=f"{arn}:1")
    assert message.endswith("Current list of aliases referencing this version: [live]")
    sfn.delete_state_machine_alias(stateMachineAliasArn=alias)
    refused("ResourceNotFound", sfn.describe_state_machine_alias, stateMachineAliasArn=alias)


def test_tags():
    arn = machine("tags", PASS, tags=[{"key": "a", "value": "1"}])
    sfn.tag_resource(resourceArn=arn, tags=[{"key": "b", "value": "2"}])
    sfn.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert sfn.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "b", "value": "2"}]
    refused("ResourceNotFound", sfn.list_tags_for_resource, resourceArn=f"{arn}x")
