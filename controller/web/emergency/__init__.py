"""Emergencies ("Khẩn cấp"): the lock that a code opens for some minutes, and one put together from ready phrases."""
