"""TestState and ValidateStateMachineDefinition."""

import json

from client import ROLE, refused, sfn, single


def test_a_state_is_tried():
    state = json.dumps({"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericEquals": 1, "Next": "One"}], "Default": "Other"})
    found = sfn.test_state(definition=state, roleArn=ROLE, input='{"n": 1}', inspectionLevel="DEBUG")
    assert (found["status"], found["nextState"]) == ("SUCCEEDED", "One")
    assert json.loads(found["inspectionData"]["input"]) == {"n": 1}
    task = json.dumps({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True,
                       "Parameters": {"FunctionName": "f"}})
    mock = {"errorOutput": {"error": "Broken", "cause": "why"}}
    found = sfn.test_state(definition=task, mock=mock)
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "Broken", "why")
    refused("ValidationException", sfn.test_state, definition=task)


def test_a_definition_is_judged():
    good = sfn.validate_state_machine_definition(definition=single(Type="Succeed"))
    assert (good["result"], good["diagnostics"]) == ("OK", [])
    bad = sfn.validate_state_machine_definition(definition='{"States": {}}', type="EXPRESS")
    assert bad["result"] == "FAIL"
    assert {"severity", "code", "message"} <= bad["diagnostics"][0].keys()
