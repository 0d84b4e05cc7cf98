"""The attacks, on all brokers, without TLS and with it."""

from tests.contracts.broker_attacks import BrokerAttacks
from tests.contracts.broker_subjects import Amqtt, AmqttTls, ExternalTls, Mosquitto, MosquittoTls


class TestAmqtt(BrokerAttacks, Amqtt):
    admits_in_a_flood = True


class TestAmqttTls(BrokerAttacks, AmqttTls):
    admits_in_a_flood = True


class TestMosquitto(BrokerAttacks, Mosquitto):
    pass


class TestMosquittoTls(BrokerAttacks, MosquittoTls):
    pass


class TestExternalMosquitto(BrokerAttacks, ExternalTls):
    pass
