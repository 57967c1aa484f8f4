"""The consumer library of Simple Log Service: consumers of one group share the shards, and go on where the group has come to."""

import time

import pytest
from aliyun.log import LogItem, PutLogsRequest
from aliyun.log.consumer import ConsumerProcessorBase, ConsumerWorker, CursorPosition, LogHubConfig

from sls import endpoint, here, log_client  # noqa: F401
from test_sls import open_sls, project  # noqa: F401

pytestmark = pytest.mark.usefixtures("here", "open_sls")
LOGS = 20


def put(client, project: str, first: int) -> None:
    for n in range(first, first + LOGS):
        client.put_logs(PutLogsRequest(project, "app", "", "", [LogItem(int(time.time()), contents=[("level", str(n))])]))


def until(holds, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.1)


class Consumer:
    """A consumer at work, and what it has seen from which shard."""

    def __init__(self, cloud, project: str, name: str):
        seen = self.seen = []

        class Sees(ConsumerProcessorBase):
            def process(self, log_groups, check_point_tracker):
                groups = log_groups.LogGroups
                seen.extend((self.shard_id, content.Value) for g in groups for log in g.Logs for content in log.Contents)
                check_point_tracker.save_check_point(True)

        key, address = cloud.owner, f"http://{endpoint(cloud)}"
        begin = CursorPosition.BEGIN_CURSOR
        option = LogHubConfig(
            address, key.id, key.secret, project, "app", "readers", name,
            cursor_position=begin, heartbeat_interval=1, data_fetch_interval=0.2,
        )  # fmt: skip
        self.worker = ConsumerWorker(Sees, consumer_option=option)
        self.worker.start()

    def stop(self) -> None:
        self.worker.shutdown()
        self.worker.join(20)


def test_consumers_share_the_shards_and_go_on(cloud, project):
    client = log_client(cloud, cloud.owner)
    put(client, project, 0)
    one = Consumer(cloud, project, "one")
    until(lambda: len(one.seen) == LOGS)
    two = Consumer(cloud, project, "two")
    until(lambda: two.worker.heart_beat.get_held_shards())
    assert set(two.worker.heart_beat.get_held_shards()).isdisjoint(one.worker.heart_beat.get_held_shards())
    put(client, project, LOGS)
    until(lambda: len(one.seen) + len(two.seen) == 2 * LOGS)
    # Each log was seen once, by whoever has its shard.
    assert sorted(int(level) for _, level in one.seen + two.seen) == list(range(2 * LOGS))
    points = client.get_check_point(project, "app", "readers").get_consumer_group_check_points()
    assert two.seen and {point["shard"] for point in points} == {0, 1}
    one.stop()
    two.stop()
