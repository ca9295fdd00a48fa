"""What must hold of a render, as functions that raise AssertionError; they know nothing of where the render came from."""

import re
from collections.abc import Callable, Iterator
from typing import Any

Object = dict[str, Any]

SIDECAR = "mcp-sidecar"
UPSTREAM = "upstream"
INJECT = {"mcp-sidecar/inject": "enabled"}
SIDECAR_COMMAND = (
    "mcp-sidecar serve --listen 0.0.0.0:8080 --upstream http://127.0.0.1:9000/mcp "
    "--policy /etc/mcp-sidecar/policy.yaml --admin 0.0.0.0:9901 --insecure-listen"
)
MCP_PORT, ADMIN_PORT, UPSTREAM_PORT = 8080, 9901, 9000
RESTRICTED_VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}
"""The volume types the Pod Security Standards' "restricted" level allows."""


def of_kind(objects: list[Object], kind: str) -> list[Object]:
    return [each for each in objects if each["kind"] == kind]


def pods(objects: list[Object]) -> Iterator[tuple[Object, Object]]:
    """Each Deployment with its pod spec. A render without any would make every loop below pass."""
    deployments = of_kind(objects, "Deployment")
    assert deployments, "no Deployment in the render"
    for deployment in deployments:
        yield deployment, deployment["spec"]["template"]["spec"]


def containers(pod: Object) -> list[Object]:
    return [*pod.get("initContainers", []), *pod["containers"]]


def named(items: list[Object], name: str) -> Object:
    found = [each for each in items if each["name"] == name]
    assert len(found) == 1, f"{len(found)} entries named {name}"
    return found[0]


def sidecar_and_upstream(pod: Object) -> tuple[Object, Object]:
    return named(pod.get("initContainers", []), SIDECAR), named(pod["containers"], UPSTREAM)


def is_match(selector: Object, labels: dict[str, str]) -> bool:
    for wanted in selector.get("matchExpressions", []):
        assert wanted["operator"] == "In", wanted["operator"]
        if labels.get(wanted["key"]) not in wanted["values"]:
            return False
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())


def the_sidecar_is_a_restartable_init_container(objects: list[Object]) -> None:
    for deployment, pod in pods(objects):
        assert INJECT.items() <= deployment["metadata"]["labels"].items()
        sidecar, upstream = sidecar_and_upstream(pod)
        assert sidecar.get("restartPolicy") == "Always"
        assert " ".join(sidecar["command"] + sidecar["args"]) == SIDECAR_COMMAND
        # A merge patch that meets no container of its name appends one without an image.
        assert [each["name"] for each in pod["containers"]] == [UPSTREAM]
        assert upstream["image"]


def every_reference_is_in_the_render_or_documented(objects: list[Object], documented: set[str]) -> None:
    present = {(each["kind"], each["metadata"]["name"], each["metadata"].get("namespace")) for each in objects}
    for each in objects:
        namespace = each["metadata"].get("namespace")
        if namespace is not None:
            assert ("Namespace", namespace, None) in present or f"Namespace/{namespace}" in documented, namespace
    for deployment, pod in pods(objects):
        for kind, name in _references(pod):
            where = (kind, name, deployment["metadata"].get("namespace"))
            assert where in present or f"{kind}/{name}" in documented, f"{kind}/{name}"


def _references(pod: Object) -> Iterator[tuple[str, str]]:
    yield "ServiceAccount", pod["serviceAccountName"]
    for volume in pod.get("volumes", []):
        if "configMap" in volume:
            yield "ConfigMap", volume["configMap"]["name"]
        if "secret" in volume:
            yield "Secret", volume["secret"]["secretName"]
    for container in containers(pod):
        sources = container.get("envFrom", []) + [each.get("valueFrom", {}) for each in container.get("env", [])]
        for source in sources:
            for key, kind in (("secretRef", "Secret"), ("secretKeyRef", "Secret"), ("configMapRef", "ConfigMap")):
                if key in source:
                    yield kind, source[key]["name"]
            assert "configMapKeyRef" not in source, "teach this check about configMapKeyRef first"


def every_mount_has_its_volume(objects: list[Object]) -> None:
    for _, pod in pods(objects):
        volumes = [each["name"] for each in pod["volumes"]]
        assert len(volumes) == len(set(volumes))
        mounted = {mount["name"] for each in containers(pod) for mount in each["volumeMounts"]}
        assert mounted == set(volumes)


def every_selector_selects_the_pod(objects: list[Object]) -> None:
    selecting = {
        "Deployment": lambda each: each["spec"]["selector"],
        "Service": lambda each: {"matchLabels": each["spec"]["selector"]},
        "PodDisruptionBudget": lambda each: each["spec"]["selector"],
        "NetworkPolicy": lambda each: each["spec"]["podSelector"],
    }
    for kind, selector_of in selecting.items():
        found = of_kind(objects, kind)
        assert found, f"no {kind} in the render"
        for each in found:
            selector = selector_of(each)
            assert selector.get("matchLabels"), f"{kind}: an empty selector selects everything or nothing"
            for deployment, _ in pods(objects):
                assert is_match(selector, deployment["spec"]["template"]["metadata"]["labels"]), kind
                assert each["metadata"].get("namespace") == deployment["metadata"].get("namespace"), kind


def ports_are_numbers_and_agree(objects: list[Object]) -> None:
    for _, pod in pods(objects):
        sidecar, upstream = sidecar_and_upstream(pod)
        assert [port["containerPort"] for port in sidecar["ports"]] == [MCP_PORT, ADMIN_PORT]
        assert "ports" not in upstream
        assert _flag(sidecar, "--listen").endswith(f":{MCP_PORT}")
        assert _flag(sidecar, "--admin").endswith(f":{ADMIN_PORT}")
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            assert sidecar[probe]["httpGet"]["port"] == ADMIN_PORT, probe
    for service in of_kind(objects, "Service"):
        assert [port["targetPort"] for port in service["spec"]["ports"]] == [MCP_PORT]
    for policy in of_kind(objects, "NetworkPolicy"):
        admitted = [port["port"] for rule in policy["spec"]["ingress"] for port in rule["ports"]]
        assert admitted == [MCP_PORT, ADMIN_PORT]
        assert all(isinstance(p["port"], int) for rule in policy["spec"]["egress"] for p in rule["ports"])


def _flag(container: Object, name: str) -> str:
    args: list[str] = container["args"]
    return args[args.index(name) + 1]


def probes_ask_what_they_should(objects: list[Object]) -> None:
    """Startup and liveness must not depend on the upstream, which starts after the first and may not trip the second."""
    for _, pod in pods(objects):
        sidecar, upstream = sidecar_and_upstream(pod)
        paths = {name: sidecar[name]["httpGet"]["path"] for name in sidecar if name.endswith("Probe")}
        assert paths == {"startupProbe": "/startupz", "readinessProbe": "/readyz", "livenessProbe": "/livez"}
        assert sidecar["startupProbe"]["periodSeconds"] == 2
        assert sidecar["startupProbe"]["failureThreshold"] == 60
        # The kubelet cannot reach a port on the pod's loopback: such a probe would fail for ever.
        assert not [name for name in upstream if name.endswith("Probe")]


def the_upstream_binds_loopback(objects: list[Object]) -> None:
    for _, pod in pods(objects):
        sidecar, upstream = sidecar_and_upstream(pod)
        words = " ".join(upstream["command"] + upstream["args"])
        assert re.search(r"(?<![\d.])127\.0\.0\.1(?![\d.])", words)
        assert re.search(rf"(?<!\d){UPSTREAM_PORT}(?!\d)", words)
        assert not re.search(r"0\.0\.0\.0|\[::\]|(?<!\S)::(?!\S)", words)
        assert _flag(sidecar, "--upstream").startswith(f"http://127.0.0.1:{UPSTREAM_PORT}/")


def only_labelled_agents_and_monitoring_get_in(objects: list[Object]) -> None:
    policies = of_kind(objects, "NetworkPolicy")
    assert policies
    for policy in policies:
        spec = policy["spec"]
        assert sorted(spec["policyTypes"]) == ["Egress", "Ingress"]
        agents, monitoring = spec["ingress"]
        assert agents.get("from") == [
            {
                "podSelector": {
                    "matchExpressions": [{"key": "mcp-sidecar/agent", "operator": "In", "values": ["allowed"]}]
                }
            }
        ]
        # One peer with both selectors: as two peers they would be alternatives, and any pod of the namespace gets in.
        assert [sorted(peer) for peer in monitoring.get("from", [])] == [["namespaceSelector", "podSelector"]]
        for rule in spec["egress"]:
            assert rule.get("to"), "an egress rule without `to` allows every address"
            assert rule.get("ports"), "an egress rule without `ports` allows every port"


def images_name_a_version(objects: list[Object]) -> None:
    for _, pod in pods(objects):
        for container in containers(pod):
            image = container["image"]
            tag = image.rpartition("/")[2].partition(":")[2]
            assert "@sha256:" in image or tag, image
            assert tag != "latest", image


def no_secret_is_in_the_render(objects: list[Object]) -> None:
    assert not of_kind(objects, "Secret")
    for _, pod in pods(objects):
        for container in containers(pod):
            for variable in container.get("env", []):
                assert not re.search(r"SFMC|SECRET|TOKEN|PASSWORD|_KEY", variable["name"]), variable["name"]


def termination_lets_calls_finish(objects: list[Object], drain_deadline_s: float) -> None:
    for _, pod in pods(objects):
        sidecar, upstream = sidecar_and_upstream(pod)
        pause = upstream["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert pause >= drain_deadline_s
        assert pod["terminationGracePeriodSeconds"] >= 3 * pause
        program = sidecar["lifecycle"]["preStop"]["exec"]["command"][-1]
        assert f'"127.0.0.1", {ADMIN_PORT}' in program
        assert '"GET", "/drain"' in program
        waits = re.search(r"timeout=(\d+)", program)
        assert waits
        assert drain_deadline_s < int(waits[1]) < pod["terminationGracePeriodSeconds"]


def memory_is_bounded_and_cpu_is_not(objects: list[Object]) -> None:
    for _, pod in pods(objects):
        for container in containers(pod):
            assert sorted(container["resources"].get("requests", {})) == ["cpu", "memory"]
            assert sorted(container["resources"].get("limits", {})) == ["memory"]


def the_policy_is_mounted_where_the_sidecar_looks(objects: list[Object]) -> None:
    for _, pod in pods(objects):
        sidecar, _ = sidecar_and_upstream(pod)
        folder, _, file = _flag(sidecar, "--policy").rpartition("/")
        mount = next(each for each in sidecar["volumeMounts"] if each["mountPath"] == folder)
        assert mount.get("readOnly") is True
        assert "subPath" not in mount, "a subPath is never updated"
        name = named(pod["volumes"], mount["name"])["configMap"]["name"]
        data = next(each for each in of_kind(objects, "ConfigMap") if each["metadata"]["name"] == name)["data"]
        assert data == {file: "version: 1\nextends: strict\n"}


def the_pod_needs_nothing_of_the_cluster(objects: list[Object]) -> None:
    for deployment, pod in pods(objects):
        assert pod.get("automountServiceAccountToken") is False
        assert pod.get("enableServiceLinks") is False
        annotations = deployment["spec"]["template"]["metadata"]["annotations"]
        assert annotations["kubectl.kubernetes.io/default-container"] == UPSTREAM
        assert all(each.get("automountServiceAccountToken") is False for each in of_kind(objects, "ServiceAccount"))
        sidecar, _ = sidecar_and_upstream(pod)
        fields = {
            each["name"]: each["valueFrom"]["fieldRef"]["fieldPath"] for each in sidecar["env"] if "valueFrom" in each
        }
        assert fields == {
            "POD_NAME": "metadata.name",
            "POD_NAMESPACE": "metadata.namespace",
            "POD_UID": "metadata.uid",
            "NODE_NAME": "spec.nodeName",
        }


def the_model_runtime_may_not_call_home(objects: list[Object]) -> None:
    for _, pod in pods(objects):
        sidecar, _ = sidecar_and_upstream(pod)
        assert {"name": "ORT_DISABLE_TELEMETRY", "value": "1"} in sidecar["env"]


def pod_security_is_restricted(objects: list[Object]) -> None:
    """The Pod Security Standards' "restricted" level, for every container, init containers included.

    Stricter in three places: root file systems are read-only, no capability comes back, and user ids are explicit.
    """
    for _, pod in pods(objects):
        context = pod["securityContext"]
        assert not {"hostNetwork", "hostPID", "hostIPC", "hostUsers"} & pod.keys()
        assert all(set(volume) - {"name"} <= RESTRICTED_VOLUMES for volume in pod["volumes"])
        assert not context.get("sysctls")
        assert context.get("seccompProfile", {}).get("type") == "RuntimeDefault"
        assert context.get("runAsNonRoot") is True
        for container in containers(pod):
            _is_restricted(container, context)


def _is_restricted(container: Object, pod_context: Object) -> None:
    context = container["securityContext"]
    name = container["name"]
    assert not context.get("privileged"), name
    assert context.get("allowPrivilegeEscalation") is False, name
    assert context.get("runAsNonRoot") is True, name
    assert context.get("runAsUser", pod_context.get("runAsUser", 0)) > 0, name
    assert context.get("seccompProfile", {}).get("type") == "RuntimeDefault", name
    assert context.get("capabilities") == {"drop": ["ALL"]}, name
    assert context.get("readOnlyRootFilesystem") is True, name
    assert context.get("procMount", "Default") == "Default", name
    for where in (context, pod_context):
        assert not {"seLinuxOptions", "appArmorProfile", "windowsOptions"} & where.keys(), name
    assert not any("hostPort" in port for port in container.get("ports", [])), name
    for action in _network_actions(container):
        assert "host" not in action, name


def _network_actions(container: Object) -> Iterator[Object]:
    actions = [container[name] for name in container if name.endswith("Probe")]
    actions += container.get("lifecycle", {}).values()
    for action in actions:
        for kind in ("httpGet", "tcpSocket"):
            if kind in action:
                yield action[kind]


FACTS: list[Callable[[list[Object]], None]] = [
    the_sidecar_is_a_restartable_init_container,
    every_mount_has_its_volume,
    every_selector_selects_the_pod,
    ports_are_numbers_and_agree,
    probes_ask_what_they_should,
    the_upstream_binds_loopback,
    only_labelled_agents_and_monitoring_get_in,
    images_name_a_version,
    no_secret_is_in_the_render,
    memory_is_bounded_and_cpu_is_not,
    the_policy_is_mounted_where_the_sidecar_looks,
    the_pod_needs_nothing_of_the_cluster,
    the_model_runtime_may_not_call_home,
    pod_security_is_restricted,
]
"""The facts that need nothing but the render."""
