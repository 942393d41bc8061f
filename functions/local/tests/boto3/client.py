"""What every test needs: a client of the service under test, and a few definitions."""

import json
import os
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ACCOUNT = "999999999999"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Runner"
# Longest that anything here may take; a failure, never a pace.
PATIENCE = 30

sfn = boto3.client(
    "stepfunctions",
    endpoint_url=os.environ["STEP_FUNCTIONS_URL"],
    region_name="eu-central-1",
    aws_access_key_id=ACCOUNT,
    aws_secret_access_key="local",
    # `sync-127.0.0.1` is nobody's address.
    config=Config(inject_host_prefix=False, retries={"max_attempts": 0}),
)


def single(**state):
    """A machine with one state, as text."""
    if state["Type"] not in ("Succeed", "Fail"):
        state["End"] = True
    return json.dumps({"StartAt": "Only", "States": {"Only": state}})


def machine(name, definition, **more):
    """A machine's ARN."""
    return sfn.create_state_machine(name=name, definition=definition, roleArn=ROLE, **more)["stateMachineArn"]


def start(arn, name, data=None):
    """An execution's ARN."""
    return sfn.start_execution(stateMachineArn=arn, name=name, input=json.dumps(data or {}))["executionArn"]


def end(arn):
    """The description of an execution once it is over."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        found = sfn.describe_execution(executionArn=arn)
        if found["status"] != "RUNNING":
            return found
    raise AssertionError(f"{arn} does not end")


def refused(code, call, **request):
    """The message of a call that must fail with an error of that name."""
    try:
        answer = call(**request)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return error.response["Error"]["Message"]
    raise AssertionError(f"{code} expected, got {answer}")
