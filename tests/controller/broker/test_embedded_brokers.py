"""The contracts of a broker, held by all: embedded and somebody else's, without TLS and with it."""

from tests.contracts.broker import BrokerContract, EmbeddedContract
from tests.contracts.broker_subjects import Amqtt, AmqttTls, ExternalTls, Mosquitto, MosquittoTls


class TestAmqtt(EmbeddedContract, Amqtt):
    pass


class TestAmqttTls(EmbeddedContract, AmqttTls):
    pass


class TestMosquitto(EmbeddedContract, Mosquitto):
    pass


class TestMosquittoTls(EmbeddedContract, MosquittoTls):
    pass


class TestExternalMosquitto(BrokerContract, ExternalTls):
    pass
