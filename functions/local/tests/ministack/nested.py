"""Executions that a Task starts and waits for: `states:startExecution.sync` and `.sync:2`.

MiniStack runs such an execution as if it were an Express one, knows nothing of published versions there, and tells a
failure by the error of the inner machine. On AWS it is an execution like any other, of a version if the ARN names one,
and a failed one is a `States.TaskFailed` whose cause is the whole description of it.
"""

import json
import time

from ministack.services import stepfunctions as states


def install():
    """Takes the place of MiniStack's own way."""
    states._invoke_nested_start_execution_sync = _start_and_wait


def _start_and_wait(resource, arguments):
    status, _, body = states._start_execution(states._nested_start_execution_request(arguments))
    answer = json.loads(body)
    if status >= 400:
        raise states._ExecutionError(f"StepFunctions.{answer['__type']}Exception", answer["message"])
    execution = states._executions[answer["executionArn"]]
    while execution["status"] == "RUNNING":
        time.sleep(0.05)
    described = json.loads(states._describe_execution(answer)[2])
    ended = {name[0].upper() + name[1:]: value for name, value in described.items()}
    if ended["Status"] != "SUCCEEDED":
        raise states._ExecutionError("States.TaskFailed", json.dumps(ended))
    # The second version of the integration answers with JSON where the first has text.
    return {**ended, "Output": json.loads(ended["Output"])} if resource.endswith(":2") else ended
