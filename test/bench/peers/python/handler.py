"""Composes one resource for each observed one: what a small function made with the Python SDK costs, without gating."""

import sys

import grpc
from crossplane.function import resource, response, runtime
from crossplane.function.proto.v1 import run_function_pb2 as fnv1
from crossplane.function.proto.v1 import run_function_pb2_grpc as grpcv1


class FunctionRunner(grpcv1.FunctionRunnerService):
    async def RunFunction(self, req: fnv1.RunFunctionRequest, _: grpc.aio.ServicerContext) -> fnv1.RunFunctionResponse:
        rsp = response.to(req)
        metadata = req.observed.composite.resource["metadata"]
        squad, service = metadata["namespace"], metadata["name"]
        for name in req.observed.resources:
            zone, component, local = name.split(".", 2)
            resource.update(
                rsp.desired.resources[name],
                {
                    "apiVersion": "postgresql.sql.m.crossplane.io/v1alpha1",
                    "kind": "Role",
                    "metadata": {
                        "name": f"{service}.{name}",
                        "namespace": squad,
                        "labels": {
                            "squadkit.io/squad": squad,
                            "squadkit.io/service": service,
                            "squadkit.io/zone": zone,
                            "squadkit.io/component": component,
                            "squadkit.io/environment": "production",
                        },
                        "annotations": {"crossplane.io/external-name": f"{squad}_{service}_{local}"},
                    },
                    "spec": {
                        "managementPolicies": ["*"],
                        "providerConfigRef": {"kind": "ClusterProviderConfig", "name": f"{zone}.{component}"},
                        "writeConnectionSecretToRef": {"name": f"{service}.{name}"},
                        "forProvider": {
                            "connectionLimit": 20,
                            "privileges": {"login": True, "inherit": True, "createDb": False, "createRole": False},
                            "configurationParameters": [{"name": "role", "value": f"{squad}_{service}_owner"}],
                        },
                    },
                },
            )
        return rsp


address, certificates = sys.argv[1:3]
runtime.serve(
    FunctionRunner(),
    address,
    creds=runtime.load_credentials(certificates),
    insecure=False,
    options=[("grpc.max_receive_message_length", 64 * 1024 * 1024)],
)
