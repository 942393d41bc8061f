"""What conditions of policies can ask.

1. All accounts are of one organisation: MiniStack knows neither `aws:ResourceOrgID` nor accounts that are members of
   one, so that a condition on them would never hold.
2. `aws:PrincipalArn` of a session is the ARN of its role, as on AWS, and not that of the session.
3. A value may hold a variable, `${aws:PrincipalOrgID}`, which MiniStack takes literally.
4. Loopback counts as encrypted: there is no TLS on it, and buckets refuse whoever comes without.
"""

import re

from ministack.core import iam_evaluator

ORGANISATION = "o-localaws001"


def install():
    """Answers these keys and variables, and leaves the others to MiniStack."""
    known, met = iam_evaluator._resolve_condition_key, iam_evaluator._conditions_met

    def resolve(key, context):
        match key.lower():
            case "aws:resourceorgid" | "aws:principalorgid":
                return ORGANISATION
            case "aws:principalarn":
                return role_of(context.principal_arn)
            case "aws:securetransport":
                return "true"
        return known(key, context)

    def filled(value, context):
        if isinstance(value, list):
            return [filled(one, context) for one in value]
        return re.sub(r"\$\{([^}]+)\}", lambda found: str(resolve(found[1], context)), str(value))

    def all_met(conditions, context):
        fill = {
            operator: {key: filled(value, context) for key, value in keys.items()}
            for operator, keys in conditions.items()
        }
        return met(fill, context)

    iam_evaluator._resolve_condition_key, iam_evaluator._conditions_met = resolve, all_met


def role_of(principal):
    """The role of `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`; any other principal is itself."""
    service, _, session = principal.partition(":assumed-role/")
    return f"{service.replace(':sts:', ':iam:')}:role/{session.split('/')[0]}" if session else principal
