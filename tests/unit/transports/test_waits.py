"""What nobody need wait for: done in order and in one turn, after whoever waits; and done, whatever else breaks or ends."""

import asyncio
import threading

import pytest

from sidecar.transports.waits import Afterwards
from tests.support.raw_http import until


async def test_whoever_waits_for_a_message_has_its_turn_before():
    order = []
    later = Afterwards()
    future = asyncio.get_running_loop().create_future()

    async def waits():
        await future
        order.append("the message")

    task = asyncio.create_task(waits())
    await asyncio.sleep(0)
    later(lambda: order.append("what is told of it"))
    later(lambda: order.append("what is asked of it"))
    future.set_result(None)
    await task
    await until(lambda: len(order) == 3)
    assert order == ["the message", "what is told of it", "what is asked of it"]


async def test_what_comes_of_it_is_done_in_the_same_turn():
    done = []
    later = Afterwards()
    later(lambda: later(lambda: done.append(2)) or done.append(1))
    later(lambda: done.append(3))
    await until(lambda: len(done) == 3)
    assert sorted(done) == [1, 2, 3]


async def test_one_that_breaks_keeps_nothing_from_being_done_and_is_reported():
    done, reported = [], []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context["exception"]))
    later = Afterwards()

    def broken():
        raise ValueError

    for do in (lambda: done.append(1), broken, lambda: done.append(2), broken, lambda: done.append(3)):
        later(do)
    await until(lambda: len(done) == 3)
    assert done == [1, 2, 3]
    await until(lambda: len(reported) == 2)


def test_without_a_loop_and_in_another_thread_it_is_done_at_once():
    done = []
    later = Afterwards()
    later(lambda: done.append(1))
    assert done == [1]

    async def outside():
        thread = threading.Thread(target=later, args=(lambda: done.append(2),))
        thread.start()
        thread.join()
        assert done == [1, 2]

    asyncio.run(outside())


@pytest.mark.parametrize("how", ["another loop", "catch_up"])
def test_what_a_loop_ended_with_is_not_lost(how):
    done = []
    later = Afterwards()

    async def ends():
        later(lambda: done.append(1))

    loop = asyncio.new_event_loop()
    loop.run_until_complete(ends())
    loop.close()
    assert done == []
    if how == "catch_up":
        later.catch_up()
        assert done == [1]
        return

    async def another():
        later(lambda: done.append(2))
        await until(lambda: len(done) == 2)

    asyncio.run(another())
    assert done == [1, 2]
