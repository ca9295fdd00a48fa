"""For every promise that is ours, what switches it off: a piece of a file, what stands there instead, and the test that fails then.

It runs nothing: ``tests/quality/test_switched_off.py`` holds the table to the code in CI and switches everything off at night.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests import promises as rows


@dataclass(frozen=True, slots=True)
class Switch:
    """``proof``: one of the row's tests, which passes and then fails; ``only``: as pytest's ``-k``, to run a part of a long one."""

    promise: str
    file: str
    piece: str
    instead: str
    proof: str
    only: str = ""
    more: tuple[tuple[str, str], ...] = ()
    """Further pieces of the same file, where one alone leaves a second lock on the door."""


SECRET_FILE: Final = "sidecar/config/secret_file.py"
REGISTRY: Final = "sidecar/config/secret_registry.py"
SANITISER: Final = "sidecar/observe/sanitise.py"
AUDITING: Final = "sidecar/observe/audit.py"
AUDIT_FILE: Final = "sidecar/observe/audit_file.py"
AUDIT_LINES: Final = "sidecar/observe/audit_lines.py"
AUDIT_VERIFY: Final = "sidecar/observe/audit_verify.py"
ALERTING: Final = "sidecar/observe/alerts.py"
ARGUING: Final = "sidecar/guard/arguments.py"
PATHING: Final = "sidecar/guard/paths.py"
RATING: Final = "sidecar/guard/rates.py"
CALLING: Final = "sidecar/guard/callers.py"
VERIFYING: Final = "sidecar/guard/tokens.py"
SCREENING: Final = "sidecar/guard/injection.py"
GATING: Final = "sidecar/transports/gate.py"
TLS: Final = "sidecar/transports/tls.py"
UPSTREAM: Final = "sidecar/transports/upstream.py"
TENANT: Final = "upstream_sfmc/settings.py"
AUTH: Final = "upstream_sfmc/auth.py"
SERVER: Final = "upstream_sfmc/server.py"
IMAGE: Final = "k8s/images/sidecar.Containerfile"

LOGGED: Final = rows.MATRIX + "test_nothing_planted_is_in_any_log_line_or_metric"
ONE_RUN: Final = "stdio and legacy and strict"
DEBUG_LINE: Final = (
    "sidecar/transports/pump.py", "        number = self._session.messages + 1\n        self._outcomes[number] = future",
    ("        number = self._session.messages + 1\n        self._outcomes[number] = future\n"
    '        body = {"ts": 0, "event": "MessagePassed", "body": str(envelope.message.body)}\n'
    '        __import__("sys").stderr.write(__import__("json").dumps(body) + "\\n")'),
)  # fmt: skip
"""A body in a line of the log."""
SPEAKING_FAULT: Final = (
    "sidecar/observe/crash.py",
    "internal error: {type(error).__name__} at",
    "internal error: {error!r} at",
)
SPEAKING_DEFECT: Final = (SERVER, '"The server met an error of its own.")', 'f"The server met an error of its own: {arguments}")')  # fmt: skip
NOTHING_HIDDEN: Final = (REGISTRY, "            if spelt in text:\n", "            if not spelt:\n")
NO_RENEWAL: Final = (UPSTREAM, "and await credentials.renew(seen):", "and False:")
ANY_MODE: Final = (SECRET_FILE, "if stat.S_IMODE(found.st_mode) & allowed:", "if False:")
VAULT_PATH: Final = ("sidecar/config/secret_vault.py", "/data/{quote(rest)}", "/{quote(rest)}")
AWS_KEY: Final = ("sidecar/config/secret_aws.py", "_fetch, name), key,", '_fetch, name), "",')
OTHER_USER: Final = ("sidecar/config/secret_keyring.py", "keyring.get_password(service, user)", "keyring.get_password(service, service)")  # fmt: skip
ANY_EXTENSION: Final = (PATHING, "    if extensions and not any(", "    if False and not any(")
ANY_SIZE: Final = ("sidecar/guard/sizes.py", "if limit is not None and count > limit:", "if False:")
OPEN_SEAL: Final = (AUDIT_LINES, "    if keys.seal:\n        own =", "    if False:\n        own =")
KEPT_FOR_EVER: Final = (AUDIT_FILE, "now - moment > self._retention.days * _DAY_S or kept", "kept")
NO_LABEL: Final = (SANITISER, "(?:password|passwd|pwd|pass)", "(?:nothing like it)")
MONTHLY: Final = (".github/dependabot.yml", "pip\n    directory: /\n    schedule: {interval: weekly}", "pip\n    directory: /\n    schedule: {interval: monthly}")  # fmt: skip
SAID_TO_BE_FINE: Final = (".ci/audit", "  exit 3\n", "  exit 0\n")
ANY_INPUT: Final = (SERVER, "        _check(spec, arguments)\n", "")
UNVERIFIED: Final = (TLS, "context = ssl.create_default_context()", "context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT); context.check_hostname = False")  # fmt: skip
NO_LEVEL_ZERO: Final = (PATHING, "        if depth < 0:", "        if False:")
UNSAID: Final = (GATING, "        self._record(Suspected(kind))", "        del kind")

SWITCHES: Final = (
    Switch("P01", "sidecar/policy/presets/strict.yaml", "{match: {}, do: label}", "{match: {}, do: keep}",
           rows.MATRIX + "test_nothing_planted_reaches_the_other_side", ONE_RUN),
    Switch("P02", *DEBUG_LINE, LOGGED, ONE_RUN),
    Switch("P02", *SPEAKING_FAULT, "tests/unit/cli/test_usage.py::test_a_fault_of_our_own_is_one_line_with_its_place_and_without_its_words"),
    Switch("P02", "sidecar/transports/pump.py", "Unanalysable(_BROKEN)))\n\n", "Unanalysable(str(message.body))))\n\n", rows.INJECTED),
    Switch("P02", "sidecar/observe/traces.py", '"network.transport": self._transport}', '"network.transport": str(message.body)}',
           "tests/unit/observe/test_traces.py::test_no_span_holds_a_value"),
    Switch("P03", TENANT, "    if missing:\n", "    if False:\n", rows.SETTINGS + "test_all_missing_variables_are_named_at_once"),
    Switch("P03", TENANT, "    return source\n\n\ndef _now", "    return _read(source)\n\n\ndef _now",
           rows.SETTINGS + "test_the_id_and_the_secret_may_stand_in_files_that_are_read_anew"),
    Switch("P04", "sidecar/config/secret_env.py", "    if file:\n", "    if False:\n",
           rows.SECRETS + "test_env_names_a_variable_or_with_file_behind_it_a_file"),
    Switch("P04", *VAULT_PATH, rows.SECRETS + "test_vault_keeps_it_under_a_mount_a_path_and_a_key"),
    Switch("P04", *AWS_KEY, rows.SECRETS + "test_aws_keeps_it_as_a_text_or_under_a_key_of_one"),
    Switch("P04", *OTHER_USER, rows.SECRETS + "test_the_keyring_keeps_it_under_a_service_and_a_user"),
    Switch("P04", "sidecar/config/secret_exec.py", "            *words,\n", '            "sh", "-c", place,\n',
           rows.SECRETS + "test_a_command_prints_it_and_no_shell_reads_the_text"),
    Switch("P04", SECRET_FILE, '("/run/secrets/", "/var/run/secrets/")', "()",
           rows.SECRETS + "test_docker_puts_secrets_where_others_may_read_them"),
    Switch("P05", *NO_RENEWAL, rows.ROTATION + "test_a_key_is_rotated_and_no_call_fails", "in_a_file"),
    Switch("P05", "sidecar/runtime/reload.py", "SecretsRenewed(await secrets.renew())", "SecretsRenewed(False)",
           rows.ROTATION + "test_a_key_that_was_replaced_is_used_before_the_old_one_is_refused"),
    Switch("P05", AUTH, 'if failure.code != "invalid_client" or renewed == used:', "if True:",
           "tests/sfmc/server/test_rotation.py::test_a_secret_rotated_between_reading_and_asking_is_tried_once_more"),
    Switch("P06", *NOTHING_HIDDEN, rows.FAILURES + "test_an_http_server_that_fails_leaks_neither_its_secret_nor_anybody", "401"),
    Switch("P06", *NOTHING_HIDDEN, rows.ROTATION + "test_a_key_is_rotated_and_no_call_fails", "in_a_file"),
    Switch("P06", AUTH, "return Failure(category, code, message)", 'return Failure(category, code, f"{message} {answer}")',
           rows.CLIENT + "test_wrong_credentials_are_told_without_the_answer"),
    Switch("P07", *NOTHING_HIDDEN, rows.FAILURES + "test_an_http_server_that_fails_leaks_neither_its_secret_nor_anybody", "401"),
    Switch("P07", "sidecar/config/secrets.py", "            self._registry.drop(old)", "            pass",
           rows.ROTATION + "test_nothing_of_ours_holds_the_old_secret"),
    Switch("P07", "sidecar/observe/crash.py", "RLIMIT_CORE, (0, ", "RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1], ",
           rows.HARDENING + "test_the_process_leaves_no_core"),
    Switch("P07", "sidecar/observe/crash.py", "prctl(_NOT_DUMPABLE, 0,", "prctl(_NOT_DUMPABLE, 1,",
           rows.HARDENING + "test_nobody_may_look_into_its_memory"),
    Switch("P08", "requirements.txt", "\ncachetools==", "\ncachetools>=",
           rows.TREE + "test_lock_files_pin_every_package_with_hashes_and_name_no_host"),
    Switch("P09", "requirements.txt", "\ncachetools==", "\nsuds-jurko==",
           rows.SUPPLY + "test_the_vendors_old_client_libraries_are_in_no_lock"),
    Switch("P10", *UNVERIFIED, "tests/unit/transports/test_tls.py::test_verification_cannot_be_switched_off"),
    Switch("P10", TENANT, "if not is_loopback(values[AUTH_URL]):", "if False:", rows.SETTINGS + "test_an_auth_url_is_for_loopback_only"),
    Switch("P10", "sidecar/config/secret_vault.py", "if not where.is_tls and not where.at.is_local:", "if False:",
           rows.SECRETS + "test_vault_is_spoken_to_in_plain_text_on_loopback_only"),
    Switch("P11", GATING, "if self._networks and remote not in self._near:", "if False:",
           rows.GATE + "test_only_networks_that_are_listed_get_in"),
    Switch("P11", "sidecar/transports/origin.py", "if self.is_on_network and not is_allowed:", "if False:",
           "tests/unit/transports/test_http_origin.py::test_these_do_not"),
    Switch("P11", "sidecar/transports/origin.py", "if origins and (len(origins) > 1 or not ", "if origins and (False and not ",
           "tests/unit/transports/test_http_origin.py::test_these_do_not"),
    Switch("P11", "upstream_sfmc/http.py", "if not (is_loopback(url) if self._loopback else is_tenant(url)):", "if False:",
           rows.CLIENT + "test_a_token_answer_cannot_send_the_token_elsewhere"),
    Switch("P12", AUDITING, "if session is None or session not in self._callers:", "if True:",
           rows.AUDIT + "test_a_line_says_who_called_what_and_which_rule_decided"),
    Switch("P13", "sidecar/cli/eval.py", '            report[outcome.system]["misses"] = places', "            del places",
           "tests/unit/cli/test_eval.py::test_json_has_the_same_numbers_and_misses_are_places"),
    Switch("P13", "sidecar/runtime/build.py", "        self.is_clean = False\n        if self.is_warm:", "        if False:",
           "tests/unit/runtime/test_reload.py::test_synthetic_people_are_sent_through_once_models_are_there_and_after_each_reload"),
    Switch("P14", PATHING, "return _NAME.fullmatch(text) is not None", "return True",
           rows.PATHS + "test_a_name_is_letters_digits_underscore_and_hyphen"),
    Switch("P14", ARGUING, "if overlay.is_name and not", "if False and not", rows.ARGUMENTS + "test_a_name_that_is_none_is_refused"),
    Switch("P14", "upstream_sfmc/api.py", 'quote(part, safe="")', "str(part)", rows.CLIENT + "test_keys_are_percent_encoded_whole"),
    Switch("P15", *NO_LEVEL_ZERO, rows.PATHS + "test_what_leads_elsewhere_is_refused"),
    Switch("P15", PATHING, "for other in (_percent(known), ", "for other in (", rows.PATHS + "test_percent_encoding_hides_nothing"),
    Switch("P15", "upstream_sfmc/api.py", 'if any(part in {"", ".", ".."} for part in parts):', "if False:",
           rows.CLIENT + "test_a_key_cannot_climb_the_path"),
    Switch("P16", ARGUING, "        if self._checks_schema:\n", "        if False:\n",
           rows.ARGUMENTS + "test_what_the_tools_schema_does_not_allow_is_refused_by_place_and_not_by_value"),
    Switch("P16", ARGUING, "if _is_remote(schema) or {", "if {", rows.ARGUMENTS + "test_nothing_is_asked_where_a_schema_points_to",
           more=((", registry=Registry())", ")"),)),
    Switch("P17", *ANY_SIZE, rows.GUARD + "test_sizes_are_held_and_the_place_is_named_without_what_came"),
    Switch("P18", *DEBUG_LINE, LOGGED, ONE_RUN),
    Switch("P18", "sidecar/events.py", "class MessagePassed:\n", "class MessagePassed:\n    body: str\n",
           "tests/quality/test_events.py::test_every_text_field_of_every_event_is_on_the_list_and_the_list_has_no_other"),
    Switch("P19", SANITISER, '_BREAKS.sub(" ", _ESCAPES.sub("", text))', '_ESCAPES.sub("", text)', rows.SANITISE + "test_a_line_cannot_begin_another"),
    Switch("P19", SANITISER, '_CONTROLS.sub("", _BREAKS.sub(" ", _ESCAPES.sub("", text)))', '_BREAKS.sub(" ", text)',
           rows.SANITISE + "test_nothing_moves_a_terminals_cursor"),
    Switch("P19", SANITISER, "if max_chars is not None and len(text) > max_chars:", "if False:",
           rows.SANITISE + "test_a_message_has_at_most_five_hundred_characters"),
    Switch("P20", "sidecar/observe/logs.py", "if LEVELS[level] < self._threshold:", "if False:", rows.LOGS + "test_a_level_leaves_out_what_is_below_it"),
    Switch("P21", *ANY_EXTENSION, rows.PATHS + "test_only_listed_extensions_pass"),
    Switch("P22", "sidecar/cli/options.py", 'Option("--policy", "strict",', 'Option("--policy", "observe",',
           rows.HARDENING + "test_without_a_word_of_configuration_the_policy_is_strict"),
    Switch("P23", *AWS_KEY, rows.SECRETS + "test_aws_keeps_it_as_a_text_or_under_a_key_of_one"),
    Switch("P24", GATING, "return min(otherwise, self._guard.settings.request_bytes or otherwise)", "return otherwise",
           rows.GATE + "test_a_request_one_byte_too_long_is_refused_before_it_is_read"),
    Switch("P25", RATING, "if limits.per_caller is not None and (wait", "if False and (wait",
           rows.RATES + "test_of_a_hundred_requests_at_a_limit_of_sixty_forty_are_refused_with_the_time_until_the_next"),
    Switch("P25", RATING, "if limits.per_caller is not None and (wait", "if False and (wait",
           rows.GATE + "test_of_a_hundred_parallel_requests_sixty_pass_and_forty_are_told_when_to_come_again"),
    Switch("P26", "sidecar/transports/pump.py", "Unanalysable(_BROKEN)))\n\n", "Unanalysable(str(message.body))))\n\n", rows.INJECTED),
    Switch("P26", *SPEAKING_FAULT, "tests/unit/cli/test_usage.py::test_a_fault_of_our_own_is_one_line_with_its_place_and_without_its_words"),
    Switch("P26", *SPEAKING_DEFECT, rows.CLIENT + "test_a_defect_of_ours_is_told_without_its_words"),
    Switch("P27", "sidecar/observe/metrics.py", "else self._alerts).labels(event.kind).inc()", "else self._alerts).labels(event.kind)",
           "tests/unit/observe/test_metrics.py::test_suspicions_and_alerts_are_counted_by_kind"),
    Switch("P27", *UNSAID, rows.GATE + "test_without_a_known_credential_nothing_reaches_the_server"),
    Switch("P27", *UNSAID, rows.GATE + "test_of_a_hundred_parallel_requests_sixty_pass_and_forty_are_told_when_to_come_again"),
    Switch("P27", "sidecar/session/guarded.py", "for notice in notices]\n    if refused", "for notice in ()]\n    if refused",
           "tests/unit/transports/test_http_gate_events.py::test_what_an_attacker_would_send_is_told_of_by_kind"),
    Switch("P28", IMAGE, "USER 65532:65532", "USER 0:0", rows.IMAGES + "test_it_runs_as_65532_and_by_number", "sidecar"),
    Switch("P28", IMAGE, "FROM scratch", "FROM debian:stable-slim",
           rows.IMAGES + "test_the_last_stage_starts_empty_and_runs_nothing_so_it_has_no_shell", "sidecar"),
    Switch("P28", GATING, "idle_s = guard.settings.idle_s", "idle_s = None",
           rows.GATE + "test_a_server_that_says_nothing_is_given_up_and_one_that_asks_the_client_is_waited_for"),
    Switch("P29", *KEPT_FOR_EVER, rows.AUDIT + "test_a_file_is_closed_after_a_day_and_thrown_away_after_thirty"),
    Switch("P29", AUDIT_FILE, "_DAY_S or kept > self._retention.keep_bytes", "_DAY_S", rows.AUDIT + "test_closed_files_are_kept_up_to_a_size_in_all"),
    Switch("P29", *OPEN_SEAL, rows.AUDIT + "test_a_sealed_log_shows_nothing_without_its_key_and_is_proved_all_the_same"),
    Switch("P30", "sidecar/guard/roles.py", "return known is not None and _is_in(tool, known.tools) and not _is_in(tool, known.deny)", "return True",
           rows.GUARD + "test_what_a_role_may_call_see_and_restore"),
    Switch("P30", "sidecar/runtime/roles.py", "data.restore if role.restores else ()", "data.restore",
           rows.GATE + "test_a_role_sees_calls_and_restores_what_it_may_and_no_more"),
    Switch("P31", AUDIT_LINES, "is_genuine = hmac.compare_digest(_mac(text, braces, keys), mac)", "is_genuine = True",
           rows.AUDIT + "test_no_byte_of_any_line_can_be_changed"),
    Switch("P31", AUDIT_VERIFY, "if before is not None and (", "if False and (", rows.AUDIT + "test_no_line_can_be_taken_out_moved_doubled_or_put_in"),
    Switch("P31", AUDIT_FILE, "        if cut:\n", "        if False:\n", rows.AUDIT + "test_a_process_killed_while_it_writes_leaves_a_log_that_is_whole"),
    Switch("P32", RATING, "known.banned_until = now + self._ban.for_s", "known.banned_until = now",
           rows.RATES + "test_who_violates_too_often_is_refused_for_a_while_and_then_no_more"),
    Switch("P32", "sidecar/session/guarded.py", "guard.turnstile.violated(", "bool(", rows.GATE + "test_who_violates_again_and_again_is_banned"),
    Switch("P33", SANITISER, r'rf"\1 {REDACTED}"', r'r"\g<0>"', rows.SANITISE + "test_the_golden_set"),
    Switch("P33", "sidecar/redaction/recognizers/secret.py", "self.forms = (*type(self).forms, *others)", "self.forms = (*others,)",
           "tests/unit/redaction/recognizers/test_credentials.py::test_keys_of_known_form_are_found_wherever_they_stand"),
    Switch("P34", SANITISER, '"[FILE PATH REDACTED]"', '"[PATH]"', rows.SANITISE + "test_the_golden_set"),
    Switch("P34", SANITISER, "RULES: Final = (\n", 'RULES: Final = (\n    _rule("nothing writes this", REDACTED),\n',
           rows.SANITISE + "test_every_pattern_has_a_golden_case_of_its_own"),
    Switch("P35", *NO_LABEL, rows.SANITISE + "test_a_password_goes_whatever_the_form_and_the_nesting"),
    Switch("P36", "k8s/components/sidecar/sidecar.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false",
           "tests/k8s/test_render.py::test_every_overlay_keeps_the_fact"),
    Switch("P36", "k8s/components/sidecar/sidecar.yaml", "capabilities: {drop: [ALL]}", "capabilities: {}",
           "tests/k8s/test_render.py::test_every_overlay_keeps_the_fact"),
    Switch("P36", IMAGE, "USER 65532:65532", "USER 0:0", rows.IMAGES + "test_it_runs_as_65532_and_by_number", "sidecar"),
    Switch("P37", *ANY_MODE, rows.SECRETS + "test_a_file_others_may_read_or_change_is_refused"),
    Switch("P37", TLS, "    check_private(key_file or cert_file)\n", "", "tests/unit/transports/test_tls.py::test_a_key_others_may_read_is_refused"),
    Switch("P38", TLS, "            _load_chain(context, tls.cert_file, tls.key_file)\n\n\ndef _states", "            pass\n\n\ndef _states",
           "tests/unit/transports/test_tls.py::test_a_certificate_that_was_replaced_is_shown_to_the_next_who_connects"),
    Switch("P39", *ANY_INPUT, rows.SERVER_FAILURES + "test_bad_input_is_told_by_place_and_rule_without_its_value"),
    Switch("P39", "upstream_sfmc/api.py", "patience.after_throttle(replies.retry_after_s(reply))", "None",
           rows.SERVER_FAILURES + "test_throttling_is_waited_out"),
    Switch("P40", "sidecar/admin.py", "status=503 if failed else 200", "status=200",
           rows.ADMIN + "test_readyz_fails_without_upstream_or_vault"),
    Switch("P40", "sidecar/admin.py", 'return {"watchdog_fresh": health.watchdog_fresh}', "return dict(ready(health))",
           rows.ADMIN + "test_livez_depends_on_nothing_but_the_watchdog"),
    Switch("P40", "sidecar/admin.py", '        "/readyz": readyz,\n', "", rows.ADMIN + "test_a_healthy_process_answers_ok_on_every_probe"),
    Switch("P41", ALERTING, "            self._give(kind, len(seen))", "            pass", rows.ALERTS + "test_one_more_than_the_threshold_gives_an_alert"),
    Switch("P41", ALERTING, "await process.communicate(body)", 'await process.communicate(b"")', rows.ALERTS + "test_a_command_gets_the_alert_on_its_stdin"),
    Switch("P41", ALERTING, "data=body, headers=content", 'data=body, headers={"Content-Type": "application/json"}',
           rows.ALERTS + "test_an_address_gets_the_alert_as_a_post_with_its_authorization"),
    Switch("P42", AUTH, "if token is not None and self._clock.now() < token.renew_at:", "if token is not None:",
           rows.CLIENT + "test_a_token_is_renewed_before_its_end"),
    Switch("P42", *OTHER_USER, rows.SECRETS + "test_the_keyring_keeps_it_under_a_service_and_a_user"),
    Switch("P42", TENANT, "        scopes=values[SCOPES],\n", "", rows.SETTINGS + "test_scopes_are_names_and_nothing_else"),
    Switch("P42", AUTH, '            request["scope"] = self._settings.scopes', "            pass",
           rows.CLIENT + "test_only_the_scopes_that_are_set_are_asked_for"),
    Switch("P44", SERVER, '"Arguments not accepted: " + "; ".join(sorted(set(problems)))', 'f"Arguments not accepted: {arguments}"',
           rows.SERVER_FAILURES + "test_bad_input_is_told_by_place_and_rule_without_its_value"),
    Switch("P44", "upstream_sfmc/errors.py", '20002: (Category.PERMISSION, "Insufficient', '20002: (Category.INTERNAL, "Insufficient',
           rows.SERVER_FAILURES + "test_a_missing_scope_is_a_permission_error"),
    Switch("P45", *MONTHLY, rows.SUPPLY + "test_advisories_are_looked_for_every_week"),
    Switch("P45", *SAID_TO_BE_FINE, rows.SUPPLY + "test_what_could_not_be_looked_up_is_not_said_to_be_fine"),
    Switch("P46", *VAULT_PATH, rows.SECRETS + "test_vault_keeps_it_under_a_mount_a_path_and_a_key"),
    Switch("P46", *AWS_KEY, rows.SECRETS + "test_aws_keeps_it_as_a_text_or_under_a_key_of_one"),
    Switch("P47", "sidecar/cli/run.py", "    crash.install()\n    try:\n        import uvloop",
           '    crash.install()\n    listening = __import__("socket").create_server(("127.0.0.1", 0))\n    try:\n        import uvloop',
           rows.HARDENING + "test_over_stdio_nothing_listens"),
    Switch("P48", *ANY_MODE, rows.SECRETS + "test_a_file_others_may_read_or_change_is_refused"),
    Switch("P49", "sidecar/vault/memory.py", "    def close(self) -> None:\n        self._kept.clear()", "    def close(self) -> None:",
           rows.VAULT + "test_a_closed_vault_knows_nothing"),
    Switch("P49", "sidecar/vault/memory.py", "is_alive, is_meant = kept.until > self._clock(),", "is_alive, is_meant = True,",
           rows.VAULT + "test_a_token_expires_and_comes_back_the_same_when_the_value_passes_again"),
    Switch("P49", *KEPT_FOR_EVER, rows.AUDIT + "test_a_file_is_closed_after_a_day_and_thrown_away_after_thirty"),
    Switch("P50", *DEBUG_LINE, LOGGED, ONE_RUN),
    Switch("P51", *ANY_EXTENSION, rows.PATHS + "test_only_listed_extensions_pass"),
    Switch("P51", *ANY_SIZE, rows.GUARD + "test_sizes_are_held_and_the_place_is_named_without_what_came"),
    Switch("P52", PATHING, "return list(parts[: len(wanted)]) == wanted", 'return "/".join(parts).startswith("/".join(wanted))',
           rows.PATHS + "test_an_absolute_path_may_lie_in_an_allowed_folder_and_not_beside_it"),
    Switch("P53", SCREENING, "kind = _match(spelling, _look(spelling) if disguise else seen)", 'kind = ""', rows.INJECTION + "test_an_order_is_found"),
    Switch("P53", SCREENING, '    yield "", text\n', '    yield "", text\n    return\n', rows.INJECTION + "test_a_disguise_hides_nothing"),
    Switch("P53", SCREENING, '    if not any(map(lowered.__contains__, _SIGNS)):\n        return ""\n',
           '    if any(map(text.lower().__contains__, _SIGNS)):\n        return "sign"\n', rows.INJECTION + "test_what_only_looks_a_little_like_it_passes"),
    Switch("P54", "upstream_sfmc/pace.py", "(1.0, 2.0, 4.0)", "()", rows.SERVER_FAILURES + "test_a_read_survives_a_passing_failure"),
    Switch("P54", "upstream_sfmc/api.py", "patience.after_throttle(replies.retry_after_s(reply))", "None",
           rows.SERVER_FAILURES + "test_throttling_is_waited_out"),
    Switch("P55", "sidecar/transports/pump.py", "Unanalysable(_BROKEN)))\n\n", "Unanalysable(str(message.body))))\n\n", rows.INJECTED),
    Switch("P55", *SPEAKING_DEFECT, rows.CLIENT + "test_a_defect_of_ours_is_told_without_its_words"),
    Switch("P56", *UNVERIFIED, "tests/unit/transports/test_tls.py::test_verification_cannot_be_switched_off"),
    Switch("P56", *UNVERIFIED, rows.SUPPLY + "test_no_line_of_ours_switches_verification_off"),
    Switch("P57", AUDITING, "if not (event.method in _CALLS or event.changes or event.restored):", "if False:", rows.AUDIT + "test_only_what_somebody_did_has_a_line"),
    Switch("P57", AUDITING, '"rule": change.rule, ', "", rows.AUDIT + "test_a_line_says_who_called_what_and_which_rule_decided"),
    Switch("P58", "sidecar/config/records.py", '"failed_validations": 5,\n', '"failed_validations": 50,\n',
           rows.ALERTS + "test_the_defaults_are_the_ones_that_are_promised"),
    Switch("P58", ALERTING, "            self._give(kind, len(seen))", "            pass", rows.ALERTS + "test_one_more_than_the_threshold_gives_an_alert"),
    Switch("P58", ALERTING, 'self._give("avg_file_size", average)', "pass", rows.ALERTS + "test_large_messages_alert_by_their_average"),
    Switch("P59", *MONTHLY, rows.SUPPLY + "test_advisories_are_looked_for_every_week"),
    Switch("P59", *SAID_TO_BE_FINE, rows.SUPPLY + "test_what_could_not_be_looked_up_is_not_said_to_be_fine"),
    Switch("P60", CALLING, "found if found is not None else self", "self", rows.CALLERS + "test_2_a_bearer_key_is_known_by_its_digest"),
    Switch("P60", CALLING, "if self._verify is None:", "if True:\n            return Known(credential)\n        if self._verify is None:", rows.CALLERS + "test_4_nobody_in_particular_is_refused"),
    Switch("P60", VERIFYING, "next((role for claim, role in self._settings.roles if claim in named), self._settings.default_role)", '"admin"',
           rows.CALLERS + "test_a_good_token_names_issuer_subject_and_role"),
    Switch("P60", VERIFYING, "                issuer=settings.issuer,\n", "", rows.CALLERS + "test_a_token_with_a_wrong_or_missing_claim_is_refused"),
    Switch("P60", VERIFYING, "        self._in_time(claims)\n", "        pass\n", rows.CALLERS + "test_a_token_with_a_wrong_or_missing_claim_is_refused"),
    Switch("P60", VERIFYING, 'if algorithm not in settings.algorithms or "crit" in header:', "if False:",
           rows.CALLERS + "test_an_attack_on_the_signature_is_refused", "listed"),
    Switch("P60", VERIFYING, "                options={\n", '                options={\n                    "verify_signature": False,\n',
           rows.CALLERS + "test_an_attack_on_the_signature_is_refused",
           more=(('if algorithm not in settings.algorithms or "crit" in header:', "if False:"), ("found.key_type != _FAMILIES[algorithm[:2]]", "False"))),
    Switch("P60", CALLING, "if subject and matches(known.subject, subject):", "if False:",
           rows.CALLERS + "test_3_a_certificates_subject_is_taken_without_a_bearer_credential"),
    Switch("P61", "sidecar/stores/subjects.py", "await self._redis.delete(*names[start : start + _FEW])", "await self._redis.exists(*names)",
           "tests/unit/cli/test_vault.py::test_erasing_a_value_takes_its_records_in_every_scope_and_tenant_and_nobody_else_s"),
    Switch("P61", "upstream_sfmc/emulator/rest_contact_admin.py", "                self._tenant.subscribers.delete(key)\n", "",
           "tests/sfmc/emulator/test_contact_admin.py::test_a_deleted_contact_goes_later_and_takes_its_subscriber_along"),
    Switch("P62", *NO_RENEWAL, rows.ROTATION + "test_a_key_is_rotated_and_no_call_fails", "in_a_file"),
    Switch("P62", "sidecar/vault/memory.py", "        if keys.second is not None:\n", "        if False:\n",
           rows.VAULT + "test_while_two_keys_are_in_use_the_tokens_of_both_come_back"),
    Switch("P63", *OPEN_SEAL, rows.AUDIT + "test_a_sealed_log_shows_nothing_without_its_key_and_is_proved_all_the_same"),
)  # fmt: skip
