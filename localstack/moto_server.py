#!/usr/bin/env python3
"""Serves moto with the accounts of LocalStack: an access key of twelve digits is the number of the account.

`emulator.py` starts it, with the Python that has moto.
"""

import argparse
import json
import re

from moto.core.responses import ActionResult
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.sagemaker.models import FakeEndpointConfig
from moto.sagemaker.responses import SageMakerResponse
from werkzeug.serving import run_simple

ACCOUNT = re.compile(r"Credential=(\d{12})/")

# By kind: the field that names it, and those that a description lacks, or has wrong.
FORGOTTEN = {
    "model": ("ModelName", ["EnableNetworkIsolation"]),
    "endpoint_config": ("EndpointConfigName", ["VpcConfig", "ExecutionRoleArn", "EnableNetworkIsolation"]),
    "training_job": ("TrainingJobName", ["Environment"]),
    "processing_job": ("ProcessingJobName", ["ProcessingResources", "Environment"]),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    mend_endpoint_configs()
    know_what_is_in_a_domain()
    remember_what_gets_lost()
    moto = DomainDispatcherApplication(create_backend_app)
    run_simple(arguments.host, arguments.port, by_access_key(moto), threaded=True, request_handler=MotoRequestHandler)


def mend_endpoint_configs():
    """Lets the tagging API name endpoint configs by their ARN: moto 5.2.5 makes a tuple of it, by a stray comma."""
    FakeEndpointConfig.arn = property(lambda it: it.endpoint_config_arn, lambda it, _: None)


def know_what_is_in_a_domain():
    """Says that nobody has made anything in a domain: moto 5.2.5 knows no apps, spaces and profiles, not even none."""
    for name, member in [("list_apps", "Apps"), ("list_spaces", "Spaces"), ("list_user_profiles", "UserProfiles")]:
        setattr(SageMakerResponse, name, lambda _, member=member: json.dumps({member: []}))


def remember_what_gets_lost():
    """Lets a description say what its create request said: moto 5.2.5 takes these fields and forgets them."""
    for kind, (name, fields) in FORGOTTEN.items():
        wrap(kind, name, fields, memory={})


def wrap(kind, name, fields, memory):
    create, describe = getattr(SageMakerResponse, f"create_{kind}"), getattr(SageMakerResponse, f"describe_{kind}")

    def key(request):
        return request.current_account, request.region, request._get_param(name)

    def create_and_remember(self):
        answer = create(self)
        memory[key(self)] = {it: self._get_param(it) for it in fields if self._get_param(it) is not None}
        return answer

    def describe_as_created(self):
        return ActionResult(describe(self).result | memory.get(key(self), {}))

    setattr(SageMakerResponse, f"create_{kind}", create_and_remember)
    setattr(SageMakerResponse, f"describe_{kind}", describe_as_created)


def by_access_key(application):
    """Tells the application of each request's account in the header from which moto takes it."""

    def with_account(environ, start_response):
        if account := ACCOUNT.search(environ.get("HTTP_AUTHORIZATION", "")):
            environ.setdefault("HTTP_X_MOTO_ACCOUNT_ID", account[1])
        return application(environ, start_response)

    return with_account


if __name__ == "__main__":
    main()
