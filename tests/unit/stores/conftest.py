import pytest

from tests.support.redis_server import PROGRAMS, RedisServer


@pytest.fixture(params=PROGRAMS)
def server(request):
    made = RedisServer(request.param).start()
    yield made
    made.close()


@pytest.fixture
def redis():
    """For what does not depend on whose server it is."""
    made = RedisServer().start()
    yield made
    made.close()
