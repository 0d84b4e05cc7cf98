"""A Vietnamese lunar calendar reckoned from astronomy alone, to hold the calendar that the product uses to account.

New moons: Meeus, Astronomical Algorithms (2nd ed.), chapter 49 with all its terms (good to some 20 s). Sun: chapter 25,
low accuracy (0.01 degree, a quarter of an hour). Rules: days begin at 00:00 UTC+7; a month begins on the day of the new
moon; month 11 holds the winter solstice; between two such months thirteen months apart, the first month without a
principal term (the sun at a multiple of 30 degrees) is leap.
"""

from datetime import date, timedelta
from functools import cache
from math import floor, radians, sin

DELTA_T_DAYS = 72 / 86400  # TT - UT for 2020 to 2035, within a few seconds
LOCAL = 7 / 24
UNIX_EPOCH_JD = 2440587.5

# coefficient, power of E, multiples of M, M', F, Omega
NEW_MOON = (
    (-0.40720, 0, 0, 1, 0, 0),
    (0.17241, 1, 1, 0, 0, 0),
    (0.01608, 0, 0, 2, 0, 0),
    (0.01039, 0, 0, 0, 2, 0),
    (0.00739, 1, -1, 1, 0, 0),
    (-0.00514, 1, 1, 1, 0, 0),
    (0.00208, 2, 2, 0, 0, 0),
    (-0.00111, 0, 0, 1, -2, 0),
    (-0.00057, 0, 0, 1, 2, 0),
    (0.00056, 1, 1, 2, 0, 0),
    (-0.00042, 0, 0, 3, 0, 0),
    (0.00042, 1, 1, 0, 2, 0),
    (0.00038, 1, 1, 0, -2, 0),
    (-0.00024, 1, -1, 2, 0, 0),
    (-0.00017, 0, 0, 0, 0, 1),
    (-0.00007, 0, 2, 1, 0, 0),
    (0.00004, 0, 0, 2, -2, 0),
    (0.00004, 0, 3, 0, 0, 0),
    (0.00003, 0, 1, 1, -2, 0),
    (0.00003, 0, 0, 2, 2, 0),
    (-0.00003, 0, 1, 1, 2, 0),
    (0.00003, 0, -1, 1, 2, 0),
    (-0.00002, 0, -1, 1, -2, 0),
    (-0.00002, 0, 1, 3, 0, 0),
    (0.00002, 0, 0, 4, 0, 0),
)
# argument at k = 0, its change per lunation, coefficient in millionths of a day
PLANETS = (
    (299.77, 0.107408, 325),
    (251.88, 0.016321, 165),
    (251.83, 26.651886, 164),
    (349.42, 36.412478, 126),
    (84.66, 18.206239, 110),
    (141.74, 53.303771, 62),
    (207.14, 2.453732, 60),
    (154.84, 7.306860, 56),
    (34.52, 27.261239, 47),
    (207.19, 0.121824, 42),
    (291.34, 1.844379, 40),
    (161.72, 24.198154, 37),
    (239.56, 25.513099, 35),
    (331.55, 3.592518, 23),
)


def new_moon(k: int) -> float:
    """The Julian date (UT) of the k-th new moon after the first of January 2000."""
    t = k / 1236.85
    e = 1 - 0.002516 * t - 0.0000074 * t**2
    m = radians(2.5534 + 29.10535670 * k - 0.0000014 * t**2)
    m1 = radians(201.5643 + 385.81693528 * k + 0.0107582 * t**2)
    f = radians(160.7108 + 390.67050284 * k - 0.0016118 * t**2)
    om = radians(124.7746 - 1.56375588 * k + 0.0020672 * t**2)
    mean = 2451550.09766 + 29.530588861 * k + 0.00015437 * t**2
    moon = sum(c * e**p * sin(a * m + b * m1 + g * f + h * om) for c, p, a, b, g, h in NEW_MOON)
    planets = sum(c * 1e-6 * sin(radians(a + b * k)) for a, b, c in PLANETS)
    return mean + moon + planets - DELTA_T_DAYS


def sun_longitude(jd: float) -> float:
    """The sun's apparent longitude in degrees, 0 to 360, at a Julian date (UT)."""
    t = (jd + DELTA_T_DAYS - 2451545) / 36525
    mean = 280.46646 + 36000.76983 * t + 0.0003032 * t**2
    m = radians(357.52911 + 35999.05029 * t - 0.0001537 * t**2)
    centre = (1.914602 - 0.004817 * t) * sin(m) + (0.019993 - 0.000101 * t) * sin(2 * m) + 0.000289 * sin(3 * m)
    return (mean + centre - 0.00569 - 0.00478 * sin(radians(125.04 - 1934.136 * t))) % 360


def local_date(jd: float) -> date:
    """The civil date at UTC+7 of a Julian date (UT)."""
    return date(1970, 1, 1) + timedelta(days=floor(jd + LOCAL - UNIX_EPOCH_JD))


def midnight(day: date) -> float:
    """The Julian date (UT) at which a civil date begins at UTC+7."""
    return (day - date(1970, 1, 1)).days + UNIX_EPOCH_JD - LOCAL


@cache
def month_start(k: int) -> date:
    return local_date(new_moon(k))


def principal_terms(k: int) -> set[int]:
    """The multiples of 30 degrees (0 to 11) that the sun reaches in the k-th month."""
    begin, end = sun_longitude(midnight(month_start(k))), sun_longitude(midnight(month_start(k + 1)))
    return {(floor(begin / 30) + step) % 12 for step in range(1, floor((end - begin) % 360 / 30 + begin % 30 / 30) + 1)}


def solstice_month(year: int) -> int:
    """The lunation that holds the winter solstice of a year: month 11."""
    k = floor((date(year, 12, 31) - date(2000, 1, 6)).days / 29.530588861) + 1
    while 9 not in principal_terms(k):
        k -= 1
    return k


def months(year: int) -> list[tuple[date, int, bool]]:
    """First date, number and leap of every month from month 11 of the year before up to that of the year."""
    first, end = solstice_month(year - 1), solstice_month(year)
    leap = next((k for k in range(first, end) if not principal_terms(k)), None) if end - first == 13 else None
    found, number = [], 10
    for k in range(first, end):
        number += k != leap
        found.append((month_start(k), (number - 1) % 12 + 1, k == leap))
    return found
