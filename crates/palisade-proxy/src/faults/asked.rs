//! What a request is, to whichever service, as far as a fault has to know.

use hyper::body::Bytes;
use hyper::header::AUTHORIZATION;
use hyper::{Method, Request};

use crate::parameters::Parameters;

/// A request by its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// As credentials are scoped to it, such as `ec2`.
    pub(crate) service: String,
    /// Such as `CreateSubnet`; of a REST service its method and path.
    pub(crate) operation: String,
    /// Whether there are objects that it asks for, instead of all of a kind, or a size of pages.
    pub(crate) is_narrow: bool,
    protocol: Protocol,
}

/// How a service is spoken to, and says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// The dialect of EC2.
    Ec2,
    /// The older one of STS.
    Query,
    /// The operation is in a header.
    Json,
    /// The operation is in the method and the path.
    RestJson,
}

impl Asked {
    pub(crate) fn read(request: &Request<Bytes>) -> Asked {
        let header = |name: &str| request.headers().get(name)?.to_str().ok();
        let credential = header(AUTHORIZATION.as_str()).and_then(|it| it.split("Credential=").nth(1));
        let service = credential.and_then(|it| it.split('/').nth(3)).unwrap_or_default().to_owned();
        let parameters = Parameters::parse(request.body());
        let is_narrow = parameters.has_any(|it| it.contains('.') || it == "MaxResults");
        let (protocol, operation) = match (parameters.value("Action"), header("x-amz-target")) {
            (Some(action), _) if service == "ec2" => (Protocol::Ec2, action.to_owned()),
            (Some(action), _) => (Protocol::Query, action.to_owned()),
            (None, Some(target)) => {
                (Protocol::Json, target.rsplit('.').next().unwrap_or_default().to_owned())
            }
            (None, None) => (Protocol::RestJson, format!("{} {}", request.method(), request.uri().path())),
        };
        Asked { service, operation, is_narrow, protocol }
    }

    pub(crate) fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Tells whether it can change something.
    pub(crate) fn changes(&self) -> bool {
        let looks = ["Describe", "Get", "List", "Search", "Lookup"];
        let is_get = self.protocol == Protocol::RestJson && self.operation.starts_with(Method::GET.as_str());
        !is_get && !looks.iter().any(|it| self.operation.starts_with(it))
    }
}
