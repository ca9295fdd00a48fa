import shutil

import kubernetes_validate
import pytest

from sidecar.admin import DRAIN_DEADLINE_S
from tests.k8s import facts
from tests.k8s.conftest import K8S

KUBERNETES = ["1.29", "1.30", "1.31", "1.32", "1.33"]
"""From the first with native sidecars switched on to the one where they are stable."""


@pytest.mark.parametrize("fact", facts.FACTS, ids=lambda fact: fact.__name__)
def test_every_overlay_keeps_the_fact(objects, fact):
    fact(objects)


def test_every_referenced_object_is_rendered_or_documented_as_yours(objects, provided):
    facts.every_reference_is_in_the_render_or_documented(objects, provided)


def test_the_upstream_outlives_the_sidecars_drain(objects):
    facts.termination_lets_calls_finish(objects, DRAIN_DEADLINE_S)


@pytest.mark.parametrize("version", KUBERNETES)
def test_every_object_is_valid_under_the_strict_schema(objects, version):
    # A schema that is not there raises as well: nothing passes for want of a check.
    for each in objects:
        assert kubernetes_validate.validate(each, version, strict=True) == version


def test_strict_validation_notices_a_misspelt_field(dev):
    (deployment,) = facts.of_kind(dev, "Deployment")
    kubernetes_validate.validate(deployment, "1.33", strict=True)
    deployment["spec"]["template"]["spec"]["securityContext"]["runAsNonRot"] = True
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, "1.33", strict=True)


def test_dev_answers_from_the_emulator_and_has_no_way_out_but_dns(dev):
    _, pod = next(facts.pods(dev))
    _, upstream = facts.sidecar_and_upstream(pod)
    assert upstream["command"] + upstream["args"] == ["upstream-sfmc", "--http", "127.0.0.1:9000", "--emulator"]
    assert "envFrom" not in upstream
    (policy,) = facts.of_kind(dev, "NetworkPolicy")
    assert {port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]} == {53}


def test_the_dev_namespace_enforces_restricted_pod_security(dev):
    (namespace,) = facts.of_kind(dev, "Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_a_real_tenants_credentials_come_from_a_secret_by_name_only(render, tenant_overlay):
    _, pod = next(facts.pods(render(tenant_overlay)))
    _, upstream = facts.sidecar_and_upstream(pod)
    assert upstream["envFrom"] == [{"secretRef": {"name": "sfmc-credentials"}}]
    assert "env" not in upstream


def test_the_base_alone_has_no_sidecar_and_lets_nobody_reach_the_upstream(render):
    objects = render(K8S / "base")
    _, pod = next(facts.pods(objects))
    assert "initContainers" not in pod
    assert pod["containers"][0]["args"] == ["--http", "127.0.0.1:9000"]
    facts.only_labelled_agents_and_monitoring_get_in(objects)
    facts.pod_security_is_restricted(objects)


def test_a_changed_policy_gets_another_name_so_that_the_pods_roll(render, tmp_path):
    tree = tmp_path / "k8s"
    shutil.copytree(K8S, tree)
    names = []
    for preset in ("strict", "observe"):
        file = tree / "overlays/bring-your-own-server/policy.yaml"
        file.write_text(file.read_text().replace("extends: strict", f"extends: {preset}"))
        objects = render(tree / "overlays/bring-your-own-server")
        (config,) = facts.of_kind(objects, "ConfigMap")
        assert config["data"] == {"policy.yaml": f"version: 1\nextends: {preset}\n"}
        facts.every_reference_is_in_the_render_or_documented(
            objects, {"Namespace/your-namespace", "Secret/your-server-credentials"}
        )
        names.append(config["metadata"]["name"])
    assert names[0] != names[1]
