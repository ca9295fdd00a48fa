"""What is required of a proxy nobody notices, where the specification says so, and the tests that prove it.

Rows only; ``tests/quality/test_requirements.py`` looks that every test named here exists and every section is spelt right.
A section is a revision and a page of the specification (with its heading), or a standard it builds on.

Three lists: ``UNSEEN`` is what the official conformance suite does not look at, ``HAZARDS`` is what can go wrong just because
somebody redacts, ``LIMITS`` is what may not break us.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Requirement:
    """``tests``: files below ``tests/``, or ``file::test``. ``reason``: why there is none."""

    id: str
    section: str
    tests: tuple[str, ...] = ()
    reason: str = ""


def row(name: str, section: str, *tests: str, reason: str = "") -> Requirement:
    return Requirement(name, section, tests, reason)


_HTTP = "unit/transports/test_http_"
_ENDINGS, _REQUESTS, _RESPONSES = f"{_HTTP}endings.py", f"{_HTTP}requests.py", f"{_HTTP}responses.py"
_STREAMS, _SESSIONS, _SDK, _OLD = f"{_HTTP}streams.py", f"{_HTTP}sessions.py", f"{_HTTP}sdk.py", f"{_HTTP}legacy_sse.py"
_BYTES, _FRAMES, _LIFE = (
    "process/test_stdio_bytes.py",
    "process/test_stdio_frames.py",
    "process/test_stdio_lifecycle.py",
)
_ORDER, _ORPHANS, _STDERR = (
    "process/test_stdio_order.py",
    "process/test_stdio_orphans.py",
    "process/test_stdio_stderr.py",
)
_BRIDGE = "process/test_bridge_to_http.py"
_JSON, _JSONS = "unit/wire/test_jsonrpc.py", "properties/test_wire_jsonrpc.py"
_FRAMING, _FRAMINGS = "unit/wire/test_framing.py", "properties/test_wire_framing.py"
_SESSION, _ROUNDS, _TASKS = "unit/session/test_session.py", "unit/session/test_rounds.py", "unit/session/test_tasks.py"
_NOTES, _FIDELITY, _MATRIX = "unit/session/test_notes.py", "properties/test_fidelity.py", "leaks/test_matrix.py"
_UNSEEN = "conformance/test_unseen.py"

UNSEEN = (
    row(
        "a client that leaves takes its call with it",
        "2026-07-28 basic/transports/streamable-http",
        f"{_ENDINGS}::test_a_client_that_leaves_before_the_servers_head_closes_the_servers_connection",
        f"{_ENDINGS}::test_a_client_that_leaves_an_idle_stream_closes_the_servers_connection",
        f"{_SDK}::test_a_client_that_goes_away_cancels_a_modern_call_at_the_server",
    ),
    row(
        "a server that leaves is not covered up",
        "2026-07-28 basic/transports/streamable-http",
        f"{_ENDINGS}::test_a_server_that_drops_a_stream_ends_the_clients_without_an_answer_or_a_regular_end",
        f"{_ENDINGS}::test_a_server_that_ends_a_stream_regularly_without_an_answer_gets_no_answer_invented",
        f"{_ENDINGS}::test_a_server_that_goes_away_inside_an_answer_is_a_502",
    ),
    row(
        "cancelling is what each era says it is",
        "2026-07-28 basic/patterns/cancellation",
        f"{_BRIDGE}::test_cancelling_a_modern_request_closes_its_stream_and_posts_nothing",
        f"{_BRIDGE}::test_cancelling_a_legacy_request_is_posted_and_its_stream_stays",
    ),
    row(
        "a replayed event says what it said",
        "2025-11-25 basic/transports#resumability-and-redelivery",
        f"{_STREAMS}::test_a_get_stream_carries_last_event_id_up_and_events_down",
        f"{_SDK}::test_an_answer_that_comes_on_a_resumed_stream_arrives",
        f"{_UNSEEN}::test_a_replayed_event_has_the_same_tokens_and_the_same_id",
        f"{_HTTP}resume.py::test_what_is_replayed_is_what_was_delivered",
    ),
    row(
        "the standing stream brings what nobody asked for",
        "2025-11-25 basic/transports#listening-for-messages-from-the-server",
        f"{_SDK}::test_the_standing_stream_brings_notifications_and_delete_ends_the_session",
    ),
    row(
        "deleting ends a session here too",
        "2025-11-25 basic/transports#session-management",
        f"{_SESSIONS}::test_a_session_is_one_conversation_from_initialize_to_delete",
    ),
    row(
        "batches stay batches",
        "2025-03-26 basic#batching",
        f"{_REQUESTS}::test_a_batch_goes_up_and_comes_down_as_an_array",
        f"{_REQUESTS}::test_the_refused_part_of_a_batch_is_answered_in_the_array",
        f"{_STREAMS}::test_a_batch_in_an_event_stays_an_array",
        f"{_BYTES}::test_a_batch_stays_one_line_in_its_order",
    ),
    row(
        "the oldest transport works, with its endpoint at our origin",
        "2024-11-05 basic/transports#http-with-sse",
        _OLD,
    ),
    row(
        "standard input and output",
        "2026-07-28 basic/transports/stdio",
        _BYTES,
        _FRAMES,
        _LIFE,
        "clients/test_unnoticed.py",
    ),
    row(
        "nothing crosses compressed and unread",
        "RFC 9110 8.4",
        f"{_HTTP}encoded.py",
        f"{_RESPONSES}::test_a_compressed_body_comes_down_decoded",
        f"{_STREAMS}::test_a_compressed_stream_comes_down_event_by_event",
        f"{_STREAMS}::test_a_stream_in_an_unknown_encoding_is_cut",
        f"{_REQUESTS}::test_a_compressed_request_is_400_like_at_the_sdks_server",
    ),
    row(
        "a server's early refusal is heard",
        "RFC 9110 15.5.14",
        f"{_SDK}::test_a_server_that_refuses_five_megabytes_early_is_heard",
        f"{_ENDINGS}::test_an_early_refusal_is_heard_while_the_upload_still_runs",
        f"{_REQUESTS}::test_a_body_over_the_limit_is_413_before_it_is_sent",
        f"{_SDK}::test_five_megabytes_cross_when_the_server_takes_them",
    ),
    row(
        "a key that stands twice is refused",
        "RFC 8259 4",
        f"{_JSON}::test_duplicate_keys_are_refused_at_every_depth",
        f"{_JSONS}::test_a_key_that_stands_twice_is_refused_at_every_depth",
    ),
    row(
        "numbers leave as they were written",
        "RFC 8259 6",
        f"{_JSON}::test_numbers_leave_as_they_were_written",
        f"{_JSON}::test_what_is_not_strict_json_is_malformed",
        f"{_FIDELITY}::test_everything_beside_the_redactions_leaves_as_it_was_written",
    ),
    row(
        "bytes that are not UTF-8 never cross raw",
        "2026-07-28 basic/transports",
        f"{_BYTES}::test_bytes_that_are_not_utf8_arrive_as_a_lenient_reader_sees_them",
        f"{_REQUESTS}::test_what_is_no_message_is_400_and_never_goes_up",
    ),
    row(
        "order holds where it must, and only there",
        "2026-07-28 basic/patterns/progress",
        _ORDER,
        "unit/transports/test_pool_slices.py::test_a_small_message_passes_between_the_slices_of_a_large_one",
        f"{_SESSION}::test_messages_of_one_lane_leave_in_order_whatever_order_tickets_are_answered_in",
        f"{_STREAMS}::test_one_stream_does_not_hold_up_another",
        f"{_UNSEEN}::test_small_messages_do_not_wait_for_large_ones_and_each_gets_its_own_answer",
    ),
    row(
        "headers say what the body says after redaction",
        "2026-07-28 basic/transports/streamable-http#standard-request-headers",
        "unit/protocol/test_mirrors.py",
        f"{_SESSION}::test_mirrored_headers_get_what_their_argument_gets",
        "properties/test_wire_headers.py",
        f"{_UNSEEN}::test_a_restored_argument_stands_in_body_and_header_alike",
    ),
    row(
        "rounds keep the digest their state is bound to",
        "2026-07-28 basic/patterns/mrtr",
        f"{_UNSEEN}::test_three_rounds_with_personal_arguments_keep_the_digest_of_the_sdks_state",
        f"{_UNSEEN}::test_a_changed_argument_is_still_refused_by_the_server",
        _ROUNDS,
    ),
    row(
        "a subscription lasts",
        "2026-07-28 basic/patterns/subscriptions",
        f"{_UNSEEN}::test_a_listening_stream_survives_silence",
        "process/test_many_streams.py",
    ),
    row(
        "tasks are read as what began them",
        "extension io.modelcontextprotocol/tasks",
        _TASKS,
        "conformance/test_server_scenarios.py::test_our_server_passes_and_every_difference_through_the_sidecar_has_its_rule",
    ),
    row(
        "extensions nobody knows are walked to the last string",
        "2026-07-28 basic#meta",
        "properties/test_surface.py::test_every_string_number_and_key_of_an_unknown_method_is_a_leaf",
        "unit/protocol/test_surface.py",
    ),
    row(
        "many clients at once do not get each other's answers",
        "2026-07-28 basic/transports/streamable-http",
        f"{_UNSEEN}::test_two_eras_share_one_endpoint",
        f"{_SESSIONS}::test_another_credential_does_not_get_into_a_session",
    ),
    row(
        "caching hints are true of what was redacted",
        "2026-07-28 server/utilities/caching",
        f"{_NOTES}::test_results_with_tokens_are_private_and_live_no_longer_than_the_tokens",
        f"{_NOTES}::test_results_without_tokens_keep_their_hints_and_results_without_hints_get_none",
    ),
    row(
        "what tells the eras apart is left as it is",
        "2026-07-28 basic/versioning",
        f"{_RESPONSES}::test_an_empty_body_stays_empty",
        f"{_RESPONSES}::test_a_json_body_keeps_its_status_and_bytes",
        "clients/test_unnoticed.py::test_the_sdk_client_and_a_sdk_server_over_http",
        f"{_UNSEEN}::test_a_sibling_process_may_probe_while_another_works",
    ),
    row(
        "a client of one transport and a server of the other understand each other",
        "2026-07-28 basic/transports",
        "process/test_bridge_peers.py",
        _BRIDGE,
        "unit/transports/test_spawned.py",
    ),
    row(
        "sockets and certificates",
        "2026-07-28 basic/transports/streamable-http#security-endpoint",
        "unit/transports/test_unix_sockets.py",
        "unit/transports/test_tls.py",
    ),
    row("opaque values are sealed, not read", "2026-07-28 basic/patterns/mrtr", "unit/session/test_seals.py"),
    row(
        "what is told to the model tells it nothing else",
        "2026-07-28 basic#meta",
        f"{_NOTES}::test_under_reversible_the_model_is_told_what_a_token_is",
        f"{_NOTES}::test_a_receipt_counts_what_was_replaced_and_holds_no_value",
        "leaks/test_added_paths.py",
    ),
    row("no decoder falls over what it is fed", "RFC 8259 9", "fuzz/test_fuzz.py"),
    row("a process ends as the one it wraps", "2026-07-28 basic/transports/stdio#shutdown", _LIFE),
    row("nobody is orphaned", "2026-07-28 basic/transports/stdio#shutdown", _ORPHANS),
    row("standard error is redacted too", "2026-07-28 basic/transports/stdio", _STDERR),
    row(
        "a web page does not get in by a name",
        "2026-07-28 basic/transports/streamable-http#security-endpoint",
        f"{_HTTP}origin.py",
        f"{_REQUESTS}::test_host_and_origin_are_checked_before_the_body_is_read",
        "conformance/test_server_scenarios.py::test_servers_written_by_others_pass_and_fail_the_same_checks",
    ),
    row(
        "authorization finds everything where the server says it is",
        "2026-07-28 basic/authorization",
        "conformance/test_client_scenarios.py::test_every_check_of_a_client_is_what_it_is_without_the_sidecar",
        "unit/transports/test_authorization.py",
        "leaks/test_authorization.py",
    ),
    row(
        "structured results stay valid for both SDKs",
        "2026-07-28 server/tools#output-schema",
        "clients/test_structured_results.py",
        "unit/session/test_fitting.py",
    ),
    row(
        "a prompt-injected token restores nowhere else",
        "2026-07-28 basic/authorization/security-considerations",
        "tokens/test_crossing.py",
        "unit/session/test_spellings.py::test_foreign_tokens_pass_in_writing_calls_only_where_they_are_trusted",
    ),
)

LIMITS = (
    row(
        "a line of 12 megabytes",
        "2026-07-28 basic/transports/stdio",
        f"{_BYTES}::test_a_line_of_12_mb_goes_there_and_back",
    ),
    row(
        "an oversized message costs its sender an error and nobody else anything",
        "2026-07-28 basic/transports/stdio",
        f"{_FRAMES}::test_an_oversized_answer_of_the_server_becomes_an_error_for_its_caller",
        f"{_FRAMES}::test_an_oversized_request_is_answered_and_not_forwarded",
        f"{_STREAMS}::test_an_event_over_the_limit_does_not_cross_and_its_request_gets_an_error",
    ),
    row(
        "two thousand levels",
        "RFC 8259 9",
        f"{_JSON}::test_depth_is_bounded_with_a_clean_error",
        f"{_REQUESTS}::test_a_message_nested_too_deeply_is_413",
        f"{_UNSEEN}::test_two_thousand_levels_are_refused_cleanly_and_the_next_call_works",
        "process/test_limits.py::test_what_is_nested_deeper_than_allowed_gets_an_error_with_its_id",
    ),
    row(
        "what grows stays below what its reader takes",
        "2026-07-28 basic/transports/streamable-http",
        f"{_NOTES}::test_a_message_that_stand_ins_make_too_long_for_its_reader_is_withheld_with_a_reply",
        "process/test_limits.py::test_an_event_that_tokens_make_too_long_for_the_client_becomes_a_tool_error",
        "process/test_limits.py::test_a_line_that_tokens_make_too_long_for_the_client_becomes_a_tool_error",
    ),
    row(
        "any split of any stream is the same stream",
        "WHATWG html/server-sent-events",
        _FRAMINGS,
        f"{_BYTES}::test_a_line_split_anywhere_arrives_whole",
    ),
    row("lone surrogates", "RFC 8259 8.2", f"{_JSON}::test_lone_surrogates_stay_escaped"),
    row("a bomb is stopped", "RFC 9110 8.4", f"{_HTTP}encoded.py::test_a_bomb_is_stopped_at_the_limit"),
)

HAZARDS = (
    row(
        "arguments of one call differ between its rounds",
        "2026-07-28 basic/patterns/mrtr",
        f"{_ROUNDS}::test_arguments_are_the_same_in_every_round_whatever_was_learned_or_forgotten_in_between",
        f"{_UNSEEN}::test_three_rounds_with_personal_arguments_keep_the_digest_of_the_sdks_state",
    ),
    row(
        "answers of unexpected shape are tidied up",
        "2026-07-28 basic/patterns/mrtr",
        f"{_ROUNDS}::test_answers_of_any_shape_pass",
    ),
    row(
        "a message of our own decides the era",
        "2026-07-28 basic/versioning",
        "clients/test_unnoticed.py::test_the_sdk_client_and_a_sdk_server_over_standard_input",
        f"{_UNSEEN}::test_the_first_line_a_server_sees_is_the_clients_own",
    ),
    row(
        "loading models outlasts a probe",
        "2026-07-28 basic/versioning",
        "unit/runtime/test_warm_up.py",
        "quality/test_startup.py::test_nothing_heavy_is_imported_before_the_first_message",
    ),
    row(
        "a token means something to somebody else",
        "2026-07-28 basic/authorization/security-considerations",
        "tokens/test_crossing.py::test_none_of_ten_thousand_tokens_comes_back_in_another_scope",
        "unit/runtime/test_build.py::test_tokens_belong_to_one_principal",
    ),
    row(
        "completions no longer begin with what was typed",
        "2026-07-28 server/utilities/completion",
        "unit/policy/test_policy.py::test_human_channels_are_redacted_by_strict_only",
    ),
    row(
        "a header contradicts its body, or a contradiction is repaired",
        "2026-07-28 basic/transports/streamable-http#standard-request-headers",
        "unit/protocol/test_mirrors.py::test_a_mismatch_is_passed_on_unrepaired",
        "unit/protocol/test_mirrors.py::test_after_a_rewrite_the_official_server_finds_header_and_body_in_agreement",
    ),
    row(
        "a shared cache hands tokens around",
        "2026-07-28 server/utilities/caching",
        f"{_NOTES}::test_results_with_tokens_are_private_and_live_no_longer_than_the_tokens",
    ),
    row("a skill no longer has its digest", "extension io.modelcontextprotocol/skills", "unit/session/test_skills.py"),
    row(
        "a redacted id leads nowhere",
        "2026-07-28 server/tools#calling-tools",
        "clients/test_protected.py::test_an_agent_acts_on_people_it_cannot_see_over_http",
        "clients/test_protected.py::test_an_agent_acts_on_people_it_cannot_see_over_standard_input",
    ),
    row(
        "a number becomes a text",
        "2026-07-28 server/tools#output-schema",
        f"{_SESSION}::test_integers_stay_integers_of_the_same_length",
        "unit/session/test_fitting.py::test_a_number_keeps_its_length_and_stays_within_its_bounds",
    ),
    row("a model writes a token its own way", "2026-07-28 server/tools#calling-tools", "tokens/test_mangling.py"),
    row(
        "restoring carries data out",
        "2026-07-28 basic/authorization/security-considerations",
        "unit/policy/test_policy.py::test_restore_rules_name_tools_and_argument_paths",
        "clients/test_protected.py::test_server_everything_never_learns_an_address_from_the_model",
    ),
    row(
        "a token is redacted again",
        "2026-07-28 server/tools#calling-tools",
        "tokens/test_round_trips.py::test_what_was_redacted_is_restored_and_redacting_twice_changes_nothing",
        "unit/session/test_spellings.py::test_redacting_a_stand_in_again_changes_nothing",
    ),
    row(
        "ordinary text is taken for a token",
        "2026-07-28 server/tools#calling-tools",
        "tokens/test_mangling.py::test_genuine_text_that_looks_like_a_token_is_never_changed",
    ),
    row(
        "two keys become one",
        "2026-07-28 server/tools#structured-content",
        f"{_SESSION}::test_two_keys_never_become_one",
        f"{_SESSION}::test_a_declared_property_is_never_renamed_and_an_undeclared_one_is",
    ),
    row(
        "a person is spread over several places",
        "2026-07-28 server/tools#structured-content",
        "unit/session/test_propagate.py",
        "unit/redaction/test_columns.py",
    ),
    row(
        "text and structured copy say different things",
        "2026-07-28 server/tools#structured-content",
        f"{_SESSION}::test_a_value_gets_one_token_in_text_structured_content_and_json_in_text",
        "unit/session/test_propagate.py::test_the_same_value_has_the_same_token_wherever_it_stands",
    ),
    row(
        "a human is shown a token for his own name",
        "2026-07-28 client/elicitation",
        "unit/policy/test_policy.py::test_human_channels_are_redacted_by_strict_only",
    ),
    row(
        "lists differ from call to call",
        "2026-07-28 server/tools#listing-tools",
        "unit/policy/test_policy.py::test_3_definition_lists_get_labels_and_their_uris_tokens",
    ),
    row(
        "our reader and the next read different things",
        "RFC 8259 4",
        f"{_JSON}::test_what_two_peers_may_read_differently_is_refused_however_it_is_written",
    ),
    row(
        "JSON is not what it was after reading and writing",
        "RFC 8259",
        f"{_JSONS}::test_a_rewritten_message_says_literally_the_same",
        f"{_FIDELITY}::test_under_observe_every_message_leaves_byte_for_byte",
    ),
    row(
        "a header vouches for bytes that are no more",
        "RFC 9530 2",
        f"{_RESPONSES}::test_a_rewritten_body_loses_the_headers_that_vouch_for_the_old_one",
        "unit/wire/test_headers.py::test_what_vouches_for_a_body_goes_with_the_body",
    ),
    row(
        "something is compressed, for us or by us",
        "RFC 9110 8.4",
        "unit/wire/test_headers.py::test_only_identity_is_accepted_from_upstream",
        f"{_RESPONSES}::test_a_large_compressed_body_is_whole",
    ),
    row(
        "a stream is held until it ends",
        "2025-11-25 basic/transports#streamable-http",
        f"{_STREAMS}::test_the_head_and_each_event_come_down_before_the_next_is_sent",
        f"{_SDK}::test_a_server_that_waits_inside_its_stream_for_the_client_gets_the_answer",
    ),
    row(
        "half a character, line or event is taken for a whole one",
        "WHATWG html/server-sent-events",
        f"{_FRAMINGS}::test_events_do_not_depend_on_the_split",
        f"{_FRAMINGS}::test_lines_do_not_depend_on_the_split",
        f"{_STREAMS}::test_an_incomplete_last_event_does_not_cross",
    ),
    row(
        "a message outgrows its reader",
        "2026-07-28 basic/transports/streamable-http",
        f"{_NOTES}::test_a_message_that_stand_ins_make_too_long_for_its_reader_is_withheld_with_a_reply",
        "process/test_limits.py::test_an_event_that_tokens_make_too_long_for_the_client_becomes_a_tool_error",
        "process/test_limits.py::test_a_line_that_tokens_make_too_long_for_the_client_becomes_a_tool_error",
    ),
    row(
        "broken UTF-8 hides a value",
        "2026-07-28 basic/transports",
        f"{_BYTES}::test_bytes_that_are_not_utf8_arrive_as_a_lenient_reader_sees_them",
    ),
    row(
        "marks, blank and stray lines cross",
        "2026-07-28 basic/transports/stdio",
        f"{_BYTES}::test_carriage_returns_and_blank_lines_do_not_cross",
        f"{_FRAMES}::test_a_line_of_the_server_that_is_no_message_is_dropped_with_an_event",
        f"{_FRAMING}::test_a_byte_order_mark_is_left_out",
    ),
    row(
        "an id changes its type",
        "2026-07-28 basic#requests",
        f"{_JSON}::test_ids_keep_their_type_and_text",
        f"{_SESSION}::test_ids_of_either_type_are_different_requests",
        f"{_LIFE}::test_ids_keep_their_type_when_the_server_dies",
    ),
    row(
        "nobody knows what a response answers",
        "2026-07-28 basic#responses",
        f"{_SESSION}::test_the_response_of_an_unknown_request_is_read_as_arbitrary_json",
    ),
    row(
        "a batch comes apart",
        "2025-03-26 basic#batching",
        f"{_JSONS}::test_a_batch_keeps_its_messages_in_order",
        f"{_JSON}::test_a_batch_of_one_stays_a_batch",
        f"{_BRIDGE}::test_a_batch_is_posted_as_one_and_its_answers_come_as_one",
    ),
    row(
        "a strict reader finds members it does not know",
        "2026-07-28 basic#messages",
        f"{_SESSION}::test_an_untouched_message_leaves_as_the_bytes_it_came_in",
        "properties/test_surface.py::test_unknown_members_of_the_envelope_are_leaves_with_their_names",
    ),
    row(
        "a slow message overtakes or holds up others",
        "2026-07-28 basic/patterns/progress",
        f"{_ORDER}::test_a_held_result_holds_what_follows_it_and_not_the_requests",
        f"{_SESSION}::test_lanes_and_directions_do_not_wait_for_each_other",
    ),
    row(
        "one end is gone and the other does not hear of it",
        "2026-07-28 basic/patterns/cancellation",
        f"{_ENDINGS}::test_a_client_that_leaves_an_idle_stream_closes_the_servers_connection",
        f"{_ENDINGS}::test_a_server_that_drops_a_stream_ends_the_clients_without_an_answer_or_a_regular_end",
    ),
    row(
        "standard error tells what standard output does not",
        "2026-07-28 basic/transports/stdio",
        f"{_STDERR}::test_lines_are_scrubbed_and_keep_their_order",
        f"{_MATRIX}::test_lines_of_the_child_come_out_redacted",
    ),
    row(
        "the wrapped process lives in another world",
        "2026-07-28 basic/transports/stdio",
        f"{_BYTES}::test_the_server_gets_environment_arguments_and_directory_as_they_are",
        f"{_LIFE}::test_the_end_of_input_ends_the_server_and_its_exit_code_is_ours",
    ),
    row(
        "open streams use up the connections",
        "2026-07-28 basic/patterns/subscriptions",
        f"{_UNSEEN}::test_a_hundred_and_fifty_open_streams_do_not_keep_a_call_waiting",
        "process/test_many_streams.py::test_five_hundred_streams_and_thirty_two_callers_for_a_minute",
    ),
    row(
        "a date is moved and its tool breaks",
        "2026-07-28 server/tools#output-schema",
        "unit/redaction/recognizers/test_birth_date.py",
    ),
    row(
        "code is read as prose",
        "extension io.modelcontextprotocol/ui",
        "unit/redaction/embedded/test_formats.py",
    ),
    row(
        "what watches us learns what we hide",
        "2026-07-28 server/utilities/logging#security",
        "quality/test_events.py",
        f"{_MATRIX}::test_nothing_planted_is_in_any_log_line_or_metric",
    ),
)

REQUIREMENTS = (*UNSEEN, *LIMITS, *HAZARDS)
