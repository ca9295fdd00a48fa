"""The facts can fail: each is given a render with one thing broken."""

from collections.abc import Callable

import pytest

from sidecar.admin import DRAIN_DEADLINE_S
from tests.k8s import facts
from tests.k8s.facts import Object, named

Pod = Object
Mutation = Callable[[list[Object]], object]


def _pod(objects: list[Object]) -> Pod:
    return next(facts.pods(objects))[1]


def _sidecar(objects: list[Object]) -> Object:
    return _pod(objects)["initContainers"][0]


def _upstream(objects: list[Object]) -> Object:
    return _pod(objects)["containers"][0]


def _spec(objects: list[Object], kind: str) -> Object:
    return facts.of_kind(objects, kind)[0]["spec"]


def _args(container: Object, old: str, new: str) -> None:
    assert old in container["args"]
    container["args"] = [new if each == old else each for each in container["args"]]


MUTANTS: list[tuple[str, Callable[[list[Object]], None], Mutation]] = [
    ("sidecar removed", facts.the_sidecar_is_a_restartable_init_container, lambda o: _pod(o).pop("initContainers")),
    ("no deployment", facts.the_sidecar_is_a_restartable_init_container, lambda o: o.remove(facts.of_kind(o, "Deployment")[0])),
    ("runs once", facts.the_sidecar_is_a_restartable_init_container, lambda o: _sidecar(o).pop("restartPolicy")),
    ("second container", facts.the_sidecar_is_a_restartable_init_container, lambda o: _pod(o)["containers"].append({"name": "x"})),
    ("mount without volume", facts.every_mount_has_its_volume, lambda o: _pod(o)["volumes"].pop()),
    ("service selects nothing", facts.every_selector_selects_the_pod, lambda o: _spec(o, "Service")["selector"].update(a="b")),
    ("policy selects all", facts.every_selector_selects_the_pod, lambda o: _spec(o, "NetworkPolicy").update(podSelector={})),
    ("budget elsewhere", facts.every_selector_selects_the_pod,
     lambda o: facts.of_kind(o, "PodDisruptionBudget")[0]["metadata"].update(namespace="default")),
    ("no budget", facts.every_selector_selects_the_pod, lambda o: o.remove(facts.of_kind(o, "PodDisruptionBudget")[0])),
    ("service port changed", facts.ports_are_numbers_and_agree, lambda o: _spec(o, "Service")["ports"][0].update(targetPort=8081)),
    ("service port named", facts.ports_are_numbers_and_agree, lambda o: _spec(o, "Service")["ports"][0].update(targetPort="mcp")),
    ("listener moved", facts.ports_are_numbers_and_agree, lambda o: _args(_sidecar(o), "0.0.0.0:8080", "0.0.0.0:8081")),
    ("probe port changed", facts.ports_are_numbers_and_agree, lambda o: _sidecar(o)["livenessProbe"]["httpGet"].update(port=8080)),
    ("policy port changed", facts.ports_are_numbers_and_agree,
     lambda o: _spec(o, "NetworkPolicy")["ingress"][0]["ports"][0].update(port=9000)),
    ("liveness asks readiness", facts.probes_ask_what_they_should,
     lambda o: _sidecar(o)["livenessProbe"]["httpGet"].update(path="/readyz")),
    ("startup asks readiness", facts.probes_ask_what_they_should,
     lambda o: _sidecar(o)["startupProbe"]["httpGet"].update(path="/readyz")),
    ("upstream probed", facts.probes_ask_what_they_should,
     lambda o: _upstream(o).update(readinessProbe={"tcpSocket": {"port": 9000}})),
    ("upstream on all addresses", facts.the_upstream_binds_loopback,
     lambda o: _args(_upstream(o), "127.0.0.1:9000", "0.0.0.0:9000")),
    ("upstream on another port", facts.the_upstream_binds_loopback,
     lambda o: _args(_upstream(o), "127.0.0.1:9000", "127.0.0.1:19000")),
    ("everybody is an agent", facts.only_labelled_agents_and_monitoring_get_in,
     lambda o: _spec(o, "NetworkPolicy")["ingress"][0].pop("from")),
    ("egress unfenced", facts.only_labelled_agents_and_monitoring_get_in,
     lambda o: _spec(o, "NetworkPolicy")["policyTypes"].remove("Egress")),
    ("any address", facts.only_labelled_agents_and_monitoring_get_in,
     lambda o: _spec(o, "NetworkPolicy")["egress"][0].pop("to")),
    ("latest", facts.images_name_a_version, lambda o: _sidecar(o).update(image="mcp-sidecar:latest")),
    ("no tag", facts.images_name_a_version, lambda o: _sidecar(o).update(image="registry.example.com:5000/mcp-sidecar")),
    ("inline credential", facts.no_secret_is_in_the_render,
     lambda o: _upstream(o).update(env=[{"name": "SFMC_CLIENT_SECRET", "value": "x"}])),
    ("cpu limit", facts.memory_is_bounded_and_cpu_is_not, lambda o: _sidecar(o)["resources"]["limits"].update(cpu="1")),
    ("no memory limit", facts.memory_is_bounded_and_cpu_is_not, lambda o: _upstream(o)["resources"].pop("limits")),
    ("another policy", facts.the_policy_is_mounted_where_the_sidecar_looks,
     lambda o: facts.of_kind(o, "ConfigMap")[0].update(data={"policy.yaml": "version: 1\nextends: observe\n"})),
    ("service links", facts.the_pod_needs_nothing_of_the_cluster, lambda o: _pod(o).pop("enableServiceLinks")),
    ("token mounted", facts.the_pod_needs_nothing_of_the_cluster, lambda o: _pod(o).update(automountServiceAccountToken=True)),
    ("telemetry on", facts.the_model_runtime_may_not_call_home,
     lambda o: named(_sidecar(o)["env"], "ORT_DISABLE_TELEMETRY").update(value="0")),
    ("host network", facts.pod_security_is_restricted, lambda o: _pod(o).update(hostNetwork=True)),
    ("host path", facts.pod_security_is_restricted,
     lambda o: _pod(o)["volumes"].append({"name": "x", "hostPath": {"path": "/"}})),
    ("sysctl", facts.pod_security_is_restricted,
     lambda o: _pod(o)["securityContext"].update(sysctls=[{"name": "a", "value": "1"}])),
    *[
        (f"{container.__name__.strip('_')}: {name}", facts.pod_security_is_restricted,
         lambda o, container=container, change=change: change(container(o)["securityContext"]))
        for container in (_sidecar, _upstream)
        for name, change in {
            "runAsNonRoot removed": lambda c: c.pop("runAsNonRoot"),
            "root": lambda c: c.update(runAsUser=0),
            "privileged": lambda c: c.update(privileged=True),
            "escalation": lambda c: c.pop("allowPrivilegeEscalation"),
            "capabilities kept": lambda c: c.pop("capabilities"),
            "capability added": lambda c: c["capabilities"].update(add=["NET_RAW"]),
            "seccomp removed": lambda c: c.pop("seccompProfile"),
            "unconfined": lambda c: c.update(seccompProfile={"type": "Unconfined"}),
            "writable root": lambda c: c.update(readOnlyRootFilesystem=False),
            "proc unmasked": lambda c: c.update(procMount="Unmasked"),
        }.items()
    ],
    ("host port", facts.pod_security_is_restricted, lambda o: _sidecar(o)["ports"][0].update(hostPort=8080)),
    ("probe of another host", facts.pod_security_is_restricted,
     lambda o: _sidecar(o)["livenessProbe"]["httpGet"].update(host="192.0.2.1")),
    ("reference to nothing", lambda o: facts.every_reference_is_in_the_render_or_documented(o, set()),
     lambda o: _upstream(o).update(envFrom=[{"secretRef": {"name": "nobody"}}])),
    ("hash not propagated", lambda o: facts.every_reference_is_in_the_render_or_documented(o, set()),
     lambda o: facts.of_kind(o, "ConfigMap")[0]["metadata"].update(name="mcp-sidecar-policy")),
    ("namespace missing", lambda o: facts.every_reference_is_in_the_render_or_documented(o, set()),
     lambda o: o.remove(facts.of_kind(o, "Namespace")[0])),
    ("upstream stops at once", lambda o: facts.termination_lets_calls_finish(o, DRAIN_DEADLINE_S),
     lambda o: _upstream(o)["lifecycle"]["preStop"]["sleep"].update(seconds=1)),
    ("default grace period", lambda o: facts.termination_lets_calls_finish(o, DRAIN_DEADLINE_S),
     lambda o: _pod(o).update(terminationGracePeriodSeconds=30)),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "mutate"), [each[1:] for each in MUTANTS], ids=[each[0] for each in MUTANTS])
def test_a_broken_render_breaks_the_fact(dev, fact, mutate):
    fact(dev)
    mutate(dev)
    with pytest.raises(AssertionError):
        fact(dev)


def test_every_fact_has_a_mutant():
    assert {fact for _, fact, _ in MUTANTS} >= set(facts.FACTS)
