"""Starts MiniStack, a local AWS without Docker, as the deployment's test needs it.

    python launch.py PORT HOME_ACCOUNT

listens on 127.0.0.1:PORT until it is ended. A twelve-digit access key id is the root user of that account;
HTTP APIs are those of HOME_ACCOUNT. IAM is on: each Lambda function calls with its own role's session, and
what that role does not allow is refused.

Where MiniStack 1.5.33 is not yet AWS, four modules bend it, never the templates:

1. `conditions` answers what policies ask of organisations and of who calls;
2. `tasks` makes a state machine call as its role, and as the role of a Task's `Credentials`;
3. `nested` starts published versions and waits for them;
4. `stacks` knows the resources of CloudFormation that it lacks.
"""

import os
import sys

ENVIRONMENT = {
    "AUTH": "true",
    "BIND_HOST": "127.0.0.1",
    "MINISTACK_HOST": "localhost",
    "IOT_MTLS_ENABLED": "0",
    "SFTP_ENABLED": "0",
    # Waits and the pauses between two tries pass in a hundredth of their time.
    "SFN_WAIT_SCALE": "0.01",
}


def main():
    port, home = sys.argv[1:]
    # Read when its modules are imported, hence before.
    os.environ.update(ENVIRONMENT, GATEWAY_PORT=port, MINISTACK_ACCOUNT_ID=home)
    sys.argv[1:] = []
    import conditions
    import nested
    import stacks
    import tasks
    from ministack.app import main as serve

    for module in (conditions, nested, tasks, stacks):
        module.install()
    serve()


if __name__ == "__main__":
    main()
