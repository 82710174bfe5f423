//! From the SDK's errors to [`CloudError`]: the one place that knows AWS's error codes.
//!
//! EC2's operations model no errors, and SageMaker's few, so a refusal is told by its code, and by its message where AWS
//! uses one code for many things (EC2 API reference, "Error codes"; the sets below are the ones of `aws-semantics.md`
//! §18 and §19).

use std::error::Error;
use std::{fmt, io};

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ec2::operation::RequestId;
use aws_sdk_ec2::types::UnsuccessfulItem;
use palisade_core::cloud::Reason;
use palisade_core::{CloudError, Refused};

use crate::profile::NoProfile;

/// Whether it matters if a request was carried out without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It can be sent again.
    Reads,
    /// It must be looked up whether it happened.
    Writes,
}

/// Returns what turns a failed read into a [`CloudError`]; `action` is its IAM action, such as `ec2:DescribeVpcs`.
pub(crate) fn reading<E>(action: &'static str) -> impl FnOnce(SdkError<E>) -> CloudError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    move |error| from_sdk(action, Effect::Reads, &error)
}

/// Returns what turns a failed change into a [`CloudError`].
pub(crate) fn writing<E>(action: &'static str) -> impl FnOnce(SdkError<E>) -> CloudError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    move |error| from_sdk(action, Effect::Writes, &error)
}

fn from_sdk<E>(action: &'static str, effect: Effect, error: &SdkError<E>) -> CloudError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if let Some(profile) = cause::<NoProfile>(error) {
        return CloudError::Unusable(profile.to_string());
    }
    if let Some(credentials) = cause::<CredentialsError>(error) {
        let message =
            format!("no AWS credentials could be used: {} ({CREDENTIALS_HINT})", chain(credentials));
        return CloudError::Unusable(message);
    }
    if let Some(message) = bad_endpoint(error) {
        return CloudError::Unusable(message);
    }
    match error {
        SdkError::ServiceError(it) => from_answer(&Answer {
            action,
            effect,
            status: Some(it.raw().status().as_u16()),
            code: it.err().code().unwrap_or_default(),
            message: it.err().message().unwrap_or_default(),
            request_id: error.request_id(),
        }),
        SdkError::ConstructionFailure(_) => CloudError::Unusable(format!("{action}: {}", chain(error))),
        // Only a connection that was never made proves that nothing was sent.
        _ if cause::<io::Error>(error).is_some_and(|it| it.kind() == io::ErrorKind::ConnectionRefused) => {
            CloudError::Transient(format!("{action}: no connection: {}", chain(error)))
        }
        _ => effect.without_answer(format!("{action}: no clear answer: {}", chain(error))),
    }
}

impl Effect {
    fn without_answer(self, message: String) -> CloudError {
        match self {
            Effect::Reads => CloudError::Transient(message),
            Effect::Writes => CloudError::Lost(message),
        }
    }
}

/// An error as AWS answered it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer<'a> {
    /// The IAM action of the request.
    pub(crate) action: &'static str,
    /// What the request does.
    pub(crate) effect: Effect,
    /// The HTTP status; none for an error inside an answer that says 200.
    pub(crate) status: Option<u16>,
    /// AWS's code; empty if a proxy answered.
    pub(crate) code: &'a str,
    /// AWS's words.
    pub(crate) message: &'a str,
    /// By which AWS's support finds the request.
    pub(crate) request_id: Option<&'a str>,
}

impl fmt::Display for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, self.status) {
            ("", Some(status)) => write!(f, "HTTP {status}")?,
            (code, _) => f.write_str(code)?,
        }
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        match self.request_id {
            Some(id) => write!(f, " (request {id})"),
            None => Ok(()),
        }
    }
}

const CREDENTIALS_HINT: &str =
    "see `aws configure`, `aws sso login`, `aws login`; `AWS_PROFILE` chooses a profile";

/// Asked too often: nothing happened.
const THROTTLED: &[&str] = &[
    "BandwidthLimitExceeded",
    "ConcurrentMutationLimitExceeded",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequests",
    "TooManyRequestsException",
    "TooManyUpdates",
];

/// The object is busy with an earlier change: nothing happened.
const BUSY: &[&str] = &[
    "ConflictException",
    "IncorrectFileSystemLifeCycleState",
    "IncorrectMountTargetState",
    "IncorrectState",
    "ResourceNotReady",
];

/// AWS's own fault: it may have happened.
const INTERNAL: &[&str] = &[
    "InternalError",
    "InternalFailure",
    "ServiceUnavailable",
    "Unavailable",
    "RequestTimeout",
    "InternalServerError",
    "InternalServiceException",
];

/// The credentials are good and not enough.
const DENIED: &[&str] = &["AccessDenied", "AccessDeniedException", "AuthFailure", "UnauthorizedOperation"];

/// The credentials are no good, and what to do about it.
const NO_GOOD: &[(&str, &str)] = &[
    ("ExpiredToken", "the session is over: sign in again"),
    ("ExpiredTokenException", "the session is over: sign in again"),
    ("IncompleteSignature", CREDENTIALS_HINT),
    ("InvalidAccessKeyId", CREDENTIALS_HINT),
    ("InvalidClientTokenId", CREDENTIALS_HINT),
    ("MissingAuthenticationToken", CREDENTIALS_HINT),
    ("OptInRequired", "the account has not enabled this region or service"),
    ("RequestExpired", "the session is over or this machine's clock is wrong"),
    ("SignatureDoesNotMatch", "the secret key is wrong or this machine's clock is"),
    ("UnrecognizedClientException", CREDENTIALS_HINT),
];

const EXISTS: &[&str] = &[
    "FlowLogAlreadyExists",
    "InvalidGroup.Duplicate",
    "InvalidPermission.Duplicate",
    "NetworkAclEntryAlreadyExists",
    "ParameterAlreadyExists",
    // A change of a prefix list has come through before, or somebody else's has.
    "PrefixListVersionMismatch",
    "Resource.AlreadyAssociated",
    "RouteAlreadyExists",
];

/// Beside every code that ends in `.NotFound`.
const NOT_FOUND: &[&str] = &[
    "FileSystemNotFound",
    "Gateway.NotAttached",
    "MountTargetNotFound",
    "NatGatewayNotFound",
    "ResourceNotFound",
];

/// Beside every code that ends in `.InUse`.
const IN_USE: &[&str] = &["DependencyViolation", "IncorrectInstanceState"];

const CLASH: &[&str] =
    &["CidrConflict", "DuplicateSubnetsInSameZone", "InvalidSubnet.Conflict", "InvalidVpc.Conflict"];

/// What AWS says instead of a code of its own, in one of [`OVERLOADED`].
const OVERLOADED: &[&str] = &["InvalidParameter", "InvalidParameterException", "InvalidParameterValue"];
/// A role that was made a moment ago cannot be assumed yet.
const ABSENT_WORDS: &[&str] =
    &["does not exist", "no route defined", "could not be found", "Unable to assume given IAM role"];
/// A private name stays taken for minutes after its endpoint is gone. Those that are in use a plan finds by itself.
const BUSY_WORDS: &[&str] = &["conflicting DNS domain"];

/// SageMaker's code for what is busy, and for what has its name already.
const RESOURCE_IN_USE: &str = "ResourceInUse";
/// SageMaker's code for most of what it refuses.
const VALIDATION: &str = "ValidationException";
/// What it says of what is not there, in small letters. A role that was made a moment ago cannot be assumed yet, and may
/// not yet do what it is to do (`aws-semantics.md` §19.1).
const VALIDATION_ABSENT: &[&str] = &[
    "access denied for repository",
    "access denied to",
    "could not access model data",
    "could not assume role",
    "could not find",
    "does not exist",
    "no identity-based policy allows",
    "recordnotfound",
    "requested resource not found",
    "unauthorized to list objects",
];
/// What it says of a name that is taken.
const VALIDATION_EXISTS: &[&str] = &["already existing", "already exists", "cannot create a duplicate"];
/// What it says of what is busy with an earlier change.
const VALIDATION_BUSY: &[&str] = &["in status", "not in (["];

/// Sorts an error inside an answer that says 200.
pub(crate) fn unsuccessful(action: &'static str, item: &UnsuccessfulItem) -> CloudError {
    let error = item.error();
    from_answer(&Answer {
        action,
        effect: Effect::Writes,
        status: None,
        code: error.and_then(|it| it.code()).unwrap_or("Unsuccessful"),
        message: error.and_then(|it| it.message()).unwrap_or_default(),
        request_id: None,
    })
}

/// Sorts an error that AWS answered.
pub(crate) fn from_answer(answer: &Answer<'_>) -> CloudError {
    let Answer { action, effect, status, .. } = *answer;
    let message = answer.to_string();
    let code = bare(answer.code);
    let is_validation_busy = code == VALIDATION && has_any(answer.message, VALIDATION_BUSY);
    let is_busy = BUSY.contains(&code)
        || says(code, answer.message, BUSY_WORDS)
        // What is to be deleted may be busy for as long as others use it.
        || (is_validation_busy && !operation(action).starts_with("Delete"));
    if THROTTLED.contains(&code) || is_busy || status == Some(429) {
        return CloudError::Transient(message);
    }
    if DENIED.contains(&code) {
        let action = denied_action(answer.message).unwrap_or(action).to_owned();
        return CloudError::Denied { action, message };
    }
    if let Some((_, hint)) = NO_GOOD.iter().find(|(it, _)| *it == code) {
        return CloudError::Unusable(format!("{message} ({hint})"));
    }
    if INTERNAL.contains(&code) || status.is_some_and(|it| 500 <= it) {
        return effect.without_answer(message);
    }
    CloudError::Refused(Refused::new(reason(action, code, answer.message), message))
}

fn reason(action: &str, code: &str, message: &str) -> Reason {
    let is_absent = code.ends_with(".NotFound") || says(code, message, ABSENT_WORDS);
    match code {
        // Training jobs and profiles are refused so when their name is taken.
        RESOURCE_IN_USE if operation(action).starts_with("Create") => Reason::Exists,
        RESOURCE_IN_USE => Reason::InUse,
        VALIDATION if has_any(message, VALIDATION_EXISTS) => Reason::Exists,
        VALIDATION if has_any(message, VALIDATION_BUSY) => Reason::InUse,
        VALIDATION if has_any(message, VALIDATION_ABSENT) => Reason::NotFound,
        _ if EXISTS.contains(&code) => Reason::Exists,
        _ if NOT_FOUND.contains(&code) || is_absent => Reason::NotFound,
        _ if IN_USE.contains(&code) || code.ends_with(".InUse") => Reason::InUse,
        _ if CLASH.contains(&code) => Reason::Clash,
        _ => Reason::Invalid,
    }
}

fn says(code: &str, message: &str, words: &[&str]) -> bool {
    OVERLOADED.contains(&code) && words.iter().any(|it| message.contains(it))
}

fn has_any(message: &str, words: &[&str]) -> bool {
    let message = message.to_ascii_lowercase();
    words.iter().any(|it| message.contains(it))
}

/// Returns the operation of an IAM action.
fn operation(action: &str) -> &str {
    action.rsplit(':').next().unwrap_or(action)
}

/// Returns the IAM action that is missing, where AWS says that it is another than the request's: handing over a role is
/// one of its own, `iam:PassRole`.
fn denied_action(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("is not authorized to perform: ")?;
    rest.split(' ').next().filter(|it| it.contains(':'))
}

/// EC2 used to say whose fault an error was in front of its code.
fn bare(code: &str) -> &str {
    code.strip_prefix("Client.").or_else(|| code.strip_prefix("Server.")).unwrap_or(code)
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&it| it.source())
}

fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    causes(error).find_map(|it| it.downcast_ref())
}

/// Returns what is wrong with the endpoint, if nothing could be sent because of it.
fn bad_endpoint(error: &(dyn Error + 'static)) -> Option<String> {
    // The SDK has no type for it that can be named, and its words go on with the whole request.
    const WORDS: &str = "failed to apply endpoint `";
    let endpoint = causes(error)
        .find_map(|it| Some(it.to_string().strip_prefix(WORDS)?.split('`').next()?.to_owned()))?;
    let reason = causes(error).last().map(ToString::to_string).unwrap_or_default();
    Some(format!("`{endpoint}` is no endpoint: {reason} (see `AWS_ENDPOINT_URL`)"))
}

/// Returns an error and all its causes in one line. Many of the SDK's errors repeat their cause's words.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut words: Vec<String> = Vec::new();
    for it in causes(error) {
        let it = it.to_string().lines().map(str::trim).collect::<Vec<_>>().join("; ");
        // What is printed for debugging holds the body of the request.
        let it = it.split(" `Request {").next().unwrap_or_default().to_owned();
        if words.last().is_none_or(|last| !last.contains(&it)) {
            words.push(it);
        }
    }
    words.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(effect: Effect, status: u16, code: &str, message: &str) -> String {
        sorted_of("ec2:CreateVpc", effect, status, code, message)
    }

    fn sorted_of(action: &'static str, effect: Effect, status: u16, code: &str, message: &str) -> String {
        let (status, request_id) = (Some(status), Some("r-1"));
        match from_answer(&Answer { action, effect, status, code, message, request_id }) {
            CloudError::Transient(_) => "transient".to_owned(),
            CloudError::Refused(it) => format!("{:?}", it.reason),
            CloudError::Lost(_) => "lost".to_owned(),
            CloudError::Denied { action, .. } => format!("denied {action}"),
            CloudError::Unusable(_) => "unusable".to_owned(),
        }
    }

    fn refused(code: &str, message: &str) -> String {
        sorted(Effect::Writes, 400, code, message)
    }

    #[test]
    fn refusals_are_sorted_by_what_to_make_of_them() {
        assert_eq!(refused("RouteAlreadyExists", ""), "Exists");
        assert_eq!(refused("InvalidPermission.Duplicate", ""), "Exists");
        assert_eq!(refused("InvalidSubnetID.NotFound", ""), "NotFound");
        assert_eq!(refused("InvalidSubnetId.NotFound", ""), "NotFound");
        assert_eq!(refused("NatGatewayNotFound", ""), "NotFound");
        assert_eq!(refused("Gateway.NotAttached", ""), "NotFound");
        assert_eq!(refused("DependencyViolation", ""), "InUse");
        assert_eq!(refused("InvalidCidrBlock.InUse", ""), "InUse");
        assert_eq!(refused("PrefixListVersionMismatch", ""), "Exists");
        assert_eq!(refused("InvalidSubnet.Conflict", ""), "Clash");
        assert_eq!(refused("VpcLimitExceeded", ""), "Invalid");
        assert_eq!(refused("InvalidGroupId.Malformed", ""), "Invalid");
        assert_eq!(refused("IdempotentParameterMismatch", ""), "Invalid");
    }

    #[test]
    fn an_overloaded_code_is_told_by_its_words() {
        assert_eq!(
            refused("InvalidParameterValue", "There is no route defined for '10.0.0.0/8'"),
            "NotFound"
        );
        assert_eq!(
            refused("InvalidParameter", "LogDestination: Unable to assume given IAM role"),
            "NotFound"
        );
        assert_eq!(refused("InvalidParameterValue", "Value (x) is invalid"), "Invalid");
        let conflict =
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain for x";
        assert_eq!(refused("InvalidParameter", conflict), "transient");
        assert_eq!(refused("VpcEndpointLimitExceeded", "the other one does not exist"), "Invalid");
    }

    #[test]
    fn sagemaker_is_told_by_its_words() {
        let of = |action, message| sorted_of(action, Effect::Writes, 400, "ValidationException", message);
        let create = |message| of("sagemaker:CreateModel", message);
        assert_eq!(create("Cannot create already existing model \"arn\"."), "Exists");
        assert_eq!(create("Cannot create a duplicate Notebook Instance (arn)"), "Exists");
        assert_eq!(create("Could not find model \"arn\"."), "NotFound");
        assert_eq!(create("RecordNotFound"), "NotFound");
        assert_eq!(create("Requested resource not found."), "NotFound");
        assert_eq!(create("Could not assume role arn. Please ensure that the role exists"), "NotFound");
        assert_eq!(create("1 validation error detected: Value 'x' at 'modelName'"), "Invalid");
        let stopping = "Status (Pending) not in ([InService]). Unable to transition to (Stopping)";
        assert_eq!(of("sagemaker:StopNotebookInstance", stopping), "transient");
        assert_eq!(
            of("sagemaker:UpdateEndpoint", "Cannot update in-progress endpoint in status X"),
            "transient"
        );
        let deleting = "Status (InService) not in ([Stopped, Failed]). Unable to transition to (Deleting)";
        assert_eq!(of("sagemaker:DeleteNotebookInstance", deleting), "InUse");
    }

    #[test]
    fn what_is_in_use_has_the_name_or_is_busy() {
        let in_use = |action| sorted_of(action, Effect::Writes, 400, "ResourceInUse", "");
        assert_eq!(in_use("sagemaker:CreateTrainingJob"), "Exists");
        assert_eq!(in_use("sagemaker:DeleteDomain"), "InUse");
        assert_eq!(in_use("sagemaker:UpdateDomain"), "InUse");
        let of = |action, code| sorted_of(action, Effect::Writes, 404, code, "");
        assert_eq!(of("sagemaker:DeleteDomain", "ResourceNotFound"), "NotFound");
        assert_eq!(of("elasticfilesystem:DeleteMountTarget", "MountTargetNotFound"), "NotFound");
        assert_eq!(of("sagemaker:CreateDomain", "ResourceLimitExceeded"), "Invalid");
    }

    #[test]
    fn a_role_that_may_not_be_handed_over_is_told() {
        let message =
            "User: arn:aws:iam::1:user/ann is not authorized to perform: iam:PassRole on resource: arn";
        let denied =
            sorted_of("sagemaker:CreateModel", Effect::Writes, 400, "AccessDeniedException", message);
        assert_eq!(denied, "denied iam:PassRole");
    }

    #[test]
    fn a_throttled_change_has_not_happened() {
        for effect in [Effect::Reads, Effect::Writes] {
            assert_eq!(sorted(effect, 503, "RequestLimitExceeded", ""), "transient");
            assert_eq!(sorted(effect, 503, "Client.RequestLimitExceeded", ""), "transient");
            assert_eq!(sorted(effect, 429, "", ""), "transient");
            assert_eq!(sorted(effect, 400, "IncorrectState", ""), "transient");
        }
    }

    #[test]
    fn a_change_that_broke_inside_aws_may_have_happened() {
        assert_eq!(sorted(Effect::Writes, 500, "InternalError", ""), "lost");
        assert_eq!(sorted(Effect::Writes, 503, "Unavailable", ""), "lost");
        assert_eq!(sorted(Effect::Writes, 502, "", ""), "lost");
        assert_eq!(sorted(Effect::Reads, 500, "InternalError", ""), "transient");
        assert_eq!(sorted(Effect::Reads, 502, "", ""), "transient");
    }

    #[test]
    fn permission_and_credentials_are_two_things() {
        assert_eq!(sorted(Effect::Writes, 403, "UnauthorizedOperation", ""), "denied ec2:CreateVpc");
        assert_eq!(sorted(Effect::Writes, 403, "AccessDenied", ""), "denied ec2:CreateVpc");
        assert_eq!(sorted(Effect::Reads, 403, "ExpiredToken", ""), "unusable");
        assert_eq!(sorted(Effect::Reads, 400, "RequestExpired", ""), "unusable");
        assert_eq!(sorted(Effect::Reads, 403, "InvalidClientTokenId", ""), "unusable");
    }

    #[test]
    fn words_hold_code_message_and_request() {
        let (action, effect, status) = ("ec2:CreateVpc", Effect::Writes, Some(400));
        let (code, message, request_id) =
            ("VpcLimitExceeded", "The maximum number of VPCs has been reached.", Some("r-1"));
        let error = from_answer(&Answer { action, effect, status, code, message, request_id });
        let words = "VpcLimitExceeded: The maximum number of VPCs has been reached. (request r-1)";
        assert_eq!(error.to_string(), words);
        let error = from_answer(&Answer {
            action,
            effect,
            status: Some(502),
            code: "",
            message: "",
            request_id: None,
        });
        assert_eq!(error.to_string(), "HTTP 502");
    }
}
