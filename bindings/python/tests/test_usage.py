"""Tests that threads can share a usage counter."""

import subprocess
import sys
import threading

import pytest
from conftest import NOW_MS

from keyrail import access

# The creation of an exception runs Python code, during which another thread can run. Each call must
# unlock the counter before it creates an exception. The script is run in another process, because a
# deadlock would stop all threads.
SHARED = f"""
import threading
import keyrail
counter = keyrail.access.UsageCounter("gateway-1/1", ["send_message"])
def count():
    for _ in range(3000):
        try:
            counter.count("r_1", "send_message", "access.granted", {NOW_MS // 1000})
        except keyrail.KeyrailError as error:
            assert error.code == "access.time_in_seconds"
def look():
    for _ in range(3000):
        repr(counter), counter.epoch, counter.usage()
threads = [threading.Thread(target=target) for target in (count, count, look)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def test_an_error_of_a_call_does_not_block_other_threads() -> None:
    result = subprocess.run([sys.executable, "-c", SHARED], timeout=60, capture_output=True)
    assert result.returncode == 0, result.stderr


def test_no_request_of_several_threads_is_lost() -> None:
    counter, total = access.UsageCounter("gateway-1/1", ["send_message"]), access.Usage()

    def count() -> None:
        for _ in range(1000):
            counter.count("r_1", "send_message", "access.granted", NOW_MS)

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        total.merge(counter.usage())
        total.merge(total)
    total.merge(counter.usage())
    assert [it.count for it in total.counts_of("r_1")] == [3000]


def test_a_usage_is_printed_without_its_counts_and_cannot_be_pickled() -> None:
    counter = access.UsageCounter("gateway-1/1", ["send_message"])
    counter.count("r_1", "send_message", "access.granted", NOW_MS)
    assert repr(counter) == "UsageCounter('gateway-1/1')"
    assert repr(counter.usage()) == "Usage(1 open days, 0 closed days)"
    assert repr(counter.usage().counts()[0]) == (
        "UsageCount(day='2026-11-01', record='r_1', operation='send_message', "
        "outcome='access.granted', count=1)"
    )
    for unpicklable in (counter, counter.usage()):
        with pytest.raises(TypeError, match="cannot be pickled"):
            unpicklable.__reduce_ex__(4)
