"""An audit log says who did what and which rule decided, holds no value, and can be proved whole."""

from __future__ import annotations

import hmac
import json
import os
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from sidecar.events import Change, ListenerOpened, MessagePassed, OperationEnded, OperationFailed, SessionOpened
from sidecar.observe.audit_file import AuditFile
from sidecar.observe.audit_lines import Keys
from sidecar.observe.audit_verify import in_order, records, verify
from sidecar.observe.telling import Telling
from tests.unit.observe.audit_log import EVENTS, KEY, SEAL, Log


@pytest.fixture
def log(tmp_path):
    found = Log(tmp_path)
    yield found
    found.sink.close()


def lines(log):
    return log.path.read_bytes().splitlines(keepends=True)


def problems(log, files=None):
    return [f"{problem.line}: {problem.text}" for problem in verify(files or log.files, log.keys).problems]


@contextmanager
def full_disk(log, room=0):
    """The file may grow by ``room`` bytes and no more, as on a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.path.stat().st_size + room, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_line_says_who_called_what_and_which_rule_decided(log):
    log.write()
    said = [json.loads(line) for line in lines(log)]
    assert [record["event"] for record in said] == [
        "log.opened", "policy.loaded", "message.passed", "message.withheld", "frame.dropped", "message.passed",
    ]  # fmt: skip
    passed = said[2]
    assert {key: passed[key] for key in ("method", "tool", "direction", "outcome", "policy", "restored", "ts")} == {
        "method": "tools/call", "tool": "rows", "direction": "to_client", "outcome": "passed", "policy": "d1", "restored": 0,
        "ts": "2023-11-14T22:13:20.000Z",
    }  # fmt: skip
    assert passed["findings"] == [{"entity": "EMAIL_ADDRESS", "operator": "label", "rule": "strict#1", "count": 2}]
    assert (said[3]["outcome"], said[3]["rule"], said[3]["pointer"]) == ("withheld", "strict#2", "params.arguments.to")
    assert len(passed["caller"]) == 16
    assert passed["caller"] == said[3]["caller"]
    assert b"digest-of-a-credential" not in log.path.read_bytes()


def test_only_what_somebody_did_has_a_line(log):
    before = len(lines(log))
    log.sink(ListenerOpened("127.0.0.1", 1))
    log.sink(MessagePassed(1, "to_client", "ping", "", (), 0, 1.0, "d1"))
    log.sink(OperationEnded(1, "tools/call", "t", "", "tool_error", 1.0))
    log.sink(OperationEnded(1, "tools/call", "t", "", "", 1.0, "", 1.0))
    assert len(lines(log)) == before
    log.sink(OperationFailed(1, "tools/call", "t", "", "-32603", 1.0, "-32603", 1.0))
    assert json.loads(lines(log)[-1])["event"] == "operation.failed"


def test_a_log_as_it_was_written_is_whole(log):
    log.write(3)
    found = verify(log.files, log.keys)
    assert (found.problems, found.lines, found.last.seq, found.is_cut) == ((), 16, 16, False)


def test_no_byte_of_any_line_can_be_changed(log):
    log.write()
    whole = log.path.read_bytes()
    for place in range(len(whole)):
        log.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert problems(log), f"byte {place} of {len(whole)}"


def test_no_line_can_be_taken_out_moved_doubled_or_put_in(log):
    log.write()
    said = lines(log)
    for place in range(len(said)):
        for changed in (
            said[:place] + said[place + 1 :],
            said[: place + 1] + said[place:],
            [*said[:place], *said[place : place + 2][::-1], *said[place + 2 :]] if place + 1 < len(said) else said[:-1],
            said[:place],
        ):
            log.path.write_bytes(b"".join(changed))
            assert problems(log), (place, len(changed))


def test_another_key_proves_nothing(log):
    log.write()
    other = Keys.derive("another key of thirty-two letters")
    assert "1: was changed, or written with another key" in [
        f"{problem.line}: {problem.text}" for problem in verify(log.files, other).problems
    ]
    log.sink.close()
    log.keys = other
    with pytest.raises(ValueError, match="not written with this key"):
        log.open()


def test_without_its_head_the_end_cannot_be_vouched_for(log):
    log.write()
    head = log.path.with_name("audit.jsonl.head")
    kept = head.read_bytes()
    head.unlink()
    assert problems(log) == ["0: audit.jsonl.head is missing: whether the end was cut cannot be told"]
    head.write_bytes(kept[:-2] + b"0\n")
    assert problems(log) == ["0: the head was changed, or written with another key"]


def test_a_line_that_was_cut_by_a_kill_is_lost_and_no_other(log):
    """Whatever byte the last line was cut at, the head names the line before."""
    log.write()
    head = log.path.with_name("audit.jsonl.head")
    whole, before = log.path.read_bytes(), head.read_bytes()
    log.sink(EVENTS[2])
    longer = log.path.read_bytes()
    log.sink.close()
    for end in range(len(whole), len(longer)):
        log.path.write_bytes(longer[:end])
        head.write_bytes(before)
        found = verify(log.files, log.keys)
        assert (found.problems, found.is_cut) == ((), end > len(whole))
    log.open()
    log.write()
    assert problems(log) == []
    resumed = next(json.loads(line) for line in lines(log) if b"log.resumed" in line)
    assert resumed["cut_bytes"] == len(longer) - 1 - len(whole)


WRITER = """
import sys
from pathlib import Path
from tests.unit.observe.audit_log import Log
log = Log(Path(sys.argv[1]), max_bytes=8192)
print("ready", flush=True)
while True:
    log.write()
"""


def whole(folder):
    files = in_order([str(each) for each in folder.glob("audit.jsonl*") if each.suffix != ".head"])
    return verify(files, Keys.derive(KEY))


@pytest.mark.parametrize("pause", [1, 20, 200])
def test_a_process_killed_while_it_writes_leaves_a_log_that_is_whole(tmp_path, pause):
    path = tmp_path / "audit.jsonl"
    for _ in range(2):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE) as process:
            assert process.stdout.readline() == b"ready\n"
            head = path.with_name("audit.jsonl.head")
            before = int(head.read_bytes().split()[0])
            while int((head.read_bytes().split() or [b"0"])[0]) < before + pause * 5:
                assert process.poll() is None
            process.kill()
            process.wait(30)
        assert whole(tmp_path).problems == ()
        path.touch(0o600)
        with path.open("ab") as file:  # a kill seldom meets a line half written
            file.write(b'{"seq":')
    Log(tmp_path).sink.close()
    found = whole(tmp_path)
    assert found.problems == ()
    assert found.last.seq >= pause * 10


def test_a_process_killed_between_two_files_leaves_a_log_that_is_whole(tmp_path, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    log = Log(tmp_path, max_bytes=4096)
    with monkeypatch.context() as patch:
        patch.setattr(AuditFile, "_begin", die)
        with pytest.raises(Killed):
            log.write(100)
    assert log.path.read_bytes() == b""
    assert whole(tmp_path).problems == ()
    log.path.with_name("audit.jsonl.head").unlink()
    assert whole(tmp_path).problems != (), "not one whose lines were taken out"


def test_a_second_writer_is_refused(log):
    with pytest.raises(BlockingIOError):
        Log(log.path.parent)


def test_files_are_for_their_owner_only(log):
    assert oct(log.path.stat().st_mode & 0o777) == "0o600"
    assert oct(log.path.with_name("audit.jsonl.head").stat().st_mode & 0o777) == "0o600"


def test_a_file_is_closed_at_its_size_and_the_chain_goes_on(tmp_path):
    log = Log(tmp_path, max_bytes=4096)
    log.write(10)
    assert len(log.files) > 3
    assert all(os.stat(path).st_size < 4096 + 1024 for path in log.files)  # noqa: PTH116
    assert problems(log) == []
    for missing in range(len(log.files) - 1):
        left = log.files[:missing] + log.files[missing + 1 :]
        assert bool(problems(log, left)) == (missing > 0), "the oldest may be gone: retention takes it"
    assert problems(log, log.files[1:2]) == []
    cut = log.files[1]
    with open(cut, "rb+") as file:  # noqa: PTH123
        file.truncate(file.read().rstrip(b"\n").rfind(b"\n") + 1)
    assert "0: the end of the file is missing" in problems(log, [cut])
    log.sink.close()


def test_a_file_is_closed_after_a_day_and_thrown_away_after_thirty(tmp_path):
    log = Log(tmp_path)
    for _ in range(40):
        log.write()
        log.now += 86_400
    closed = log.files[:-1]
    ages = sorted(log.now - float(path.rpartition("-")[2]) for path in closed)
    assert max(ages) <= 31 * 86_400
    assert len(closed) == 31
    assert problems(log) == []
    log.sink.close()


def test_closed_files_are_kept_up_to_a_size_in_all(tmp_path):
    log = Log(tmp_path, max_bytes=4096, keep_bytes=12_000)
    log.write(40)
    kept = log.files[:-1]
    assert 1 <= len(kept) <= 3
    assert sum(os.stat(path).st_size for path in kept) <= 12_000  # noqa: PTH116
    assert problems(log) == []
    log.sink.close()


def test_a_sealed_log_shows_nothing_without_its_key_and_is_proved_all_the_same(tmp_path):
    log = Log(tmp_path, seal=SEAL)
    log.write()
    raw = log.path.read_bytes()
    assert b"tools/call" not in raw
    assert b"EMAIL_ADDRESS" not in raw
    chain_only = Keys.derive(KEY)
    assert verify(log.files, chain_only).problems == ()
    log.path.write_bytes(raw.replace(b"log.opened", b"log.closed"))
    assert verify(log.files, chain_only).problems
    log.path.write_bytes(raw)
    assert [record["event"] for record in records(log.files[0], log.keys)][2] == "message.passed"
    assert all("tool" not in record for record in records(log.files[0], chain_only))
    said = raw.splitlines(keepends=True)
    assert len({json.loads(line).get("sealed", "")[:16] for line in said}) == len(said), "no nonce twice"
    log.sink.close()


OCSF_REQUIRED = {
    "activity_id", "actor", "api", "category_uid", "class_uid", "metadata", "severity_id", "src_endpoint", "time",
    "type_uid",
}  # fmt: skip


def test_ocsf_lines_are_api_activity_and_chained_as_the_native_ones(tmp_path):
    log = Log(tmp_path, style="ocsf")
    log.write()
    said = [json.loads(line) for line in lines(log)]
    for record in said:
        assert set(record) >= OCSF_REQUIRED
        assert (record["class_uid"], record["category_uid"], record["type_uid"]) == (6003, 6, 600399)
        assert record["metadata"]["version"] == "1.8.0"
        assert record["time"] == 1_700_000_000_000
    assert said[2]["api"] == {"operation": "tools/call", "service": {"name": "rows"}}
    assert (said[2]["status_id"], said[3]["status_id"]) == (1, 2)
    assert said[2]["unmapped"]["findings"][0]["entity"] == "EMAIL_ADDRESS"
    assert problems(log) == []
    whole = log.path.read_bytes()
    for place in range(0, len(whole), 7):
        log.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert problems(log), place
    log.sink.close()


@pytest.mark.parametrize("room", [0, 1, 100])
def test_a_full_disk_loses_lines_and_says_how_many_and_the_log_stays_whole(log, room):
    log.write()
    with full_disk(log, room):
        log.write()
        assert not log.sink.is_usable()
        assert problems(log) == []
    assert log.sink.is_usable()
    log.write()
    gap = next(json.loads(line) for line in lines(log) if b"log.gap" in line)
    assert gap["lost"] == 5
    assert problems(log) == []


def test_a_key_that_is_too_short_is_none():
    with pytest.raises(ValueError, match="at least 16"):
        Keys.derive("short")


def test_keys_are_not_shown():
    assert KEY not in repr(Keys.derive(KEY))
    assert "chain" not in repr(Keys.derive(KEY))


@pytest.mark.parametrize("key", [b"", b"short", b"k" * 64, b"k" * 65, b"k" * 200])
@pytest.mark.parametrize("text", [b"", b"a line", b"x" * 5000])
def test_the_mac_is_hmac_sha_256(key, text):
    assert Keys(key).mac(text) == hmac.digest(key, text, "sha256").hex()
    assert Keys(key).mac(text) == Keys(key).mac(text), "a second time"


@pytest.mark.parametrize("session", [1, 2])
def test_what_is_written_out_for_calls_is_what_any_event_would_say(log, session):
    log.sink(SessionOpened(1, "tcp", "somebody"))
    changes = (Change("PERSON", "label", "strict#1", 2),)
    for event in (
        MessagePassed(session, "to_client", "tools/call", "t", changes, 1, 1.5, "d1", passages=3, misses=1),
        MessagePassed(session, "to_server", "tools/call", "t", (), 0, 0.5, "d1"),
    ):
        generic = dict(log.sink._record(event, 7.25))
        names = ("entity", "operator", "rule", "count")
        findings = [{name: getattr(change, name) for name in names} for change in generic.pop("changes")]
        written = dict(log.sink._passed(event, 7.25))
        assert written.pop("findings") == findings
        assert list(written.items()) == list(generic.items())


def test_a_session_in_use_keeps_its_caller_however_many_come_after_it(log, monkeypatch):
    monkeypatch.setattr("sidecar.observe.audit._SESSIONS", 3)
    log.sink(SessionOpened(1, "tcp", "somebody"))
    for number in range(2, 9):
        log.sink(SessionOpened(number, "tcp", "another"))
        log.sink(MessagePassed(1, "to_server", "tools/call", "t", (), 0, 0.5, "d1"))
    log.sink(MessagePassed(2, "to_server", "tools/call", "t", (), 0, 0.5, "d1"))
    first, *_, last, quiet = [json.loads(line) for line in lines(log) if b"message.passed" in line]
    assert first["caller"] == last["caller"]
    assert "caller" not in quiet


class Later(list):
    """What is to be done in a moment."""

    def come(self):
        while self:
            self.pop(0)()


def named(log):
    return int(log.path.with_name("audit.jsonl.head").read_bytes().split()[0])


def test_the_head_is_written_once_for_all_lines_of_a_moment_and_when_the_log_is_closed(log):
    log.later = later = Later()
    log.sink.close()
    log.open()
    later.come()
    before = named(log)
    log.write(3)
    assert (named(log), len(later)) == (before, 1)
    assert verify(log.files, log.keys).problems == ()
    later.come()
    last = verify(log.files, log.keys).last.seq
    assert named(log) == last > before
    log.write()
    assert len(later) == 1
    log.sink.close()
    assert named(log) == verify(log.files, log.keys).last.seq > last
    later.come()  # comes too late, and does nothing


def test_after_a_kill_before_the_head_was_written_the_log_goes_on(log):
    log.later = Later()
    log.sink.close()
    log.open()
    head = log.path.with_name("audit.jsonl.head")
    before = head.read_bytes()
    log.write(3)
    log.sink.close()
    head.write_bytes(before)  # a process that is killed closes nothing
    log.later = None
    log.open()
    log.write()
    assert verify(log.files, log.keys).problems == ()


def test_nothing_crosses_while_the_head_cannot_be_written(log, monkeypatch):
    log.later = later = Later()
    log.sink.close()
    log.open()
    log.write()
    with monkeypatch.context() as patch:
        patch.setattr("os.pwrite", refuse)
        later.come()
        log.write()
        assert not log.sink.is_usable()
    assert log.sink.is_usable()
    later.come()
    assert named(log) == verify(log.files, log.keys).last.seq
    assert [json.loads(line)["lost"] for line in lines(log) if b"log.gap" in line] == [5]


def refuse(*_):
    raise OSError("the disk refuses")


def test_a_line_that_waits_and_finds_the_disk_full_is_told_as_lost(log):
    later = Later()
    tells = Telling([log.sink], str, later.append)
    tells.record(EVENTS[2])
    with full_disk(log):
        later.come()
    tells.record(EVENTS[2])
    later.come()
    assert [json.loads(line)["lost"] for line in lines(log) if b"log.gap" in line] == [1]


KILLED = """
import asyncio, os, signal, sys
from sidecar.runtime.build import App, Settings
from sidecar.runtime.keeping import Keeping
from tests.unit.observe.audit_log import EVENTS
keeping = Keeping(sys.argv[1], "tcp")
keeping.load()
async def run():
    app = App(Settings(engine="none"), keeping.sinks, observing=keeping.observing)
    for number in range(int(sys.argv[2])):
        app.record(EVENTS[2])
        if number % 3 == 0:
            await asyncio.sleep(0.01)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(run())
"""


@pytest.mark.parametrize(("required", "lost"), [("false", 1), ("true", 0)])
def test_a_kill_loses_the_last_line_at_most_and_none_where_the_log_is_required(tmp_path, required, lost):
    (tmp_path / "key").write_text(KEY)
    (tmp_path / "key").chmod(0o600)
    path = tmp_path / "audit.jsonl"
    records = tmp_path / "records.yaml"
    records.write_text(f"version: 1\naudit: {{file: {path}, key: 'file:{tmp_path}/key', required: {required}}}\n")
    done = subprocess.run([sys.executable, "-c", KILLED, str(records), "12"], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes().count(b"message.passed") == 12 - lost
    assert whole(tmp_path).problems == ()
