"""Runs every test; says how many there were and which API calls they made."""

import sys
import traceback

import executions
import machines
import states
from client import sfn

called = set()
sfn.meta.events.register("before-call.sfn", lambda model, **_: called.add(model.name))


def main():
    failed = 0
    tests = [(module.__name__, name, test) for module in (machines, executions, states)
             for name, test in vars(module).items() if name.startswith("test_")]
    for module, name, test in tests:
        try:
            test()
        except Exception:  # one failure does not hide the others
            failed += 1
            print(f"{module}.{name} failed")
            traceback.print_exc(file=sys.stdout)
    missing = {model for model in sfn.meta.service_model.operation_names} - called
    if missing:
        print("never called:", ", ".join(sorted(missing)))
    print(f"{len(tests)} tests, {failed} failed, {len(called)} API calls of {len(sfn.meta.service_model.operation_names)}")
    return 1 if failed or missing else 0


sys.exit(main())
