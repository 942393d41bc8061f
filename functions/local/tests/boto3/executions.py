"""Executions, tasks, activities, redrive, Express."""

import json
import threading

from client import end, machine, refused, sfn, single, start


def test_life_of_an_execution():
    arn = machine("run", single(Type="Pass", Result={"n": 1}))
    run = start(arn, "one", {"a": 2})
    found = end(run)
    assert (found["status"], json.loads(found["output"]), json.loads(found["input"])) == ("SUCCEEDED", {"n": 1}, {"a": 2})
    assert found["redriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven"
    message = refused("ExecutionAlreadyExists", sfn.start_execution, stateMachineArn=arn, name="one", input="{}")
    assert message == f"Execution Already Exists: '{run}'"
    shown = sfn.describe_state_machine_for_execution(executionArn=run)
    assert (shown["stateMachineArn"], shown["name"]) == (arn, "run")
    forward = sfn.get_execution_history(executionArn=run)["events"]
    assert [event["type"] for event in forward] == [
        "ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]
    backward = sfn.get_execution_history(executionArn=run, reverseOrder=True)["events"]
    assert [event["id"] for event in backward] == [4, 3, 2, 1]
    bare = sfn.get_execution_history(executionArn=run, includeExecutionData=False)["events"]
    assert "input" not in bare[0]["executionStartedEventDetails"]
    pages = sfn.get_paginator("get_execution_history").paginate(executionArn=run, PaginationConfig={"PageSize": 3})
    assert [len(page["events"]) for page in pages] == [3, 1]


def test_starting_again_is_the_same_execution():
    arn = machine("same", single(Type="Wait", Seconds=600))
    first = sfn.start_execution(stateMachineArn=arn, name="x", input='{"a": 1}')
    again = sfn.start_execution(stateMachineArn=arn, name="x", input='{"a": 1}')
    assert (again["executionArn"], again["startDate"]) == (first["executionArn"], first["startDate"])
    refused("ExecutionAlreadyExists", sfn.start_execution, stateMachineArn=arn, name="x", input='{"a": 2}')
    sfn.stop_execution(executionArn=first["executionArn"], error="Stopped", cause="enough")
    found = end(first["executionArn"])
    assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "Stopped", "enough")
    listed = sfn.list_executions(stateMachineArn=arn, statusFilter="ABORTED")["executions"]
    assert [item["name"] for item in listed] == ["x"]
    assert sfn.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"] == []


def test_wrong_starts_are_refused():
    arn = machine("wrong", single(Type="Pass"))
    message = refused("InvalidExecutionInput", sfn.start_execution, stateMachineArn=arn, input="not some json")
    assert message.startswith("Invalid State Machine Execution Input: 'Unrecognized token 'not': was expecting"), message
    refused("InvalidName", sfn.start_execution, stateMachineArn=arn, name="a b")
    refused("StateMachineDoesNotExist", sfn.start_execution, stateMachineArn=f"{arn}x")
    refused("ExecutionDoesNotExist", sfn.describe_execution, executionArn=arn.replace("stateMachine", "execution") + ":x")
    refused("ValidationException", sfn.list_executions, stateMachineArn=arn, statusFilter="DONE")


def test_activities_and_tokens():
    activity = sfn.create_activity(name="work")["activityArn"]
    assert sfn.describe_activity(activityArn=activity)["name"] == "work"
    assert activity in [item["activityArn"] for item in sfn.list_activities()["activities"]]
    arn = machine("works", single(Type="Task", Resource=activity, HeartbeatSeconds=300))
    tasks = []
    worker = threading.Thread(target=lambda: tasks.append(sfn.get_activity_task(activityArn=activity, workerName="w")))
    worker.start()
    run = start(arn, "one", {"n": 1})
    worker.join()
    token = tasks[0]["taskToken"]
    assert json.loads(tasks[0]["input"]) == {"n": 1}
    sfn.send_task_heartbeat(taskToken=token)
    refused("InvalidOutput", sfn.send_task_success, taskToken=token, output="no json")
    sfn.send_task_success(taskToken=token, output='"done"')
    assert end(run)["output"] == '"done"'
    refused("TaskTimedOut", sfn.send_task_success, taskToken=token, output="1")
    refused("InvalidToken", sfn.send_task_failure, taskToken="forged", error="E", cause="C")
    sfn.delete_activity(activityArn=activity)
    refused("ActivityDoesNotExist", sfn.describe_activity, activityArn=activity)


def test_redrive():
    activity = sfn.create_activity(name="again")["activityArn"]
    arn = machine("again", single(Type="Task", Resource=activity))
    run = start(arn, "one")
    sfn.send_task_failure(taskToken=sfn.get_activity_task(activityArn=activity)["taskToken"], error="Broken", cause="why")
    failed = end(run)
    assert (failed["status"], failed["error"], failed["redriveStatus"]) == ("FAILED", "Broken", "REDRIVABLE")
    sfn.redrive_execution(executionArn=run)
    refused("ExecutionNotRedrivable", sfn.redrive_execution, executionArn=run)
    sfn.send_task_success(taskToken=sfn.get_activity_task(activityArn=activity)["taskToken"], output="2")
    found = end(run)
    assert (found["status"], found["output"], found["redriveCount"]) == ("SUCCEEDED", "2", 1)


def test_express():
    arn = machine("express", single(Type="Pass", Result=[1]), type="EXPRESS")
    found = sfn.start_sync_execution(stateMachineArn=arn, input='{"a": 1}')
    assert (found["status"], found["output"], found["input"]) == ("SUCCEEDED", "[1]", '{"a": 1}')
    assert ":express:express:" in found["executionArn"]
    refused("StateMachineTypeNotSupported", sfn.list_executions, stateMachineArn=arn)


def test_map_runs():
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                 "StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    arn = machine("spread", single(Type="Map", ItemsPath="$.items", ItemProcessor=processor))
    run = start(arn, "one", {"items": [1, 2, 3]})
    assert json.loads(end(run)["output"]) == [1, 2, 3]
    listed = sfn.list_map_runs(executionArn=run)["mapRuns"]
    map_run = listed[0]["mapRunArn"]
    found = sfn.describe_map_run(mapRunArn=map_run)
    assert (found["status"], found["itemCounts"]["succeeded"], found["executionCounts"]["total"]) == ("SUCCEEDED", 3, 3)
    children = sfn.list_executions(mapRunArn=map_run)["executions"]
    assert len(children) == 3 and all(child["mapRunArn"] == map_run for child in children)
    refused("ResourceNotFound", sfn.update_map_run, mapRunArn=map_run + "x", maxConcurrency=1)
