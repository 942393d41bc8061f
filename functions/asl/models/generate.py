#!/usr/bin/env python3
"""Writes what calls of AWS services answer, for the check of mocked results: one file per service.

Needs botocore (Apache License 2.0), whose service models the files are made from. A file holds

    ops      the answer's shape by the API's operation
    shapes   "s" a string, "n" a number, "b" a boolean, "d" anything; a number points into the list, in which
             {"e": words}  a string out of a few         {"s": [min, max]}  a string of limited length
             {"n": [min, max]}  a limited number         {"l": shape}  a list    {"m": shape}  a map
             {"o": {name: shape}, "r": [names]}  an object with the names it must have

Names are spelled as Step Functions spells them: DBClusters is DbClusters.
"""
import json
import pathlib
import re

import botocore.session

# Step Functions' name of a service, where it is not botocore's without hyphens.
NAMES = {
    "emr": "elasticmapreduce", "stepfunctions": "sfn", "events": "eventbridge", "logs": "cloudwatchlogs",
    "elbv2": "elasticloadbalancingv2", "cognito-idp": "cognitoidentityprovider",
}
SERVICES = """account acm athena autoscaling backup batch bedrock-runtime cloudformation cloudtrail cloudwatch
codebuild cognito-idp comprehend databrew dynamodb ecr ecs eks elasticache elbv2 emr emr-containers
emr-serverless events firehose iam identitystore kinesis kms lambda logs opensearch organizations pipes polly rds
rds-data redshift-data rekognition route53 s3 scheduler secretsmanager servicecatalog ses sesv2 sns sqs ssm
sso-admin stepfunctions sts textract transcribe translate""".split()


def cased(name):
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[0-9]+|[^A-Za-z0-9]+", name)
    return "".join(word[:1].upper() + (word[1:].lower() if word.isupper() else word[1:]) for word in words)


class Shapes:
    def __init__(self):
        self.shapes, self.places = [], {}

    def of(self, shape):
        kind, limits = shape.type_name, [shape.metadata.get("min"), shape.metadata.get("max")]
        enum = shape.metadata.get("enum")
        if kind == "timestamp" or (kind in ("string", "blob") and not enum and limits == [None, None]):
            return "s"
        if kind in ("integer", "long", "float", "double") and limits == [None, None]:
            return "n"
        if kind == "boolean":
            return "b"
        if getattr(shape, "is_document_type", False) or kind == "document":
            return "d"
        if shape.name not in self.places:
            self.places[shape.name] = len(self.shapes)
            self.shapes.append(None)
            self.shapes[self.places[shape.name]] = self.content(shape, kind, limits, enum)
        return self.places[shape.name]

    def content(self, shape, kind, limits, enum):
        if kind == "structure":
            content = {"o": {cased(name): self.of(member) for name, member in shape.members.items()}}
            if shape.required_members:
                content["r"] = [cased(name) for name in shape.required_members]
            return content
        if kind == "list":
            return {"l": self.of(shape.member)}
        if kind == "map":
            return {"m": self.of(shape.value)}
        if enum:
            return {"e": enum}
        return {"s": limits} if kind in ("string", "blob") else {"n": limits}


def main():
    session = botocore.session.get_session()
    for service in SERVICES:
        model, shapes = session.get_service_model(service), Shapes()
        ops = {
            name: shapes.of(model.operation_model(name).output_shape)
            for name in model.operation_names
            if model.operation_model(name).output_shape is not None
        }
        path = pathlib.Path(__file__).parent / (NAMES.get(service, service.replace("-", "")) + ".json")
        path.write_text(json.dumps({"ops": ops, "shapes": shapes.shapes}, separators=(",", ":")) + "\n")


main()
