"""The contract of an embedded broker, held by both."""

import pytest

from controller.adapters.broker import BrokerKind
from controller.adapters.broker.mosquitto import find_mosquitto
from tests.contracts.broker import BrokerContract


class TestAmqtt(BrokerContract):
    kind = BrokerKind.AMQTT


@pytest.mark.skipif(find_mosquitto() is None, reason="mosquitto 2 is not installed")
class TestMosquitto(BrokerContract):
    kind = BrokerKind.MOSQUITTO
