"""What five security documents of earlier servers promised, and what keeps it here: one row per promise.

``proofs`` are tests that fail when the promise is broken. A row without one has its ``reason``: it is not ours, or
(``is_pending``) it is ours and not kept yet. ``tests/quality/test_promises.py`` holds this table to that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Owner = Literal["sidecar", "server", "both", "project", "operator"]


@dataclass(frozen=True, slots=True)
class Promise:
    """``words``: the promise in ours. ``server``: the Marketing Cloud server."""

    id: str
    words: str
    owner: Owner
    proofs: tuple[str, ...] = ()
    reason: str = ""
    is_pending: bool = False


MATRIX: Final = "tests/leaks/test_matrix.py::"
FAILURES: Final = "tests/leaks/test_failures.py::"
INJECTED: Final = "tests/leaks/test_failures_injected.py::test_what_breaks_says_nothing"
SECRETS: Final = "tests/unit/config/test_secrets.py::"
ROTATION: Final = "tests/process/test_rotation.py::"
AUDIT: Final = "tests/unit/observe/test_audit.py::"
ALERTS: Final = "tests/unit/observe/test_alerts.py::"
SANITISE: Final = "tests/unit/observe/test_sanitise.py::"
LOGS: Final = "tests/unit/observe/test_logs.py::"
ADMIN: Final = "tests/unit/test_admin.py::"
SETTINGS: Final = "tests/sfmc/server/test_settings.py::"
CLIENT: Final = "tests/sfmc/server/test_client.py::"
SERVER_FAILURES: Final = "tests/sfmc/server/test_failures.py::"
VAULT: Final = "tests/unit/vault/test_memory.py::"
ARGUMENTS: Final = "tests/unit/guard/test_arguments.py::"
PATHS: Final = "tests/unit/guard/test_paths.py::"
RATES: Final = "tests/unit/guard/test_rates.py::"
GUARD: Final = "tests/unit/guard/test_guard.py::"
INJECTION: Final = "tests/unit/guard/test_injection.py::"
CALLERS: Final = "tests/unit/guard/test_callers.py::"
GATE: Final = "tests/unit/transports/test_http_gate.py::"
IMAGES: Final = "tests/k8s/test_images.py::"
TREE: Final = "tests/quality/test_tree.py::"
SUPPLY: Final = "tests/quality/test_supply.py::"
HARDENING: Final = "tests/quality/test_hardening.py::"

PROMISES: Final = (
    Promise("P01", "Every request and response is filtered: personal data is found and replaced on its way.", "sidecar",
            (MATRIX + "test_nothing_planted_reaches_the_other_side", MATRIX + "test_without_a_policy_every_plant_is_found_on_the_other_side")),
    Promise("P02", "No personal data in orchestration, logs, metrics, traces or files.", "sidecar",
            (MATRIX + "test_nothing_planted_is_in_any_log_line_or_metric", INJECTED, "tests/unit/observe/test_traces.py::test_no_span_holds_a_value",
             "tests/unit/cli/test_usage.py::test_a_fault_of_our_own_is_one_line_with_its_place_and_without_its_words")),
    Promise("P03", "Tenant credentials come from the environment or files it names, under fixed names; a missing one is named.", "server",
            (SETTINGS + "test_all_missing_variables_are_named_at_once", SETTINGS + "test_the_id_and_the_secret_may_stand_in_files_that_are_read_anew")),
    Promise("P04", "Secrets come from variables, files, Docker, Kubernetes, the keyring, Vault, AWS, or any command (Azure, Google).", "both",
            (SECRETS + "test_env_names_a_variable_or_with_file_behind_it_a_file", SECRETS + "test_vault_keeps_it_under_a_mount_a_path_and_a_key",
             SECRETS + "test_aws_keeps_it_as_a_text_or_under_a_key_of_one", SECRETS + "test_the_keyring_keeps_it_under_a_service_and_a_user",
             SECRETS + "test_a_command_prints_it_and_no_shell_reads_the_text", SECRETS + "test_docker_puts_secrets_where_others_may_read_them")),
    Promise("P05", "A credential is rotated without a restart: at a refusal, at SIGHUP, when its file changes.", "both",
            (ROTATION + "test_a_key_is_rotated_and_no_call_fails", ROTATION + "test_a_key_that_was_replaced_is_used_before_the_old_one_is_refused",
             "tests/sfmc/server/test_rotation.py::test_a_secret_rotated_between_reading_and_asking_is_tried_once_more")),
    Promise("P06", "A credential is in no log and no error message.", "both",
            (FAILURES + "test_an_http_server_that_fails_leaks_neither_its_secret_nor_anybody", ROTATION + "test_a_key_is_rotated_and_no_call_fails", ROTATION + "test_a_key_that_is_simply_wrong_is_refused_and_said_nowhere",
             CLIENT + "test_wrong_credentials_are_told_without_the_answer")),
    Promise("P07", "Secrets live in memory only: no file, no core dump.", "both",
            (FAILURES + "test_an_http_server_that_fails_leaks_neither_its_secret_nor_anybody", ROTATION + "test_nothing_of_ours_holds_the_old_secret",
             HARDENING + "test_the_process_leaves_no_core", HARDENING + "test_nobody_may_look_into_its_memory")),
    Promise("P08", "Every dependency is pinned, transitive ones too, with hashes.", "project",
            (TREE + "test_lock_files_pin_every_package_with_hashes_and_name_no_host",)),
    Promise("P09", "The vendor's unmaintained client libraries are not used.", "server",
            (SUPPLY + "test_the_vendors_old_client_libraries_are_in_no_lock",)),
    Promise("P10", "TLS everywhere but on loopback; verification cannot be switched off.", "both",
            ("tests/unit/transports/test_tls.py::test_verification_cannot_be_switched_off", SETTINGS + "test_an_auth_url_is_for_loopback_only",
             SECRETS + "test_vault_is_spoken_to_in_plain_text_on_loopback_only")),
    Promise("P11", "Only trusted networks get in, and only the tenant's hosts are called.", "both",
            (GATE + "test_only_networks_that_are_listed_get_in", "tests/unit/transports/test_http_origin.py::test_these_do_not",
             CLIENT + "test_a_token_answer_cannot_send_the_token_elsewhere")),
    Promise("P12", "Access is written down, so that what is suspicious can be seen.", "sidecar",
            (AUDIT + "test_a_line_says_who_called_what_and_which_rule_decided",)),
    Promise("P13", "Redaction rules can be audited: what a policy misses on labelled texts, and which rules never decide.", "sidecar",
            ("tests/unit/cli/test_eval.py::test_json_has_the_same_numbers_and_misses_are_places", "tests/unit/runtime/test_reload.py::test_synthetic_people_are_sent_through_once_models_are_there_and_after_each_reload")),
    Promise("P14", "Names in arguments are letters, digits, underscore and hyphen where the operator says so; what is not is refused without an echo.", "both",
            (PATHS + "test_a_name_is_letters_digits_underscore_and_hyphen", ARGUMENTS + "test_a_name_that_is_none_is_refused", CLIENT + "test_keys_are_percent_encoded_whole")),
    Promise("P15", "A path in an argument cannot climb out, in any encoding.", "both",
            (PATHS + "test_what_leads_elsewhere_is_refused", PATHS + "test_percent_encoding_hides_nothing", CLIENT + "test_a_key_cannot_climb_the_path")),
    Promise("P16", "Arguments are validated against the tool's schema; nothing a schema points to is fetched.", "sidecar",
            (ARGUMENTS + "test_what_the_tools_schema_does_not_allow_is_refused_by_place_and_not_by_value",
             ARGUMENTS + "test_a_schema_that_is_none_or_points_elsewhere_judges_nothing_and_is_never_fetched",
             ARGUMENTS + "test_nothing_is_asked_where_a_schema_points_to")),
    Promise("P17", "Strings, arrays, objects and nesting have limits.", "sidecar", (GUARD + "test_sizes_are_held_and_the_place_is_named_without_what_came",)),
    Promise("P18", "No log level writes a message's body.", "sidecar",
            (MATRIX + "test_nothing_planted_is_in_any_log_line_or_metric", "tests/quality/test_events.py::test_every_text_field_of_every_event_is_on_the_list_and_the_list_has_no_other")),
    Promise("P19", "Log text loses control characters and line breaks, and has at most 500 characters.", "sidecar",
            (SANITISE + "test_a_line_cannot_begin_another", SANITISE + "test_nothing_moves_a_terminals_cursor", SANITISE + "test_a_message_has_at_most_five_hundred_characters")),
    Promise("P20", "The log level is configurable, up to none at all.", "sidecar", (LOGS + "test_a_level_leaves_out_what_is_below_it",)),
    Promise("P21", "Files are restricted by extension and checked before use.", "sidecar", (PATHS + "test_only_listed_extensions_pass",)),
    Promise("P22", "Without any configuration the strictest policy holds.", "sidecar", (HARDENING + "test_without_a_word_of_configuration_the_policy_is_strict",)),
    Promise("P23", "AWS roles or the environment give AWS credentials.", "sidecar", (SECRETS + "test_aws_keeps_it_as_a_text_or_under_a_key_of_one",)),
    Promise("P24", "A request has at most 1 MiB and is refused before it is buffered; responses have a limit of their own.", "sidecar",
            (GATE + "test_a_request_one_byte_too_long_is_refused_before_it_is_read",)),
    Promise("P25", "Sixty calls a minute by one caller, then 429 with the time to wait.", "sidecar",
            (RATES + "test_of_a_hundred_requests_at_a_limit_of_sixty_forty_are_refused_with_the_time_until_the_next",
             GATE + "test_of_a_hundred_parallel_requests_sixty_pass_and_forty_are_told_when_to_come_again")),
    Promise("P26", "Errors tell callers no path and no detail of ours.", "both",
            (INJECTED, "tests/unit/cli/test_usage.py::test_a_fault_of_our_own_is_one_line_with_its_place_and_without_its_words",
             CLIENT + "test_a_defect_of_ours_is_told_without_its_words")),
    Promise("P27", "Failed authentication, bad input, path attempts and rate limits are events of their own, counted.", "sidecar",
            ("tests/unit/observe/test_metrics.py::test_suspicions_and_alerts_are_counted_by_kind",
             GATE + "test_without_a_known_credential_nothing_reaches_the_server",
             GATE + "test_of_a_hundred_parallel_requests_sixty_pass_and_forty_are_told_when_to_come_again",
             "tests/unit/transports/test_http_gate_events.py::test_what_an_attacker_would_send_is_told_of_by_kind")),
    Promise("P28", "The image runs as nobody in particular, without a shell; a call that hangs is given up.", "sidecar",
            (IMAGES + "test_it_runs_as_65532_and_by_number", IMAGES + "test_the_last_stage_starts_empty_and_runs_nothing_so_it_has_no_shell",
             GATE + "test_a_server_that_says_nothing_is_given_up_and_one_that_asks_the_client_is_waited_for")),
    Promise("P29", "The audit log is rotated, kept as long as configured, and encrypted where asked.", "sidecar",
            (AUDIT + "test_a_file_is_closed_after_a_day_and_thrown_away_after_thirty", AUDIT + "test_closed_files_are_kept_up_to_a_size_in_all",
             AUDIT + "test_a_sealed_log_shows_nothing_without_its_key_and_is_proved_all_the_same")),
    Promise("P30", "Roles say which tools a caller may list, call, restore in and see through.", "sidecar",
            (GUARD + "test_what_a_role_may_call_see_and_restore", GATE + "test_a_role_sees_calls_and_restores_what_it_may_and_no_more")),
    Promise("P31", "Every operation has an audit line that cannot be changed or taken out unnoticed.", "sidecar",
            (AUDIT + "test_no_byte_of_any_line_can_be_changed", AUDIT + "test_no_line_can_be_taken_out_moved_doubled_or_put_in",
             AUDIT + "test_a_process_killed_while_it_writes_leaves_a_log_that_is_whole")),
    Promise("P32", "Who violates the rules repeatedly is banned for a while.", "sidecar",
            (RATES + "test_who_violates_too_often_is_refused_for_a_while_and_then_no_more", GATE + "test_who_violates_again_and_again_is_banned")),
    Promise("P33", "API keys, bearer tokens and the like are redacted, in logs and in messages.", "sidecar",
            (SANITISE + "test_the_golden_set", "tests/unit/redaction/recognizers/test_credentials.py::test_keys_of_known_form_are_found_wherever_they_stand")),
    Promise("P34", "Log labels are exactly the known ones: Bearer, api_key, password, certificate, file path.", "sidecar",
            (SANITISE + "test_the_golden_set", SANITISE + "test_every_pattern_has_a_golden_case_of_its_own")),
    Promise("P35", "A password goes whatever the format and nesting.", "sidecar", (SANITISE + "test_a_password_goes_whatever_the_form_and_the_nesting",)),
    Promise("P36", "Containers: not root, read-only, no capabilities, limits; the image's packages are listed.", "project",
            ("tests/k8s/test_render.py::test_every_overlay_keeps_the_fact", IMAGES + "test_it_runs_as_65532_and_by_number", SUPPLY + "test_the_bill_of_materials_lists_every_pinned_package")),
    Promise("P37", "Secret files have mode 600 or 400, or are refused.", "sidecar", (SECRETS + "test_a_file_others_may_read_or_change_is_refused", "tests/unit/transports/test_tls.py::test_a_key_others_may_read_is_refused")),
    Promise("P38", "Certificates are replaced without a restart.", "sidecar",
            ("tests/unit/transports/test_tls.py::test_a_certificate_that_was_replaced_is_shown_to_the_next_who_connects",)),
    Promise("P39", "Calls to the tenant's API are validated first, told of without details, and mind its limits.", "server",
            (SERVER_FAILURES + "test_bad_input_is_told_by_place_and_rule_without_its_value", SERVER_FAILURES + "test_throttling_is_waited_out")),
    Promise("P40", "Health: alive, started, ready, and metrics; a server that is gone makes us not ready.", "sidecar",
            (ADMIN + "test_a_healthy_process_answers_ok_on_every_probe", ADMIN + "test_livez_depends_on_nothing_but_the_watchdog",
             ADMIN + "test_readyz_fails_without_upstream_or_vault")),
    Promise("P41", "Logs are kept for forensics, and security events give alerts.", "sidecar",
            (ALERTS + "test_one_more_than_the_threshold_gives_an_alert", ALERTS + "test_a_command_gets_the_alert_on_its_stdin",
             ALERTS + "test_an_address_gets_the_alert_as_a_post_with_its_authorization")),
    Promise("P42", "Tokens are refreshed by themselves; the keychain can hold secrets; the least scope is asked for.", "both",
            (CLIENT + "test_a_token_is_renewed_before_its_end", SECRETS + "test_the_keyring_keeps_it_under_a_service_and_a_user", SETTINGS + "test_scopes_are_names_and_nothing_else",
             CLIENT + "test_only_the_scopes_that_are_set_are_asked_for")),
    Promise("P43", "Identifiers are trimmed and put into one case before use.", "operator",
            reason="what is the same identifier only its server knows: a proxy that changed letters would call for another record"),
    Promise("P44", "Tool errors have one form, with a category, and hold nothing sensitive.", "server",
            (SERVER_FAILURES + "test_bad_input_is_told_by_place_and_rule_without_its_value", SERVER_FAILURES + "test_a_missing_scope_is_a_permission_error")),
    Promise("P45", "Known vulnerabilities of what we depend on are looked for.", "project", (SUPPLY + "test_advisories_are_looked_for_every_week", SUPPLY + "test_what_could_not_be_looked_up_is_not_said_to_be_fine")),
    Promise("P46", "AWS and Vault KV version 2 are read as their interfaces have it; Azure by its command line.", "sidecar",
            (SECRETS + "test_vault_keeps_it_under_a_mount_a_path_and_a_key", SECRETS + "test_aws_keeps_it_as_a_text_or_under_a_key_of_one")),
    Promise("P47", "Over stdio nothing listens.", "sidecar", (HARDENING + "test_over_stdio_nothing_listens",)),
    Promise("P48", "Files with keys are for their owner only.", "sidecar", (SECRETS + "test_a_file_others_may_read_or_change_is_refused",)),
    Promise("P49", "Tokens live in memory, 24 hours, and end with the process; logs are kept 30 days.", "sidecar",
            (VAULT + "test_a_closed_vault_knows_nothing", VAULT + "test_a_token_expires_and_comes_back_the_same_when_the_value_passes_again",
             AUDIT + "test_a_file_is_closed_after_a_day_and_thrown_away_after_thirty")),
    Promise("P50", "Transcripts and contact data are in no log.", "sidecar", (MATRIX + "test_nothing_planted_is_in_any_log_line_or_metric",)),
    Promise("P51", "File arguments are limited by extension, and texts by size.", "sidecar",
            (PATHS + "test_only_listed_extensions_pass", GUARD + "test_sizes_are_held_and_the_place_is_named_without_what_came")),
    Promise("P52", "A path beside an allowed folder is not in it.", "sidecar", (PATHS + "test_an_absolute_path_may_lie_in_an_allowed_folder_and_not_beside_it",)),
    Promise("P53", "Orders to the model in results and requests are noticed; legitimate mail templates pass.", "sidecar",
            (INJECTION + "test_an_order_is_found", INJECTION + "test_a_disguise_hides_nothing", INJECTION + "test_what_only_looks_a_little_like_it_passes")),
    Promise("P54", "Failed reads are repeated three times with growing waits, as the tenant asks.", "server",
            (SERVER_FAILURES + "test_a_read_survives_a_passing_failure", SERVER_FAILURES + "test_throttling_is_waited_out")),
    Promise("P55", "A failure is told generally, never by the exception's text.", "both", (INJECTED, CLIENT + "test_a_defect_of_ours_is_told_without_its_words")),
    Promise("P56", "Certificate verification is never disabled.", "both",
            ("tests/unit/transports/test_tls.py::test_verification_cannot_be_switched_off", SUPPLY + "test_no_line_of_ours_switches_verification_off")),
    Promise("P57", "The audit log tells validation failures, API errors, configuration changes and attempts, and no value.", "sidecar",
            (AUDIT + "test_only_what_somebody_did_has_a_line", AUDIT + "test_a_line_says_who_called_what_and_which_rule_decided")),
    Promise("P58", "Alerts at more than 5 failed validations, 10 API errors, 20 MB on average.", "sidecar",
            (ALERTS + "test_the_defaults_are_the_ones_that_are_promised", ALERTS + "test_one_more_than_the_threshold_gives_an_alert",
             ALERTS + "test_large_messages_alert_by_their_average")),
    Promise("P59", "Dependencies are checked weekly.", "project", (SUPPLY + "test_advisories_are_looked_for_every_week", SUPPLY + "test_what_could_not_be_looked_up_is_not_said_to_be_fine")),
    Promise("P60", "Clients are known by keys (kept as digests), OAuth tokens or certificates.", "sidecar",
            (CALLERS + "test_2_a_bearer_key_is_known_by_its_digest", CALLERS + "test_a_good_token_names_issuer_subject_and_role",
             CALLERS + "test_3_a_certificates_subject_is_taken_without_a_bearer_credential", CALLERS + "test_4_nobody_in_particular_is_refused",
             CALLERS + "test_a_token_with_a_wrong_or_missing_claim_is_refused", CALLERS + "test_an_attack_on_the_signature_is_refused")),
    Promise("P61", "A person's data can be given out and erased.", "both",
            ("tests/unit/cli/test_vault.py::test_erasing_a_value_takes_its_records_in_every_scope_and_tenant_and_nobody_else_s",
             "tests/sfmc/emulator/test_contact_admin.py::test_a_deleted_contact_goes_later_and_takes_its_subscriber_along")),
    Promise("P62", "Keys are rotated without restarting services.", "sidecar",
            (ROTATION + "test_a_key_is_rotated_and_no_call_fails", VAULT + "test_while_two_keys_are_in_use_the_tokens_of_both_come_back")),
    Promise("P63", "What is kept of the audit log elsewhere can be encrypted.", "sidecar",
            (AUDIT + "test_a_sealed_log_shows_nothing_without_its_key_and_is_proved_all_the_same",)),
)  # fmt: skip
