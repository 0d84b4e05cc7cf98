"""The contracts of a broker, held by all: embedded and somebody else's, without TLS and with it."""

from tests.contracts.broker import BrokerContract, EmbeddedContract
from tests.contracts.broker_subjects import Amqtt, AmqttTls, ExternalTls, Mosquitto


class TestAmqtt(EmbeddedContract, Amqtt):
    pass


class TestAmqttTls(EmbeddedContract, AmqttTls):
    pass


class TestMosquitto(EmbeddedContract, Mosquitto):
    pass


class TestExternalMosquitto(BrokerContract, ExternalTls):
    pass
