//! The models in `models/`, by the name that Step Functions has for the service.

/// Names of optimised integrations that are other than the service's.
const OTHERWISE: [(&str, &str); 6] = [
    ("states", "sfn"),
    ("events", "eventbridge"),
    ("elasticmapreduce", "elasticmapreduce"),
    ("emr-containers", "emrcontainers"),
    ("emr-serverless", "emrserverless"),
    ("cloudwatchevents", "eventbridge"),
];

/// Every model's text.
pub(super) const ALL: [(&str, &str); 55] = [
    ("account", include_str!("../../../models/account.json")),
    ("acm", include_str!("../../../models/acm.json")),
    ("athena", include_str!("../../../models/athena.json")),
    ("autoscaling", include_str!("../../../models/autoscaling.json")),
    ("backup", include_str!("../../../models/backup.json")),
    ("batch", include_str!("../../../models/batch.json")),
    ("bedrockruntime", include_str!("../../../models/bedrockruntime.json")),
    ("cloudformation", include_str!("../../../models/cloudformation.json")),
    ("cloudtrail", include_str!("../../../models/cloudtrail.json")),
    ("cloudwatch", include_str!("../../../models/cloudwatch.json")),
    ("cloudwatchlogs", include_str!("../../../models/cloudwatchlogs.json")),
    ("codebuild", include_str!("../../../models/codebuild.json")),
    ("cognitoidentityprovider", include_str!("../../../models/cognitoidentityprovider.json")),
    ("comprehend", include_str!("../../../models/comprehend.json")),
    ("databrew", include_str!("../../../models/databrew.json")),
    ("dynamodb", include_str!("../../../models/dynamodb.json")),
    ("ecr", include_str!("../../../models/ecr.json")),
    ("ecs", include_str!("../../../models/ecs.json")),
    ("eks", include_str!("../../../models/eks.json")),
    ("elasticache", include_str!("../../../models/elasticache.json")),
    ("elasticloadbalancingv2", include_str!("../../../models/elasticloadbalancingv2.json")),
    ("elasticmapreduce", include_str!("../../../models/elasticmapreduce.json")),
    ("emrcontainers", include_str!("../../../models/emrcontainers.json")),
    ("emrserverless", include_str!("../../../models/emrserverless.json")),
    ("eventbridge", include_str!("../../../models/eventbridge.json")),
    ("firehose", include_str!("../../../models/firehose.json")),
    ("iam", include_str!("../../../models/iam.json")),
    ("identitystore", include_str!("../../../models/identitystore.json")),
    ("kinesis", include_str!("../../../models/kinesis.json")),
    ("kms", include_str!("../../../models/kms.json")),
    ("lambda", include_str!("../../../models/lambda.json")),
    ("opensearch", include_str!("../../../models/opensearch.json")),
    ("organizations", include_str!("../../../models/organizations.json")),
    ("pipes", include_str!("../../../models/pipes.json")),
    ("polly", include_str!("../../../models/polly.json")),
    ("rds", include_str!("../../../models/rds.json")),
    ("rdsdata", include_str!("../../../models/rdsdata.json")),
    ("redshiftdata", include_str!("../../../models/redshiftdata.json")),
    ("rekognition", include_str!("../../../models/rekognition.json")),
    ("route53", include_str!("../../../models/route53.json")),
    ("s3", include_str!("../../../models/s3.json")),
    ("scheduler", include_str!("../../../models/scheduler.json")),
    ("secretsmanager", include_str!("../../../models/secretsmanager.json")),
    ("servicecatalog", include_str!("../../../models/servicecatalog.json")),
    ("ses", include_str!("../../../models/ses.json")),
    ("sesv2", include_str!("../../../models/sesv2.json")),
    ("sfn", include_str!("../../../models/sfn.json")),
    ("sns", include_str!("../../../models/sns.json")),
    ("sqs", include_str!("../../../models/sqs.json")),
    ("ssm", include_str!("../../../models/ssm.json")),
    ("ssoadmin", include_str!("../../../models/ssoadmin.json")),
    ("sts", include_str!("../../../models/sts.json")),
    ("textract", include_str!("../../../models/textract.json")),
    ("transcribe", include_str!("../../../models/transcribe.json")),
    ("translate", include_str!("../../../models/translate.json")),
];

/// The model of a service, as an integration names it.
pub(super) fn of(service: &str) -> Option<&'static str> {
    let name = service.strip_prefix("aws-sdk:").unwrap_or(service);
    let name = OTHERWISE.iter().find(|(other, _)| *other == name).map_or(name, |(_, name)| name);
    ALL.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}
