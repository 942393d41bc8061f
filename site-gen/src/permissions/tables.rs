//! Names that AWS's own words do not show.

/// Services by their prefix in IAM.
const SERVICES: &[(&str, &str)] = &[
    ("acm", "Certificate Manager"),
    ("apigateway", "API Gateway"),
    ("athena", "Athena"),
    ("autoscaling", "EC2 Auto Scaling"),
    ("backup", "AWS Backup"),
    ("batch", "AWS Batch"),
    ("bedrock", "Bedrock"),
    ("cloudformation", "CloudFormation"),
    ("cloudfront", "CloudFront"),
    ("cloudtrail", "CloudTrail"),
    ("cloudwatch", "CloudWatch"),
    ("codebuild", "CodeBuild"),
    ("cognito-idp", "Cognito"),
    ("dms", "Database Migration Service"),
    ("dynamodb", "DynamoDB"),
    ("ec2", "EC2"),
    ("ecr", "ECR"),
    ("ecs", "ECS"),
    ("eks", "EKS"),
    ("elasticache", "ElastiCache"),
    ("elasticfilesystem", "EFS"),
    ("elasticloadbalancing", "Elastic Load Balancing"),
    ("elasticmapreduce", "EMR"),
    ("es", "OpenSearch"),
    ("events", "EventBridge"),
    ("execute-api", "API Gateway"),
    ("firehose", "Data Firehose"),
    ("glue", "Glue"),
    ("iam", "IAM"),
    ("identitystore", "Identity Store"),
    ("kafka", "MSK"),
    ("kinesis", "Kinesis"),
    ("kms", "KMS"),
    ("lakeformation", "Lake Formation"),
    ("lambda", "Lambda"),
    ("logs", "CloudWatch Logs"),
    ("organizations", "Organizations"),
    ("rds", "RDS"),
    ("rds-data", "RDS Data API"),
    ("redshift", "Redshift"),
    ("route53", "Route 53"),
    ("s3", "S3"),
    ("sagemaker", "SageMaker"),
    ("scheduler", "EventBridge Scheduler"),
    ("secretsmanager", "Secrets Manager"),
    ("servicecatalog", "Service Catalog"),
    ("ses", "SES"),
    ("sns", "SNS"),
    ("sqs", "SQS"),
    ("ssm", "Systems Manager"),
    ("sso", "IAM Identity Center"),
    ("states", "Step Functions"),
    ("sts", "STS"),
    ("wafv2", "WAF"),
];

/// Actions whose names do not say what they do: verb and object.
pub(super) const ACTIONS: &[(&str, &str, &str)] = &[
    ("iam:PassRole", "hand on", "roles"),
    ("lambda:UpdateFunctionCode", "change", "the code of functions"),
    ("rds:FailoverDBCluster", "fail over", "DB clusters"),
    ("rds:FailoverGlobalCluster", "fail over", "global clusters"),
    ("rds:SwitchoverGlobalCluster", "switch over", "global clusters"),
    ("rds:ModifyDBClusterSnapshotAttribute", "share", "DB cluster snapshots with other accounts"),
    ("rds:ModifyDBSnapshotAttribute", "share", "DB snapshots with other accounts"),
    ("s3:ListAllMyBuckets", "list", "buckets"),
    ("s3:ListBucket", "list", "the objects of buckets"),
    ("ses:SendEmail", "send", "e-mail"),
    ("sns:Publish", "publish", "messages"),
    ("sts:AssumeRole", "take on", "roles"),
    ("states:InvokeHTTPEndpoint", "call", "HTTP addresses"),
];

/// Kinds of resources by service and the word in the ARN; without a word where an ARN has a name only.
pub(super) const NOUNS: &[(&str, &str, &str)] = &[
    ("cloudformation", "stackset", "stack set"),
    ("cloudformation", "stackset-target", "stack set target"),
    ("identitystore", "identitystore", "identity store"),
    ("rds", "cluster", "DB cluster"),
    ("rds", "cluster-snapshot", "DB cluster snapshot"),
    ("rds", "db", "DB instance"),
    ("rds", "snapshot", "DB snapshot"),
    ("s3", "", "bucket"),
    ("sns", "", "topic"),
    ("sqs", "", "queue"),
];

/// What a reader may fear of a service that the steps use, the worst first.
const FEARED: &[(&str, &[&str])] = &[
    ("cloudformation", &["DeleteStack", "DeleteStackSet", "CreateStack", "UpdateStack"]),
    ("cloudwatch", &["DeleteAlarms", "DisableAlarmActions", "PutMetricData"]),
    ("dynamodb", &["DeleteTable", "DeleteItem", "PutItem", "Scan"]),
    ("ec2", &["TerminateInstances", "DeleteVolume", "AuthorizeSecurityGroupIngress", "RunInstances"]),
    ("ecs", &["DeleteService", "DeleteCluster", "RunTask", "RegisterTaskDefinition"]),
    ("events", &["DeleteRule", "PutRule", "PutEvents", "UpdateConnection"]),
    ("iam", &["CreateUser", "CreateAccessKey", "AttachRolePolicy", "PutRolePolicy"]),
    ("identitystore", &["CreateUser", "DeleteUser", "CreateGroupMembership", "DeleteGroup"]),
    ("kms", &["ScheduleKeyDeletion", "DisableKey", "PutKeyPolicy", "Decrypt"]),
    ("lambda", &["UpdateFunctionCode", "DeleteFunction", "CreateFunction", "AddPermission"]),
    ("logs", &["DeleteLogGroup", "DeleteLogStream", "PutRetentionPolicy"]),
    ("organizations", &["CloseAccount", "LeaveOrganization", "MoveAccount", "DetachPolicy"]),
    (
        "rds",
        &[
            "DeleteDBCluster",
            "DeleteDBInstance",
            "DeleteDBClusterSnapshot",
            "ModifyDBClusterSnapshotAttribute",
            "DeleteGlobalCluster",
        ],
    ),
    ("route53", &["DeleteHostedZone", "ChangeResourceRecordSets"]),
    ("s3", &["DeleteBucket", "DeleteObject", "PutBucketPolicy", "GetObject", "PutObject"]),
    ("scheduler", &["UpdateSchedule", "DeleteScheduleGroup"]),
    ("secretsmanager", &["DeleteSecret", "PutSecretValue", "PutResourcePolicy", "GetSecretValue"]),
    ("ses", &["DeleteEmailIdentity", "CreateEmailIdentity", "PutEmailIdentityPolicy"]),
    ("sns", &["DeleteTopic", "Subscribe", "SetTopicAttributes", "AddPermission"]),
    ("sqs", &["DeleteQueue", "PurgeQueue", "SetQueueAttributes", "ReceiveMessage"]),
    ("ssm", &["SendCommand", "StartSession", "PutParameter", "DeleteParameter"]),
    ("sso", &["DeletePermissionSet", "PutInlinePolicyToPermissionSet", "DeleteAccountAssignment"]),
    ("states", &["DeleteStateMachine", "UpdateStateMachine", "StartExecution", "StopExecution"]),
];

/// A service as people call it.
pub(super) fn service(prefix: &str) -> &str {
    SERVICES.iter().find(|(known, _)| *known == prefix).map_or(prefix, |(_, name)| name)
}

/// What may be feared of a service; nothing for one that is not in the table.
pub(super) fn feared(prefix: &str) -> &'static [&'static str] {
    FEARED.iter().find(|(known, _)| *known == prefix).map_or(&[], |(_, actions)| actions)
}
