#!/usr/bin/env python3
"""Turns the neutral benchmark catalog into one of ours.

    adapt_drawbridge.py --catalog NEUTRAL --out CATALOG

The neutral catalog (gen_catalog.py) has `catalog/<slug>/{workflow.json, guide.md}`. Ours needs more for each
workflow: a state machine, its permissions, test cases. Those are the same shape for every workflow (eight states
with a loop, a choice and a caught error), so that the build also lints, draws and compiles what other
generators do not have. Guides and parameter schemas are taken over unchanged. Standard library only.
"""
import argparse, json, os, shutil

ACCOUNT = "210987654321"
ROLES = ["lead", "engineer", "engineer", "analyst"]


def write(path, value):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(value if isinstance(value, str) else json.dumps(value, indent=2) + "\n")


def portal():
    return {
        "title": "Workflows",
        "organisation": "Example",
        "description": "Everything the teams of the example organisation do for others.",
        "shared_account": "123456789012",
        "deployments": [{"region": "eu-west-1", "url": "https://portal.example.org"}],
        "public": True,
        "sign_in": {"issuer": "https://id.example.org", "client_id": "portal"},
    }


def team(name):
    people = [{"id": "%s-%d" % (name, i), "name": "%s %s %d" % (name.title(), role, i),
               "email": "%s-%d@example.org" % (name, i), "title": role.title()} for i, role in enumerate(ROLES)]
    return {
        "name": name.replace("-", " ").title(),
        "description": "Owns what has to do with %s." % name.replace("-", " "),
        "account": ACCOUNT,
        "slack_channel": "#" + name,
        "email": name + "@example.org",
        "people": people,
        "groups": {name + "-approvers": {"name": name.replace("-", " ").title() + " approvers",
                                         "members": [p["id"] for p in people[:3]]}},
    }


def workflow(wf):
    approvals = []
    if wf["approval"]["required"]:
        approvals.append({
            "name": "owners", "title": "Owners",
            "when": {"properties": {"environment": {"const": "prod"}}, "required": ["environment"]},
            "why": "Production changes are read by a second person.",
            "from": [wf["approval"]["group"] + "-approvers"], "quorum": 1, "within": "P1D", "remind": "PT4H"})
    return {"title": wf["title"], "summary": wf["description"], "owner": wf["owner"], "tags": wf["tags"],
            "parameters": wf["parameters"], "approvals": approvals, "timeout": "PT4H"}


def task(resource, arguments, **more):
    return {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:" + resource, "Arguments": arguments,
            "TimeoutSeconds": 300,
            "Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 2, "MaxAttempts": 3}], **more}


def steps(title):
    target = "{% $target %}"
    return {
        "Comment": title, "QueryLanguage": "JSONata", "StartAt": "ReadRequest", "TimeoutSeconds": 14400,
        "States": {
            "ReadRequest": {"Type": "Pass", "Assign": {"target": "{% $states.input.parameters.target_name %}"},
                            "Next": "DescribeTarget"},
            "DescribeTarget": task("ecs:describeServices", {"Services": [target]}, Next="IsDryRun",
                                   Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Refused"}],
                                   Output={"dry": "{% $states.input.parameters.dry_run %}"}),
            "IsDryRun": {"Type": "Choice", "Default": "UpdateTarget",
                         "Choices": [{"Condition": "{% $states.input.dry %}", "Next": "Done"}]},
            "UpdateTarget": task("ecs:updateService", {"Service": target}, Next="WaitForTarget"),
            "WaitForTarget": {"Type": "Wait", "Seconds": 30, "Next": "IsStable"},
            "IsStable": task("ecs:describeTasks", {"Tasks": [target]}, Next="Judge",
                             Output={"stable": "{% $count($states.result.Tasks) > 0 %}"}),
            "Judge": {"Type": "Choice", "Default": "WaitForTarget",
                      "Choices": [{"Condition": "{% $states.input.stable %}", "Next": "Done"}]},
            "Done": {"Type": "Succeed"},
            "Refused": {"Type": "Fail", "Error": "TargetNotFound", "Cause": "The target cannot be described."},
        },
    }


PERMISSIONS = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "LookAtTargets", "Effect": "Allow", "Action": ["ecs:DescribeServices", "ecs:DescribeTasks"],
         "Resource": "arn:aws:ecs:eu-west-1:%s:*" % ACCOUNT},
        {"Sid": "ChangeTargets", "Effect": "Allow", "Action": "ecs:UpdateService",
         "Resource": "arn:aws:ecs:eu-west-1:%s:service/*" % ACCOUNT},
    ],
}


def cases(example):
    one = {"0": {"Return": {}}}
    return {"cases": [
        {"name": "The target becomes stable", "parameters": example, "expect": {"status": "SUCCEEDED"},
         "mocks": {"DescribeTarget": one, "UpdateTarget": one, "IsStable": {"0": {"Return": {"Tasks": [{}]}}}}},
        {"name": "There is no such target", "parameters": example,
         "expect": {"status": "FAILED", "error": "TargetNotFound"},
         "mocks": {"DescribeTarget": {"0-9": {"Throw": {"Error": "Ecs.ClusterNotFoundException", "Cause": "No."}}}}},
    ]}


def main():
    a = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    a.add_argument("--catalog", required=True)
    a.add_argument("--out", required=True)
    a = a.parse_args()
    shutil.rmtree(a.out, ignore_errors=True)
    teams = {"payments", "identity", "data-platform", "edge", "search", "billing", "sre", "mobile"}
    write(os.path.join(a.out, "portal.json"), portal())
    for name in sorted(teams):
        write(os.path.join(a.out, "teams", name + ".json"), team(name))
    root = os.path.join(a.catalog, "catalog")
    for slug in sorted(os.listdir(root)):
        wf = json.load(open(os.path.join(root, slug, "workflow.json")))
        folder = os.path.join(a.out, "workflows", slug)
        write(os.path.join(folder, "workflow.json"), workflow(wf))
        write(os.path.join(folder, "guide.md"), open(os.path.join(root, slug, "guide.md")).read())
        write(os.path.join(folder, "steps.asl.json"), steps(wf["title"]))
        write(os.path.join(folder, "permissions.json"), PERMISSIONS)
        write(os.path.join(folder, "cases.json"), cases(wf["example"]))


if __name__ == "__main__":
    main()
